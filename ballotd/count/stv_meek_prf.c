/* Meek by the reference rule of the Proportional Representation Foundation, steps A to C and T;
 * docs/counting.md, "stv-meek-prf". A stage is a round. */
#include "count/meek.h"
#include "count/rules.h"
#include "count/tie.h"

enum { OMEGA = 1000 }; /* units: 0.000001 votes */

/* B.2.c: true if anybody reached the quota. */
static bool elect(struct tally *tally, uint64_t quota)
{
    size_t before = tally->unfilled;
    tally_elect_from(tally, quota);
    return tally->unfilled < before;
}

/* B.3 and T: all who have no more than the lowest and the surplus are tied. */
static enum outcome exclude(struct tally *tally, uint64_t surplus, struct fail *fail)
{
    struct group tied = tally_lowest(tally);
    uint64_t most = tally->stage.votes[tied.who[0]] + surplus;
    tied.size = 0;
    for (size_t c = 1; c <= tally->sheet->candidates; c++)
        if (tally->standing[c] == CONTINUING && tally->stage.votes[c] <= most)
            group_add(&tied, c);
    size_t candidate = tied.who[0];
    enum outcome outcome = tied.size > 1 ? tie_by_lot(tally, &tied, &candidate, fail) : OK;
    if (outcome == OK)
        tally_strike(tally, candidate);
    return outcome;
}

/* B.2 and B.3: the papers are distributed already. Distributes again until somebody is elected, or
 * excluded because the surplus is small or falls no more. */
static enum outcome play_round(struct tally *tally, uint64_t *out_quota, struct fail *fail)
{
    uint64_t before = UINT64_MAX;
    for (;;) {
        *out_quota = meek_quota(tally);
        if (elect(tally, *out_quota))
            return OK;
        uint64_t surplus = meek_surplus(tally, *out_quota);
        if (surplus < OMEGA || surplus >= before)
            return exclude(tally, surplus, fail);
        before = surplus;
        meek_lower_keep(tally, *out_quota);
        meek_distribute(tally);
    }
}

enum outcome stv_meek_prf_count(struct tally *tally, struct fail *fail)
{
    meek_first(tally);
    for (;;) {
        uint64_t quota = meek_quota(tally);
        enum outcome outcome = OK;
        if (tally->continuing > tally->unfilled)
            outcome = play_round(tally, &quota, fail);
        meek_finish(tally);
        if (outcome == OK)
            outcome = tally_end_stage(tally, quota, fail);
        if (outcome != OK || tally->continuing == 0)
            return outcome;
        meek_distribute(tally);
    }
}
