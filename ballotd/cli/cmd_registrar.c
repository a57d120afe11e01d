/* ballotd registrar: draws the voting codes of a sealed roll, and new codes that officers order.
 * The only program that ever sees a code beside the member's own. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/code.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/desk.h"
#include "cli/issue_files.h"
#include "crypto/sealed.h"
#include "http/follower.h"
#include "registrar/issue.h"

#include <sodium.h>

static const char help[] =
    "usage: ballotd registrar issue   --url URL --key FILE --output CODES.csv\n"
    "       ballotd registrar reissue --url URL --key FILE --output CODE.csv [--member NUMBER]\n"
    "       ballotd registrar find    --url URL --key FILE --member NUMBER\n"
    "       ballotd registrar release CODES.waiting.csv\n"
    "\n"
    "`issue` draws the voting codes of whomever the latest version of the roll adds, writes the\n"
    "file for the mail merge, and states the credentials on the board. `reissue` answers the "
    "order\n"
    "that waits: one new code; the old one is dead, unless the order is for a tendered ballot.\n"
    "`find` prints a member's credentials, for such an order. Where a contact was changed shortly\n"
    "before, the code waits in CODES.waiting.csv and CODES.notices.csv lists both addresses, to\n"
    "be told at once; `release` prints the codes whose time has come.\n"
    "The columns of the file are member_no,name,channel,email,address,postcode,style,code. Codes\n"
    "are in that file and nowhere else: destroy it when they are delivered.\n"
    "\n" DESK_HELP "  --output FILE           where the codes go; must not exist yet\n"
    "  --member NUMBER         the member's number; a reissue for anybody else is refused\n"
    "  --bindings FILE         which credential is whose, as `issue` kept it beside the key\n"
    "                          (KEY.ELECTION.bindings); it holds no codes\n"
    "  --log-key HEX           the log's key, if you have it from elsewhere\n";

enum { BINDINGS_PATH_BYTES = 4096, BINDINGS_BYTES_MAX = ISSUE_BINDING_BYTES * LIMIT_CREDENTIALS };

struct settings {
    struct desk_options desk;
    const char *output, *member, *bindings, *log_key;
};

/* Everything that one run works with. */
struct run {
    const struct settings *settings;
    struct desk desk;
    struct follower *follower;
    const struct state *state; /* the follower's */
    struct roster roster;
    char bindings_path[BINDINGS_PATH_BYTES];
    struct buf bindings; /* as kept; empty when there are none */
};

/* -- what every command needs ----------------------------------------------------------------- */

/* The board, checked from the first entry on: the daemon's word is not enough to draw codes for. */
static enum outcome read_board(struct run *run, struct fail *fail)
{
    uint8_t key[KEY_BYTES];
    const char *given = run->settings->log_key;
    if (given && !hex_read(span_str(given), key, KEY_BYTES))
        return fail_set(fail, BAD_INPUT, "registrar.log-key", "--log-key: 64 hex digits expected");
    enum outcome outcome = follower_new(run->desk.client, span_str(run->desk.origin),
                                        given ? key : NULL, &run->follower, fail);
    if (outcome == OK)
        outcome = follower_read(run->follower, FOLLOW_ALL, fail);
    if (outcome != OK)
        return outcome;
    run->state = follower_state(run->follower);
    if (run->state->roll == 0)
        return fail_set(fail, NOT_ALLOWED, "registrar.early", "the roll is not sealed yet");
    if (memcmp(run->state->definition->registrar_key, run->desk.keyfile.sign, KEY_BYTES) != 0)
        return fail_set(fail, NOT_ALLOWED, "registrar.key",
                        "this is not the key of the election's registrar");
    return OK;
}

static enum outcome read_roster(struct run *run, struct fail *fail)
{
    struct buf sealed, lines;
    buf_init(&sealed, LIMIT_BLOB_BYTES);
    buf_init(&lines, LIMIT_BLOB_BYTES);
    client_set_purpose(run->desk.client, "Drawing voting codes");
    enum outcome outcome = client_get(run->desk.client, "leaves", &sealed, fail);
    if (outcome == OK)
        outcome =
            sealed_open_bytes(run->desk.keyfile.secret->sign, buf_span(&sealed), &lines, fail);
    if (outcome == OK)
        outcome = roster_read(run->state, buf_span(&lines), &run->roster, fail);
    buf_done(&sealed);
    buf_done(&lines);
    return outcome;
}

