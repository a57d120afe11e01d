/* A copy of a database as it is at one moment, while others read and the writer writes.
 *
 * The order across files is the caller's: people.db first, then board.db, then the blobs, so that
 * the copy never names what it lacks; and the signer's memory last (log/signer.h refuses a database
 * that is older than it, so restoring needs both from one backup).
 */
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include "store/store.h"

/* Copies the connection's database to a new file, synced before it gets its name. CONFLICT when
 * path exists. A long copy holds the WAL from being reset, nothing else. */
enum outcome backup_copy(struct conn *conn, const char *path, struct fail *fail) MUST_USE;

#endif
