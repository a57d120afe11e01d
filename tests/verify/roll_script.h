/* Scripts of cases: statements one after another, on a board with two snapshots, read as the
 * verifier reads them. What the two tests of the case book share. */
#ifndef TESTS_VERIFY_ROLL_SCRIPT_H
#define TESTS_VERIFY_ROLL_SCRIPT_H

#include "roll/casebook.h"
#include "verify/roll_stage.h"

/* A line of a script. In `members`, $x stands for 64 times x, and @ for the pseudonym of whom an
 * `add` adds. `day` counts from the Monday; `answers` is NULL for what is right. */
struct line {
    int day;
    const char *who, *kind;
    unsigned number;
    const char *members, *answers;
};

enum { LINES_MOST = 40 };

#define SUBJECT "\"subjects\":[\"$a\"],"
#define REST    ",\"reason\":\"other\",\"text\":\"T\""
#define RAISE   "\"by\":\"officer\"," SUBJECT "\"effect\":{\"do\":\"review\"}" REST
#define MEMBER  "\"by\":\"member\"," SUBJECT "\"effect\":{\"do\":\"review\"}" REST
#define MACHINE "\"by\":\"machine\"," SUBJECT "\"effect\":{\"do\":\"review\"}" REST
#define TWO     "\"by\":\"officer\",\"subjects\":[\"$a\",\"$b\"],\"effect\":{\"do\":\"review\"}" REST
#define ELEVEN                                                                                     \
    "\"by\":\"officer\",\"subjects\":[\"$0\",\"$1\",\"$2\",\"$3\",\"$4\",\"$5\",\"$6\",\"$7\","    \
    "\"$8\",\"$9\",\"$a\"],\"effect\":{\"do\":\"review\"}" REST
#define ADDED "\"by\":\"officer\",\"subjects\":[\"@\"],\"effect\":{\"do\":\"review\"}" REST
#define FILED(kind, hash)                                                                          \
    "\"evidence\":\"" kind "\",\"file\":{\"sha256\":\"$" hash "\",\"commitment\":\"$" hash         \
    "\",\"size\":7,\"type\":\"text\"}"
#define BANK            FILED("bank-line", "1")
#define MATCH           FILED("source-match", "2")
#define MATCH2          FILED("source-match", "3")
#define ATTEST          "\"evidence\":\"officer-attestation\",\"attestation\":\"Seen\""
#define DECLARE         "\"evidence\":\"member-declaration\",\"attestation\":\"I paid\""
#define DECLARED        FILED("member-declaration", "4")
#define PROPOSE(effect) "\"effect\":{" effect "},\"rule\":\"\",\"text\":\"T\""
#define INCLUDE         PROPOSE("\"do\":\"include\"")
#define EXCLUDE         PROPOSE("\"do\":\"exclude\"")
#define HOLD            PROPOSE("\"do\":\"hold\"")
#define TOLD            "\"sent_by\":\"email\",\"text\":\"You are told\""
#define TEXT            "\"text\":\"T\""
#define DECIDED(outcome)                                                                           \
    "\"outcome\":\"" outcome "\",\"reasons\":\"The bank's line shows it.\",\"conflict\":\"none\""
#define UPHELD     DECIDED("upheld")
#define REFUSED    DECIDED("refused")
#define AS(role)   "\"as\":\"" role "\",\"text\":\"T\""
#define APPEAL(by) "\"by\":\"" by "\",\"text\":\"T\""
#define LIST       "\"list\":[[\"$a\",[\"PAID\",\"STYLE\"]]]"

/* What most scripts begin with. */
#define RAISED                                                                                     \
    {                                                                                              \
        0, "ann", "variance", 1, RAISE, NULL                                                       \
    }
#define EVIDENCED                                                                                  \
    RAISED,                                                                                        \
    {                                                                                              \
        0, "ann", "evidence", 1, BANK, NULL                                                        \
    }
#define PROPOSED                                                                                   \
    EVIDENCED,                                                                                     \
    {                                                                                              \
        0, "ann", "proposal", 1, INCLUDE, NULL                                                     \
    }
#define REMOVING                                                                                   \
    EVIDENCED,                                                                                     \
    {                                                                                              \
        0, "ann", "proposal", 1, EXCLUDE, NULL                                                     \
    }
#define DONE                                                                                       \
    PROPOSED,                                                                                      \
    {                                                                                              \
        1, "bob", "decision", 1, UPHELD, NULL                                                      \
    }
#define DENIED                                                                                     \
    PROPOSED,                                                                                      \
    {                                                                                              \
        1, "bob", "decision", 1, REFUSED, NULL                                                     \
    }
#define ROLL                                                                                       \
    {                                                                                              \
        0, NULL, "roll", 0, NULL, NULL                                                             \
    }
#define FREEZE                                                                                     \
    {                                                                                              \
        0, NULL, "freeze", 0, NULL, NULL                                                           \
    }
#define MEMBERS_CASE(n)                                                                            \
    {                                                                                              \
        0, "authority", "variance", n, MEMBER, NULL                                                \
    }
