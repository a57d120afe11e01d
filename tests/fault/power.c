/* Two hundred power cuts of a whole election: a child process opens a copy of a prepared folder
 * through a VFS that drops and tears what was not synced, takes the election on from there, and
 * loses its power at a random write. Then the folder is opened as it is found: every ballot that
 * was acknowledged stands where its receipt says and gets a receipt again, none stands twice, the
 * log extends every checkpoint that was given out, the signer's memory agrees, and the election
 * goes on. With synchronous=OFF the same test must fail. Usage: power [cuts] */
#include "check.h"
#include "lib/process.h"
#include "lib/receipt.h"
#include "lib/rehearsal.h"
#include "power_vfs.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CUTS = 200, MEMBERS = 150, AT_ONCE_MAX = 12, SEEN_MAX = 4096, NOTE_MAX = 4096 };

struct cast {
    uint8_t note[NOTE_MAX];
    size_t len;
    struct merkle_hash leaf;
    uint64_t index;
    bool acknowledged;
};

/* What clients know: shared with the child, and kept when it is gone. */
struct ledger {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    unsigned in_hand;
    bool refused;
    bool cut;   /* the power went, rather than the work being done */
    long calls; /* of the VFS */
    unsigned lost, torn, kept;
    size_t seen_count;
    struct seen seen[SEEN_MAX];
    struct cast casts[MEMBERS];
};

struct damage {
    unsigned missing, twice, changed, forgotten, stuck;
};

struct total {
    unsigned cuts, cut_runs, harmed, acknowledged, seen, lost, torn, kept;
    struct damage damage;
};

static struct ledger *ledger;
static struct note_key log_key;

/* -- in the child ------------------------------------------------------------------------------ */

static void remember(struct seen seen)
{
    if (ledger->seen_count < SEEN_MAX)
        ledger->seen[ledger->seen_count++] = seen;
}

/* After a statement that stands: what anybody can read now. */
static void read_checkpoint(struct rehearsal *rehearsal)
{
    struct buf bytes;
    struct seen seen;
    struct fail fail;
    bool final;
    buf_init(&bytes, NOTE_BYTES_MAX);
    rehearsal_must(
        election_read(rehearsal->election, SPAN_LIT("checkpoint"), &bytes, &final, &fail), &fail,
        "checkpoint");
    rehearsal_must(seen_read(buf_span(&bytes), &log_key, &seen, &fail), &fail, "checkpoint");
    remember(seen);
    buf_done(&bytes);
}

static void cast_answered(void *ctx, const struct submission *submission)
{
    struct cast *cast = ctx;
    struct seen seen;
    struct fail fail;
    pthread_mutex_lock(&ledger->lock);
    if (submission->result == SUBMISSION_REFUSED) {
        ledger->refused = true;
    } else {
        rehearsal_must(
            receipt_read(submission->answer, &cast->leaf, &log_key, &cast->index, &seen, &fail),
            &fail, "receipt");
        cast->acknowledged = true;
        remember(seen);
    }
    ledger->in_hand--;
    pthread_cond_signal(&ledger->wake);
    pthread_mutex_unlock(&ledger->lock);
}

static void seal(struct rehearsal *rehearsal, unsigned number)
{
    struct cast *cast = &ledger->casts[number];
    struct buf note;
    buf_init(&note, NOTE_MAX);
    rehearsal_ballot(rehearsal, number, &note);
    memcpy(cast->note, note.bytes, note.len);
    cast->len = note.len;
    merkle_leaf(buf_span(&note), &cast->leaf);
    buf_done(&note);
}

static void cast_some(struct rehearsal *rehearsal, unsigned from, unsigned count)
{
    for (unsigned i = from; i < from + count; i++)
        seal(rehearsal, i);
    ledger->in_hand = count;
    for (unsigned i = from; i < from + count; i++) {
        struct cast *cast = &ledger->casts[i];
        election_submit(rehearsal->election, span_of(cast->note, cast->len), cast_answered, cast);
    }
    pthread_mutex_lock(&ledger->lock);
    while (ledger->in_hand > 0)
        pthread_cond_wait(&ledger->wake, &ledger->lock);
    pthread_mutex_unlock(&ledger->lock);
}

