/*
 * state: what a witness has cosigned, so that it never cosigns against it, in one small file.
 *
 * For each log the latest checkpoint with the log's own signature: should the log show another
 * history, the file and the other checkpoint together prove it to anyone. Every change is on the
 * disk (written aside, fsync, rename, fsync of the folder) before state_put() says GOOD. A lock
 * keeps a second witness from the same file. Logs that are no longer asked for stay in it.
 */
#ifndef VERIFY_WITNESS_STATE_H
#define VERIFY_WITNESS_STATE_H

#include "base/buffer.h"
#include "log/checkpoint.h"

enum { STATE_RECORDS = 64, STATE_NOTE_BYTES = 4096 };

struct state_record {
    struct buffer note; /* what the log signed; the checkpoint's origin points into it */
    struct checkpoint checkpoint;
    bool stopped; /* a split view was seen: nothing of this log is cosigned any more */
};

struct state {
    char *path;
    int lock;
    size_t count;
    struct state_record records[STATE_RECORDS];
};

/* A file that does not exist is a state without logs. BAD if the file is not as we write it. */
enum outcome state_open(const char *path, struct state *out_state, struct fail *fail)
    __attribute__((warn_unused_result));
void state_close(struct state *state); /* accepts NULL */

/* NULL if nothing of this log was ever cosigned. Valid until the next state_put(). */
const struct state_record *state_find(const struct state *state, struct span origin);

/* Replaces or adds the record of the log that `note`, a checkpoint, is of. Not GOOD: the state in
 * memory is as before, and nothing may be cosigned that it does not allow. */
enum outcome state_put(struct state *state, struct span note, bool stopped, struct fail *fail)
    __attribute__((warn_unused_result));

/* Writes PATH.split, unless there is one: two checkpoints of one log that contradict each other. */
enum outcome state_write_split(const struct state *state, struct span cosigned,
                               struct span published, struct fail *fail)
    __attribute__((warn_unused_result));

#endif
