/* STV by the rules of the Electoral Reform Society: R. A. Newland and F. S. Britton, How to conduct
 * an election by the Single Transferable Vote, 3rd edition, 1997, section 5; what the text leaves
 * open is settled in docs/counting.md, "stv-ers97". */
#include <assert.h>

#include "count/batch.h"
#include "count/rules.h"
#include "count/tie.h"

struct ers97 {
    struct tally *tally;
    uint64_t quota; /* in units */
};

/* 5.1.4, and 5.4.8 until somebody is elected: what is left over one more than the seats, any
 * remainder adding a unit. */
static void set_quota(struct ers97 *count)
{
    const struct tally *tally = count->tally;
    const struct sheet *sheet = tally->sheet;
    uint64_t left = sheet->valid * tally->unit - tally->stage.non_transferable;
    if (tally->unfilled == sheet->seats)
        count->quota = (left + sheet->seats) / (sheet->seats + 1);
}

static uint64_t surplus_of(const struct ers97 *count, size_t candidate)
{
    uint64_t votes = count->tally->stage.votes[candidate];
    bool elected = count->tally->standing[candidate] == ELECTED;
    return elected && votes > count->quota ? votes - count->quota : 0;
}

static uint64_t all_surpluses(const struct ers97 *count)
{
    uint64_t sum = 0;
    for (size_t c = 1; c <= count->tally->sheet->candidates; c++)
        sum += surplus_of(count, c);
    return sum;
}

/* -- who is elected --------------------------------------------------------------------------- */

/* The votes of continuing candidates and those awaiting transfer: surpluses, and papers still with
 * candidates being excluded. */
static uint64_t active_vote(const struct ers97 *count)
{
    const struct tally *tally = count->tally;
    uint64_t sum = all_surpluses(count);
    for (size_t c = 1; c <= tally->sheet->candidates; c++)
        if (tally->standing[c] == CONTINUING || tally->standing[c] == EXCLUDED)
            sum += tally->stage.votes[c];
    return sum;
}

/* 5.1.5: continuing candidates with the quota, or with the active vote over one more than the
 * unfilled seats if that is less. */
static struct group with_vote_needed(const struct ers97 *count)
{
    const struct tally *tally = count->tally;
    struct group group = {.size = 0};
    uint64_t active = active_vote(count);
    for (size_t c = 1; c <= tally->sheet->candidates; c++) {
        uint64_t votes = tally->stage.votes[c];
        if (tally->standing[c] == CONTINUING &&
            (votes >= count->quota || votes * (tally->unfilled + 1) >= active))
            group_add(&group, c);
    }
    return group;
}

/* 5.6.2: more have the vote needed than seats are unfilled. Those behind at the first difference
 * wait; if they were always equal none of them is elected yet. */
static enum outcome elect_those_ahead(struct ers97 *count, const struct group *group,
                                      struct fail *fail)
{
    struct group behind = *group;
    enum outcome outcome =
        tie_narrow(count->tally, &behind, TIE_FEWEST_VOTES | TIE_FROM_EARLIEST, fail);
    if (outcome != OK)
        return outcome;
    for (size_t i = 0; i < group->size; i++)
        if (!group_has(&behind, group->who[i]))
            tally_elect(count->tally, group->who[i]);
    return OK;
}

/* At every point, as each election changes the vote needed: the highest first. */
static enum outcome elect(struct ers97 *count, struct fail *fail)
{
    struct tally *tally = count->tally;
    while (tally->unfilled > 0 && tally->continuing > 0) {
        struct group group = with_vote_needed(count);
        if (tally->continuing <= tally->unfilled)
            tally_elect_from(tally, 0);
        else if (group.size > tally->unfilled)
            return elect_those_ahead(count, &group, fail);
        else if (group.size > 0)
            tally_elect(tally, tally_highest(tally));
        else
            return OK;
    }
    return OK;
}

/* -- who is excluded -------------------------------------------------------------------------- */

/* Continuing candidates from the fewest votes, equal ones by number. */
static struct group from_lowest(const struct tally *tally)
{
    struct group order = {.size = 0};
    const uint64_t *votes = tally->stage.votes;
    for (size_t c = 1; c <= tally->sheet->candidates; c++) {
        if (tally->standing[c] != CONTINUING)
            continue;
        group_add(&order, c);
        for (size_t i = order.size - 1; i > 0 && votes[order.who[i - 1]] > votes[c]; i--) {
            order.who[i] = order.who[i - 1];
            order.who[i - 1] = (uint8_t)c;
        }
    }
    return order;
}

