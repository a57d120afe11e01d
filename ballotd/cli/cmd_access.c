/* ballotd access: the log of who looked at whose record, read and checked from outside. */
#include "base/clock.h"
#include "base/code.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/office.h"
#include "cli/public_log.h"
#include "election/access.h"
#include "roll.h"

#include <stdio.h>

static const char help[] =
    "usage: ballotd access list [--member NUMBER] --url URL --key FILE [OPTION...]\n"
    "       ballotd access check ...\n"
    "\n"
    "  list    who looked at members' records, when, and what for; with --member: at that one's\n"
    "          record alone. People are named by pseudonym (`ballotd roll explain` gives it).\n"
    "  check   replays the chain of all records, and looks for the heads that stand on the board\n"
    "          (in `roll` and `freeze`): what was logged before them was not altered since\n"
    "\n"
    "For the returning officer, the secretary and scrutineers.\n"
    "\n" DESK_HELP;

/* -- the log, page by page -------------------------------------------------------------------- */

struct walk {
    uint64_t count; /* as the daemon states it */
    uint8_t head[HASH_BYTES];
    uint64_t seen;
    void *ctx;
    enum outcome (*each)(struct walk *walk, const json_t *record, struct fail *fail);
};

static enum outcome take_page(struct walk *walk, const json_t *answer, struct fail *fail)
{
    const json_t *records;
    struct json_take take = json_take_from(answer, "access log", fail);
    walk->count = (uint64_t)json_take_integer(&take, "count", 0, INT64_MAX);
    json_take_hex(&take, "head", walk->head, HASH_BYTES);
    records = json_take_array(&take, "records");
    enum outcome outcome = json_take_end(&take);
    for (size_t i = 0; outcome == OK && i < json_array_size(records); i++) {
        outcome = walk->each(walk, json_array_get(records, i), fail);
        walk->seen++;
    }
    return outcome;
}

/* Records that are made while we read are left for the next time. */
static enum outcome walk_all(struct desk *desk, struct walk *walk, struct fail *fail)
{
    enum outcome outcome = OK;
    uint64_t before;
    do {
        char path[48];
        json_t *answer;
        before = walk->seen;
        snprintf(path, sizeof path, "access/%llu", (unsigned long long)walk->seen);
        outcome = office_get(desk, path, &answer, fail);
        if (outcome == OK) {
            outcome = take_page(walk, answer, fail);
            json_decref(answer);
        }
    } while (outcome == OK && walk->seen < walk->count && walk->seen > before);
    return outcome;
}

/* -- list ------------------------------------------------------------------------------------- */

static const char *text_of(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text ? text : "";
}

static enum outcome print_record(struct walk *walk, const json_t *record, struct fail *fail)
{
    struct buf line;
    char when[INSTANT_TEXT_BYTES];
    long long number = (long long)json_integer_value(json_object_get(record, "number"));
    const char *whose = text_of(record, "whose"), *purpose = text_of(record, "purpose");
    (void)walk;
    buf_init(&line, 8192);
    instant_print(json_integer_value(json_object_get(record, "at")), when);
    buf_add_format(&line, "%s  %-12s %-16s ", when, text_of(record, "officer"),
                   text_of(record, "resource"));
    if (strcmp(whose, "all") == 0)
        buf_add_format(&line, "%lld %s", number, number == 1 ? "person" : "people");
    else if (strcmp(whose, "none") == 0)
        buf_add_str(&line, "nobody");
    else
        buf_add_format(&line, "person %.8s", whose);
    buf_add_format(&line, "  %s", *purpose ? purpose : "(no purpose stated)");
    enum outcome outcome = buf_check(&line, "a record", fail);
    if (outcome == OK)
        office_print(buf_span(&line));
    buf_done(&line);
    return outcome;
}

static enum outcome list_member(struct desk *desk, const char *number, struct walk *walk,
                                struct fail *fail)
{
    struct span text = span_str(number);
    struct buf path;
    json_t *answer;
    if (text.len == 0 || text.len > ROLL_MEMBER_NO_BYTES_MAX)
        return fail_set(fail, BAD_INPUT, "member.number", "a member number is 1 to %d bytes",
                        ROLL_MEMBER_NO_BYTES_MAX);
    buf_init(&path, 2 * ROLL_MEMBER_NO_BYTES_MAX + 32);
    buf_add_str(&path, "access/member/");
    hex_add(&path, text);
    enum outcome outcome = office_get(desk, buf_text(&path), &answer, fail);
    buf_done(&path);
    if (outcome != OK)
        return outcome;
    outcome = take_page(walk, answer, fail);
    json_decref(answer);
    return outcome;
}

static enum outcome list(struct desk *desk, const char *member, struct fail *fail)
{
    struct walk walk = {.each = print_record};
    enum outcome outcome =
        member ? list_member(desk, member, &walk, fail) : walk_all(desk, &walk, fail);
    if (outcome == OK)
        printf("%llu of %llu looks%s\n", (unsigned long long)walk.seen,
               (unsigned long long)walk.count,
               member ? "" : "; --member NUMBER shows those at one person's record");
    return outcome;
}

/* -- check ------------------------------------------------------------------------------------ */

enum { NAMED_MAX = 256 }; /* heads on the board */

