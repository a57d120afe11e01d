/* The one who writes: a thread that owns a database's only read-write connection.
 *
 * Jobs wait in a bounded queue. The thread takes all that wait, runs them in one transaction, each
 * in a savepoint so that one that fails takes back only what it did itself, commits, and only then
 * says so to each. So a completion that reports OK speaks of bytes on disk, and a commit's cost is
 * shared by all who waited for it (group commit).
 *
 * When a commit fails, or a job reports BROKEN, the writer stops writing for good: that batch and
 * everything after is refused with BROKEN, while readers go on.
 */
#ifndef STORE_WRITER_H
#define STORE_WRITER_H

#include "store/store.h"

struct writer;

/* An open transaction, valid within the function that was given it. */
struct txn;

/* Reads what this transaction has written so far. */
struct conn *txn_conn(struct txn *txn);

/* Both are called on the writer's thread and must not wait for it. run: what it wrote is taken back
 * unless it returns OK. done (may be NULL): once per job, after COMMIT or when nothing was
 * committed; `fail` is meaningful unless outcome is OK. */
struct job {
    enum outcome (*run)(void *ctx, struct txn *txn, struct fail *fail);
    void (*done)(void *ctx, enum outcome outcome, const struct fail *fail);
    void *ctx;
};

/* BUSY store.queue-full, BROKEN store.stopped; then done is not called. Any thread. */
enum outcome writer_submit(struct writer *writer, const struct job *job,
                           struct fail *fail) MUST_USE;

/* Submits and waits for the commit. Never from the writer's own thread. */
enum outcome writer_run(struct writer *writer,
                        enum outcome (*run)(void *ctx, struct txn *txn, struct fail *fail),
                        void *ctx, struct fail *fail) MUST_USE;

struct writer_count {
    uint64_t commits;
    uint64_t jobs; /* that were committed */
    unsigned waiting;
    bool broken;
};
struct writer_count writer_count(struct writer *writer);

/* Refuses new jobs, finishes those that wait, folds the WAL back and closes. Accepts NULL. */
void writer_free(struct writer *writer);

#endif
