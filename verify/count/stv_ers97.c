/*
 * stv_ers97: the single transferable vote of Newland and Britton, How to conduct an election by
 * the Single Transferable Vote, 3rd edition, section 5, as docs/counting.md reads it.
 *
 * Two decimals. Every element of the sheet is a point: first preferences, a surplus, or one batch
 * of an exclusion. Numbers of sections stand for those of the rule.
 */
#include "count/rules.h"
#include "count/tally.h"

/* What the count knows besides the table. */
struct state {
    struct tally *tally;
    uint64_t quota;
    struct set excluding; /* whose papers may still lie with them */
    struct fail *fail;
};

/* 5.1.4 and 5.4.8: of the votes still in play; fixed from the first election on. */
static void set_quota(struct state *state)
{
    const struct tally *tally = state->tally;
    uint64_t parts = tally->task->seats + 1;
    uint64_t in_play = tally->sheet->valid * tally->unit - tally->non_transferable;
    if (set_count(&tally->elected) == 0)
        state->quota = (in_play + parts - 1) / parts;
}

static struct set with_surplus(const struct state *state)
{
    struct set found = {0};
    for (unsigned i = 0; (i = set_next(&state->tally->elected, i)) != 0;)
        if (state->tally->votes[i] > state->quota)
            set_add(&found, i);
    return found;
}

static uint64_t sum_votes(const struct tally *tally, struct set of)
{
    uint64_t sum = 0;
    for (unsigned i = 0; (i = set_next(&of, i)) != 0;)
        sum += tally->votes[i];
    return sum;
}

static uint64_t sum_surpluses(const struct state *state)
{
    struct set found = with_surplus(state);
    return sum_votes(state->tally, found) - set_count(&found) * state->quota;
}

/* -- elections, at every point -------------------------------------------------------------------
 */

/* Those who have the vote needed (5.5): the quota, or their share of the active vote if less. */
static struct set with_vote_needed(const struct state *state)
{
    const struct tally *tally = state->tally;
    uint64_t active = sum_votes(tally, tally->continuing) + sum_votes(tally, state->excluding) +
                      sum_surpluses(state);
    struct set found = {0};
    for (unsigned i = 0; (i = set_next(&tally->continuing, i)) != 0;)
        if (tally->votes[i] >= state->quota ||
            tally->votes[i] * (tally_seats_left(tally) + 1) >= active)
            set_add(&found, i);
    return found;
}

/* 5.6.2: equal votes and a seat too few. All whom history sets aside are elected. */
static enum outcome elect_by_history(struct state *state, struct set tied)
{
    struct set left = tied;
    if (!tally_narrow(state->tally, false, &left))
        return fail_unable(state->fail, "no memory for the stage sheet");
    for (unsigned i = 0; (i = set_next(&tied, i)) != 0;)
        if (!set_has(&left, i))
            tally_elect(state->tally, i);
    return GOOD;
}

/* One step of the elections at a point; each one changes the vote needed. */
static enum outcome elect_some(struct state *state)
{
    struct tally *tally = state->tally;
    unsigned unfilled = tally_seats_left(tally);
    if (set_count(&tally->continuing) <= unfilled) {
        tally_elect_all(tally);
        return GOOD;
    }
    struct set found = with_vote_needed(state);
    if (set_count(&found) > unfilled)
        return elect_by_history(state, found);
    struct set most = tally_furthest(found, tally->votes, true);
    if (set_count(&most) > 0)
        tally_elect(tally, set_next(&most, 0));
    return GOOD;
}

/* 5.1.5, 5.4.9, 5.5, 5.6.2; then the point is written down. */
static enum outcome end_point(struct state *state, enum stage_action action, struct set who)
{
    struct tally *tally = state->tally;
    unsigned before;
    do {
        before = set_count(&tally->elected);
        if (!tally_over(tally) && elect_some(state) != GOOD)
            return UNABLE;
    } while (set_count(&tally->elected) != before);
    return tally_record(tally, action, who, state->quota, state->fail);
}

/* -- surplus (5.3) -------------------------------------------------------------------------------
 */

static bool in_last_batch(const struct tally *tally, const struct bundle *bundle, unsigned holder)
{
    return bundle->point == tally->last_point[holder] && tally_next(tally, bundle) != 0;
}

/* 5.3.6 to 5.3.10. Papers that stay with the candidate stay for good, so the pile is let go. */
static void move_surplus(struct state *state, unsigned holder)
{
    struct tally *tally = state->tally;
    uint64_t surplus = tally->votes[holder] - state->quota, count = 0, value = 0, moved = 0;
    uint32_t next;
    for (uint32_t link = tally->piles[holder]; link != 0; link = tally->bundles[link - 1].next) {
        const struct bundle *bundle = &tally->bundles[link - 1];
        if (in_last_batch(tally, bundle, holder)) {
            count += bundle->weight;
            value += bundle->weight * bundle->value;
        }
    }
    for (uint32_t link = tally->piles[holder]; link != 0; link = next) {
        struct bundle *bundle = &tally->bundles[link - 1];
        next = bundle->next;
        if (!in_last_batch(tally, bundle, holder))
            continue;
        if (value > surplus)
            bundle->value = surplus / count;
        moved += bundle->weight * bundle->value;
        tally_move(tally, link - 1);
    }
    tally->piles[holder] = 0;
    tally->votes[holder] = state->quota;
    tally->non_transferable += surplus - moved;
}

