/* Follows the public log of one election and believes nothing that it did not check.
 *
 * Every entry is downloaded and put through the whole state machine (election/state.h, with
 * TRUST_NOTHING): signatures, proofs, order, frozen lists, mixes. A checkpoint counts only when the
 * log key of the definition signed it and its root is the one of the entries that were read. The
 * log may only grow: what was seen before, in this process or in an earlier one, must be its
 * beginning. After a failure other than BUSY the follower must not be used any more.
 */
#ifndef TRUSTEE_FOLLOW_H
#define TRUSTEE_FOLLOW_H

#include "election/state.h"
#include "trustee/spool.h"
#include "trustee/wire.h"

struct follow {
    const struct wire *wire; /* borrowed */
    struct state *state;
    struct spool spool;
    uint64_t pinned_size; /* what an earlier process saw: root at this size; 0: nothing */
    uint8_t pinned_root[HASH_BYTES];
    uint64_t verified_size;  /* of the last checkpoint that held */
    uint64_t freeze_index;   /* once frozen */
    uint64_t witnessed_size; /* of the largest checkpoint that satisfied the policy */
    int64_t grown_ms;        /* monotonic, when the log was last seen to grow */
    bool quiet;
};

/* pinned_root may be NULL with size 0. */
enum outcome follow_open(const struct wire *wire, struct span origin, uint64_t pinned_size,
                         const uint8_t *pinned_root, bool quiet, struct follow *out_follow,
                         struct fail *fail) MUST_USE;
void follow_close(struct follow *follow); /* takes what was zeroed */

/* Reads on to the checkpoint of the moment. OK also when there is nothing new, or nothing at all.
 * BUSY: not reached, call again. CONFLICT follow.rollback, follow.fork; BAD_PROOF follow.root, and
 * every error of state_check with the entry's index before it. */
enum outcome follow_update(struct follow *follow, struct fail *fail) MUST_USE;

/* The blobs and entries of this log, for the election room. Borrowed from follow. */
struct sources follow_sources(struct follow *follow);
/* Whether a checkpoint that covers the entry satisfied the definition's witness policy. */
bool follow_is_witnessed(const struct follow *follow, uint64_t index);

#endif
