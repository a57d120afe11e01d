/* Meek as it is counted in New Zealand by I. D. Hill's program: Local Electoral Regulations 2001,
 * Schedule 1A; docs/counting.md, "stv-meek-nz". A stage is an iteration. */
#include "count/meek.h"
#include "count/rules.h"
#include "count/tie.h"

enum { SMALL_SURPLUS = 100000 }; /* units: 0.0001 votes */

struct iteration {
    uint64_t quota;
    uint64_t surplus; /* UINT64_MAX if somebody was elected or excluded */
};

static void strike_all(struct tally *tally, const struct group *group)
{
    for (size_t i = 0; i < group->size; i++)
        tally_strike(tally, group->who[i]);
}

/* The lowest; all at once if they have no votes and enough others stay. */
static enum outcome exclude_lowest(struct tally *tally, struct fail *fail)
{
    size_t candidate = 0;
    struct group lowest = tally_lowest(tally);
    if (tally->stage.votes[lowest.who[0]] == 0 &&
        tally->continuing - lowest.size >= tally->unfilled) {
        strike_all(tally, &lowest);
        return OK;
    }
    enum outcome outcome =
        tie_break(tally, &lowest, TIE_FEWEST_VOTES | TIE_FROM_EARLIEST, &candidate, fail);
    if (outcome == OK)
        tally_strike(tally, candidate);
    return outcome;
}

/* By how much the lowest is behind the next: 0 if several are lowest. */
static uint64_t gap(const struct tally *tally)
{
    const uint64_t *votes = tally->stage.votes;
    struct group lowest = tally_lowest(tally);
    uint64_t next = UINT64_MAX;
    if (lowest.size > 1)
        return 0;
    for (size_t c = 1; c <= tally->sheet->candidates; c++)
        if (tally->standing[c] == CONTINUING && c != lowest.who[0] && votes[c] < next)
            next = votes[c];
    return next - votes[lowest.who[0]];
}

/* Whether an exclusion cannot wait for more iterations, or need not. */
static bool exclusion_due(const struct tally *tally, const struct iteration *before,
                          const struct iteration *now, bool elected)
{
    bool stuck = !elected && now->surplus >= before->surplus;
    return now->surplus < SMALL_SURPLUS || stuck || gap(tally) > now->surplus;
}

/* Elections and exclusions of the present distribution. */
static enum outcome decide(struct tally *tally, struct iteration *iteration, struct fail *fail)
{
    const struct iteration before = *iteration;
    size_t unfilled = tally->unfilled;
    enum outcome outcome = OK;
    iteration->quota = meek_quota(tally);
    tally_elect_from(tally, iteration->quota);
    iteration->surplus = meek_surplus(tally, iteration->quota);
    bool elected = tally->unfilled < unfilled;
    meek_finish(tally);
    if (tally->continuing > 0 && exclusion_due(tally, &before, iteration, elected))
        outcome = exclude_lowest(tally, fail);
    meek_finish(tally);
    if (elected || tally->stage.excluded.size > 0)
        iteration->surplus = UINT64_MAX;
    return outcome;
}

enum outcome stv_meek_nz_count(struct tally *tally, struct fail *fail)
{
    struct iteration iteration = {.surplus = UINT64_MAX};
    meek_first(tally);
    for (;;) {
        enum outcome outcome = decide(tally, &iteration, fail);
        if (outcome == OK)
            outcome = tally_end_stage(tally, iteration.quota, fail);
        if (outcome != OK || tally->continuing == 0)
            return outcome;
        meek_lower_keep(tally, iteration.quota);
        meek_distribute(tally);
    }
}