/* 5.2.5, and 5.2.2 for a group of one: the most candidates that can be excluded together, their
 * votes and the surpluses being no more than the next candidate's votes. Two of equal votes are
 * not separated. Nobody if there is no such group. */
static struct group lowest_group(const struct ers97 *count)
{
    const struct tally *tally = count->tally;
    struct group order = from_lowest(tally);
    uint64_t sum = all_surpluses(count);
    size_t most = 0;
    for (size_t k = 1; k + tally->unfilled <= order.size; k++) {
        uint64_t votes = tally->stage.votes[order.who[k - 1]];
        uint64_t next = tally->stage.votes[order.who[k]];
        sum += votes;
        if (sum <= next && votes < next)
            most = k;
    }
    order.size = most;
    return order;
}

/* Nobody can be excluded together with others or without a tie: the lowest alone. */
static enum outcome lowest_alone(struct tally *tally, struct group *out_group, struct fail *fail)
{
    size_t candidate = 0;
    struct group lowest = tally_lowest(tally);
    enum outcome outcome =
        tie_break(tally, &lowest, TIE_FEWEST_VOTES | TIE_FROM_EARLIEST, &candidate, fail);
    out_group->size = 0;
    if (outcome == OK)
        group_add(out_group, candidate);
    return outcome;
}

/* -- stages ----------------------------------------------------------------------------------- */

/* The end of a point: quota, elections, onto the sheet. */
static enum outcome end_point(struct ers97 *count, struct fail *fail)
{
    set_quota(count);
    enum outcome outcome = elect(count, fail);
    if (outcome == OK)
        outcome = tally_end_stage(count->tally, count->quota, fail);
    return outcome;
}

static enum outcome surplus_stage(struct ers97 *count, struct fail *fail)
{
    size_t candidate = 0;
    struct group over = tally_largest_surplus(count->tally, count->quota);
    enum outcome outcome =
        tie_break(count->tally, &over, TIE_MOST_VOTES | TIE_FROM_EARLIEST, &candidate, fail);
    if (outcome != OK)
        return outcome;
    batch_surplus(count->tally, candidate, count->quota);
    return end_point(count, fail);
}

/* 5.4: batch after batch, until all seats are filled or no papers are left. */
static enum outcome transfer(struct ers97 *count, const struct group *who, struct fail *fail)
{
    struct tally *tally = count->tally;
    struct batches batches;
    enum outcome outcome = OK;
    batches_sort(tally, who, &batches);
    for (size_t sub = 1; outcome == OK; sub++) {
        (void)batches_move(tally, &batches);
        tally->stage.sub = sub;
        tally->stage.who = *who;
        outcome = end_point(count, fail);
        if (tally->unfilled == 0 || !batches_left(&batches))
            break;
    }
    return outcome;
}

static enum outcome exclude_stage(struct ers97 *count, struct group *group, struct fail *fail)
{
    struct tally *tally = count->tally;
    enum outcome outcome = group->size > 0 ? OK : lowest_alone(tally, group, fail);
    if (outcome != OK)
        return outcome;
    struct group who = {.size = 0};
    for (size_t c = 1; c <= tally->sheet->candidates; c++)
        if (group_has(group, c))
            group_add(&who, c);
    for (size_t i = 0; i < who.size; i++)
        tally_strike(tally, who.who[i]);
    tally->stage.action = STAGE_EXCLUDE;
    tally->stage.who = who;
    if (tally->continuing > tally->unfilled)
        return transfer(count, &who, fail);
    tally_elect_from(tally, 0); /* 5.5.1: nothing is transferred */
    return tally_end_stage(tally, count->quota, fail);
}

enum outcome stv_ers97_count(struct tally *tally, struct fail *fail)
{
    struct ers97 count = {.tally = tally};
    assert(tally->unit == BATCH_UNIT);
    tally_first(tally);
    enum outcome outcome = end_point(&count, fail);
    while (outcome == OK && tally->unfilled > 0 && tally->continuing > 0) {
        struct group group = lowest_group(&count);
        if (group.size == 0 && all_surpluses(&count) > 0)
            outcome = surplus_stage(&count, fail);
        else
            outcome = exclude_stage(&count, &group, fail);
    }
    return outcome;
}
