/* The writer's promises and the board's tables. */
#include "store/board.h"

#include <pthread.h>
#include <sodium.h>
#include <sqlite3.h>
#include <unistd.h>

#include "check.h"

static char folder[64];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/store_board.XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
}

static void remove_folder(void)
{
    static const char *const names[] = {"board.db", "board.db-wal", "board.db-shm",
                                        "board.db.lock"};
    for (size_t i = 0; i < CHECK_COUNT_OF(names); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static void leaf_of(const char *text, uint8_t out_leaf[static HASH_BYTES])
{
    crypto_hash_sha256(out_leaf, (const uint8_t *)text, strlen(text));
}

/* One job that appends one entry, perhaps writes a fact, and then gives `outcome`. */
struct step {
    const char *text;
    enum board_order order;
    enum outcome outcome;
    uint64_t index;
    enum outcome told;
    unsigned times_told;
};

static enum outcome step_run(void *ctx, struct txn *txn, struct fail *fail)
{
    struct step *step = ctx;
    uint8_t leaf[HASH_BYTES];
    leaf_of(step->text, leaf);
    enum outcome outcome =
        board_append(txn, span_str(step->text), leaf, step->order, &step->index, fail);
    if (outcome == OK)
        outcome = board_put_fact(txn, step->text, SPAN_LIT("written"), fail);
    return outcome ? outcome : fail_set(fail, step->outcome, "test", "as asked");
}

static void step_done(void *ctx, enum outcome outcome, const struct fail *fail)
{
    struct step *step = ctx;
    (void)fail;
    step->told = outcome;
    step->times_told++;
}

/* A job that holds the writer until the gate opens, so that what is queued meanwhile makes one
 * batch. */
struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool reached, open;
};
static struct gate gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, false};

static enum outcome gate_run(void *ctx, struct txn *txn, struct fail *fail)
{
    (void)ctx, (void)txn, (void)fail;
    pthread_mutex_lock(&gate.mutex);
    gate.reached = true;
    pthread_cond_signal(&gate.wake);
    while (!gate.open)
        pthread_cond_wait(&gate.wake, &gate.mutex);
    pthread_mutex_unlock(&gate.mutex);
    return OK;
}

static void gate_close(struct writer *writer)
{
    gate.reached = gate.open = false;
    CHECK_INT(writer_submit(writer, &(struct job){gate_run, NULL, NULL}, NULL), OK);
    pthread_mutex_lock(&gate.mutex);
    while (!gate.reached)
        pthread_cond_wait(&gate.wake, &gate.mutex);
    pthread_mutex_unlock(&gate.mutex);
}

static void gate_open(void)
{
    pthread_mutex_lock(&gate.mutex);
    gate.open = true;
    pthread_cond_signal(&gate.wake);
    pthread_mutex_unlock(&gate.mutex);
}

static enum outcome nothing(void *ctx, struct txn *txn, struct fail *fail)
{
    (void)ctx, (void)txn, (void)fail;
    return OK;
}

/* Queues the steps as one batch and waits for their commit. */
static void run_steps(struct writer *writer, struct step *steps, unsigned count)
{
    gate_close(writer);
    for (unsigned i = 0; i < count; i++)
        CHECK_INT(writer_submit(writer, &(struct job){step_run, step_done, &steps[i]}, NULL), OK);
    gate_open();
    CHECK_INT(writer_run(writer, nothing, NULL, NULL), OK);
}

struct hook_count {
    unsigned placed, committed, undone;
    uint64_t last;
};
static enum outcome count_placed(void *ctx, struct txn *txn, uint64_t index,
                                 const uint8_t leaf[static HASH_BYTES], struct fail *fail)
{
    struct hook_count *count = ctx;
    count->placed++;
    count->last = index;
    return board_put_node(txn, 0, index, leaf, fail);
}
static void count_ended(void *ctx, bool committed)
{
    struct hook_count *count = ctx;
    if (committed)
        count->committed++;
    else
        count->undone++;
}

