/* STV for Scottish local government: weighted inclusive Gregory method, five decimal places.
 * The Scottish Local Government Elections Order 2007 (SSI 2007/42), Schedule 1, rules 45 to 52;
 * what the text leaves open is settled in docs/counting.md, "stv-scottish". */
#include "count/rules.h"
#include "count/tie.h"

/* Rule 46: fixed for the whole count. */
static uint64_t quota_of(const struct tally *tally)
{
    return (tally->sheet->valid / (tally->sheet->seats + 1) + 1) * tally->unit;
}

/* Rules 47 and 52(1), at the end of a stage. No more can reach the quota than there are seats. */
static void elect(struct tally *tally, uint64_t quota)
{
    tally_elect_from(tally, quota);
    if (tally->continuing <= tally->unfilled)
        tally_elect_from(tally, 0);
}

/* Rules 48 and 49 while anybody holds more than the quota, otherwise rules 50 and 51. */
static enum outcome next_stage(struct tally *tally, uint64_t quota, struct fail *fail)
{
    size_t candidate = 0;
    struct group over = tally_largest_surplus(tally, quota);
    if (over.size > 0) {
        enum outcome outcome = tie_break(tally, &over, TIE_MOST_VOTES, &candidate, fail);
        if (outcome == OK)
            tally_surplus(tally, candidate, quota);
        return outcome;
    }
    struct group lowest = tally_lowest(tally);
    enum outcome outcome = tie_break(tally, &lowest, TIE_FEWEST_VOTES, &candidate, fail);
    if (outcome == OK)
        tally_exclude(tally, candidate);
    return outcome;
}

enum outcome stv_scottish_count(struct tally *tally, struct fail *fail)
{
    tally_first(tally);
    const uint64_t quota = quota_of(tally);
    for (;;) {
        elect(tally, quota);
        enum outcome outcome = tally_end_stage(tally, quota, fail);
        if (outcome != OK || tally->unfilled == 0 || tally->continuing == 0)
            return outcome;
        outcome = next_stage(tally, quota, fail);
        if (outcome != OK)
            return outcome;
    }
}
