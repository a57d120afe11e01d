/* What all of the store has in common: how a file is opened, and a connection to read through.
 *
 * One election is one folder: board.db (store/board.h), people.db (store/people.h), blob/
 * (store/blob.h). Each database has one read-write connection, owned by one thread (store/writer.h)
 * which also checkpoints; everybody else reads through connections that cannot write. SQLite stays
 * behind these headers.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/fail.h"
#include "base/span.h"

/* Zero means the default; NULL options mean all defaults. */
struct store_options {
    const char *vfs;           /* tests only: the name of an SQLite VFS */
    bool unsafe_no_sync;       /* tests only: synchronous=OFF, which loses acknowledged rows */
    unsigned checkpoint_pages; /* pages in the WAL before it is folded back; 1000 */
    unsigned queue_max;        /* jobs that may wait; 4096 */
    unsigned batch_max;        /* jobs in one commit; 256 */
};

/* A connection belongs to one thread at a time. */
struct conn;

void conn_close(struct conn *conn);

/* Reads between these two see one state of the database. */
enum outcome conn_begin_read(struct conn *conn, struct fail *fail) MUST_USE;
void conn_end_read(struct conn *conn);

/* PRAGMA integrity_check. BROKEN store.damaged with its first line. */
enum outcome conn_check(struct conn *conn, struct fail *fail) MUST_USE;

#endif
