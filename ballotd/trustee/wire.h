/* The wire: how a trustee's program reaches the daemon. Three exchanges, given by whoever starts it
 * (the command line gives the HTTP client; tests give what they like). What comes over it is
 * believed only after it was checked. */
#ifndef TRUSTEE_WIRE_H
#define TRUSTEE_WIRE_H

#include "base/buf.h"

/* Paths are below the election: "checkpoint". All: BUSY when the daemon cannot be reached. */
struct wire {
    void *ctx;
    /* Appends what stands there; NOT_FOUND, TOO_LARGE over out's maximum. */
    enum outcome (*get)(void *ctx, const char *path, struct buf *out, struct fail *fail);
    enum outcome (*put)(void *ctx, const char *path, struct span body, struct fail *fail);
    /* Posts a statement; OK when it stands, now or since before. */
    enum outcome (*post)(void *ctx, struct span note, struct fail *fail);
};

#endif
