/*
 * msm: sums of many products, s_1 P_1 + .. + s_n P_n, by Pippenger's buckets.
 *
 * Each scalar s is taken as s or as -(L - s), whichever is shorter, and cut into signed digits of
 * c bits. For each digit place, points are added into the bucket of their digit's size (subtracted
 * if it is negative) and the buckets are summed with falling weights. Terms whose scalars are short
 * have no digits in the upper places and cost nothing there, so 128-bit weights and full scalars
 * mix freely. The width c follows from the bits to be processed (msm_width).
 *
 * Variable time, for public values only. A space serves one thread and one sum at a time.
 */
#ifndef VERIFY_CRYPTO_MSM_H
#define VERIFY_CRYPTO_MSM_H

#include "crypto/group.h"

#include <stddef.h>

struct msm_space;

/* Working memory for up to `terms` at once; NULL without memory. */
struct msm_space *msm_space_new(size_t terms);
void msm_space_free(struct msm_space *space); /* accepts NULL */

/* Sum of n products, n <= the space's terms. */
void msm_sum(struct msm_space *space, const struct scalar *scalars, const struct point *points,
             size_t n, struct point *out_sum);

#endif
