/* The tamper suite: every alteration of tests/lib/tamper_*.c is made by a forger who holds every
 * key, and build/verify must find it in the check that is meant for it and at the entry that
 * offends; what was put together again without an alteration must pass.
 *
 * tamper              run all             tamper run NAME...       run these
 * tamper list         print the names     tamper make NAME FOLDER  write FOLDER/bundle and /annex
 */
#include "lib/tamper.h"

#include "base/clock.h"

#include <fcntl.h>
#include <ftw.h>
#include <sodium.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { SLOTS = 2, PATH_MAX_BYTES = 512 };

static const struct tampering *const lists[] = {
    tamper_log,  tamper_state,   tamper_sign,  tamper_roll,  tamper_annex,
    tamper_key,  tamper_ballot,  tamper_mix,   tamper_tally, tamper_branch,
    tamper_case, tamper_version, tamper_office};
enum { LISTS = sizeof lists / sizeof *lists };

/* One verification on its way. */
struct slot {
    pid_t pid; /* 0: free */
    const struct tampering *tampering;
    int64_t entry; /* meant; -1: none */
    const char *outcome;
    int code;
    char folder[PATH_MAX_BYTES], bundle[PATH_MAX_BYTES + 8], annex[PATH_MAX_BYTES + 8];
    char report[PATH_MAX_BYTES + 16];
};

struct suite {
    char folder[PATH_MAX_BYTES];
    char verify[PATH_MAX_BYTES];
    struct rehearsal plain, wide, branch;
    bool plain_made, wide_made, branch_made;
    struct slot slots[SLOTS];
    unsigned passed, failed;
    json_t *ids; /* of every check, from the first report */
};

/* -- folders ---------------------------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about;
    (void)kind;
    (void)place;
    return remove(path);
}

static void remove_all(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* -- elections -------------------------------------------------------------------------------- */

static struct rehearsal *rehearse(struct suite *suite, struct rehearsal *rehearsal, bool *made,
                                  enum shape shape)
{
    char folder[PATH_MAX_BYTES + 16];
    if (*made)
        return rehearsal;
    snprintf(folder, sizeof folder, "%s/shape%u", suite->folder, (unsigned)shape);
    const struct rehearsal_options options = {
        .folder = folder,
        .members = 26,
        .ballots = 20,
        .trustees = 3,
        .threshold = 2,
        .mixes = 2,
        .candidates = shape == SHAPE_WIDE ? 40 : 8,
        .contests = shape == SHAPE_BRANCH ? 1 : 2,
        .branch = shape == SHAPE_BRANCH,
    };
    rehearsal_begin(rehearsal, &options);
    rehearsal_all(rehearsal);
    *made = true;
    return rehearsal;
}

/* The voter of credential 0 votes again. */
static void change_first(struct forge *forge)
{
    struct forge_entry *first = forge_entry(forge, KIND_BALLOT, 0);
    json_t *again = json_deep_copy(first->object);
    forge_set_json(forge_entry(forge, KIND_ELECTION, 0)->object, "changing", "true");
    forge_set_number(again, "sequence", 1);
    forge_set_text(again, "previous", first->leaf);
    forge_insert(forge, forge_index(forge, forge_entry(forge, KIND_CLOSE, 0)), again,
                 NAME_CREDENTIAL);
}

static void load(struct suite *suite, enum shape shape, struct forge *forge)
{
    if (shape == SHAPE_WIDE)
        forge_load(forge, rehearse(suite, &suite->wide, &suite->wide_made, shape));
    else if (shape == SHAPE_BRANCH)
        forge_load(forge, rehearse(suite, &suite->branch, &suite->branch_made, shape));
    else
        forge_load(forge, rehearse(suite, &suite->plain, &suite->plain_made, SHAPE_PLAIN));
    if (shape == SHAPE_CHANGING)
        change_first(forge);
    if (shape == SHAPE_WITNESSED) {
        forge_ask_witnesses(forge);
        forge_set_json(forge_entry(forge, KIND_ELECTION, 0)->object, "rehearsal", "false");
    }
}

/* -- forging and verifying -------------------------------------------------------------------- */

static void write_work(const char *folder, const char *name, const struct buf *bytes)
{
    if (bytes->len > 0)
        forge_write_file(folder, name, buf_span(bytes));
}

static int64_t forge_case(struct suite *suite, const struct tampering *tampering,
                          const struct folders *folders, struct meant *meant)
{
    struct forge forge;
    load(suite, tampering->shape, &forge);
    if (tampering->alter)
        tampering->alter(&forge, meant);
    forge_build(&forge);
    int64_t entry = meant->entry ? (int64_t)forge_index(&forge, meant->entry) : -1;
    forge_write(&forge, folders->bundle, folders->annex);
    write_work(folders->work, "older", &forge.older);
    write_work(folders->work, "receipt", &forge.receipt);
    if (tampering->damage)
        tampering->damage(&forge, folders);
    forge_done(&forge);
    return entry;
}