/* After a stop: what stood still stands, and no second writer gets in. */
static void test_started_again(void)
{
    struct writer *writer = NULL, *second = NULL;
    struct step steps[] = {{"three", BOARD_IN_ORDER, OK, 99, BROKEN, 0},
                           {"four", BOARD_IN_ORDER, OK, 99, BROKEN, 0}};
    check_case("started again");
    CHECK_INT(board_writer_new(folder, NULL, NULL, &writer, NULL), OK);
    CHECK_INT(board_writer_new(folder, NULL, NULL, &second, NULL), BUSY);
    run_steps(writer, steps, 2);
    CHECK_INT(steps[0].told, CONFLICT);
    CHECK_UINT(steps[1].index, 2);
    writer_free(writer);
}

static void test_savepoints(void)
{
    struct hook_count hooks = {0};
    struct writer *writer = NULL;
    struct conn *conn = NULL;
    struct buf out;
    uint64_t count = 0;
    uint8_t hash[HASH_BYTES];
    struct step steps[] = {
        {"one", BOARD_IN_ORDER, OK, 99, BROKEN, 0},
        {"two", BOARD_IN_ORDER, NOT_ALLOWED, 99, BROKEN, 0}, /* fails after it appended */
        {"three", BOARD_IN_ORDER, OK, 99, BROKEN, 0},
        {"one", BOARD_IN_ORDER, OK, 99, BROKEN, 0}, /* the same bytes again */
    };
    make_folder();
    buf_init(&out, 1 << 17);
    check_case("before the first writer");
    CHECK_INT(board_open(folder, NULL, &conn, NULL), NOT_FOUND);
    struct board_hooks board_hooks = {&hooks, NULL, count_placed, count_ended};
    CHECK_INT(board_writer_new(folder, NULL, &board_hooks, &writer, NULL), OK);
    run_steps(writer, steps, 4);

    check_case("one job's failure is its own");
    CHECK_INT(steps[0].told, OK);
    CHECK_INT(steps[1].told, NOT_ALLOWED);
    CHECK_INT(steps[2].told, OK);
    CHECK_INT(steps[3].told, CONFLICT);
    for (unsigned i = 0; i < 4; i++)
        CHECK_UINT(steps[i].times_told, 1);
    CHECK_UINT(steps[0].index, 0);
    CHECK_UINT(steps[1].index, 99);
    CHECK_UINT(steps[2].index, 1);
    CHECK_UINT(hooks.placed, 2);
    CHECK_UINT(hooks.undone, 0);

    check_case("what a reader sees");
    CHECK_INT(board_open(folder, NULL, &conn, NULL), OK);
    CHECK_INT(board_count(conn, &count, NULL), OK);
    CHECK_UINT(count, 2);
    CHECK_INT(board_entry(conn, 1, &out, NULL), OK);
    CHECK_TEXT(buf_span(&out), "three");
    CHECK_INT(board_entry(conn, 2, &out, NULL), NOT_FOUND);
    CHECK_INT(board_fact(conn, "two", &out, NULL), NOT_FOUND);
    CHECK_INT(board_fact(conn, "three", &out, NULL), OK);
    CHECK_INT(board_node(conn, 0, 1, hash, NULL), OK);
    CHECK_INT(board_node(conn, 0, 2, hash, NULL), BROKEN);
    CHECK_INT(conn_check(conn, NULL), OK);
    conn_close(conn);

    writer_free(writer);
    test_started_again();
    buf_done(&out);
    remove_folder();
}

/* Twenty shuffled, one in order, twenty shuffled: the first twenty stay before it, and their order
 * is hardly ever (1 in 20!) that of arrival. */
static void test_shuffle(void)
{
    enum { RUN = 20, ALL = 2 * RUN + 1 };
    struct step steps[ALL];
    char texts[ALL][8];
    bool taken[ALL] = {false};
    unsigned in_place = 0;
    struct writer *writer = NULL;
    make_folder();
    CHECK_INT(board_writer_new(folder, NULL, NULL, &writer, NULL), OK);
    for (unsigned i = 0; i < ALL; i++) {
        snprintf(texts[i], sizeof texts[i], "%u", i);
        steps[i] =
            (struct step){texts[i], i == RUN ? BOARD_IN_ORDER : BOARD_SHUFFLED, OK, 99, BROKEN, 0};
    }
    run_steps(writer, steps, ALL);
    check_case("shuffled");
    for (unsigned i = 0; i < ALL; i++) {
        if (!CHECK(steps[i].index < ALL))
            continue;
        CHECK(!taken[steps[i].index]);
        taken[steps[i].index] = true;
        CHECK_INT((steps[i].index > RUN) - (steps[i].index < RUN), (i > RUN) - (i < RUN));
        in_place += steps[i].index == i;
    }
    CHECK_UINT(steps[RUN].index, RUN);
    CHECK(in_place < ALL);
    writer_free(writer);
    remove_folder();
}

