/* Inside the store only: how board and people make their writers. */
#ifndef STORE_WRITER_MAKE_H
#define STORE_WRITER_MAKE_H

#include "store/sqlite.h"
#include "store/writer.h"

struct txn {
    struct conn *conn;
    void *room; /* the ctx of the rooms below */
};

/* What a kind of database does around the jobs of a commit. Every member but ctx may be NULL. */
struct writer_room {
    void *ctx;
    size_t (*mark)(void *ctx);              /* before a job */
    void (*rewind)(void *ctx, size_t mark); /* it was taken back */
    enum outcome (*before_commit)(void *ctx, struct txn *txn, struct fail *fail);
    void (*ended)(void *ctx, bool committed); /* before the jobs are told */
    void (*free)(void *ctx);
};

/* Takes the lock file path.lock, so that no second process writes (BUSY store.locked), and opens or
 * creates the database. The writer owns room.ctx from here on, also when this fails. */
enum outcome writer_new(const struct schema *schema, const char *path,
                        const struct store_options *options, const struct writer_room *room,
                        struct writer **out_writer, struct fail *fail) MUST_USE;

#endif
