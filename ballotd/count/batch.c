#include "count/batch.h"

#include <assert.h>

/* What of a batch can go on. */
struct transferable {
    uint64_t papers;
    uint64_t units;
};

static struct transferable examine(const struct tally *tally, uint32_t next)
{
    struct transferable sum = {0, 0};
    for (; next != 0; next = tally->lying[next - 1].next) {
        const struct lying *lying = &tally->lying[next - 1];
        struct paper paper = papers_at(tally->papers, next - 1);
        if (tally_available(tally, paper, lying->rank + 1) == paper.length)
            continue;
        sum.papers += paper.weight;
        sum.units += paper.weight * lying->value;
    }
    return sum;
}

/* Moves the papers that have a next preference; the others stay with the candidate's quota. */
static uint64_t move_transferable(struct tally *tally, uint32_t next, const uint32_t *value)
{
    uint64_t moved = 0;
    while (next != 0) {
        uint32_t index = next - 1;
        struct lying *lying = &tally->lying[index];
        struct paper paper = papers_at(tally->papers, index);
        next = lying->next;
        if (tally_available(tally, paper, lying->rank + 1) == paper.length)
            continue;
        if (value)
            lying->value = *value;
        moved += paper.weight * lying->value;
        tally_give(tally, index, lying->rank + 1);
    }
    return moved;
}

void batch_surplus(struct tally *tally, size_t candidate, uint64_t quota)
{
    struct stage *stage = &tally->stage;
    assert(tally->standing[candidate] == ELECTED && stage->votes[candidate] > quota);
    uint64_t surplus = stage->votes[candidate] - quota;
    uint32_t batch = tally->piles[candidate].batch;
    tally->piles[candidate] = (struct pile){.first = 0}; /* no paper leaves here again */
    struct transferable sum = examine(tally, batch);
    uint32_t value = sum.units > surplus ? (uint32_t)(surplus / sum.papers) : 0;
    uint64_t moved = move_transferable(tally, batch, sum.units > surplus ? &value : NULL);
    stage->action = STAGE_SURPLUS;
    group_add(&stage->who, candidate);
    stage->non_transferable += surplus - moved;
    stage->votes[candidate] = quota;
}

void batches_sort(struct tally *tally, const struct group *from, struct batches *out_batches)
{
    *out_batches = (struct batches){.next = BATCH_UNIT + 1};
    for (size_t i = 0; i < from->size; i++) {
        struct pile *pile = &tally->piles[from->who[i]];
        for (uint32_t next = pile->first; next != 0;) {
            uint32_t index = next - 1;
            next = tally->lying[index].next;
            tally_lay(tally, index, &out_batches->by_value[tally->lying[index].value]);
        }
        *pile = (struct pile){.first = 0};
    }
}

bool batches_left(struct batches *batches)
{
    while (batches->next > 0 && batches->by_value[batches->next - 1].first == 0)
        batches->next--;
    return batches->next > 0;
}

bool batches_move(struct tally *tally, struct batches *batches)
{
    if (!batches_left(batches))
        return false;
    for (uint32_t next = batches->by_value[--batches->next].first; next != 0;) {
        uint32_t index = next - 1;
        const struct lying *lying = &tally->lying[index];
        struct paper paper = papers_at(tally->papers, index);
        next = lying->next;
        tally->stage.votes[paper.prefs[lying->rank]] -= paper.weight * lying->value;
        tally_give(tally, index, lying->rank + 1);
    }
    return true;
}
