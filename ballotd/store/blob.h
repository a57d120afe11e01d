/* Bulk data by its SHA-256: folder/blob/sha256/<hex>, the very files of the public tree.
 *
 * Files, not a table: a mix of a large box is tens of megabytes, which a database would write twice
 * (WAL, then itself) on the one writer's time, and which is served, mirrored and bundled as a file.
 * A blob is on disk, synced, before it gets its name; the entry that names it is committed later,
 * so a power cut leaves at worst a file that nothing names. What is read is hashed again.
 */
#ifndef STORE_BLOB_H
#define STORE_BLOB_H

#include "base/buf.h"
#include "protocol.h"

/* TOO_LARGE blob.size over LIMIT_BLOB_BYTES. Putting the same bytes again is harmless. */
enum outcome blob_put(const char *folder, struct span bytes, uint8_t out_hash[static HASH_BYTES],
                      struct fail *fail) MUST_USE;
/* Appends the bytes to out, whose max bounds what is read. NOT_FOUND; BROKEN blob.damaged when the
 * file is not what its name says. */
enum outcome blob_get(const char *folder, const uint8_t hash[static HASH_BYTES], struct buf *out,
                      struct fail *fail) MUST_USE;
bool blob_exists(const char *folder, const uint8_t hash[static HASH_BYTES]);

enum { BLOB_NAME_BYTES = 12 + 2 * HASH_BYTES + 1 }; /* "blob/sha256/", hex, NUL */
void blob_name(const uint8_t hash[static HASH_BYTES], char out_name[static BLOB_NAME_BYTES]);

#endif