static void spawn(struct suite *suite, struct slot *slot, const struct meant *meant)
{
    char option[PATH_MAX_BYTES + 64];
    const char *arguments[12] = {suite->verify, "--quiet",     "--report", "json",
                                 "--output",    slot->report,  "--annex",  slot->annex,
                                 slot->bundle,  meant->option, option,     NULL};
    if (meant->option_file)
        snprintf(option, sizeof option, "%s/%s", slot->folder, meant->option_file);
    else
        snprintf(option, sizeof option, "%s", meant->option_text);
    if (!meant->option)
        arguments[9] = NULL;
    else { /* options before the bundle */
        arguments[8] = meant->option;
        arguments[9] = option;
        arguments[10] = slot->bundle;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (posix_spawn(&slot->pid, suite->verify, &actions, NULL, (char *const *)arguments, environ) !=
        0) {
        perror(suite->verify);
        exit(1);
    }
    posix_spawn_file_actions_destroy(&actions);
}

/* -- judging ---------------------------------------------------------------------------------- */

static bool listed(const char *list, const char *id)
{
    struct span rest = span_str(list), word;
    while (rest.len > 0) {
        if (!span_cut(&rest, ' ', &word)) {
            word = rest;
            rest.len = 0;
        }
        if (span_is(word, id))
            return true;
    }
    return false;
}

static void complain(const struct slot *slot, struct buf *why, const json_t *check)
{
    buf_add_format(why, "\n    %s %s at entry %lld, %s",
                   json_string_value(json_object_get(check, "id")),
                   json_string_value(json_object_get(check, "outcome")),
                   (long long)json_integer_value(json_object_get(check, "entry")),
                   json_string_value(json_object_get(check, "text")));
    (void)slot;
}

/* The check that is meant failed at the entry that is meant, and no other failed unless named. */
static bool is_right(const struct slot *slot, const json_t *report, bool *out_found,
                     struct buf *why)
{
    const struct tampering *tampering = slot->tampering;
    bool found = tampering->check[0] == '\0', right = true;
    size_t i;
    const json_t *check;
    json_array_foreach(json_object_get(report, "checks"), i, check)
    {
        const char *id = json_string_value(json_object_get(check, "id"));
        const char *outcome = json_string_value(json_object_get(check, "outcome"));
        bool failed = strcmp(outcome, "failed") == 0;
        int64_t entry = json_integer_value(json_object_get(check, "entry"));
        if (strcmp(id, tampering->check) == 0 && strcmp(outcome, slot->outcome) == 0 &&
            entry == slot->entry)
            found = true;
        else if (failed && !listed(tampering->also, id)) {
            complain(slot, why, check);
            right = false;
        }
    }
    *out_found = found;
    return found && right;
}

/* Every check that verify knows is meant by some alteration. */
static void note_checks(struct suite *suite, const json_t *report)
{
    size_t i;
    const json_t *check;
    if (json_array_size(suite->ids) > 0)
        return;
    json_array_foreach(json_object_get(report, "checks"), i, check)
        json_array_append(suite->ids, json_object_get(check, "id"));
}

static bool is_meant(const char *id)
{
    for (unsigned l = 0; l < LISTS; l++)
        for (const struct tampering *at = lists[l]; at->name; at++)
            if (strcmp(at->check, id) == 0)
                return true;
    return false;
}

static void judge_coverage(struct suite *suite)
{
    size_t i;
    const json_t *id;
    json_array_foreach(suite->ids, i, id) if (!is_meant(json_string_value(id)))
    {
        printf("FAILED  no alteration is meant for %s\n", json_string_value(id));
        suite->failed++;
    }
}

/* What verify says of the alteration. */
static const char *says(const json_t *report, const char *id)
{
    size_t i;
    const json_t *check;
    json_array_foreach(json_object_get(report, "checks"), i, check)
    {
        if (strcmp(json_string_value(json_object_get(check, "id")), id) == 0)
            return json_string_value(json_object_get(check, "text"));
    }
    return "";
}

static void judge(struct suite *suite, struct slot *slot, int code)
{
    const struct tampering *tampering = slot->tampering;
    int want = slot->code;
    bool found = false;
    struct buf why;
    buf_init(&why, 1 << 16);
    json_t *report = json_load_file(slot->report, 0, NULL);
    bool right = code == want;
    if (right && code != 2)
        right = report && is_right(slot, report, &found, &why);
    if (!report && code != 2)
        buf_add_str(&why, "\n    there is no report");
    if (code != want)
        buf_add_format(&why, "\n    exit status %d, not %d", code, want);
    if (right && slot->entry >= 0)
        printf("ok      %-34s %s at entry %lld: %s\n", tampering->name, tampering->check,
               (long long)slot->entry, says(report, tampering->check));
    else if (right)
        printf("ok      %-34s %s\n", tampering->name,
               tampering->check[0] ? tampering->check : "passes");
    else
        printf("FAILED  %-34s %s %s at entry %lld; besides:%s\n", tampering->name,
               found ? "found by" : "NOT FOUND by", tampering->check[0] ? tampering->check : "any",
               (long long)slot->entry, buf_text(&why));
    suite->passed += right;
    suite->failed += !right;
    note_checks(suite, report);
    json_decref(report);
    buf_done(&why);
    slot->pid = 0;
    remove_all(slot->folder);
}

static void collect(struct suite *suite)
{
    int status;
    pid_t pid = waitpid(-1, &status, 0);
    for (unsigned i = 0; i < SLOTS; i++)
        if (suite->slots[i].pid == pid)
            judge(suite, &suite->slots[i], WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static struct slot *free_slot(struct suite *suite)
{
    for (;;) {
        for (unsigned i = 0; i < SLOTS; i++)
            if (suite->slots[i].pid == 0)
                return &suite->slots[i];
        collect(suite);
    }
}

static void run_case(struct suite *suite, const struct tampering *tampering)
{
    struct slot *slot = free_slot(suite);
    struct meant meant = {0};
    char folder[PATH_MAX_BYTES];
    slot->tampering = tampering;
    snprintf(folder, sizeof folder, "%.400s/slot%u", suite->folder,
             (unsigned)(slot - suite->slots));
    memcpy(slot->folder, folder, sizeof folder);
    snprintf(slot->bundle, sizeof slot->bundle, "%s/bundle", folder);
    snprintf(slot->annex, sizeof slot->annex, "%s/annex", folder);
    snprintf(slot->report, sizeof slot->report, "%s/report.json", folder);
    struct folders folders = {slot->bundle, slot->annex, slot->folder};
    slot->entry = forge_case(suite, tampering, &folders, &meant);
    slot->outcome = meant.outcome ? meant.outcome : "failed";
    slot->code = meant.code ? meant.code : tampering->check[0] ? 1 : 0;
    spawn(suite, slot, &meant);
}

/* -- the edge --------------------------------------------------------------------------------- */

static bool named(const struct tampering *tampering, int argc, char **argv)
{
    bool any = argc < 3;
    for (int i = 2; i < argc; i++)
        any = any || strcmp(tampering->name, argv[i]) == 0;
    return any;
}

static bool in_flight(const struct suite *suite)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if (suite->slots[i].pid != 0)
            return true;
    return false;
}

static int run(struct suite *suite, int argc, char **argv)
{
    int64_t started_ms = clock_monotonic_ms();
    for (unsigned l = 0; l < LISTS; l++)
        for (const struct tampering *at = lists[l]; at->name; at++)
            if (named(at, argc, argv))
                run_case(suite, at);
    while (in_flight(suite))
        collect(suite);
    judge_coverage(suite);
    printf("tamper: %lld s\n%u passed, %u failed\n",
           (long long)(clock_monotonic_ms() - started_ms) / 1000, suite->passed, suite->failed);
    return suite->failed > 0 || suite->passed == 0;
}

static int list_names(void)
{
    for (unsigned l = 0; l < LISTS; l++)
        for (const struct tampering *at = lists[l]; at->name; at++)
            printf("%-34s %s\n", at->name, at->check[0] ? at->check : "passes");
    return 0;
}

static int make(struct suite *suite, const char *name, const char *folder)
{
    char bundle[PATH_MAX_BYTES], annex[PATH_MAX_BYTES];
    struct folders folders = {bundle, annex, folder};
    struct meant meant = {0};
    snprintf(bundle, sizeof bundle, "%s/bundle", folder);
    snprintf(annex, sizeof annex, "%s/annex", folder);
    for (unsigned l = 0; l < LISTS; l++)
        for (const struct tampering *at = lists[l]; at->name; at++)
            if (strcmp(at->name, name) == 0) {
                int64_t entry = forge_case(suite, at, &folders, &meant);
                printf("%s: %s at entry %lld\n", name, at->check[0] ? at->check : "passes",
                       (long long)entry);
                return 0;
            }
    fprintf(stderr, "tamper: there is no \"%s\"; `tamper list` names them\n", name);
    return 2;
}

static void begin(struct suite *suite)
{
    const char *build = getenv("BUILD");
    const char *shm = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(suite->verify, sizeof suite->verify, "%s/verify", build ? build : "build");
    snprintf(suite->folder, sizeof suite->folder, "%s/tamper.XXXXXX", shm);
    if (sodium_init() < 0 || !mkdtemp(suite->folder)) {
        perror("tamper");
        exit(1);
    }
    suite->ids = json_array();
    setvbuf(stdout, NULL, _IOLBF, 0);
}

static void end(struct suite *suite)
{
    if (suite->plain_made)
        rehearsal_end(&suite->plain);
    if (suite->wide_made)
        rehearsal_end(&suite->wide);
    if (suite->branch_made)
        rehearsal_end(&suite->branch);
    json_decref(suite->ids);
    remove_all(suite->folder);
}

int main(int argc, char **argv)
{
    static struct suite suite;
    const char *command = argc > 1 ? argv[1] : "run";
    int code;
    if (strcmp(command, "list") == 0)
        return list_names();
    begin(&suite);
    if (strcmp(command, "make") == 0 && argc == 4)
        code = make(&suite, argv[2], argv[3]);
    else
        code = run(&suite, argc, argv);
    end(&suite);
    return code;
}
