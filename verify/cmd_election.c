#include "cmd_election.h"

#include "base/text.h"
#include "crypto/hash.h"
#include "election/audit.h"
#include "election/code.h"
#include "election/own.h"
#include "session.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DONE = 0, NOT_SO = 1, CANNOT = 2, CODE_LINE_BYTES = 200, FILE_BYTES = 1 << 20 };

/* `--help` as the only argument is answered; anything else that does not fit is told in one line.
 */
static int misused(int argc, char **argv, const char *usage, const char *help)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        printf("usage: verify %s\n\n%s\n", usage, help);
        return DONE;
    }
    fprintf(stderr, "verify: usage: verify %s\n", usage);
    return CANNOT;
}

static int cannot(const struct fail *fail)
{
    fprintf(stderr, "verify: %s\n", fail->text);
    return CANNOT;
}

/* Verifies the bundle; what does not hold is said on stderr. */
static bool open_session(const char *bundle, struct session *session, struct fail *fail)
{
    const struct request request = {.bundle = bundle, .quiet = !isatty(STDERR_FILENO)};
    if (session_run(&request, session, fail) != GOOD)
        return false;
    if (session->begun)
        return true;
    session_done(session);
    (void)fail_unable(fail, "the bundle holds no election that can be read");
    return false;
}

/* The exit code, with a word where the bundle itself is not sound. */
static int verdict(const struct session *session)
{
    if (report_exit_code(&session->report) == 0)
        return DONE;
    printf("The bundle itself does NOT verify; `verify BUNDLE` says why.\n");
    return NOT_SO;
}

/* -- mine ---------------------------------------------------------------------------------------
 */

/* What sets this credential's ballot apart; "" where nothing does. */
static const char *standing_of(const struct election *election, const struct credential *credential)
{
    if (credential->standing == CREDENTIAL_TENDERED)
        return ", tendered: set aside, not counted";
    if (credential->standing == CREDENTIAL_ELIGIBLE)
        return "";
    if (election_first(election, FREEZE) == NO_ENTRY)
        return ", provisional: whether it counts is decided before the freeze";
    return credential->admitted ? ", provisional: admitted and counted"
                                : ", provisional: not counted";
}

static void say_ballot(const struct election *election, const struct credential *credential,
                       uint64_t entry)
{
    char tracker[TRACKER_TEXT_BYTES];
    const struct ballot *ballot = election_says(election, entry)->ballot;
    tracker_make(election->contexts[2], credential->key, ballot->body, tracker);
    printf("entry %" PRIu64 ": a ballot, tracker %s", entry, tracker);
    if (credential->ballot != entry)
        printf(", replaced by a later one\n");
    else
        printf("%s\n", standing_of(election, credential));
}

static const char *made_how(const struct election *election, const struct credential *credential)
{
    if (credential->standing == CREDENTIAL_TENDERED)
        return "issued as a tendered one, beside one that had voted";
    return election_says(election, credential->since)->kind == ISSUE ? "issued" : "reissued";
}

static int say_mine(const struct election *election, const uint8_t key[KEY_BYTES])
{
    char hex[2 * KEY_BYTES + 1];
    size_t count = 0;
    const struct credential *credential = election_credential(election, key);
    hex_encode(span_of(key, KEY_BYTES), hex);
    printf("credential %s\n", hex);
    if (credential == NULL) {
        printf("This code's credential was never issued in this election.\n");
        return NOT_SO;
    }
    printf("entry %" PRIu64 ": %s\n", credential->since, made_how(election, credential));
    for (size_t i = 0; i < election->by[BALLOT].count && election->context_count > 2; i++) {
        uint64_t entry = election->by[BALLOT].at[i];
        if (memcmp(election_says(election, entry)->ballot->credential, key, KEY_BYTES) != 0)
            continue;
        say_ballot(election, credential, entry);
        count++;
    }
    if (credential->killed != NO_ENTRY)
        printf("entry %" PRIu64 ": %s\n", credential->killed,
               election_says(election, credential->killed)->kind == ROLL
                   ? "revoked with a new version of the roll"
                   : "replaced by a new code");
    if (count == 0)
        printf("No ballot was cast with it.\n");
    return DONE;
}

int cmd_mine(int argc, char **argv)
{
    static struct session session;
    uint8_t symbols[CODE_RANDOM_SYMBOLS], key[KEY_BYTES];
    char line[CODE_LINE_BYTES];
    struct fail fail;
    if (argc != 2 || argv[1][0] == '-')
        return misused(argc, argv, "mine BUNDLE",
                       "Reads a voting code from standard input (never from the "
                       "command line, which others can see)\nand finds what was done with it.");
    if (isatty(STDIN_FILENO))
        fprintf(stderr, "code: ");
    if (fgets(line, sizeof line, stdin) == NULL) {
        fprintf(stderr, "verify: no voting code on standard input\n");
        return CANNOT;
    }
    line[strcspn(line, "\r\n")] = '\0';
    enum outcome outcome = code_read(span_text(line), symbols, &fail);
    OPENSSL_cleanse(line, sizeof line);
    if (outcome != GOOD || !open_session(argv[1], &session, &fail))
        return cannot(&fail);
    outcome = code_key(session.election.contexts[0], symbols, key, &fail);
    OPENSSL_cleanse(symbols, sizeof symbols);
    int code = outcome == GOOD ? say_mine(&session.election, key) : cannot(&fail);
    int bundle = verdict(&session);
    session_done(&session);
    return code != DONE ? code : bundle;
}

/* -- sample -------------------------------------------------------------------------------------
 */

