/* The alternative vote: one seat, more than half of the papers in play wins, otherwise the one with
 * the fewest votes is excluded. docs/counting.md, "av". */
#include "count/rules.h"
#include "count/tie.h"

/* The whole number just over half of the papers still in play. */
static uint64_t majority(const struct tally *tally)
{
    return (tally->sheet->valid - tally->stage.non_transferable) / 2 + 1;
}

static enum outcome exclude_lowest(struct tally *tally, struct fail *fail)
{
    size_t candidate = 0;
    struct group lowest = tally_lowest(tally);
    enum outcome outcome = tie_break(tally, &lowest, TIE_FEWEST_VOTES, &candidate, fail);
    if (outcome == OK)
        tally_exclude(tally, candidate);
    return outcome;
}

enum outcome av_count(struct tally *tally, struct fail *fail)
{
    tally_first(tally);
    for (;;) {
        tally_elect_from(tally, tally->continuing == 1 ? 0 : majority(tally));
        enum outcome outcome = tally_end_stage(tally, majority(tally), fail);
        if (outcome != OK || tally->unfilled == 0)
            return outcome;
        outcome = exclude_lowest(tally, fail);
        if (outcome != OK)
            return outcome;
    }
}
