#include "count/tally.h"

#include <assert.h>
#include <stdlib.h>

_Static_assert((uint64_t)LIMIT_PAPERS * 100000 <= UINT64_MAX / 100000,
               "a surplus times the value of a paper must stay within 64 bits");

enum outcome tally_init(struct tally *tally, const struct papers *papers, struct sheet *sheet,
                        struct fail *fail)
{
    assert(sheet->decimals <= TALLY_DECIMALS_MAX);
    *tally = (struct tally){.papers = papers, .sheet = sheet, .unit = 1};
    for (unsigned i = 0; i < sheet->decimals; i++)
        tally->unit *= 10;
    for (size_t c = 1; c <= sheet->candidates; c++) {
        tally->standing[c] = group_has(&sheet->withdrawn, c) ? WITHDRAWN : CONTINUING;
        tally->continuing += tally->standing[c] == CONTINUING;
    }
    tally->unfilled = sheet->seats;
    tally->stage.sub = 1;
    tally->lying = calloc(papers_distinct(papers) + 1, sizeof *tally->lying);
    if (!tally->lying)
        return fail_set(fail, BROKEN, "count.memory", "out of memory for sorting papers");
    return OK;
}

void tally_done(struct tally *tally)
{
    if (!tally)
        return;
    free(tally->lying);
    tally->lying = NULL;
}

void tally_lay(struct tally *tally, uint32_t index, struct pile *pile)
{
    size_t point = tally->sheet->stage_count + 1;
    tally->lying[index].next = 0;
    if (pile->first == 0)
        pile->first = index + 1;
    else
        tally->lying[pile->last - 1].next = index + 1;
    pile->last = index + 1;
    if (pile->point == point)
        return;
    pile->point = point;
    pile->batch = index + 1;
}

uint32_t tally_available(const struct tally *tally, struct paper paper, uint32_t rank)
{
    while (rank < paper.length && tally->standing[paper.prefs[rank]] != CONTINUING)
        rank++;
    return rank;
}

/* All equal papers go together. */
bool tally_give(struct tally *tally, uint32_t index, uint32_t rank)
{
    struct lying *lying = &tally->lying[index];
    struct paper paper = papers_at(tally->papers, index);
    uint64_t units = paper.weight * lying->value;
    rank = tally_available(tally, paper, rank);
    if (rank == paper.length) {
        tally->stage.non_transferable += units;
        return false;
    }
    lying->rank = rank;
    tally_lay(tally, index, &tally->piles[paper.prefs[rank]]);
    tally->stage.votes[paper.prefs[rank]] += units;
    return true;
}

void tally_first(struct tally *tally)
{
    struct sheet *sheet = tally->sheet;
    tally->stage.action = STAGE_FIRST;
    for (uint32_t i = 0; i < papers_distinct(tally->papers); i++) {
        struct paper paper = papers_at(tally->papers, i);
        tally->lying[i].value = (uint32_t)tally->unit;
        if (tally_give(tally, i, 0))
            sheet->valid += paper.weight;
        else
            sheet->withdrawn_only += paper.weight;
    }
    tally->stage.non_transferable = 0; /* papers with withdrawn names only are not valid */
}

/* Moves the whole pile; each paper's value becomes value * part / whole, cut. Returns the units
 * that arrived somewhere, non-transferable ones among them. */
static uint64_t move_pile(struct tally *tally, size_t from, uint64_t part, uint64_t whole)
{
    uint64_t moved = 0;
    uint32_t next = tally->piles[from].first;
    tally->piles[from] = (struct pile){.first = 0};
    while (next != 0) {
        uint32_t index = next - 1;
        struct lying *lying = &tally->lying[index];
        struct paper paper = papers_at(tally->papers, index);
        next = lying->next;
        if (part != whole)
            lying->value = (uint32_t)(lying->value * part / whole);
        moved += paper.weight * lying->value;
        tally_give(tally, index, lying->rank + 1);
    }
    return moved;
}

void tally_surplus(struct tally *tally, size_t candidate, uint64_t quota)
{
    uint64_t *votes = &tally->stage.votes[candidate];
    assert(tally->standing[candidate] == ELECTED && *votes > quota);
    assert(tally->sheet->decimals <= TALLY_SURPLUS_DECIMALS_MAX);
    tally->stage.action = STAGE_SURPLUS;
    group_add(&tally->stage.who, candidate);
    uint64_t surplus = *votes - quota;
    tally->stage.loss += surplus - move_pile(tally, candidate, surplus, *votes);
    *votes = quota;
}

void tally_strike(struct tally *tally, size_t candidate)
{
    assert(tally->standing[candidate] == CONTINUING);
    group_add(&tally->stage.excluded, candidate);
    tally->standing[candidate] = EXCLUDED;
    tally->continuing--;
}

void tally_exclude(struct tally *tally, size_t candidate)
{
    tally->stage.action = STAGE_EXCLUDE;
    group_add(&tally->stage.who, candidate);
    tally_strike(tally, candidate);
    move_pile(tally, candidate, 1, 1);
    tally->stage.votes[candidate] = 0;
}

void tally_elect(struct tally *tally, size_t candidate)
{
    assert(tally->standing[candidate] == CONTINUING && tally->unfilled > 0);
    tally->standing[candidate] = ELECTED;
    tally->continuing--;
    tally->unfilled--;
    group_add(&tally->stage.elected, candidate);
}

size_t tally_highest(const struct tally *tally)
{
    size_t highest = 0;
    for (size_t c = 1; c <= tally->sheet->candidates; c++)
        if (tally->standing[c] == CONTINUING &&
            (highest == 0 || tally->stage.votes[c] > tally->stage.votes[highest]))
            highest = c;
    return highest;
}

void tally_elect_from(struct tally *tally, uint64_t units)
{
    size_t candidate = tally_highest(tally);
    while (candidate != 0 && tally->stage.votes[candidate] >= units) {
        tally_elect(tally, candidate);
        candidate = tally_highest(tally);
    }
}

struct group tally_lowest(const struct tally *tally)
{
    struct group lowest = {.size = 0};
    uint64_t fewest = UINT64_MAX;
    for (size_t c = 1; c <= tally->sheet->candidates; c++) {
        if (tally->standing[c] != CONTINUING || tally->stage.votes[c] > fewest)
            continue;
        if (tally->stage.votes[c] < fewest)
            lowest.size = 0;
        fewest = tally->stage.votes[c];
        group_add(&lowest, c);
    }
    return lowest;
}

struct group tally_largest_surplus(const struct tally *tally, uint64_t quota)
{
    struct group largest = {.size = 0};
    uint64_t most = quota;
    for (size_t c = 1; c <= tally->sheet->candidates; c++) {
        if (tally->standing[c] != ELECTED || tally->stage.votes[c] <= quota ||
            tally->stage.votes[c] < most)
            continue;
        if (tally->stage.votes[c] > most)
            largest.size = 0;
        most = tally->stage.votes[c];
        group_add(&largest, c);
    }
    return largest;
}

enum outcome tally_end_stage(struct tally *tally, uint64_t quota, struct fail *fail)
{
    struct stage *stage = &tally->stage;
    stage->quota = quota;
    stage->n += stage->sub == 1;
    enum outcome outcome = sheet_add_stage(tally->sheet, stage, fail);
    stage->sub = 1;
    stage->who.size = 0;
    stage->elected.size = 0;
    stage->excluded.size = 0;
    stage->steps = 0;
    return outcome;
}