struct chain {
    uint8_t head[HASH_BYTES]; /* of what was replayed so far */
    struct {
        char kind[8];
        uint8_t head[HASH_BYTES];
        bool found;
    } named[NAMED_MAX];
    size_t named_count;
};

/* `roll` and `freeze` entries may name the head as it stood then. */
static enum outcome take_entry(void *ctx, uint64_t index, struct span entry, struct fail *fail)
{
    static const char *const kinds[] = {KIND_ROLL, KIND_FREEZE};
    struct chain *chain = ctx;
    struct span line, rest = entry;
    json_t *object;
    char start[32];
    (void)index;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        snprintf(start, sizeof start, "{\"kind\":\"%s\",", kinds[i]);
        if (!span_starts(entry, span_str(start)) || !span_line(&rest, &line))
            continue;
        enum outcome outcome = json_read_canonical(line, kinds[i], &object, fail);
        if (outcome != OK)
            return outcome;
        struct span hex = json_span(json_object_get(object, "access"));
        if (chain->named_count < NAMED_MAX && hex.len == (size_t)2 * HASH_BYTES &&
            hex_read(hex, chain->named[chain->named_count].head, HASH_BYTES))
            snprintf(chain->named[chain->named_count++].kind, sizeof chain->named->kind, "%s",
                     kinds[i]);
        json_decref(object);
    }
    return OK;
}

static void look_for_head(struct chain *chain)
{
    for (size_t i = 0; i < chain->named_count; i++)
        if (memcmp(chain->named[i].head, chain->head, HASH_BYTES) == 0)
            chain->named[i].found = true;
}

static enum outcome replay(struct walk *walk, const json_t *record, struct fail *fail)
{
    struct chain *chain = walk->ctx;
    struct buf bytes;
    struct span previous = json_span(json_object_get(record, "previous"));
    char hex[2 * HASH_BYTES + 1];
    hex_print(SPAN_ARRAY(chain->head), hex);
    if ((uint64_t)json_integer_value(json_object_get(record, "n")) != walk->seen ||
        !span_is(previous, hex))
        return fail_set(fail, BAD_PROOF, "access.chain",
                        "record %llu does not follow the one before it: the log was altered",
                        (unsigned long long)walk->seen);
    buf_init(&bytes, 8192);
    json_print(record, &bytes);
    access_step(chain->head, buf_span(&bytes), chain->head);
    buf_done(&bytes);
    look_for_head(chain);
    return OK;
}

static enum outcome read_board(struct desk *desk, struct chain *chain, struct fail *fail)
{
    struct public_log log;
    struct public_log_reader reader = {.ctx = chain, .entry = take_entry};
    enum outcome outcome = public_log_open(desk, &log, fail);
    if (outcome == OK)
        outcome = public_log_read(&log, false, &reader, fail);
    public_log_done(&log);
    return outcome;
}

static enum outcome judge(const struct walk *walk, const struct chain *chain, struct fail *fail)
{
    if (walk->seen != walk->count || memcmp(walk->head, chain->head, HASH_BYTES) != 0)
        return fail_set(fail, BAD_PROOF, "access.head",
                        "the records do not give the head that the daemon states: records are "
                        "missing, or the log was altered");
    for (size_t i = 0; i < chain->named_count; i++)
        if (!chain->named[i].found)
            return fail_set(fail, BAD_PROOF, "access.board",
                            "a `%s` entry names a head that the log never had: records from before "
                            "it were altered or removed",
                            chain->named[i].kind);
    return OK;
}

static enum outcome check(struct desk *desk, const char *member, struct fail *fail)
{
    static struct chain chain; /* large; one check in a run */
    struct walk walk = {.each = replay, .ctx = &chain};
    (void)member;
    enum outcome outcome = read_board(desk, &chain, fail);
    look_for_head(&chain);
    if (outcome == OK)
        outcome = walk_all(desk, &walk, fail);
    if (outcome == OK)
        outcome = judge(&walk, &chain, fail);
    if (outcome == OK)
        printf("%llu looks, chained without a gap; %zu heads on the board, all of them in it\n",
               (unsigned long long)walk.seen, chain.named_count);
    return outcome;
}

/* -- the command ------------------------------------------------------------------------------ */

struct asking {
    enum outcome (*verb)(struct desk *desk, const char *member, struct fail *fail);
    const char *member;
};

static enum outcome run(struct desk *desk, void *ctx, struct fail *fail)
{
    const struct asking *asking = ctx;
    return asking->verb(desk, asking->member, fail);
}

int cmd_access(int argc, char **argv)
{
    int code;
    struct asking asking = {NULL, NULL};
    const struct argument own[] = {{"member", &asking.member, NULL}, {NULL, NULL, NULL}};
    struct arguments arguments = {.command = "access", .help = help, .own = own};
    if (argc > 1 && strcmp(argv[1], "list") == 0)
        asking.verb = list;
    if (argc > 1 && strcmp(argv[1], "check") == 0)
        asking.verb = check;
    if (asking.verb) {
        arguments.command = asking.verb == list ? "access list" : "access check";
        argc--;
        argv++;
    }
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    if (!asking.verb)
        return arguments_refuse(&arguments, "list or check is needed");
    if (asking.member && asking.verb != list)
        return arguments_refuse(&arguments, "--member is for list");
    return arguments_at_desk(&arguments, run, &asking);
}