/* KEY.ELECTION.bindings, where the election is the first 16 digits of its ctx0. */
static enum outcome read_bindings(struct run *run, struct fail *fail)
{
    char election[17];
    const char *given = run->settings->bindings;
    hex_print(span_of(run->state->definition->ctx0, 8), election);
    int len = given ? snprintf(run->bindings_path, sizeof run->bindings_path, "%s", given)
                    : snprintf(run->bindings_path, sizeof run->bindings_path, "%s.%s.bindings",
                               run->settings->desk.key, election);
    if (len < 0 || (size_t)len >= sizeof run->bindings_path)
        return fail_set(fail, BAD_INPUT, "registrar.bindings", "the key's path is too long");
    if (!file_exists(run->bindings_path))
        return OK;
    return file_read(run->bindings_path, &run->bindings, fail);
}

static enum outcome begin(const struct settings *settings, struct run *run, struct fail *fail)
{
    *run = (struct run){.settings = settings};
    buf_init(&run->bindings, BINDINGS_BYTES_MAX);
    if (!settings->desk.key)
        return fail_set(fail, BAD_INPUT, "registrar.key", "--key is needed: the registrar's");
    enum outcome outcome = desk_open(&settings->desk, &run->desk, fail);
    if (outcome == OK)
        outcome = read_board(run, fail);
    if (outcome == OK)
        outcome = read_bindings(run, fail);
    return outcome == OK ? read_roster(run, fail) : outcome;
}

static void end(struct run *run)
{
    roster_done(&run->roster);
    buf_done(&run->bindings);
    follower_free(run->follower);
    desk_close(&run->desk);
}

/* -- what follows from drawn codes ------------------------------------------------------------ */

/* Those of this issue after those kept before. */
static enum outcome keep_bindings(struct run *run, const struct issue *issue, bool anew,
                                  struct fail *fail)
{
    if (anew)
        buf_clear(&run->bindings);
    buf_add(&run->bindings, buf_span(&issue->bindings));
    enum outcome outcome = buf_check(&run->bindings, "bindings", fail);
    return outcome == OK ? file_write(run->bindings_path, buf_span(&run->bindings), 0600, fail)
                         : outcome;
}

static enum outcome put_list(struct run *run, const struct issue *issue, struct fail *fail)
{
    char path[12 + 2 * HASH_BYTES + 1] = "blob/sha256/";
    uint8_t hash[HASH_BYTES];
    sha256(buf_span(&issue->list), hash);
    hex_print(SPAN_ARRAY(hash), path + 12);
    return client_put(run->desk.client, path, NULL, buf_span(&issue->list), fail);
}

static enum outcome state_text(struct run *run, const struct buf *text, struct fail *fail)
{
    enum outcome outcome = buf_check(text, "statement", fail);
    return outcome == OK ? desk_state(&run->desk, "statements", buf_span(text), NULL, fail)
                         : outcome;
}

static enum outcome carry_out(struct run *run, const struct issue *issue, const struct buf *text,
                              bool reissue, struct fail *fail)
{
    enum outcome outcome = issue_files_write(run->settings->output, issue, fail);
    if (outcome == OK)
        outcome = keep_bindings(run, issue, !reissue && run->state->roll == 1, fail);
    if (outcome == OK && !reissue)
        outcome = put_list(run, issue, fail);
    if (outcome == OK)
        outcome = client_put(run->desk.client, "bindings", NULL, buf_span(&issue->bindings), fail);
    if (outcome == OK)
        outcome = state_text(run, text, fail);
    return outcome;
}

/* -- issue ------------------------------------------------------------------------------------ */

/* After a lost answer the issue may stand all the same: the kept bindings tell whose it is. */
static enum outcome refuse_second_issue(const struct run *run, struct fail *fail)
{
    bool ours = run->bindings.len >= ISSUE_BINDING_BYTES &&
                electorate_find(&run->state->electorate, run->bindings.bytes + HASH_BYTES) != NULL;
    return fail_set(fail, CONFLICT, "registrar.issued",
                    "the codes of this version were issued already, or it adds nobody%s; a lost "
                    "one is replaced by "
                    "`registrar reissue`",
                    ours ? ", by your last run: deliver the file that it wrote" : "");
}

/* Marks the leaves to which a credential of the board is bound. */
static void mark_served(const struct run *run, bool *served)
{
    for (size_t at = 0; at + ISSUE_BINDING_BYTES <= run->bindings.len; at += ISSUE_BINDING_BYTES) {
        const uint8_t *binding = run->bindings.bytes + at;
        const struct roster_entry *entry = roster_find_leaf(&run->roster, binding);
        if (entry && electorate_find(&run->state->electorate, binding + HASH_BYTES))
            served[entry - run->roster.entries] = true;
    }
}

