#include "count/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void lay_on_pile(struct tally *tally, uint32_t index, unsigned candidate)
{
    struct bundle *bundle = &tally->bundles[index];
    bundle->next = tally->piles[candidate];
    bundle->point = tally->last_point[candidate] = tally_point(tally);
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

/* By the Papers section and, where papers bear crosses, by the most that the rule allows. */
static void classify(struct sheet *sheet, const struct paper *paper, bool too_many, size_t len)
{
    if (too_many)
        sheet->too_many += paper->weight;
    else if (paper->len == 0)
        sheet->blank += paper->weight;
    else if (len == 0)
        sheet->withdrawn_only += paper->weight;
    else
        sheet->valid += paper->weight;
}

static void lay_first(struct tally *tally)
{
    const struct papers *papers = tally->task->papers;
    const struct count_rule *rule = tally->sheet->rule;
    unsigned most = rule->crosses == NULL ? LIMIT_CANDIDATES : rule->crosses(tally->task);
    size_t used = 0;
    for (size_t i = 0; i < papers->count; i++) {
        const struct paper *paper = &papers->list[i];
        size_t len = strike_withdrawn(tally->task, papers_preferences(papers, paper),
                                      tally->preferences + used);
        if (paper->len > most)
            len = 0;
        tally->bundles[i] = (struct bundle){
            .start = used, .end = used + len, .weight = paper->weight, .value = tally->unit};
        classify(tally->sheet, paper, paper->len > most, len);
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

bool tally_over(const struct tally *tally)
{
    return tally_seats_left(tally) == 0 || set_count(&tally->continuing) == 0;
}

unsigned tally_stage(const struct tally *tally)
{
    const struct sheet *sheet = tally->sheet;
    if (sheet->stage_count == 0)
        return 1;
    return sheet->stages[sheet->stage_count - 1].n + (tally->batches == 0 ? 1 : 0);
}

uint32_t tally_point(const struct tally *tally)
{
    return (uint32_t)tally->sheet->stage_count + 1;
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

void tally_drop(struct tally *tally, struct set candidates)
{
    for (unsigned i = 0; (i = set_next(&candidates, i)) != 0;) {
        set_drop(&tally->continuing, i);
        set_add(&tally->excluded_now, i);
    }
}

struct set tally_furthest(struct set of, const uint64_t *votes, bool most)
{
    struct set left = {0};
    uint64_t mark = 0;
    for (unsigned i = 0; (i = set_next(&of, i)) != 0;) {
        if (set_count(&left) > 0 && votes[i] == mark) {
            set_add(&left, i);
        } else if (set_count(&left) == 0 || (votes[i] > mark) == most) {
            left = set_of(i);
            mark = votes[i];
        }
    }
    return left;
}

bool tally_narrow(struct tally *tally, bool most, struct set *tied)
{
    struct sheet *sheet = tally->sheet;
    for (size_t i = 0; i < sheet->stage_count && set_count(tied) > 1; i++) {
        size_t at = sheet->rule->from_earliest ? i : sheet->stage_count - 1 - i;
        const struct stage *stage = &sheet->stages[at];
        struct set left = tally_furthest(*tied, stage->votes, most);
        if (set_count(&left) == set_count(tied))
            continue;
        if (!sheet_add_step(sheet, (struct tie_step){false, stage->n, stage->sub, *tied, left}))
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
                    "count.lot-needed: stage %u, %u candidates tied (%s): give the order of the "
                    "lots with --lots",
                    tally_stage(tally), set_count(&tied), names);
}

enum outcome tally_draw(struct tally *tally, struct set tied, unsigned *out_candidate,
                        struct fail *fail)
{
    const uint8_t *lots = tally->task->lots;
    if (lots == NULL)
        return lot_needed(tally, tied, fail);
    while (!set_has(&tied, *lots))
        lots++;
    struct tie_step step = {true, tally_stage(tally), 1, tied, set_of(*lots)};
    if (!sheet_add_step(tally->sheet, step))
        return fail_unable(fail, "no memory for the stage sheet");
    *out_candidate = *lots;
    return GOOD;
}

enum outcome tally_choose(struct tally *tally, struct set of, bool most, unsigned *out_candidate,
                          struct fail *fail)
{
    struct set tied = tally_furthest(of, tally->votes, most);
    if (!tally_narrow(tally, most, &tied))
        return fail_unable(fail, "no memory for the stage sheet");
    if (set_count(&tied) > 1)
        return tally_draw(tally, tied, out_candidate, fail);
    *out_candidate = set_next(&tied, 0);
    return GOOD;
}

unsigned tally_next(const struct tally *tally, const struct bundle *bundle)
{
    for (size_t i = bundle->start + 1; i < bundle->end; i++)
        if (set_has(&tally->continuing, tally->preferences[i]))
            return tally->preferences[i];
    return 0;
}

void tally_move(struct tally *tally, uint32_t index)
{
    struct bundle *bundle = &tally->bundles[index];
    for (bundle->start++; bundle->start < bundle->end; bundle->start++) {
        unsigned candidate = tally->preferences[bundle->start];
        if (set_has(&tally->continuing, candidate)) {
            lay_on_pile(tally, index, candidate);
            return;
        }
    }
    tally->non_transferable += bundle->weight * bundle->value;
}

void tally_exclude(struct tally *tally, unsigned candidate)
{
    uint32_t link = tally->piles[candidate];
    tally_drop(tally, set_of(candidate));
    tally->piles[candidate] = 0;
    tally->votes[candidate] = 0;
    while (link != 0) {
        uint32_t next = tally->bundles[link - 1].next;
        tally_move(tally, link - 1);
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
        tally_move(tally, link - 1);
        link = next;
    }
    tally->loss += surplus - gone;
}

enum outcome tally_record(struct tally *tally, enum stage_action action, struct set who,
                          uint64_t quota, struct fail *fail)
{
    unsigned n = tally_stage(tally);
    struct stage *stage = sheet_add_stage(tally->sheet);
    if (stage == NULL)
        return fail_unable(fail, "no memory for the stage sheet");
    stage->n = n;
    stage->sub = tally->batches + 1;
    stage->action = action;
    stage->who = who;
    memcpy(stage->votes, tally->votes, sizeof stage->votes);
    memcpy(stage->keep, tally->keep, sizeof stage->keep);
    stage->non_transferable = tally->non_transferable;
    stage->loss = tally->loss;
    stage->quota = quota;
    stage->elected = tally->elected_now;
    stage->excluded = tally->excluded_now;
    tally->elected_now = tally->excluded_now = (struct set){0};
    return GOOD;
}
