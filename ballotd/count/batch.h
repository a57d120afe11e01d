/* Batches: papers that move together at one point of an ERS97 count.
 *
 * A surplus moves the last batch its candidate received; an exclusion moves the papers of all who
 * are excluded together, one value after the other. Every batch is an element of the sheet; the
 * caller ends it (tally_end_stage). Newland and Britton, 3rd edition, 5.3 and 5.4.
 */
#ifndef COUNT_BATCH_H
#define COUNT_BATCH_H

#include "count/tally.h"

enum { BATCH_UNIT = 100 }; /* two decimals: a value is 0 to 100 units */

/* The papers of those excluded, sorted by value. */
struct batches {
    struct pile by_value[BATCH_UNIT + 1];
    unsigned next; /* values from this one on have moved */
};

/* 5.3: the candidate's surplus above the quota moves; what is left of it is non-transferable. */
void batch_surplus(struct tally *tally, size_t candidate, uint64_t quota);

/* 5.4.2: takes the papers from the candidates (of whom nobody continues) and sorts them. Their
 * votes stay until the papers move. */
void batches_sort(struct tally *tally, const struct group *from, struct batches *out_batches);

/* 5.4.3: moves the batch of the highest value left. False if there was none. */
bool batches_move(struct tally *tally, struct batches *batches);

/* Whether a batch is left. */
bool batches_left(struct batches *batches);

#endif