static enum outcome ballot_run(void *ctx, struct txn *txn, struct fail *fail)
{
    const uint8_t *ballot = ctx; /* alpha's number, credential's number, sequence */
    uint8_t alpha[POINT_BYTES] = {ballot[0]}, credential[KEY_BYTES] = {ballot[1]};
    uint8_t leaf[HASH_BYTES] = {ballot[0], ballot[1], ballot[2]};
    enum outcome outcome = board_put_alpha(txn, alpha, fail);
    return outcome ? outcome : board_put_ballot(txn, credential, ballot[2], leaf, fail);
}

static void test_ballots(void)
{
    struct writer *writer = NULL;
    struct conn *conn = NULL;
    struct fail fail;
    uint64_t sequence = 0, count = 0;
    uint8_t leaf[HASH_BYTES];
    bool has;
    make_folder();
    CHECK_INT(board_writer_new(folder, NULL, NULL, &writer, NULL), OK);
    check_case("ballots");
    CHECK_INT(writer_run(writer, ballot_run, (uint8_t[]){1, 1, 0}, &fail), OK);
    CHECK_INT(writer_run(writer, ballot_run, (uint8_t[]){2, 1, 1}, &fail), OK);
    check_case("a repeated alpha");
    CHECK_INT(writer_run(writer, ballot_run, (uint8_t[]){1, 2, 0}, &fail), CONFLICT);
    CHECK_STR(fail.code, "store.alpha-repeated");
    check_case("a repeated sequence takes its alpha back");
    CHECK_INT(writer_run(writer, ballot_run, (uint8_t[]){3, 1, 1}, &fail), CONFLICT);
    CHECK_STR(fail.code, "store.exists");
    CHECK_INT(board_open(folder, NULL, &conn, NULL), OK);
    CHECK_INT(board_has_alpha(conn, (uint8_t[POINT_BYTES]){2}, &has, NULL), OK);
    CHECK(has);
    CHECK_INT(board_has_alpha(conn, (uint8_t[POINT_BYTES]){3}, &has, NULL), OK);
    CHECK(!has);
    CHECK_INT(board_last_ballot(conn, (uint8_t[KEY_BYTES]){1}, &sequence, leaf, NULL), OK);
    CHECK_UINT(sequence, 1);
    CHECK_UINT(leaf[0], 2);
    CHECK_INT(board_last_ballot(conn, (uint8_t[KEY_BYTES]){9}, &sequence, leaf, NULL), NOT_FOUND);
    CHECK_INT(board_ballot_count(conn, &count, NULL), OK);
    CHECK_UINT(count, 2);
    conn_close(conn);
    writer_free(writer);
    remove_folder();
}

static enum outcome misc_run(void *ctx, struct txn *txn, struct fail *fail)
{
    (void)ctx;
    const uint8_t hash[HASH_BYTES] = {5};
    enum outcome outcome = board_put_blob(txn, hash, 77, fail);
    if (outcome == OK)
        outcome = board_put_blob(txn, hash, 77, fail);
    if (outcome == OK)
        outcome = board_put_checkpoint(txn, 3, SPAN_LIT("three"), fail);
    if (outcome == OK)
        outcome = board_put_checkpoint(txn, 9, SPAN_LIT("nine"), fail);
    if (outcome == OK)
        outcome = board_put_checkpoint(txn, 9, SPAN_LIT("nine, cosigned"), fail);
    if (outcome == OK)
        outcome = board_put_fact(txn, "state", SPAN_LIT("open"), fail);
    return outcome ? outcome : board_put_fact(txn, "state", SPAN_LIT("closed"), fail);
}

