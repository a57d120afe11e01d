#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/report.h"
#include "store/writer_make.h"

enum { QUEUE_MAX = 4096, BATCH_MAX = 256, CHECKPOINT_PAGES = 4000 };

struct batch_item {
    struct job job;
    enum outcome outcome;
    struct fail fail;
};

struct writer {
    struct conn *conn;
    struct writer_room room;
    int lock_fd;
    unsigned checkpoint_pages;
    int wal_pages; /* after the last commit */

    pthread_t thread;
    bool started;
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t wake;
    struct job *queue; /* a ring */
    unsigned queue_max, first, waiting;
    bool stopping;
    struct writer_count count;
    struct fail broken; /* why, once count.broken */

    struct batch_item *batch; /* the thread's own */
    unsigned batch_max;
};

struct conn *txn_conn(struct txn *txn)
{
    return txn->conn;
}

static int note_wal_pages(void *ctx, sqlite3 *db, const char *name, int pages)
{
    (void)db, (void)name;
    ((struct writer *)ctx)->wal_pages = pages;
    return SQLITE_OK;
}

/* Between commits, by the only connection that may: SQLite before 3.51.3 can lose pages when two
 * connections write and checkpoint at once. What fails here is tried again after the next commit.
 */
static void fold_back(struct writer *writer, int mode)
{
    sqlite3_wal_checkpoint_v2(writer->conn->db, NULL, mode, NULL, NULL);
    writer->wal_pages = 0;
}

/* Runs one job in its savepoint. Its own failure is its own outcome; what is returned is a failure
 * of the transaction as a whole. */
static enum outcome run_item(struct writer *writer, struct batch_item *item, struct txn *txn,
                             struct fail *fail)
{
    size_t mark = writer->room.mark ? writer->room.mark(writer->room.ctx) : 0;
    enum outcome outcome = conn_execute(txn->conn, "SAVEPOINT job", fail);
    if (outcome)
        return outcome;
    item->outcome = item->job.run(item->job.ctx, txn, &item->fail);
    if (item->outcome == BROKEN) {
        if (fail)
            *fail = item->fail;
        return BROKEN;
    }
    if (item->outcome == OK)
        return conn_execute(txn->conn, "RELEASE job", fail);
    if (writer->room.rewind)
        writer->room.rewind(writer->room.ctx, mark);
    return conn_execute(txn->conn, "ROLLBACK TO job; RELEASE job", fail);
}

static enum outcome run_transaction(struct writer *writer, unsigned count, struct fail *fail)
{
    struct txn txn = {.conn = writer->conn, .room = writer->room.ctx};
    enum outcome outcome = conn_execute(writer->conn, "BEGIN IMMEDIATE", fail);
    for (unsigned i = 0; outcome == OK && i < count; i++)
        outcome = run_item(writer, &writer->batch[i], &txn, fail);
    if (outcome == OK && writer->room.before_commit)
        outcome = writer->room.before_commit(writer->room.ctx, &txn, fail);
    if (outcome == OK)
        outcome = conn_execute(writer->conn, "COMMIT", fail);
    if (outcome && !sqlite3_get_autocommit(writer->conn->db))
        sqlite3_exec(writer->conn->db, "ROLLBACK", NULL, NULL, NULL);
    return outcome;
}

static void stop_writing(struct writer *writer, const struct fail *fail)
{
    pthread_mutex_lock(&writer->mutex);
    writer->count.broken = true;
    writer->broken = *fail;
    pthread_mutex_unlock(&writer->mutex);
    report_line(REPORT_ERROR, "stopped writing: %s", fail->text);
}

