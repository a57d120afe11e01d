/*
 * fold: many equations over the group as one sum that must be the identity.
 *
 * Whoever checks a proof multiplies each of its equations by a fresh 128-bit weight and appends the
 * terms here. If the sum is the identity, all equations hold, but for a chance of 2^-128 that
 * nobody can steer, since the weights are drawn after everything was read. The sum tells nothing
 * about which equation failed: to name one, fold smaller pieces again.
 *
 * Terms are kept in blocks and summed when a block is full (crypto/msm.h), by an idle worker or
 * else by the caller, so memory does not grow with their number: about 12 MB a thread. Bases that
 * recur (B, Y, the bases of a mix) have slots, and their scalars are added up first; the points of
 * slots are asked for once, at the end.
 *
 * One fold belongs to one thread; its workers are its own.
 */
#ifndef VERIFY_CRYPTO_FOLD_H
#define VERIFY_CRYPTO_FOLD_H

#include "crypto/group.h"

#include <stddef.h>

struct fold;

/* The point of a slot; called from several threads at once. */
typedef void fold_base_fn(size_t slot, const void *context, struct point *out_point);

enum { FOLD_THREADS_MOST = 64 };

/* `threads` at least 1, the caller's included; `slots` numbered from 0. NULL without memory. */
struct fold *fold_new(unsigned threads, size_t slots);
void fold_free(struct fold *fold); /* accepts NULL; waits for the workers */

void fold_term(struct fold *fold, const struct scalar *scalar, const struct point *point);
void fold_slot(struct fold *fold, const struct scalar *scalar, size_t slot);

/*
 * Is everything appended so far the identity? GOOD or BAD, without a text: the caller knows what
 * it was summing. Afterwards the fold is empty and can be used again.
 */
enum outcome fold_end(struct fold *fold, fold_base_fn *base, const void *context)
    __attribute__((warn_unused_result));

/* The sum itself, for a caller who splits one sum over several folds; otherwise like fold_end(). */
void fold_sum(struct fold *fold, fold_base_fn *base, const void *context, struct point *out_sum);

#endif