/* -- exclusion (5.4) -----------------------------------------------------------------------------
 */

/* The most candidates that can be excluded together (5.2.5), or none. Equal votes stay together. */
static struct set group_to_exclude(const struct state *state)
{
    const struct tally *tally = state->tally;
    struct set group = {0}, best = {0}, rest = tally->continuing;
    uint64_t sum = sum_surpluses(state);
    while (set_count(&rest) > tally_seats_left(tally)) {
        struct set lowest = tally_furthest(rest, tally->votes, false);
        sum += sum_votes(tally, lowest);
        for (unsigned i = 0; (i = set_next(&lowest, i)) != 0;) {
            set_add(&group, i);
            set_drop(&rest, i);
        }
        struct set above = tally_furthest(rest, tally->votes, false);
        if (set_count(&rest) >= tally_seats_left(tally) && set_count(&rest) > 0 &&
            sum <= tally->votes[set_next(&above, 0)])
            best = group;
    }
    return best;
}

/* The highest value of a paper on these piles; false if they have none. */
static bool highest_value(const struct tally *tally, struct set piles, uint64_t *out_value)
{
    bool found = false;
    uint64_t highest = 0;
    for (unsigned i = 0; (i = set_next(&piles, i)) != 0;) {
        for (uint32_t link = tally->piles[i]; link != 0; link = tally->bundles[link - 1].next) {
            found = true;
            if (tally->bundles[link - 1].value > highest)
                highest = tally->bundles[link - 1].value;
        }
    }
    if (found)
        *out_value = highest;
    return found;
}

/* Moves the papers of one value from a pile; the others stay on it. */
static void move_batch(struct tally *tally, unsigned holder, uint64_t value)
{
    uint32_t next, link = tally->piles[holder];
    tally->piles[holder] = 0;
    for (; link != 0; link = next) {
        struct bundle *bundle = &tally->bundles[link - 1];
        next = bundle->next;
        if (bundle->value == value) {
            tally->votes[holder] -= bundle->weight * value;
            tally_move(tally, link - 1);
        } else {
            bundle->next = tally->piles[holder];
            tally->piles[holder] = link;
        }
    }
}

/* Batch by batch, highest value first (5.4.6), until none is left or the seats are filled. */
static enum outcome move_batches(struct state *state)
{
    struct tally *tally = state->tally;
    enum outcome outcome;
    uint64_t value;
    bool more = highest_value(tally, state->excluding, &value);
    do {
        for (unsigned i = 0; more && (i = set_next(&state->excluding, i)) != 0;)
            move_batch(tally, i, value);
        set_quota(state);
        outcome = end_point(state, STAGE_EXCLUDE, state->excluding);
        tally->batches++;
        more = highest_value(tally, state->excluding, &value);
    } while (outcome == GOOD && more && !tally_over(tally));
    tally->batches = 0;
    return outcome;
}

/* 5.5.1: where exactly as many stay as seats are unfilled, nothing is transferred. */
static enum outcome exclude(struct state *state, struct set who)
{
    struct tally *tally = state->tally;
    state->excluding = who;
    tally_drop(tally, who);
    enum outcome outcome = set_count(&tally->continuing) == tally_seats_left(tally)
                               ? end_point(state, STAGE_EXCLUDE, who)
                               : move_batches(state);
    state->excluding = (struct set){0};
    return outcome;
}

/* 5.2.2 to 5.2.5. */
static enum outcome next_stage(struct state *state)
{
    struct tally *tally = state->tally;
    struct set surplus = with_surplus(state), group = group_to_exclude(state);
    if (set_count(&group) > 0)
        return exclude(state, group);
    bool transfer = set_count(&surplus) > 0;
    unsigned who;
    enum outcome outcome =
        tally_choose(tally, transfer ? surplus : tally->continuing, transfer, &who, state->fail);
    if (outcome != GOOD)
        return outcome;
    if (!transfer)
        return exclude(state, set_of(who));
    move_surplus(state, who);
    return end_point(state, STAGE_SURPLUS, set_of(who));
}

static enum outcome run(struct tally *tally, struct fail *fail)
{
    struct state state = {.tally = tally, .fail = fail};
    set_quota(&state);
    enum outcome outcome = end_point(&state, STAGE_FIRST, set_of(0));
    while (outcome == GOOD && !tally_over(tally))
        outcome = next_stage(&state);
    return outcome;
}

const struct count_rule rule_stv_ers97 = {.name = "stv-ers97",
                                          .decimals = 2,
                                          .seats_most = LIMIT_SEATS,
                                          .from_earliest = true,
                                          .shows = SHOWS_SUB,
                                          .run = run};