static void run_batch(struct writer *writer, unsigned count)
{
    struct fail fail = {.outcome = OK};
    enum outcome outcome = run_transaction(writer, count, &fail);
    unsigned good = 0;
    if (outcome)
        stop_writing(writer, &fail);
    for (unsigned i = 0; i < count; i++) {
        struct batch_item *item = &writer->batch[i];
        if (outcome) {
            item->outcome = BROKEN;
            item->fail = fail;
            item->fail.outcome = BROKEN;
        }
        good += item->outcome == OK;
    }
    if (writer->room.ended)
        writer->room.ended(writer->room.ctx, outcome == OK);
    pthread_mutex_lock(&writer->mutex);
    writer->count.commits += outcome == OK;
    writer->count.jobs += good;
    pthread_mutex_unlock(&writer->mutex);
    for (unsigned i = 0; i < count; i++)
        if (writer->batch[i].job.done)
            writer->batch[i].job.done(writer->batch[i].job.ctx, writer->batch[i].outcome,
                                      &writer->batch[i].fail);
}

/* Waits for jobs and takes as many as one commit may hold; 0 when all is done and it should stop.
 */
static unsigned take_batch(struct writer *writer, bool *out_broken)
{
    unsigned count = 0;
    pthread_mutex_lock(&writer->mutex);
    while (writer->waiting == 0 && !writer->stopping)
        pthread_cond_wait(&writer->wake, &writer->mutex);
    for (; count < writer->batch_max && writer->waiting > 0; count++) {
        writer->batch[count] = (struct batch_item){.job = writer->queue[writer->first]};
        writer->first = (writer->first + 1) % writer->queue_max;
        writer->waiting--;
    }
    *out_broken = writer->count.broken;
    pthread_mutex_unlock(&writer->mutex);
    return count;
}

static void refuse_batch(struct writer *writer, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (writer->batch[i].job.done)
            writer->batch[i].job.done(writer->batch[i].job.ctx, BROKEN, &writer->broken);
}

static void *writer_main(void *ctx)
{
    struct writer *writer = ctx;
    unsigned count;
    bool broken;
    while ((count = take_batch(writer, &broken)) > 0) {
        if (broken)
            refuse_batch(writer, count);
        else
            run_batch(writer, count);
        if ((unsigned)writer->wal_pages >= writer->checkpoint_pages)
            fold_back(writer, SQLITE_CHECKPOINT_PASSIVE);
    }
    return NULL;
}

