/* av: the alternative vote, docs/counting.md section `av`. */
#include "count/rules.h"
#include "count/tally.h"

/* More than half of the papers in play: floor(in play / 2) + 1. */
static uint64_t majority(const struct tally *tally)
{
    return (tally->sheet->valid - tally->non_transferable) / 2 + 1;
}

/* Ends a stage; true in *out_over once somebody is elected. */
static enum outcome end_stage(struct tally *tally, enum stage_action action, unsigned who,
                              bool *out_over, struct fail *fail)
{
    uint64_t quota = majority(tally);
    if (set_count(&tally->continuing) == 1)
        tally_elect_all(tally);
    else
        tally_elect_at(tally, quota);
    *out_over = tally_seats_left(tally) == 0;
    return tally_record(tally, action, set_of(who), quota, fail);
}

static enum outcome run(struct tally *tally, struct fail *fail)
{
    bool over = false;
    enum outcome outcome = end_stage(tally, STAGE_FIRST, 0, &over, fail);
    while (outcome == GOOD && !over) {
        unsigned lowest;
        outcome = tally_choose(tally, tally->continuing, false, &lowest, fail);
        if (outcome != GOOD)
            break;
        tally_exclude(tally, lowest);
        outcome = end_stage(tally, STAGE_EXCLUDE, lowest, &over, fail);
    }
    return outcome;
}

const struct count_rule rule_av = {.name = "av", .seats_most = 1, .contests = true, .run = run};
