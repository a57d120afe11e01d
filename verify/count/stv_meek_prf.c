/*
 * stv_meek_prf: the Reference Meek rule of the Proportional Representation Foundation, steps A to
 * C and T, as docs/counting.md reads it: a stage is a round, which distributes until somebody is
 * elected or the surplus no longer matters; then one candidate is excluded.
 */
#include "count/meek.h"
#include "count/rules.h"

enum { SMALL_SURPLUS = 1000 }; /* 0.000001 */

/* B.2: true if somebody was elected; otherwise *out_surplus is what could not be moved. */
static bool distribute_until_settled(struct meek *meek, uint64_t *out_surplus)
{
    unsigned elected = set_count(&meek->tally->elected);
    uint64_t before = UINT64_MAX;
    for (;;) {
        meek_distribute(meek);
        if (set_count(&meek->tally->elected) != elected)
            return true;
        uint64_t surplus = meek_surplus(meek);
        if (surplus < SMALL_SURPLUS || surplus >= before) {
            *out_surplus = surplus;
            return false;
        }
        before = surplus;
        meek_update(meek);
    }
}

/* B.3 and T: who is within the surplus of the lowest is tied with them. */
static enum outcome exclude_lowest(struct meek *meek, uint64_t surplus)
{
    struct tally *tally = meek->tally;
    struct set tied = tally_furthest(tally->continuing, tally->votes, false);
    uint64_t most = tally->votes[set_next(&tied, 0)] + surplus;
    for (unsigned i = 0; (i = set_next(&tally->continuing, i)) != 0;)
        if (tally->votes[i] <= most)
            set_add(&tied, i);
    unsigned who = set_next(&tied, 0);
    if (set_count(&tied) > 1) {
        enum outcome outcome = tally_draw(tally, tied, &who, meek->fail);
        if (outcome != GOOD)
            return outcome;
    }
    tally_drop(tally, set_of(who));
    return GOOD;
}

/* The keep value of whoever was excluded stays on the sheet and is 0 from the next round on. */
static enum outcome run_round(struct meek *meek)
{
    struct tally *tally = meek->tally;
    uint64_t surplus;
    bool settled = !distribute_until_settled(meek, &surplus);
    if (settled && set_count(&tally->continuing) > tally_seats_left(tally)) {
        enum outcome outcome = exclude_lowest(meek, surplus);
        if (outcome != GOOD)
            return outcome;
    }
    meek_settle(meek);
    enum outcome outcome = meek_record(meek);
    for (unsigned i = 1; i <= tally->task->papers->candidates; i++)
        if (!set_has(&tally->elected, i) && !set_has(&tally->continuing, i))
            tally->keep[i] = 0;
    return outcome;
}

static enum outcome run(struct tally *tally, struct fail *fail)
{
    struct meek meek = meek_init(tally, fail);
    enum outcome outcome;
    do
        outcome = run_round(&meek);
    while (outcome == GOOD && !tally_over(tally));
    return outcome;
}

const struct count_rule rule_stv_meek_prf = {.name = "stv-meek-prf",
                                             .decimals = 9,
                                             .seats_most = LIMIT_SEATS,
                                             .shows = SHOWS_KEEP,
                                             .run = run};
