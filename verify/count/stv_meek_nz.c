/*
 * stv_meek_nz: Meek's method as I. D. Hill's program counts it for New Zealand (Local Electoral
 * Regulations 2001, Schedule 1A), as docs/counting.md reads it: a stage is one iteration, and who
 * cannot catch up any more is excluded before the surplus has settled.
 */
#include "count/meek.h"
#include "count/rules.h"

enum { SMALL_SURPLUS = 100000 }; /* 0.0001 */

/* What the stage before left for the next one. */
struct stage_before {
    uint64_t surplus;
    bool changed; /* somebody was elected or excluded, or there was no stage */
};

static bool changed_here(const struct tally *tally)
{
    return set_count(&tally->elected_now) + set_count(&tally->excluded_now) > 0;
}

/* The lowest has fewer votes than the next by more than the whole surplus could bring. */
static bool out_of_reach(const struct tally *tally, struct set lowest, uint64_t surplus)
{
    struct set others = tally->continuing;
    unsigned last = set_next(&lowest, 0);
    if (set_count(&lowest) > 1)
        return false;
    set_drop(&others, last);
    struct set next = tally_furthest(others, tally->votes, false);
    return tally->votes[set_next(&next, 0)] - tally->votes[last] > surplus;
}

/* The lowest; all of them if they have no votes and enough candidates stay. */
static enum outcome exclude_lowest(struct meek *meek, struct set lowest)
{
    struct tally *tally = meek->tally;
    bool no_votes = tally->votes[set_next(&lowest, 0)] == 0;
    unsigned who, stay = set_count(&tally->continuing) - set_count(&lowest);
    if (no_votes && stay >= tally_seats_left(tally)) {
        tally_drop(tally, lowest);
        return GOOD;
    }
    enum outcome outcome = tally_choose(tally, lowest, false, &who, meek->fail);
    if (outcome == GOOD)
        tally_drop(tally, set_of(who));
    return outcome;
}

/* Excludes whom this stage excludes, if anybody. */
static enum outcome consider_exclusion(struct meek *meek, struct stage_before before)
{
    struct tally *tally = meek->tally;
    uint64_t surplus = meek_surplus(meek);
    bool stuck = surplus >= before.surplus && !before.changed && !changed_here(tally);
    struct set lowest = tally_furthest(tally->continuing, tally->votes, false);
    if (surplus < SMALL_SURPLUS || stuck || out_of_reach(tally, lowest, surplus))
        return exclude_lowest(meek, lowest);
    return GOOD;
}

static enum outcome run(struct tally *tally, struct fail *fail)
{
    struct meek meek = meek_init(tally, fail);
    struct stage_before before = {.changed = true};
    enum outcome outcome = GOOD;
    while (outcome == GOOD && !tally_over(tally)) {
        meek_distribute(&meek);
        meek_settle(&meek);
        if (!tally_over(tally)) {
            outcome = consider_exclusion(&meek, before);
            if (outcome != GOOD)
                break;
            meek_settle(&meek);
        }
        before = (struct stage_before){meek_surplus(&meek), changed_here(tally)};
        outcome = meek_record(&meek);
        meek_update(&meek);
    }
    return outcome;
}

const struct count_rule rule_stv_meek_nz = {.name = "stv-meek-nz",
                                            .decimals = 9,
                                            .seats_most = LIMIT_SEATS,
                                            .from_earliest = true,
                                            .shows = SHOWS_KEEP,
                                            .run = run};