static void cast_until_cut(struct rehearsal *rehearsal)
{
    for (unsigned at = 0; at < MEMBERS && !ledger->refused;) {
        unsigned count = 1 + (unsigned)(randombytes_uniform(AT_ONCE_MAX));
        count = count < MEMBERS - at ? count : MEMBERS - at;
        cast_some(rehearsal, at, count);
        at += count;
    }
    if (ledger->refused)
        exit(1);
}

/* However the child ends: without power, at the latest now. */
static void switch_off(void)
{
    pthread_mutex_lock(&power_guard);
    ledger->cut = power.cut;
    ledger->calls = power.calls;
    if (!power.cut)
        power_cut();
    ledger->lost = power.lost_writes;
    ledger->torn = power.torn_writes;
    ledger->kept = power.kept_writes;
    _exit(0);
}

static void live(struct rehearsal *rehearsal, const char *folder, uint64_t seed, long calls)
{
    int quiet = open("/dev/null", O_WRONLY);
    dup2(quiet, STDERR_FILENO); /* the daemon complains of its disk, as it should */
    atexit(switch_off);
    power_on(seed, calls);
    rehearsal->options.folder = folder;
    rehearsal->options.vfs = "power";
    rehearsal->options.stated = read_checkpoint;
    rehearsal_resume(rehearsal);
    log_key = rehearsal->election->log.key;
    if (rehearsal_state_of(rehearsal)->phase == PHASE_PREPARING) {
        rehearsal_roll(rehearsal);
        rehearsal_issue(rehearsal);
        rehearsal_open(rehearsal);
    }
    cast_until_cut(rehearsal);
    rehearsal_close(rehearsal);
    exit(0);
}

/* -- looking at what is left ------------------------------------------------------------------- */

static struct merkle_hash *read_leaves(struct election *election, size_t size)
{
    struct sources sources = election_sources(election);
    struct merkle_hash *leaves = calloc(size + 1, sizeof *leaves);
    for (size_t i = 0; i < size; i++) {
        struct buf bytes;
        struct fail fail;
        buf_init(&bytes, LIMIT_ENTRY_BYTES);
        rehearsal_must(sources.entry(sources.ctx, i, &bytes, &fail), &fail, "entry");
        merkle_leaf(buf_span(&bytes), &leaves[i]);
        buf_done(&bytes);
    }
    return leaves;
}

static int compare_leaves(const void *a, const void *b)
{
    return memcmp(a, b, HASH_BYTES);
}

static void look_at_log(struct election *election, struct damage *damage)
{
    size_t size = election->state->tree.size;
    struct merkle_hash *leaves = read_leaves(election, size);
    damage->forgotten += (unsigned)(ledger->seen_count -
                                    seen_extended(ledger->seen, ledger->seen_count, leaves, size));
    for (unsigned i = 0; i < MEMBERS; i++) {
        const struct cast *cast = &ledger->casts[i];
        if (!cast->acknowledged)
            continue;
        if (cast->index >= size)
            damage->missing++;
        else if (memcmp(&leaves[cast->index], &cast->leaf, HASH_BYTES) != 0)
            damage->changed++;
    }
    qsort(leaves, size, sizeof *leaves, compare_leaves);
    for (size_t i = 1; i < size; i++)
        damage->twice += memcmp(&leaves[i - 1], &leaves[i], HASH_BYTES) == 0;
    free(leaves);
}

static void posted_again(void *ctx, const struct submission *submission)
{
    struct damage *damage = ctx;
    pthread_mutex_lock(&ledger->lock);
    damage->missing += submission->result != SUBMISSION_KNOWN;
    pthread_mutex_unlock(&ledger->lock);
}