/* Those whom this version adds: a later one keeps the leaves, and the codes, of the others. */
static enum outcome find_added(const struct run *run, const struct roster_entry ***out_added,
                               size_t *out_count, struct fail *fail)
{
    if (run->state->roll > 1 && run->bindings.len == 0)
        return fail_set(fail, NOT_FOUND, "registrar.bindings",
                        "%s is not there: it says who has a code already; give it with --bindings",
                        run->bindings_path);
    size_t count = 0;
    const struct roster_entry **added = calloc(run->roster.count + 1, sizeof(void *));
    bool *served = calloc(run->roster.count + 1, sizeof *served);
    if (added && served)
        mark_served(run, served);
    for (size_t i = 0; added && served && i < run->roster.count; i++)
        if (!served[i])
            added[count++] = &run->roster.entries[i];
    bool enough = added && served;
    free(served);
    if (!enough) {
        free(added);
        return fail_set(fail, BROKEN, "memory", "out of memory");
    }
    *out_added = added;
    *out_count = count;
    return OK;
}

static enum outcome draw_and_state(struct run *run, const struct roster_entry *const *added,
                                   size_t count, struct fail *fail)
{
    struct issue issue = {0};
    struct buf text;
    const struct issue_order order = {.ctx0 = run->state->definition->ctx0,
                                      .entries = added,
                                      .count = count,
                                      .now_s = clock_now_s()};
    buf_init(&text, LIMIT_ENTRY_BYTES);
    enum outcome outcome = issue_make(&order, &run->roster, &issue, fail);
    if (outcome == OK) {
        issue_print(run->state, &issue, &text);
        outcome = carry_out(run, &issue, &text, false, fail);
    }
    if (outcome == OK) {
        printf("%zu codes are in %s; deliver them, then destroy the file\n", issue.delivery.rows,
               run->settings->output);
        issue_files_explain(run->settings->output, &issue);
    }
    issue_done(&issue);
    buf_done(&text);
    return outcome;
}

static enum outcome issue(const struct settings *settings, struct run *run, struct fail *fail)
{
    const struct roster_entry **added = NULL;
    size_t count = 0;
    (void)settings;
    if (run->state->issued)
        return refuse_second_issue(run, fail);
    enum outcome outcome = find_added(run, &added, &count, fail);
    if (outcome != OK)
        return outcome;
    outcome = draw_and_state(run, added, count, fail);
    free(added);
    return outcome;
}

/* -- reissue ---------------------------------------------------------------------------------- */

static enum outcome find_bound(const struct run *run, const uint8_t *credential,
                               const struct roster_entry **out_entry, struct fail *fail)
{
    const uint8_t *binding = issue_find_binding(buf_span(&run->bindings), credential);
    if (!binding)
        return fail_set(fail, NOT_FOUND, "registrar.bindings",
                        "%s does not say whose this credential is; give the right file with "
                        "--bindings",
                        run->bindings_path);
    *out_entry = roster_find_leaf(&run->roster, binding);
    return *out_entry ? OK
                      : fail_set(fail, CONFLICT, "registrar.bindings", "%s is of another roll",
                                 run->bindings_path);
}

static enum outcome find_member(const struct run *run, const struct roster_entry **out_entry,
                                struct fail *fail)
{
    const char *member = run->settings->member;
    *out_entry = roster_find_member(&run->roster, span_str(member));
    return *out_entry ? OK
                      : fail_set(fail, NOT_FOUND, "registrar.member",
                                 "nobody on the roll has the number \"%s\"", member);
}

static enum outcome find_ordered(const struct run *run, const struct roster_entry **out_entry,
                                 struct fail *fail)
{
    const struct roster_entry *expected = NULL;
    if (!run->state->reissue_ordered)
        return fail_set(fail, NOT_ALLOWED, "registrar.unordered",
                        "no order for a reissue waits; two officers sign one");
    enum outcome outcome = find_bound(run, run->state->reissue_order_key, out_entry, fail);
    if (outcome == OK && run->settings->member)
        outcome = find_member(run, &expected, fail);
    if (outcome == OK && expected && expected != *out_entry)
        outcome = fail_set(fail, CONFLICT, "registrar.member",
                           "the order that waits is not for member \"%s\"", run->settings->member);
    return outcome;
}

