/* Ties: broken by history, looking back from the latest stage or forward from the first, and by
 * lot when history is silent.
 *
 * A lot is never drawn here: the order in which lots fall is given from outside, and a tie that
 * needs one without it stops the count. Every step goes to the sheet and the present stage.
 */
#ifndef COUNT_TIE_H
#define COUNT_TIE_H

#include "count/tally.h"

/* Who stays tied at each stage looked at, and where the looking begins. */
enum tie_how { TIE_FEWEST_VOTES = 0, TIE_MOST_VOTES = 1, TIE_FROM_EARLIEST = 2 };

/* Narrows `tied` stage by stage to those who had the fewest or most votes, as history can.
 * `how` is TIE_… or'ed. BROKEN count.memory. */
enum outcome tie_narrow(struct tally *tally, struct group *tied, unsigned how,
                        struct fail *fail) MUST_USE;

/* The one of several tied on whom the lot falls first. NOT_ALLOWED count.lot-needed names stage
 * and candidates; BROKEN count.memory. */
enum outcome tie_by_lot(struct tally *tally, const struct group *tied, size_t *out_candidate,
                        struct fail *fail) MUST_USE;

/* Chooses one of `tied` (at least one, by number): by history, then by lot. */
enum outcome tie_break(struct tally *tally, const struct group *tied, unsigned how,
                       size_t *out_candidate, struct fail *fail) MUST_USE;

#endif
