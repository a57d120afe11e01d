#include "count/sheet.h"

#include "count/count.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_ROOM = 16 };

void sheet_done(struct sheet *sheet)
{
    if (sheet == NULL)
        return;
    free(sheet->stages);
    free(sheet->steps);
    *sheet = (struct sheet){0};
}

/* The block with room for one more element, or NULL (and the old block stays). */
static void *grown(void *block, size_t count, size_t *room, size_t element_bytes)
{
    if (count < *room)
        return block;
    size_t wanted = *room == 0 ? FIRST_ROOM : *room * 2;
    void *larger = realloc(block, wanted * element_bytes);
    if (larger != NULL)
        *room = wanted;
    return larger;
}

struct stage *sheet_add_stage(struct sheet *sheet)
{
    struct stage *stages =
        grown(sheet->stages, sheet->stage_count, &sheet->stage_room, sizeof *stages);
    if (stages == NULL)
        return NULL;
    sheet->stages = stages;
    size_t first = 0;
    if (sheet->stage_count > 0)
        first =
            stages[sheet->stage_count - 1].first_step + stages[sheet->stage_count - 1].step_count;
    struct stage *stage = &stages[sheet->stage_count++];
    *stage = (struct stage){.first_step = first, .step_count = sheet->step_count - first};
    return stage;
}

bool sheet_add_step(struct sheet *sheet, struct tie_step step)
{
    struct tie_step *steps =
        grown(sheet->steps, sheet->step_count, &sheet->step_room, sizeof *steps);
    if (steps == NULL)
        return false;
    sheet->steps = steps;
    steps[sheet->step_count++] = step;
    return true;
}

unsigned sheet_elected(const struct stage *stage, uint8_t out_numbers[LIMIT_CANDIDATES])
{
    unsigned count = 0;
    for (unsigned i = 0; (i = set_next(&stage->elected, i)) != 0; count++) {
        unsigned place = count;
        for (; place > 0 && stage->votes[out_numbers[place - 1]] < stage->votes[i]; place--)
            out_numbers[place] = out_numbers[place - 1];
        out_numbers[place] = (uint8_t)i;
    }
    return count;
}

void sheet_votes_text(const struct sheet *sheet, uint64_t units, char out_text[VOTES_TEXT_BYTES])
{
    uint64_t unit = 1;
    for (unsigned i = 0; i < sheet->rule->decimals; i++)
        unit *= 10;
    if (unit == 1)
        (void)snprintf(out_text, VOTES_TEXT_BYTES, "%" PRIu64, units);
    else
        (void)snprintf(out_text, VOTES_TEXT_BYTES, "%" PRIu64 ".%0*" PRIu64, units / unit,
                       (int)sheet->rule->decimals, units % unit);
}
