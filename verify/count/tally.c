#include "count/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void lay_on_pile(struct tally *tally, uint32_t index, unsigned candidate)
{
    struct bundle *bundle = &tally->bundles[index];
    bundle->next = tally->piles[candidate];
    tally->piles[candidate] = index + 1;
    tally->votes[candidate] += bundle->weight * bundle->value;
}

/* Copies a list without its withdrawn candidates; returns its new length. */
static size_t strike_withdrawn(const struct count_task *task, struct span preferences,
                               uint8_t *out_preferences)
{
    size_t kept = 0;
    for (size_t i = 0; i < preferences.len; i++)
        if (!set_has(&task->withdrawn, preferences.ptr[i]))
            out_preferences[kept++] = preferences.ptr[i];
    return kept;
}

static void lay_first(struct tally *tally)
{
    const struct papers *papers = tally->task->papers;
    size_t used = 0;
    for (size_t i = 0; i < papers->count; i++) {
        const struct paper *paper = &papers->list[i];
        size_t len = strike_withdrawn(tally->task, papers_preferences(papers, paper),
                                      tally->preferences + used);
        tally->bundles[i] = (struct bundle){used, used + len, paper->weight, tally->unit, 0};
        if (paper->len == 0)
            tally->sheet->blank += paper->weight;
        else if (len == 0)
            tally->sheet->withdrawn_only += paper->weight;
        else
            tally->sheet->valid += paper->weight;
        if (len > 0)
            lay_on_pile(tally, (uint32_t)i, tally->preferences[used]);
        used += len;
    }
}

enum outcome tally_init(struct tally *tally, const struct count_task *task, struct sheet *sheet,
                        unsigned decimals, struct fail *fail)
{
    const struct papers *papers = task->papers;
    *tally = (struct tally){.task = task, .sheet = sheet, .unit = 1};
    for (unsigned i = 0; i < decimals; i++)
        tally->unit *= 10;
    tally->bundles = calloc(papers->count + 1, sizeof *tally->bundles);
    tally->preferences = malloc(papers->used + 1);
    if (tally->bundles == NULL || tally->preferences == NULL) {
        tally_done(tally);
        return fail_unable(fail, "no memory for the count");
    }
    for (unsigned i = 1; i <= papers->candidates; i++)
        if (!set_has(&task->withdrawn, i))
            set_add(&tally->continuing, i);
    lay_first(tally);
    return GOOD;
}

void tally_done(struct tally *tally)
{
    if (tally == NULL)
        return;
    free(tally->bundles);
    free(tally->preferences);
    *tally = (struct tally){0};
}

unsigned tally_seats_left(const struct tally *tally)
{
    return tally->task->seats - set_count(&tally->elected);
}

void tally_elect(struct tally *tally, unsigned candidate)
{
    set_drop(&tally->continuing, candidate);
    set_add(&tally->elected, candidate);
    set_add(&tally->elected_now, candidate);
}

void tally_elect_at(struct tally *tally, uint64_t quota)
{
    struct set continuing = tally->continuing;
    for (unsigned i = 0; (i = set_next(&continuing, i)) != 0;)
        if (tally->votes[i] >= quota)
            tally_elect(tally, i);
}

void tally_elect_all(struct tally *tally)
{
    tally_elect_at(tally, 0);
}

/* Those of `of` with the fewest votes in `votes` (the most, if `most`). */
static struct set furthest(struct set of, const uint64_t *votes, bool most)
{
    struct set left = {0};
    uint64_t mark = 0;
    for (unsigned i = 0; (i = set_next(&of, i)) != 0;) {
        if (set_count(&left) > 0 && votes[i] == mark) {
            set_add(&left, i);
        } else if (set_count(&left) == 0 || (votes[i] > mark) == most) {
            left = (struct set){0};
            set_add(&left, i);
            mark = votes[i];
        }
    }
    return left;
}

/* Looks back from the latest stage to the first, until one is left or history ends. */
static bool narrow_by_history(struct tally *tally, bool most, struct set *tied)
{
    struct sheet *sheet = tally->sheet;
    for (size_t n = sheet->stage_count; n > 0 && set_count(tied) > 1; n--) {
        struct set left = furthest(*tied, sheet->stages[n - 1].votes, most);
        if (set_count(&left) == set_count(tied))
            continue;
        if (!sheet_add_step(sheet, (struct tie_step){false, (unsigned)n, *tied, left}))
            return false;
        *tied = left;
    }
    return true;
}

