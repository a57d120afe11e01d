#include "count/tie.h"

#include <assert.h>
#include <stdio.h>

/* Those of the group who had the fewest (most) votes at the end of the stage. */
static struct group extreme_at(const struct group *group, const struct stage *stage,
                               enum tie_side side)
{
    struct group left = {.size = 0};
    uint64_t best = 0;
    for (size_t i = 0; i < group->size; i++) {
        uint64_t votes = stage->votes[group->who[i]];
        bool better = side == TIE_FEWEST_VOTES ? votes < best : votes > best;
        if (left.size > 0 && better)
            left.size = 0;
        if (left.size == 0 || votes == best) {
            best = votes;
            group_add(&left, group->who[i]);
        }
    }
    return left;
}

static enum outcome record(struct tally *tally, const struct tie_step *step, struct fail *fail)
{
    if (tally->stage.steps == 0)
        tally->stage.first_step = tally->sheet->step_count;
    tally->stage.steps++;
    return sheet_add_step(tally->sheet, step, fail);
}

/* Narrows `group` stage by stage, from the latest. */
static enum outcome by_history(struct tally *tally, struct group *group, enum tie_side side,
                               struct fail *fail)
{
    for (size_t n = tally->sheet->stage_count; n > 0 && group->size > 1; n--) {
        struct group left = extreme_at(group, &tally->sheet->stages[n - 1], side);
        if (left.size == group->size)
            continue;
        struct tie_step step = {.stage = n, .of = *group, .left = left};
        enum outcome outcome = record(tally, &step, fail);
        if (outcome != OK)
            return outcome;
        *group = left;
    }
    return OK;
}

static enum outcome lot_needed(const struct tally *tally, const struct group *group,
                               struct fail *fail)
{
    char names[FAIL_TEXT_BYTES / 2] = "";
    size_t used = 0;
    for (size_t i = 0; i < group->size && used < sizeof names; i++) {
        int n = snprintf(names + used, sizeof names - used, "%s%s (%u)", i > 0 ? ", " : "",
                         tally->sheet->names[group->who[i]], (unsigned)group->who[i]);
        used += n > 0 ? (size_t)n : 0;
    }
    return fail_set(
        fail, NOT_ALLOWED, "count.lot-needed",
        "stage %zu: a lot is needed, these are tied at every stage: %s%s; draw an order "
        "of all candidates and give it as the lots",
        tally->sheet->stage_count + 1, names, used >= sizeof names ? "…" : "");
}

static enum outcome by_lot(struct tally *tally, struct group *group, struct fail *fail)
{
    const struct group *lots = &tally->sheet->lots;
    if (lots->size == 0)
        return lot_needed(tally, group, fail);
    struct tie_step step = {.by_lot = true, .stage = tally->sheet->stage_count + 1, .of = *group};
    for (size_t i = 0; i < lots->size && step.left.size == 0; i++)
        if (group_has(group, lots->who[i]))
            group_add(&step.left, lots->who[i]);
    assert(step.left.size == 1);
    *group = step.left;
    return record(tally, &step, fail);
}

enum outcome tie_break(struct tally *tally, const struct group *tied, enum tie_side side,
                       size_t *out_candidate, struct fail *fail)
{
    struct group group = *tied;
    assert(group.size > 0);
    enum outcome outcome = by_history(tally, &group, side, fail);
    if (outcome == OK && group.size > 1)
        outcome = by_lot(tally, &group, fail);
    if (outcome == OK)
        *out_candidate = group.who[0];
    return outcome;
}