struct drawn {
    uint8_t rank[HASH_WIDE_BYTES];
    const struct credential *credential;
};

static int compare_drawn(const void *a, const void *b)
{
    return memcmp(((const struct drawn *)a)->rank, ((const struct drawn *)b)->rank,
                  HASH_WIDE_BYTES);
}

static size_t rank_live(const struct election *election, const char *dice, struct drawn *drawn)
{
    uint64_t freeze = election_first(election, FREEZE);
    size_t count = 0;
    for (size_t i = 0; i < election->credential_count; i++) {
        const struct credential *credential = &election->credentials[i];
        struct hash hash;
        if (credential->killed != NO_ENTRY)
            continue;
        hash_start(&hash, LABEL_SAMPLE);
        hash_bytes(&hash, election->board->entries[freeze].leaf.bytes, HASH_BYTES);
        hash_text(&hash, dice);
        hash_bytes(&hash, credential->key, KEY_BYTES);
        drawn[count].credential = credential;
        hash_end_wide(&hash, drawn[count++].rank);
    }
    qsort(drawn, count, sizeof *drawn, compare_drawn);
    return count;
}

static int say_sample(const struct election *election, const char *dice, uint64_t wanted)
{
    struct drawn *drawn = calloc(election->credential_count + 1, sizeof *drawn);
    if (drawn == NULL || election_first(election, FREEZE) == NO_ENTRY) {
        fprintf(stderr, "verify: no sample can be drawn before the freeze\n");
        free(drawn);
        return CANNOT;
    }
    size_t count = rank_live(election, dice, drawn);
    for (size_t i = 0; i < count && i < wanted; i++) {
        char hex[2 * KEY_BYTES + 1];
        hex_encode(span_of(drawn[i].credential->key, KEY_BYTES), hex);
        printf("%s %s\n", hex, drawn[i].credential->ballot == NO_ENTRY ? "not used" : "voted");
    }
    free(drawn);
    return DONE;
}

int cmd_sample(int argc, char **argv)
{
    static struct session session;
    struct fail fail;
    uint64_t wanted;
    if (argc != 4 || !decimal_decode(span_text(argv[2]), &wanted) ||
        !utf8_valid(span_text(argv[1])))
        return misused(
            argc, argv, "sample DICE NUMBER BUNDLE",
            "Draws the NUMBER of credentials whose members "
            "scrutineers ask whether they voted, from the\nfreeze and the text DICE that "
            "they rolled after it. The annex says who they are.");
    if (!open_session(argv[3], &session, &fail))
        return cannot(&fail);
    int code = say_sample(&session.election, argv[1], wanted);
    int bundle = verdict(&session);
    session_done(&session);
    return code != DONE ? code : bundle;
}

/* -- ballot and entry: a file held against the bundle --------------------------------------------
 */

typedef enum outcome file_check(const struct election *election, struct span file,
                                struct buffer *out_text, struct fail *fail);

static int say_file(const struct session *session, const char *path, struct span file,
                    file_check *check)
{
    struct buffer text;
    struct fail fail;
    buffer_init(&text, FILE_BYTES);
    int code = DONE;
    enum outcome outcome = check(&session->election, file, &text, &fail);
    if (outcome == GOOD) {
        printf("%.*s", (int)text.len, (const char *)text.at);
    } else {
        fprintf(stderr, "verify: %s: %s\n", path, fail.text);
        code = outcome == BAD ? NOT_SO : CANNOT;
    }
    buffer_done(&text);
    return code;
}

static int answer_file(const char *path, const char *bundle_path, file_check *check,
                       int (*verdict_of)(const struct session *session))
{
    static struct session session;
    struct buffer file;
    struct fail fail;
    if (file_read(path, FILE_BYTES, &file, &fail) != GOOD)
        return cannot(&fail);
    if (!open_session(bundle_path, &session, &fail)) {
        buffer_done(&file);
        return cannot(&fail);
    }
    int code = say_file(&session, path, buffer_span(&file), check);
    int bundle = verdict_of(&session);
    buffer_done(&file);
    session_done(&session);
    return code != DONE ? code : bundle;
}

int cmd_ballot(int argc, char **argv)
{
    if (argc != 3 || argv[1][0] == '-')
        return misused(argc, argv, "ballot AUDITFILE BUNDLE",
                       "Checks that a ballot which was opened instead of "
                       "cast holds the choices that it shows.");
    return answer_file(argv[1], argv[2], audit_check, verdict);
}

/* Everything that the roll stands on, in a log that has not come to its end. */
static bool stands_so_far(const struct report *report)
{
    for (unsigned i = 0; i < MIX_FORM; i++) {
        enum verdict found = report->findings[i].verdict;
        if (i == STATE_CLOSE || (found == NOT_RUN && (i == STATE_TIMETABLE || i > ROLL_ACCOUNT)))
            continue;
        if (found == FAILED || found == NOT_RUN)
            return false;
    }
    return true;
}

/* A roll is looked at before the election is over. */
static int verdict_so_far(const struct session *session)
{
    if (!report_failed(&session->report, STATE_CLOSE) || !stands_so_far(&session->report))
        return verdict(session);
    printf("The election is not over; its log verifies as far as it goes.\n");
    return DONE;
}

int cmd_entry(int argc, char **argv)
{
    if (argc != 3 || argv[1][0] == '-')
        return misused(argc, argv, "entry FILE BUNDLE",
                       "Checks that what you were given as your own entry stands "
                       "in the roll, and says in words what it says.");
    return answer_file(argv[1], argv[2], own_check, verdict_so_far);
}
