/*
 * stv_scottish: the single transferable vote of the Scottish Local Government Elections Order 2007
 * (SSI 2007/42), Schedule 1, rules 45 to 52, as docs/counting.md reads it: weighted inclusive
 * Gregory, five decimals, one quota for the whole count.
 */
#include "count/rules.h"
#include "count/tally.h"

/* Rule 46. */
static uint64_t fixed_quota(const struct tally *tally)
{
    return (tally->sheet->valid / (tally->task->seats + 1) + 1) * tally->unit;
}

/* Rules 47 and 52, then the stage is written down. */
static enum outcome end_stage(struct tally *tally, enum stage_action action, unsigned who,
                              uint64_t quota, struct fail *fail)
{
    tally_elect_at(tally, quota);
    if (set_count(&tally->continuing) <= tally_seats_left(tally))
        tally_elect_all(tally);
    return tally_record(tally, action, set_of(who), quota, fail);
}

/* The elected who hold more than the quota: once transferred, a candidate holds it exactly. */
static struct set with_surplus(const struct tally *tally, uint64_t quota)
{
    struct set found = {0};
    for (unsigned i = 0; (i = set_next(&tally->elected, i)) != 0;)
        if (tally->votes[i] > quota)
            set_add(&found, i);
    return found;
}

/* Rules 48 and 49, otherwise 50 and 51. */
static enum outcome next_stage(struct tally *tally, uint64_t quota, struct fail *fail)
{
    struct set surplus = with_surplus(tally, quota);
    bool transfer = set_count(&surplus) > 0;
    unsigned who;
    enum outcome outcome =
        tally_choose(tally, transfer ? surplus : tally->continuing, transfer, &who, fail);
    if (outcome != GOOD)
        return outcome;
    if (transfer)
        tally_transfer(tally, who, quota);
    else
        tally_exclude(tally, who);
    return end_stage(tally, transfer ? STAGE_SURPLUS : STAGE_EXCLUDE, who, quota, fail);
}

static enum outcome run(struct tally *tally, struct fail *fail)
{
    uint64_t quota = fixed_quota(tally);
    enum outcome outcome = end_stage(tally, STAGE_FIRST, 0, quota, fail);
    while (outcome == GOOD && !tally_over(tally))
        outcome = next_stage(tally, quota, fail);
    return outcome;
}

const struct count_rule rule_stv_scottish = {
    .name = "stv-scottish", .decimals = 5, .seats_most = LIMIT_SEATS, .contests = true, .run = run};
