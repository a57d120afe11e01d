/* The spool: entries and blobs that were downloaded, in a file without a name that goes away with
 * the process. A million ballots need not fit into memory, and each blob is downloaded once. What
 * it holds is public; whoever adds has checked it. */
#ifndef TRUSTEE_SPOOL_H
#define TRUSTEE_SPOOL_H

#include "base/buf.h"
#include "protocol.h"

struct spool {
    int fd;
    uint64_t end; /* bytes in the file */
    struct spool_place {
        uint64_t at, len;
    } * entries;
    size_t entry_count, entry_capacity;
    struct spool_blob {
        uint8_t sha256[HASH_BYTES];
        struct spool_place place;
    } * blobs;
    size_t blob_count, blob_capacity;
};

/* In $TMPDIR, or /tmp. BROKEN spool.file. */
enum outcome spool_open(struct spool *out_spool, struct fail *fail) MUST_USE;
void spool_close(struct spool *spool); /* takes what was zeroed */

/* BROKEN spool.write, memory. */
enum outcome spool_add_entry(struct spool *spool, struct span entry, struct fail *fail) MUST_USE;
enum outcome spool_add_blob(struct spool *spool, const uint8_t sha256[static HASH_BYTES],
                            struct span blob, struct fail *fail) MUST_USE;
/* Append to out. NOT_FOUND spool.entry, spool.blob; BROKEN spool.read. */
enum outcome spool_entry(const struct spool *spool, uint64_t index, struct buf *out,
                         struct fail *fail) MUST_USE;
enum outcome spool_blob(const struct spool *spool, const uint8_t sha256[static HASH_BYTES],
                        struct buf *out, struct fail *fail) MUST_USE;

#endif