static enum outcome lock_file(struct writer *writer, const char *path, struct fail *fail)
{
    char lock_path[4096];
    int len = snprintf(lock_path, sizeof lock_path, "%s.lock", path);
    if (len < 0 || (size_t)len >= sizeof lock_path)
        return fail_set(fail, BROKEN, "store.locked", "%s: the path is too long", path);
    writer->lock_fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (writer->lock_fd < 0)
        return fail_set(fail, BROKEN, "store.locked", "cannot open %s: %s", lock_path,
                        strerror(errno));
    if (flock(writer->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return fail_set(fail, BUSY, "store.locked",
                        "another process writes %s: stop it first (%s is its lock)", path,
                        lock_path);
    return OK;
}

static enum outcome allocate(struct writer *writer, const struct store_options *options,
                             struct fail *fail)
{
    writer->queue_max = options && options->queue_max ? options->queue_max : QUEUE_MAX;
    writer->batch_max = options && options->batch_max ? options->batch_max : BATCH_MAX;
    writer->checkpoint_pages =
        options && options->checkpoint_pages ? options->checkpoint_pages : CHECKPOINT_PAGES;
    writer->queue = calloc(writer->queue_max, sizeof *writer->queue);
    writer->batch = calloc(writer->batch_max, sizeof *writer->batch);
    return writer->queue && writer->batch ? OK : fail_set(fail, BROKEN, "memory", "out of memory");
}

static enum outcome start(struct writer *writer, struct fail *fail)
{
    sqlite3_wal_hook(writer->conn->db, note_wal_pages, writer);
    int code = pthread_create(&writer->thread, NULL, writer_main, writer);
    if (code)
        return fail_set(fail, BROKEN, "store.thread", "cannot start the writer: %s",
                        strerror(code));
    writer->started = true;
    return OK;
}

enum outcome writer_new(const struct schema *schema, const char *path,
                        const struct store_options *options, const struct writer_room *room,
                        struct writer **out_writer, struct fail *fail)
{
    struct writer *writer = calloc(1, sizeof *writer);
    if (!writer) {
        if (room->free)
            room->free(room->ctx);
        return fail_set(fail, BROKEN, "memory", "out of memory");
    }
    writer->room = *room;
    writer->lock_fd = -1;
    pthread_mutex_init(&writer->mutex, NULL);
    pthread_cond_init(&writer->wake, NULL);
    enum outcome outcome = allocate(writer, options, fail);
    if (outcome == OK)
        outcome = lock_file(writer, path, fail);
    if (outcome == OK)
        outcome = conn_open(schema, path, true, options, &writer->conn, fail);
    if (outcome == OK)
        outcome = start(writer, fail);
    if (outcome == OK)
        *out_writer = writer;
    else
        writer_free(writer);
    return outcome;
}

enum outcome writer_submit(struct writer *writer, const struct job *job, struct fail *fail)
{
    enum outcome outcome = OK;
    pthread_mutex_lock(&writer->mutex);
    if (writer->count.broken)
        outcome = fail_set(fail, BROKEN, "store.stopped", "nothing more is written: %s",
                           writer->broken.text);
    else if (writer->stopping)
        outcome = fail_set(fail, BROKEN, "store.stopped", "the writer is stopping");
    else if (writer->waiting == writer->queue_max)
        outcome = fail_set(fail, BUSY, "store.queue-full",
                           "%u writes are waiting already: try again in a moment", writer->waiting);
    else
        writer->queue[(writer->first + writer->waiting++) % writer->queue_max] = *job;
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->mutex);
    return outcome;
}

struct waiter {
    enum outcome (*run)(void *ctx, struct txn *txn, struct fail *fail);
    void *ctx;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool done;
    enum outcome outcome;
    struct fail fail;
};

static enum outcome waiter_run(void *ctx, struct txn *txn, struct fail *fail)
{
    struct waiter *waiter = ctx;
    return waiter->run(waiter->ctx, txn, fail);
}

static void waiter_done(void *ctx, enum outcome outcome, const struct fail *fail)
{
    struct waiter *waiter = ctx;
    pthread_mutex_lock(&waiter->mutex);
    waiter->outcome = outcome;
    waiter->fail = *fail;
    waiter->done = true;
    pthread_cond_signal(&waiter->wake);
    pthread_mutex_unlock(&waiter->mutex);
}

enum outcome writer_run(struct writer *writer,
                        enum outcome (*run)(void *ctx, struct txn *txn, struct fail *fail),
                        void *ctx, struct fail *fail)
{
    struct waiter waiter = {.run = run,
                            .ctx = ctx,
                            .mutex = PTHREAD_MUTEX_INITIALIZER,
                            .wake = PTHREAD_COND_INITIALIZER};
    struct job job = {waiter_run, waiter_done, &waiter};
    assert(!pthread_equal(pthread_self(), writer->thread));
    enum outcome outcome = writer_submit(writer, &job, fail);
    if (outcome)
        return outcome;
    pthread_mutex_lock(&waiter.mutex);
    while (!waiter.done)
        pthread_cond_wait(&waiter.wake, &waiter.mutex);
    pthread_mutex_unlock(&waiter.mutex);
    if (waiter.outcome && fail)
        *fail = waiter.fail;
    return waiter.outcome;
}

struct writer_count writer_count(struct writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    struct writer_count count = writer->count;
    count.waiting = writer->waiting;
    pthread_mutex_unlock(&writer->mutex);
    return count;
}

static void stop_thread(struct writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    writer->stopping = true;
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->mutex);
    pthread_join(writer->thread, NULL);
    fold_back(writer, SQLITE_CHECKPOINT_TRUNCATE);
}

void writer_free(struct writer *writer)
{
    if (!writer)
        return;
    if (writer->started)
        stop_thread(writer);
    conn_close(writer->conn);
    if (writer->lock_fd >= 0)
        close(writer->lock_fd);
    if (writer->room.free)
        writer->room.free(writer->room.ctx);
    pthread_cond_destroy(&writer->wake);
    pthread_mutex_destroy(&writer->mutex);
    free(writer->queue);
    free(writer->batch);
    free(writer);
}
