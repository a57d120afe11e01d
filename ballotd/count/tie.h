/* Ties: broken by history, looking back from the latest stage, and by lot when history is silent.
 *
 * A lot is never drawn here: the order in which lots fall is given from outside, and a tie that
 * needs one without it stops the count.
 */
#ifndef COUNT_TIE_H
#define COUNT_TIE_H

#include "count/tally.h"

enum tie_side { TIE_FEWEST_VOTES, TIE_MOST_VOTES };

/* Chooses one of `tied` (at least one, by number), the one who had the fewest or most votes at the
 * most recent stage at which those still tied differed. The steps go to the sheet and the present
 * stage. NOT_ALLOWED count.lot-needed names stage and candidates; BROKEN count.memory. */
enum outcome tie_break(struct tally *tally, const struct group *tied, enum tie_side side,
                       size_t *out_candidate, struct fail *fail) MUST_USE;

#endif
