#include "count/sheet.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

void group_add(struct group *group, size_t candidate)
{
    assert(group->size < LIMIT_CANDIDATES);
    group->who[group->size++] = (uint8_t)candidate;
}

bool group_has(const struct group *group, size_t candidate)
{
    for (size_t i = 0; i < group->size; i++)
        if (group->who[i] == candidate)
            return true;
    return false;
}

enum outcome sheet_new(const struct papers *papers, struct sheet **out_sheet, struct fail *fail)
{
    struct sheet *sheet = calloc(1, sizeof *sheet);
    if (!sheet)
        return fail_set(fail, BROKEN, "count.memory", "out of memory for a stage sheet");
    sheet->candidates = papers_candidates(papers);
    sheet->blank = papers_blank(papers);
    snprintf(sheet->title, sizeof sheet->title, "%s", papers_title(papers));
    for (size_t c = 1; c <= sheet->candidates; c++) {
        snprintf(sheet->names[c], sizeof sheet->names[c], "%s", papers_name(papers, c));
        if (papers_withdrawn(papers, c))
            group_add(&sheet->withdrawn, c);
    }
    *out_sheet = sheet;
    return OK;
}

void sheet_free(struct sheet *sheet)
{
    if (!sheet)
        return;
    free(sheet->stages);
    free(sheet->steps);
    free(sheet);
}

/* Room for one more item: doubles whenever the count is a power of two. */
static void *room_for_one(void *items, size_t count, size_t item_bytes, struct fail *fail)
{
    if (count > 0 && (count & (count - 1)) != 0)
        return items;
    void *grown = realloc(items, (count > 0 ? 2 * count : 1) * item_bytes);
    if (!grown)
        (void)!fail_set(fail, BROKEN, "count.memory", "out of memory for a stage sheet");
    return grown;
}

enum outcome sheet_add_stage(struct sheet *sheet, const struct stage *stage, struct fail *fail)
{
    struct stage *stages = room_for_one(sheet->stages, sheet->stage_count, sizeof *stage, fail);
    if (!stages)
        return BROKEN;
    stages[sheet->stage_count++] = *stage;
    sheet->stages = stages;
    return OK;
}

enum outcome sheet_add_step(struct sheet *sheet, const struct tie_step *step, struct fail *fail)
{
    struct tie_step *steps = room_for_one(sheet->steps, sheet->step_count, sizeof *step, fail);
    if (!steps)
        return BROKEN;
    steps[sheet->step_count++] = *step;
    sheet->steps = steps;
    return OK;
}

const char *stage_action_name(enum stage_action action)
{
    static const char *const names[] = {[STAGE_FIRST] = "first",
                                        [STAGE_SURPLUS] = "surplus",
                                        [STAGE_EXCLUDE] = "exclude",
                                        [STAGE_ITERATE] = "iterate"};
    return names[action];
}

struct group sheet_elected(const struct sheet *sheet)
{
    struct group elected = {.size = 0};
    for (size_t i = 0; i < sheet->stage_count; i++)
        for (size_t j = 0; j < sheet->stages[i].elected.size; j++)
            group_add(&elected, sheet->stages[i].elected.who[j]);
    return elected;
}

void sheet_add_votes(const struct sheet *sheet, uint64_t units, struct buf *out)
{
    uint64_t unit = 1;
    for (unsigned i = 0; i < sheet->decimals; i++)
        unit *= 10;
    buf_add_u64(out, units / unit);
    if (sheet->decimals > 0)
        buf_add_format(out, ".%0*llu", (int)sheet->decimals, (unsigned long long)(units % unit));
}