static enum outcome lot_needed(const struct tally *tally, struct set tied, struct fail *fail)
{
    char names[300] = "";
    size_t used = 0;
    for (unsigned i = 0; (i = set_next(&tied, i)) != 0;) {
        struct span name = tally->task->names[i - 1];
        size_t room = sizeof names - used;
        if (name.len + 3 > room)
            break;
        used += (size_t)snprintf(names + used, room, "%s%.*s", used == 0 ? "" : ", ", (int)name.len,
                                 (const char *)name.ptr);
    }
    return fail_bad(fail,
                    "count.lot-needed: stage %zu, %u candidates tied (%s): give the order of the "
                    "lots with --lots",
                    tally->sheet->stage_count + 1, set_count(&tied), names);
}

static enum outcome draw_lot(struct tally *tally, struct set tied, unsigned *out_candidate,
                             struct fail *fail)
{
    const uint8_t *lots = tally->task->lots;
    if (lots == NULL)
        return lot_needed(tally, tied, fail);
    while (!set_has(&tied, *lots))
        lots++;
    struct set left = {0};
    set_add(&left, *lots);
    unsigned stage = (unsigned)tally->sheet->stage_count + 1;
    if (!sheet_add_step(tally->sheet, (struct tie_step){true, stage, tied, left}))
        return fail_unable(fail, "no memory for the stage sheet");
    *out_candidate = *lots;
    return GOOD;
}

enum outcome tally_choose(struct tally *tally, struct set of, bool most, unsigned *out_candidate,
                          struct fail *fail)
{
    struct set tied = furthest(of, tally->votes, most);
    if (!narrow_by_history(tally, most, &tied))
        return fail_unable(fail, "no memory for the stage sheet");
    if (set_count(&tied) > 1)
        return draw_lot(tally, tied, out_candidate, fail);
    *out_candidate = set_next(&tied, 0);
    return GOOD;
}

/* To the next continuing candidate after its holder, or off the table; true if it stayed on. */
static bool move_bundle(struct tally *tally, uint32_t index)
{
    struct bundle *bundle = &tally->bundles[index];
    for (bundle->start++; bundle->start < bundle->end; bundle->start++) {
        unsigned candidate = tally->preferences[bundle->start];
        if (set_has(&tally->continuing, candidate)) {
            lay_on_pile(tally, index, candidate);
            return true;
        }
    }
    tally->non_transferable += bundle->weight * bundle->value;
    return false;
}

void tally_exclude(struct tally *tally, unsigned candidate)
{
    uint32_t link = tally->piles[candidate];
    set_drop(&tally->continuing, candidate);
    tally->piles[candidate] = 0;
    tally->votes[candidate] = 0;
    while (link != 0) {
        uint32_t next = tally->bundles[link - 1].next;
        move_bundle(tally, link - 1);
        link = next;
    }
}

void tally_transfer(struct tally *tally, unsigned candidate, uint64_t quota)
{
    uint64_t total = tally->votes[candidate], surplus = total - quota, gone = 0;
    uint32_t link = tally->piles[candidate];
    tally->piles[candidate] = 0;
    tally->votes[candidate] = quota;
    while (link != 0) {
        struct bundle *bundle = &tally->bundles[link - 1];
        uint32_t next = bundle->next;
        bundle->value = surplus * bundle->value / total;
        gone += bundle->value * bundle->weight;
        move_bundle(tally, link - 1);
        link = next;
    }
    tally->loss += surplus - gone;
}

enum outcome tally_record(struct tally *tally, enum stage_action action, unsigned who,
                          uint64_t quota, struct fail *fail)
{
    struct stage *stage = sheet_add_stage(tally->sheet);
    if (stage == NULL)
        return fail_unable(fail, "no memory for the stage sheet");
    stage->action = action;
    stage->who = who;
    memcpy(stage->votes, tally->votes, sizeof stage->votes);
    stage->non_transferable = tally->non_transferable;
    stage->loss = tally->loss;
    stage->quota = quota;
    stage->elected = tally->elected_now;
    tally->elected_now = (struct set){0};
    return GOOD;
}
