#include "count/meek.h"

#include <assert.h>
#include <string.h>

_Static_assert((uint64_t)LIMIT_PAPERS *MEEK_UNIT <= UINT64_MAX / 2,
               "the votes of all papers must stay within 64 bits");

void meek_first(struct tally *tally)
{
    assert(tally->unit == MEEK_UNIT);
    tally_first(tally);
    for (size_t c = 1; c <= tally->sheet->candidates; c++)
        tally->stage.keep[c] = tally->standing[c] == WITHDRAWN ? 0 : MEEK_UNIT;
}

/* One distinct paper: to each candidate in turn the part that is kept, rounded up. */
static void distribute(struct stage *stage, struct paper paper)
{
    uint64_t weight = MEEK_UNIT;
    for (size_t rank = 0; rank < paper.length && weight > 0; rank++) {
        uint64_t keep = stage->keep[paper.prefs[rank]];
        uint64_t kept = (weight * keep + MEEK_UNIT - 1) / MEEK_UNIT;
        stage->votes[paper.prefs[rank]] += kept * paper.weight;
        weight -= kept;
    }
}

static uint64_t sum_of_votes(const struct tally *tally)
{
    uint64_t sum = 0;
    for (size_t c = 1; c <= tally->sheet->candidates; c++)
        sum += tally->stage.votes[c];
    return sum;
}

void meek_distribute(struct tally *tally)
{
    struct stage *stage = &tally->stage;
    stage->action = STAGE_ITERATE;
    memset(stage->votes, 0, sizeof stage->votes);
    for (size_t c = 1; c <= tally->sheet->candidates; c++)
        if (tally->standing[c] == EXCLUDED)
            stage->keep[c] = 0;
    for (size_t i = 0; i < papers_distinct(tally->papers); i++)
        distribute(stage, papers_at(tally->papers, i));
    stage->non_transferable = tally->sheet->valid * MEEK_UNIT - sum_of_votes(tally);
}

uint64_t meek_quota(const struct tally *tally)
{
    return sum_of_votes(tally) / (tally->sheet->seats + 1) + 1;
}

uint64_t meek_surplus(const struct tally *tally, uint64_t quota)
{
    uint64_t above = 0;
    uint64_t below = 0;
    for (size_t c = 1; c <= tally->sheet->candidates; c++) {
        uint64_t votes = tally->stage.votes[c];
        if (tally->standing[c] != ELECTED)
            continue;
        above += votes > quota ? votes - quota : 0;
        below += votes < quota ? quota - votes : 0;
    }
    return above > below ? above - below : 0;
}

static unsigned __int128 divide_up(unsigned __int128 dividend, uint64_t divisor)
{
    return (dividend + divisor - 1) / divisor;
}

void meek_lower_keep(struct tally *tally, uint64_t quota)
{
    struct stage *stage = &tally->stage;
    for (size_t c = 1; c <= tally->sheet->candidates; c++) {
        if (tally->standing[c] != ELECTED || stage->votes[c] == 0)
            continue;
        unsigned __int128 part = (unsigned __int128)stage->keep[c] * quota;
        part = divide_up(divide_up(part, MEEK_UNIT) * MEEK_UNIT, stage->votes[c]);
        stage->keep[c] = part < MEEK_UNIT ? (uint64_t)part : MEEK_UNIT;
    }
}

void meek_finish(struct tally *tally)
{
    if (tally->unfilled == 0) {
        for (size_t c = 1; c <= tally->sheet->candidates; c++)
            if (tally->standing[c] == CONTINUING)
                tally_strike(tally, c);
    } else if (tally->continuing <= tally->unfilled) {
        tally_elect_from(tally, 0);
    }
}
