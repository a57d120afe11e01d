/* The sheet for people: one block a stage. Nobody compares it; the JSON is the normative form. */
#include "count/count.h"
#include "count/sheet.h"

#include <stdio.h>

static void write_names(const struct sheet *sheet, const char *before, const uint8_t *numbers,
                        unsigned count, struct buffer *out)
{
    for (unsigned i = 0; i < count; i++) {
        buffer_append_text(out, i == 0 ? before : ", ");
        buffer_append(out, sheet->task->names[numbers[i] - 1]);
    }
}

static void write_set(const struct sheet *sheet, const char *before, struct set set,
                      struct buffer *out)
{
    uint8_t numbers[LIMIT_CANDIDATES];
    unsigned count = 0;
    for (unsigned i = 0; (i = set_next(&set, i)) != 0;)
        numbers[count++] = (uint8_t)i;
    write_names(sheet, before, numbers, count, out);
}

/* Votes right-aligned in 16 columns, then the name: names may be of any width. */
static void write_line(const struct sheet *sheet, uint64_t units, struct span name,
                       struct buffer *out)
{
    char text[VOTES_TEXT_BYTES], column[VOTES_TEXT_BYTES + 4];
    sheet_votes_text(sheet, units, text);
    (void)snprintf(column, sizeof column, "%16s  ", text);
    buffer_append_text(out, column);
    buffer_append(out, name);
    buffer_append_byte(out, '\n');
}

static void write_tie(const struct sheet *sheet, const struct stage *stage, struct buffer *out)
{
    for (size_t i = 0; i < stage->step_count; i++) {
        const struct tie_step *step = &sheet->steps[stage->first_step + i];
        write_set(sheet, "  Tied: ", step->of, out);
        buffer_append_text(out, step->lot ? ". By lot" : ". By their votes at stage ");
        if (!step->lot)
            buffer_append_decimal(out, step->stage);
        write_set(sheet, ": ", step->left, out);
        buffer_append_text(out, ".\n");
    }
}

static void write_action(const struct sheet *sheet, const struct stage *stage, struct buffer *out)
{
    static const char *const words[] = {
        [STAGE_FIRST] = "first preferences",
        [STAGE_SURPLUS] = "surplus of ",
        [STAGE_EXCLUDE] = "exclusion of ",
        [STAGE_ITERATE] = "distribution by keep values",
    };
    char text[VOTES_TEXT_BYTES];
    sheet_votes_text(sheet, stage->quota, text);
    buffer_append_text(out, words[stage->action]);
    write_set(sheet, "", stage->who, out);
    if (sheet->rule->crosses == NULL) {
        buffer_append_text(out, "; quota ");
        buffer_append_text(out, text);
    }
    buffer_append_byte(out, '\n');
}

static void write_stage(const struct sheet *sheet, size_t index, struct buffer *out)
{
    const struct stage *stage = &sheet->stages[index];
    uint8_t elected[LIMIT_CANDIDATES];
    buffer_append_text(out, "\nStage ");
    buffer_append_decimal(out, stage->n);
    if (sheet->rule->shows & SHOWS_SUB) {
        buffer_append_byte(out, '.');
        buffer_append_decimal(out, stage->sub);
    }
    buffer_append_text(out, ": ");
    write_action(sheet, stage, out);
    write_tie(sheet, stage, out);
    for (unsigned i = 1; i <= sheet->task->papers->candidates; i++)
        if (!set_has(&sheet->task->withdrawn, i))
            write_line(sheet, stage->votes[i], sheet->task->names[i - 1], out);
    write_line(sheet, stage->non_transferable, span_text("(non-transferable)"), out);
    if (sheet->rule->decimals > 0)
        write_line(sheet, stage->loss, span_text("(lost by cutting)"), out);
    unsigned count = sheet_elected(stage, elected);
    write_names(sheet, "  Elected: ", elected, count, out);
    if (count > 0)
        buffer_append_byte(out, '\n');
}

static void write_count(const char *what, uint64_t count, struct buffer *out)
{
    buffer_append_text(out, what);
    buffer_append_decimal(out, (int64_t)count);
}

void sheet_write_text(const struct sheet *sheet, struct buffer *out)
{
    const struct count_task *task = sheet->task;
    if (task->title.len > 0) {
        buffer_append(out, task->title);
        buffer_append_byte(out, '\n');
    }
    buffer_append_text(out, "Rule ");
    buffer_append_text(out, sheet->rule->name);
    write_count(", seats ", task->seats, out);
    write_count(", valid papers ", sheet->valid, out);
    write_count(", blank ", sheet->blank, out);
    write_count(", only for withdrawn candidates ", sheet->withdrawn_only, out);
    buffer_append_byte(out, '\n');
    write_set(sheet, "Withdrawn: ", task->withdrawn, out);
    if (set_count(&task->withdrawn) > 0)
        buffer_append_byte(out, '\n');
    for (size_t i = 0; i < sheet->stage_count; i++)
        write_stage(sheet, i, out);
}
