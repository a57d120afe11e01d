#include "count/tie.h"

#include <assert.h>
#include <stdio.h>

/* Those of the group who had the fewest (most) votes at the end of the stage. */
static struct group extreme_at(const struct group *group, const struct stage *stage, unsigned how)
{
    struct group left = {.size = 0};
    uint64_t best = 0;
    for (size_t i = 0; i < group->size; i++) {
        uint64_t votes = stage->votes[group->who[i]];
        bool better = how & TIE_MOST_VOTES ? votes > best : votes < best;
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

enum outcome tie_narrow(struct tally *tally, struct group *tied, unsigned how, struct fail *fail)
{
    const struct sheet *sheet = tally->sheet;
    for (size_t i = 0; i < sheet->stage_count && tied->size > 1; i++) {
        size_t index = how & TIE_FROM_EARLIEST ? i : sheet->stage_count - 1 - i;
        const struct stage *stage = &sheet->stages[index];
        struct group left = extreme_at(tied, stage, how);
        if (left.size == tied->size)
            continue;
        struct tie_step step = {.stage = stage->n, .sub = stage->sub, .of = *tied, .left = left};
        enum outcome outcome = record(tally, &step, fail);
        if (outcome != OK)
            return outcome;
        *tied = left;
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
    return fail_set(fail, NOT_ALLOWED, "count.lot-needed",
                    "stage %zu: a lot is needed, these are tied: %s%s; draw an order "
                    "of all candidates and give it as the lots",
                    tally->stage.n + 1, names, used >= sizeof names ? "…" : "");
}

enum outcome tie_by_lot(struct tally *tally, const struct group *tied, size_t *out_candidate,
                        struct fail *fail)
{
    const struct group *lots = &tally->sheet->lots;
    if (lots->size == 0)
        return lot_needed(tally, tied, fail);
    struct tie_step step = {.by_lot = true, .stage = tally->stage.n + 1, .sub = 1, .of = *tied};
    for (size_t i = 0; i < lots->size && step.left.size == 0; i++)
        if (group_has(tied, lots->who[i]))
            group_add(&step.left, lots->who[i]);
    assert(step.left.size == 1);
    enum outcome outcome = record(tally, &step, fail);
    if (outcome == OK)
        *out_candidate = step.left.who[0];
    return outcome;
}

enum outcome tie_break(struct tally *tally, const struct group *tied, unsigned how,
                       size_t *out_candidate, struct fail *fail)
{
    struct group group = *tied;
    assert(group.size > 0);
    enum outcome outcome = tie_narrow(tally, &group, how, fail);
    if (outcome == OK && group.size > 1)
        return tie_by_lot(tally, &group, out_candidate, fail);
    if (outcome == OK)
        *out_candidate = group.who[0];
    return outcome;
}