static void post_again(struct election *election, struct damage *damage)
{
    for (unsigned i = 0; i < MEMBERS; i++) {
        struct cast *cast = &ledger->casts[i];
        if (cast->acknowledged)
            election_submit(election, span_of(cast->note, cast->len), posted_again, damage);
    }
}

/* A notice, which may stand at any time. */
static void go_on(struct rehearsal *rehearsal, struct damage *damage)
{
    const struct note_signer *signers[] = {&rehearsal->officers[RETURNING]};
    static const uint8_t nothing[HASH_BYTES];
    struct fail fail = {.outcome = OK};
    struct buf text;
    json_t *object =
        rehearsal_statement(rehearsal, KIND_NOTICE, rehearsal_state_of(rehearsal)->definition_leaf);
    json_put(object, "text", rehearsal_text("The power is back"));
    json_put_hex(object, "subject", SPAN_ARRAY(nothing));
    buf_init(&text, NOTE_BYTES_MAX);
    statement_end(object, &text);
    rehearsal_state(rehearsal, buf_span(&text), signers, 1, &fail);
    damage->stuck += fail.outcome != OK;
    buf_done(&text);
}

static void look(const struct rehearsal *template, const char *folder, struct damage *damage)
{
    struct rehearsal rehearsal = *template;
    struct fail fail = {.outcome = OK};
    const struct election_options how = {.folder = folder, .passphrase = SPAN_LIT("rehearsal")};
    if (election_open(&how, &rehearsal.election, &fail) != OK) {
        damage->stuck++;
        return;
    }
    look_at_log(rehearsal.election, damage);
    post_again(rehearsal.election, damage);
    go_on(&rehearsal, damage);
    election_close(rehearsal.election);
}

/* -- many -------------------------------------------------------------------------------------- */

static void copy_folder(const char *from, const char *to)
{
    const char *const argv[] = {"cp", "-r", from, to, NULL};
    if (process_run(argv, NULL) != 0)
        exit(1);
}

static void clear_ledger(void)
{
    pthread_mutexattr_t mutex;
    pthread_condattr_t condition;
    memset(ledger, 0, sizeof *ledger);
    pthread_mutexattr_init(&mutex);
    pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&ledger->lock, &mutex);
    pthread_condattr_init(&condition);
    pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
    pthread_cond_init(&ledger->wake, &condition);
}

/* One life in a copy of the folder; calls < 0: to the end. */
static void run_child(struct rehearsal *rehearsal, const char *folder, bool no_sync, uint64_t seed,
                      long calls)
{
    int status = 0;
    clear_ledger();
    copy_folder(rehearsal->options.folder, folder);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        rehearsal->options.unsafe_no_sync = no_sync;
        live(rehearsal, folder, seed, calls);
    }
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
    CHECK(ledger->cut || calls < 0 || !ledger->refused);
    pthread_mutex_init(&ledger->lock, NULL); /* the child may have died with it in hand */
}

static void add_up(struct total *total, const struct damage *damage)
{
    total->cuts++;
    total->cut_runs += ledger->cut;
    total->seen += (unsigned)ledger->seen_count;
    total->lost += ledger->lost;
    total->torn += ledger->torn;
    total->kept += ledger->kept;
    for (unsigned i = 0; i < MEMBERS; i++)
        total->acknowledged += ledger->casts[i].acknowledged;
    total->damage.missing += damage->missing;
    total->damage.twice += damage->twice;
    total->damage.changed += damage->changed;
    total->damage.forgotten += damage->forgotten;
    total->damage.stuck += damage->stuck;
    total->harmed += (damage->missing | damage->twice | damage->changed | damage->forgotten |
                      damage->stuck) != 0;
}