#define ATTESTED(n)                                                                                \
    {0, "ann", "variance", n, RAISE, NULL},                                                        \
    {                                                                                              \
        0, "bob", "evidence", n, ATTEST, NULL                                                      \
    }
#define TEN_ATTESTED                                                                               \
    ATTESTED(2), ATTESTED(3), ATTESTED(4), ATTESTED(5), ATTESTED(6), ATTESTED(7), ATTESTED(8),     \
        ATTESTED(9), ATTESTED(10), ATTESTED(11)

#define ZEROS "$0"

static const char rules_text[] =
    "{\"sources\":[{\"id\":\"members\",\"title\":{\"en\":\"M\",\"cy\":\"\"},"
    "\"numbers\":\"members\",\"lists\":true,\"stale_after\":0},"
    "{\"id\":\"waivers\",\"title\":{\"en\":\"W\",\"cy\":\"\"},\"numbers\":\"waivers\","
    "\"lists\":false,\"stale_after\":0}],\"fields\":[],\"rules\":["
    "{\"code\":\"PAID\",\"text\":{\"en\":\"Paid\",\"cy\":\"\"},\"test\":{\"equal\":[\"status\","
    "\"active\"]}}],"
    "\"styles\":[{\"id\":\"all\",\"title\":{\"en\":\"All\",\"cy\":\"\"},\"unit\":\"wales\","
    "\"votes\":1,\"votes_field\":\"\",\"test\":{\"always\":true}}]}";

/* Replaces $x by 64 times x, and @ by a pseudonym. */
static const char *expand(struct stage *stage, const char *text)
{
    static char expanded[8192];
    size_t at = 0;
    for (; *text != 0 && at + 70 < sizeof expanded; text++) {
        if (*text == '$') {
            memset(expanded + at, *++text, 64);
            at += 64;
        } else if (*text == '@' && text[1] == '"') {
            memcpy(expanded + at, pseudonym(stage, "members", "77"), 64);
            at += 64;
        } else {
            expanded[at++] = *text;
        }
    }
    expanded[at] = 0;
    return (const char *)keep(stage, expanded).ptr;
}

static void add_line(struct stage *stage, const struct line *line, const char *first_snapshot)
{
    if (strcmp(line->kind, "roll") == 0) {
        (void)add_entry(stage, ENTRY_ROLL);
    } else if (strcmp(line->kind, "freeze") == 0) {
        (void)add_entry(stage, ENTRY_FREEZE);
    } else {
        const char *answers = line->answers == NULL                 ? NULL
                              : strcmp(line->answers, "first") == 0 ? first_snapshot
                                                                    : expand(stage, line->answers);
        (void)state(stage, line->who, line->kind, line->number, expand(stage, line->members),
                    on_day(line->day), answers);
    }
}

/* Two snapshots, and the script's lines. */
static void build(struct stage *stage, const struct line lines[LINES_MOST])
{
    char first[65];
    stage_init(stage);
    for (int i = 0; i < 2; i++) {
        struct roll_entry *entry = add_entry(stage, ENTRY_SNAPSHOT);
        entry->snapshot.source = span_text("members");
        entry->snapshot.rows = 520;
        if (i == 0)
            snprintf(first, sizeof first, "%s", stage->snapshot);
    }
    add_file(stage, keep(stage, "roll.key"), span_of(stage->roll_key, sizeof stage->roll_key),
             false);
    for (size_t i = 0; i < LINES_MOST && lines[i].kind != NULL; i++)
        add_line(stage, &lines[i], first);
}

/* The annex with every file in its manifest. */
static void open_annex(struct stage *stage, struct annex *annex)
{
    CHECK_INT(annex_from(stage->files, stage->file_count, annex, NULL), GOOD);
    for (size_t i = 0; i < annex->count; i++) {
        struct annex_file *file = &annex->files[i];
        for (size_t k = 0; k < stage->file_count; k++)
            if (span_equal(stage->files[k].path, file->path)) {
                memcpy(file->salt, stage->files[k].salt, sizeof file->salt);
                file->salted = stage->files[k].salted;
            }
        file->line = file->path;
    }
}

/* What reading a script gave. */
struct reading_of {
    struct stage stage;
    struct annex annex;
    struct arena arena;
    struct casebook book;
    struct fail fail;
    uint64_t entry;
};

__attribute__((unused)) static enum outcome read_script(struct reading_of *of,
                                                        const struct line lines[LINES_MOST])
{
    struct rules rules;
    char path[ANNEX_PATH_BYTES + 1];
    memset(of, 0, sizeof *of);
    build(&of->stage, lines);
    open_annex(&of->stage, &of->annex);
    struct roll_board board = stage_board(&of->stage, rules_text);
    if (!CHECK_INT(rules_read(board.rules, &of->arena, &rules, &of->fail), GOOD))
        return BAD;
    return casebook_read(&of->annex, &board, &rules, &of->arena, &of->book, &of->entry, path,
                         &of->fail);
}

__attribute__((unused)) static void close_script(struct reading_of *of)
{
    annex_done(&of->annex);
    arena_done(&of->arena);
    stage_done(&of->stage);
}

#endif