static void test_rest(void)
{
    struct writer *writer = NULL;
    struct conn *conn = NULL;
    struct buf out;
    uint64_t size = 0;
    buf_init(&out, 1024);
    make_folder();
    CHECK_INT(board_writer_new(folder, NULL, NULL, &writer, NULL), OK);
    check_case("blobs, checkpoints, facts");
    CHECK_INT(writer_run(writer, misc_run, NULL, NULL), OK);
    CHECK_INT(board_open(folder, NULL, &conn, NULL), OK);
    CHECK_INT(board_blob(conn, (uint8_t[HASH_BYTES]){5}, &size, NULL), OK);
    CHECK_UINT(size, 77);
    CHECK_INT(board_blob(conn, (uint8_t[HASH_BYTES]){6}, &size, NULL), NOT_FOUND);
    CHECK_INT(board_last_checkpoint(conn, &size, &out, NULL), OK);
    CHECK_UINT(size, 9);
    CHECK_TEXT(buf_span(&out), "nine, cosigned");
    buf_clear(&out);
    CHECK_INT(board_checkpoint_from(conn, 1, &size, &out, NULL), OK);
    CHECK_TEXT(buf_span(&out), "three");
    CHECK_INT(board_checkpoint_from(conn, 10, &size, &out, NULL), NOT_FOUND);
    buf_clear(&out);
    CHECK_INT(board_fact(conn, "state", &out, NULL), OK);
    CHECK_TEXT(buf_span(&out), "closed");
    conn_close(conn);
    writer_free(writer);
    buf_done(&out);
    remove_folder();
}

