/* Reading a log from outside: its checkpoint, every entry, and if wanted every hash tile, each
 * checked against what the entries give.
 *
 * The log key is the one that the daemon states; whoever must not trust it compares that key with
 * the one published, as `verify --key` does.
 */
#ifndef CLI_PUBLIC_LOG_H
#define CLI_PUBLIC_LOG_H

#include "cli/desk.h"
#include "election/tree.h"
#include "log/checkpoint.h"

struct public_log {
    struct client *client; /* borrowed */
    struct buf note;       /* the checkpoint as it was served */
    struct checkpoint checkpoint;
    struct tree tree; /* of the entries read so far */
};

/* Who is given what was read; either may be NULL. */
struct public_log_reader {
    void *ctx;
    /* A bundle or tile under its path. */
    enum outcome (*file)(void *ctx, const char *path, struct span bytes, struct fail *fail);
    enum outcome (*entry)(void *ctx, uint64_t index, struct span entry, struct fail *fail);
};

/* Fetches the checkpoint and checks the log's signature. Call public_log_done in any case. */
enum outcome public_log_open(struct desk *desk, struct public_log *out_log,
                             struct fail *fail) MUST_USE;
void public_log_done(struct public_log *log);

/* Reads all of it, in order; with `tiles` the hash tiles too, and progress is shown. BAD_PROOF
 * public.root, public.tile: what the daemon serves does not fit together. */
enum outcome public_log_read(struct public_log *log, bool tiles,
                             const struct public_log_reader *reader, struct fail *fail) MUST_USE;

/* Fetches a blob and checks size and hash; appends to out, whose maximum must allow it. */
enum outcome public_log_blob(struct public_log *log, const uint8_t sha256[static HASH_BYTES],
                             uint64_t size, struct buf *out, struct fail *fail) MUST_USE;

#endif