static enum outcome reissue(const struct settings *settings, struct run *run, struct fail *fail)
{
    const struct roster_entry *entry = NULL;
    struct issue issue = {0};
    struct buf text;
    buf_init(&text, LIMIT_ENTRY_BYTES);
    enum outcome outcome = find_ordered(run, &entry, fail);
    const struct issue_order order = {.ctx0 = run->state->definition->ctx0,
                                      .entries = &entry,
                                      .count = 1,
                                      .single = true,
                                      .now_s = clock_now_s()};
    if (outcome == OK)
        outcome = issue_make(&order, &run->roster, &issue, fail);
    if (outcome == OK) {
        issue_print_reissue(run->state, &issue, entry, &text);
        outcome = carry_out(run, &issue, &text, true, fail);
    }
    if (outcome == OK && issue.waiting.rows == 0)
        printf("the new code is in %s; %s\n", settings->output,
               run->state->reissue_tendered ? "it casts a tendered ballot, which is set aside"
                                            : "the old one is dead");
    if (outcome == OK)
        issue_files_explain(settings->output, &issue);
    issue_done(&issue);
    buf_done(&text);
    return outcome;
}

/* -- find ------------------------------------------------------------------------------------- */

/* Of the bindings of one leaf, those that live on the board. */
static enum outcome find(const struct settings *settings, struct run *run, struct fail *fail)
{
    const struct roster_entry *entry = NULL;
    bool found = false;
    enum outcome outcome = find_member(run, &entry, fail);
    if (outcome != OK)
        return outcome;
    for (size_t at = 0; at + ISSUE_BINDING_BYTES <= run->bindings.len; at += ISSUE_BINDING_BYTES) {
        const uint8_t *binding = run->bindings.bytes + at;
        char hex[2 * KEY_BYTES + 1], made_by[2 * HASH_BYTES + 1];
        const struct credential *credential =
            electorate_find(&run->state->electorate, binding + HASH_BYTES);
        if (memcmp(binding, entry->leaf.bytes, HASH_BYTES) != 0 || !credential ||
            credential->killed)
            continue;
        hex_print(SPAN_ARRAY(credential->key), hex);
        hex_print(SPAN_ARRAY(credential->made_by), made_by);
        printf("credential %s\nmade by    %s\nstanding   %s\nballots    %u\n", hex, made_by,
               standing_name(credential->standing), credential->ballots);
        printf("An officer orders a new code with\n  ballotd reissue-order --credential %s %s\n",
               hex, credential->ballots > 0 ? "--tendered --reason TEXT" : "--reason TEXT");
        found = true;
    }
    return found ? OK
                 : fail_set(fail, NOT_FOUND, "registrar.bindings",
                            "%s holds no living credential of member \"%s\"", run->bindings_path,
                            settings->member);
}

/* -- command line ----------------------------------------------------------------------------- */

typedef enum outcome work(const struct settings *settings, struct run *run, struct fail *fail);

static bool read_arguments(int argc, char **argv, struct settings *settings)
{
    static const struct option options[] = {
        DESK_OPTIONS,
        {"output", required_argument, NULL, 'o'},
        {"member", required_argument, NULL, 'm'},
        {"bindings", required_argument, NULL, 'b'},
        {"log-key", required_argument, NULL, 'l'},
        {NULL, 0, NULL, 0},
    };
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (desk_take_option(&settings->desk, option, optarg))
            continue;
        if (option == 'o')
            settings->output = optarg;
        else if (option == 'm')
            settings->member = optarg;
        else if (option == 'b')
            settings->bindings = optarg;
        else if (option == 'l')
            settings->log_key = optarg;
        else
            return false;
    }
    desk_take_environment(&settings->desk, true);
    return optind == argc;
}

static enum outcome run_work(work *of, const struct settings *settings, struct fail *fail)
{
    struct run run;
    enum outcome outcome = begin(settings, &run, fail);
    if (outcome == OK)
        outcome = of(settings, &run, fail);
    end(&run);
    return outcome;
}

int cmd_registrar(int argc, char **argv)
{
    static const struct {
        const char *name;
        work *of;
        bool output, member;
    } works[] = {
        {"issue", issue, true, false},
        {"reissue", reissue, true, false},
        {"find", find, false, true},
    };
    struct settings settings = {0};
    struct fail fail = {.outcome = OK};
    if (argc == 3 && strcmp(argv[1], "release") == 0)
        return cli_finish("registrar", issue_files_release(argv[2], &fail), &fail);
    if (argc > 1 && strcmp(argv[argc - 1], "--help") == 0) {
        fputs(help, stdout);
        return EXIT_DONE;
    }
    for (size_t i = 0; argc > 1 && i < sizeof works / sizeof *works; i++) {
        if (strcmp(argv[1], works[i].name) != 0)
            continue;
        if (!read_arguments(argc - 1, argv + 1, &settings) ||
            (works[i].output && !settings.output) || (works[i].member && !settings.member))
            break;
        return cli_finish("registrar", run_work(works[i].of, &settings, &fail), &fail);
    }
    return cli_misused("registrar",
                       "issue, reissue, find or release is needed, with --output, --member or "
                       "a file");
}
