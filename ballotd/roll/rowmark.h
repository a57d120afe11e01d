/* A mark in the order of a list's rows, by which a fragment of it tells whose copy it came from.
 *
 * Each copy has a key of its own, and its rows are sorted by HMAC-SHA-256 of their member numbers
 * under that key: to everybody else an order like any other. Twenty rows in the order of a copy are
 * enough to name it, whatever else was cut off; fewer rows, or rows put into another order, tell
 * nothing, and then nobody is named. Two lists that were interleaved tell nothing either.
 */
#ifndef ROLL_ROWMARK_H
#define ROLL_ROWMARK_H

#include "base/fail.h"
#include "base/span.h"

enum {
    ROWMARK_KEY_BYTES = 32,
    ROWMARK_ROWS_MIN = 20,
    ROWMARK_ROWS_MAX = 5000, /* of a fragment are looked at: more tell no more */
};

/* Where a row belongs in the copy of this key: rows are sorted by it. */
uint64_t rowmark_rank(const uint8_t key[static ROWMARK_KEY_BYTES], struct span text);

/* How well an order of texts agrees with a key's: Spearman's rank correlation in thousandths, -1000
 * to 1000, over `rows` distinct texts; empty ones, and repetitions, are passed over. */
struct rowmark_fit {
    int thousandths;
    size_t rows;
};
/* BROKEN without memory. */
enum outcome rowmark_measure(const uint8_t key[static ROWMARK_KEY_BYTES], const struct span *texts,
                             size_t count, struct rowmark_fit *out_fit, struct fail *fail) MUST_USE;

/* Whether such a fit is no accident. With t = r * sqrt((n - 2) / (1 - r^2)) it asks for t of 8.5 at
 * least: for 20 rows r of 0.895, which another order reaches less than once in ten million; for
 * 1,000 rows 0.26, and far less often. */
bool rowmark_is_sure(const struct rowmark_fit *fit);

#endif
