#include "count/crosses.h"

/* A vote for every cross of a valid paper. */
static void add_crosses(struct tally *tally)
{
    memset(tally->votes, 0, sizeof tally->votes);
    for (size_t i = 0; i < tally->task->papers->count; i++) {
        const struct bundle *bundle = &tally->bundles[i];
        for (size_t at = bundle->start; at < bundle->end; at++)
            tally->votes[tally->preferences[at]] += bundle->weight;
    }
}

/* Lots leave out one after the other, until the others fit. */
static enum outcome leave_out(struct tally *tally, unsigned seats, struct set *tied,
                              struct fail *fail)
{
    while (set_count(tied) > seats) {
        unsigned out;
        enum outcome outcome = tally_draw(tally, *tied, &out, fail);
        if (outcome != GOOD)
            return outcome;
        set_drop(tied, out);
    }
    return GOOD;
}

enum outcome crosses_run(struct tally *tally, struct fail *fail)
{
    add_crosses(tally);
    while (!tally_over(tally)) {
        struct set most = tally_furthest(tally->continuing, tally->votes, true);
        enum outcome outcome = leave_out(tally, tally_seats_left(tally), &most, fail);
        if (outcome != GOOD)
            return outcome;
        for (unsigned i = 0; (i = set_next(&most, i)) != 0;)
            tally_elect(tally, i);
    }
    return tally_record(tally, STAGE_FIRST, set_of(0), 0, fail);
}
