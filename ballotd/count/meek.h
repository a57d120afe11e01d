/* Meek's method: every candidate keeps a part of each paper and passes on the rest. What the two
 * Meek rules share: distribution, quota, surplus and keep values, on a tally with nine decimals.
 *
 * Keep values are stage.keep of the tally, 1 to begin with. Overflow cannot happen: a paper's
 * weight and a keep value are at most 10^9 units, their product at most 10^18; votes are at most
 * 10^18 units, so a keep value times a quota, or the result of it times 10^9, is at most 10^27 and
 * is calculated with 128 bits.
 */
#ifndef COUNT_MEEK_H
#define COUNT_MEEK_H

#include "count/tally.h"

enum { MEEK_UNIT = 1000000000 }; /* nine decimals */

/* Stage 1: as tally_first, and everybody keeps everything. */
void meek_first(struct tally *tally);

/* Distributes all papers anew. Those excluded keep nothing. */
void meek_distribute(struct tally *tally);

/* In units, from the votes of the present distribution. */
uint64_t meek_quota(const struct tally *tally);

/* What those elected have above the quota, together; not less than 0. */
uint64_t meek_surplus(const struct tally *tally, uint64_t quota);

/* The keep values for the next distribution: those elected keep quota / votes of what they kept. */
void meek_lower_keep(struct tally *tally, uint64_t quota);

/* If the count is over, the rest are elected or excluded: then nobody is continuing. */
void meek_finish(struct tally *tally);

#endif