static void cut_many(struct rehearsal *rehearsal, unsigned cuts, bool no_sync, struct total *total)
{
    char folder[128];
    snprintf(folder, sizeof folder, "%s.cut", rehearsal->options.folder);
    check_case("a life without a cut");
    run_child(rehearsal, folder, no_sync, 1, -1);
    long calls = ledger->calls;
    CHECK(!ledger->cut && ledger->casts[MEMBERS - 1].acknowledged);
    CHECK_INT(process_remove(folder), 0);
    for (unsigned i = 0; i < cuts; i++) {
        struct damage damage = {0};
        check_case("cut %u", i);
        run_child(rehearsal, folder, no_sync, i + 1, (long)randombytes_uniform((uint32_t)calls));
        look(rehearsal, folder, &damage);
        add_up(total, &damage);
        if (!ledger->cut && ledger->calls < calls)
            calls = ledger->calls; /* on a busy machine a commit takes more ballots: fewer calls */
        CHECK_INT(process_remove(folder), 0);
    }
}

static void print_total(const char *name, const struct total *total)
{
    printf("%s: %u of %u cuts did harm; %u ballots acknowledged and %u checkpoints seen; %u "
           "missing, %u twice, %u changed, %u checkpoints forgotten, %u stuck; unsynced writes: %u "
           "lost, %u torn, %u kept\n",
           name, total->harmed, total->cuts, total->acknowledged, total->seen,
           total->damage.missing, total->damage.twice, total->damage.changed,
           total->damage.forgotten, total->damage.stuck, total->lost, total->torn, total->kept);
}

static void cut_synced(struct rehearsal *preparing, struct rehearsal *open, unsigned cuts)
{
    struct total total = {0};
    cut_many(preparing, cuts / 4, false, &total);
    cut_many(open, cuts - cuts / 4, false, &total);
    print_total("synchronous=FULL", &total);
    check_case("synchronous=FULL: %u of %u lives were cut", total.cut_runs, cuts);
    CHECK_UINT(total.harmed, 0);
    CHECK(total.cut_runs >= cuts * 9 / 10);
    CHECK(total.acknowledged > 10 * cuts);
    CHECK(total.torn > 0 && total.lost > 0 && total.kept > 0);
}

static void cut_unsynced(struct rehearsal *open, unsigned cuts)
{
    struct total total = {0};
    cut_many(open, cuts, true, &total);
    print_total("synchronous=OFF", &total);
    check_case("synchronous=OFF must do harm");
    CHECK(total.harmed > cuts / 2);
}

static void prepare(struct rehearsal *rehearsal, const char *folder, bool open)
{
    const struct rehearsal_options options = {.folder = folder,
                                              .members = MEMBERS,
                                              .trustees = 3,
                                              .threshold = 2,
                                              .mixes = 2,
                                              .candidates = 8,
                                              .contests = 1};
    rehearsal_begin(rehearsal, &options);
    rehearsal_define(rehearsal);
    rehearsal_ceremony(rehearsal);
    if (open) {
        rehearsal_roll(rehearsal);
        rehearsal_issue(rehearsal);
        rehearsal_open(rehearsal);
    }
    rehearsal_pause(rehearsal);
}

int main(int argc, char **argv)
{
    unsigned cuts = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : CUTS;
    char top[] = "/tmp/fault_power.XXXXXX", preparing[64], open[64];
    struct rehearsal first, second;
    if (sodium_init() < 0 || !mkdtemp(top))
        return 1;
    snprintf(preparing, sizeof preparing, "%s/preparing", top);
    snprintf(open, sizeof open, "%s/open", top);
    ledger = mmap(NULL, sizeof *ledger, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (ledger == MAP_FAILED)
        return 1;
    prepare(&first, preparing, false);
    prepare(&second, open, true);
    cut_synced(&first, &second, cuts);
    cut_unsynced(&second, cuts / 4);
    rehearsal_end(&first);
    rehearsal_end(&second);
    CHECK_INT(process_remove(top), 0);
    return check_end("power");
}
