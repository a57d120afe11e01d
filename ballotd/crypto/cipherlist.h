/* A list of ballots as mixes and decryptions see it: count entries of width pairs (alpha, beta),
 * 64 bytes a pair, entry by entry (docs/protocol.md section 9). Borrowed bytes.
 */
#ifndef CRYPTO_CIPHERLIST_H
#define CRYPTO_CIPHERLIST_H

#include "base/fail.h"
#include "crypto/elgamal.h"
#include "crypto/parallel.h"

struct cipherlist {
    const struct ciphertext *at;
    size_t count; /* N, 1 … LIMIT_CREDENTIALS */
    size_t width; /* w, 1 … LIMIT_CHUNKS */
};

/* A view of bytes that hold exactly count entries of this width. BAD_INPUT list.length. */
enum outcome cipherlist_over(struct span bytes, size_t count, size_t width,
                             struct cipherlist *out_list, struct fail *fail) MUST_USE;

/* Every point proper. BAD_INPUT list.point, naming the first entry that is not. */
enum outcome cipherlist_check(const struct cipherlist *list, struct parallel_progress *progress,
                              struct fail *fail) MUST_USE;

/* Finds the first point of an array, by index, that is no point (or not proper). */
bool cipherlist_points_are_valid(const struct point *points, size_t count, bool proper,
                                 struct parallel_progress *progress,
                                 size_t *out_first_bad) MUST_USE;

static inline size_t cipherlist_pairs(const struct cipherlist *list)
{
    return list->count * list->width;
}

static inline struct span cipherlist_span(const struct cipherlist *list)
{
    return span_of(list->at, cipherlist_pairs(list) * sizeof *list->at);
}

#endif