/* The triggers hold for whoever opens the file, REPLACE included. */
static void test_append_only(void)
{
    static const char *const attempts[] = {
        "UPDATE entry SET bytes = x'00'",
        "DELETE FROM entry",
        "INSERT OR REPLACE INTO entry (idx, leaf, bytes) VALUES (0, zeroblob(32), x'00')",
        "INSERT INTO entry (idx, leaf, bytes) VALUES (7, zeroblob(32), x'00')",
        "DELETE FROM node",
        "UPDATE alpha SET point = zeroblob(32)",
        "DELETE FROM ballot",
        "DELETE FROM checkpoint",
        "INSERT INTO entry (idx, leaf, bytes) VALUES (1, zeroblob(31), x'00')",
        "INSERT INTO entry (idx, leaf, bytes) VALUES (1, zeroblob(32), 'text')",
    };
    struct writer *writer = NULL;
    struct step step = {"one", BOARD_IN_ORDER, OK, 99, BROKEN, 0};
    struct hook_count hooks = {0};
    char path[128];
    sqlite3 *db = NULL;
    make_folder();
    struct board_hooks board_hooks = {&hooks, NULL, count_placed, count_ended};
    CHECK_INT(board_writer_new(folder, NULL, &board_hooks, &writer, NULL), OK);
    run_steps(writer, &step, 1);
    CHECK_INT(writer_run(writer, ballot_run, (uint8_t[]){1, 1, 0}, NULL), OK);
    CHECK_INT(writer_run(writer, misc_run, NULL, NULL), OK);
    writer_free(writer);
    snprintf(path, sizeof path, "%s/board.db", folder);
    CHECK_INT(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA recursive_triggers = ON", NULL, NULL, NULL);
    for (size_t i = 0; i < CHECK_COUNT_OF(attempts); i++) {
        check_case("%s", attempts[i]);
        CHECK_INT(sqlite3_exec(db, attempts[i], NULL, NULL, NULL) & 0xff, SQLITE_CONSTRAINT);
    }
    sqlite3_exec(db, "PRAGMA user_version = 99", NULL, NULL, NULL);
    sqlite3_close(db);
    check_case("a database of a later version");
    struct conn *conn = NULL;
    struct fail fail;
    CHECK_INT(board_writer_new(folder, NULL, NULL, &writer, &fail), BROKEN);
    CHECK_STR(fail.code, "store.version");
    CHECK_INT(board_open(folder, NULL, &conn, &fail), BROKEN);
    remove_folder();
}

static void test_queue(void)
{
    enum { MAX = 4 };
    struct writer *writer = NULL;
    struct step steps[MAX];
    char texts[MAX][8];
    struct fail fail;
    struct store_options options = {.queue_max = MAX};
    make_folder();
    CHECK_INT(board_writer_new(folder, &options, NULL, &writer, NULL), OK);
    gate_close(writer);
    for (unsigned i = 0; i < MAX; i++) {
        snprintf(texts[i], sizeof texts[i], "%u", i);
        steps[i] = (struct step){texts[i], BOARD_IN_ORDER, OK, 99, BROKEN, 0};
        CHECK_INT(writer_submit(writer, &(struct job){step_run, step_done, &steps[i]}, NULL), OK);
    }
    check_case("a full queue");
    CHECK_INT(writer_submit(writer, &(struct job){nothing, NULL, NULL}, &fail), BUSY);
    CHECK_STR(fail.code, "store.queue-full");
    check_case("stopping drains the queue");
    gate_open();
    writer_free(writer);
    for (unsigned i = 0; i < MAX; i++) {
        CHECK_INT(steps[i].told, OK);
        CHECK_UINT(steps[i].index, i);
    }
    remove_folder();
}

static void test_broken(void)
{
    struct hook_count hooks = {0};
    struct writer *writer = NULL;
    struct conn *conn = NULL;
    struct step steps[] = {{"one", BOARD_IN_ORDER, OK, 99, OK, 0},
                           {"two", BOARD_IN_ORDER, BROKEN, 99, OK, 0}};
    uint64_t count = 7;
    make_folder();
    struct board_hooks board_hooks = {&hooks, NULL, count_placed, count_ended};
    CHECK_INT(board_writer_new(folder, NULL, &board_hooks, &writer, NULL), OK);
    gate_close(writer);
    for (unsigned i = 0; i < 2; i++)
        CHECK_INT(writer_submit(writer, &(struct job){step_run, step_done, &steps[i]}, NULL), OK);
    gate_open();
    while (!writer_count(writer).broken)
        usleep(1000);
    check_case("a broken job stops all writing and commits nothing of its batch");
    CHECK_INT(writer_submit(writer, &(struct job){nothing, NULL, NULL}, NULL), BROKEN);
    CHECK_INT(board_open(folder, NULL, &conn, NULL), OK);
    CHECK_INT(board_count(conn, &count, NULL), OK);
    CHECK_UINT(count, 0);
    conn_close(conn);
    writer_free(writer);
    CHECK_INT(steps[0].told, BROKEN);
    CHECK_INT(steps[1].told, BROKEN);
    CHECK_UINT(steps[0].index, 99);
    CHECK_UINT(hooks.undone, 1);
    remove_folder();
}

static enum outcome collect(void *ctx, const struct board_entry *entry, struct fail *fail)
{
    uint64_t *next = ctx;
    (void)fail;
    CHECK_UINT(entry->index, *next);
    CHECK_UINT(entry->bytes.len, 1 + (*next >= 10));
    ++*next;
    return *next == 8 ? NOT_ALLOWED : OK;
}

static void test_range(void)
{
    struct writer *writer = NULL;
    struct conn *conn = NULL;
    struct step steps[12];
    char texts[12][8];
    uint64_t next = 9;
    make_folder();
    CHECK_INT(board_writer_new(folder, NULL, NULL, &writer, NULL), OK);
    for (unsigned i = 0; i < 12; i++) {
        snprintf(texts[i], sizeof texts[i], "%u", i);
        steps[i] = (struct step){texts[i], BOARD_IN_ORDER, OK, 99, BROKEN, 0};
    }
    run_steps(writer, steps, 12);
    CHECK_INT(board_open(folder, NULL, &conn, NULL), OK);
    check_case("range");
    CHECK_INT(board_range(conn, 9, 100, collect, &next, NULL), OK);
    CHECK_UINT(next, 12);
    next = 5;
    CHECK_INT(board_range(conn, 5, 12, collect, &next, NULL), NOT_ALLOWED);
    CHECK_UINT(next, 8);
    conn_close(conn);
    writer_free(writer);
    remove_folder();
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    test_savepoints();
    test_shuffle();
    test_ballots();
    test_rest();
    test_append_only();
    test_queue();
    test_broken();
    test_range();
    return check_end("store_board");
}
