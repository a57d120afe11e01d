/* The normative text of a sheet: docs/counting.md, "The sheet as JSON". */
#include "base/json_write.h"
#include "count/count.h"
#include "count/sheet.h"

static const char *const action_names[] = {
    [STAGE_FIRST] = "first",
    [STAGE_SURPLUS] = "surplus",
    [STAGE_EXCLUDE] = "exclude",
    [STAGE_ITERATE] = "iterate",
};

static void write_name(const struct sheet *sheet, unsigned number, struct buffer *out)
{
    json_write_text(out, NULL, sheet->task->names[number - 1]);
}

/* Names in order of number. */
static void write_set(const struct sheet *sheet, const char *name, struct set set,
                      struct buffer *out)
{
    json_write_open(out, name, '[');
    for (unsigned i = 0; (i = set_next(&set, i)) != 0;)
        write_name(sheet, i, out);
    json_write_close(out, ']');
}

/* Names in the order given. */
static void write_list(const struct sheet *sheet, const char *name, const uint8_t *numbers,
                       unsigned count, struct buffer *out)
{
    json_write_open(out, name, '[');
    for (unsigned i = 0; i < count; i++)
        write_name(sheet, numbers[i], out);
    json_write_close(out, ']');
}

static void write_elected(const struct sheet *sheet, const char *name, const struct stage *stage,
                          struct buffer *out)
{
    uint8_t numbers[LIMIT_CANDIDATES];
    write_list(sheet, name, numbers, sheet_elected(stage, numbers), out);
}

static void write_decimal(const struct sheet *sheet, const char *name, uint64_t units,
                          struct buffer *out)
{
    char text[VOTES_TEXT_BYTES];
    sheet_votes_text(sheet, units, text);
    json_write_text(out, name, span_text(text));
}

/* Each candidate that is not withdrawn, with units of votes. */
static void write_votes(const struct sheet *sheet, const char *name,
                        const uint64_t units[LIMIT_CANDIDATES + 1], struct buffer *out)
{
    json_write_open(out, name, '{');
    for (unsigned i = 1; i <= sheet->task->papers->candidates; i++) {
        if (set_has(&sheet->task->withdrawn, i))
            continue;
        char text[VOTES_TEXT_BYTES];
        sheet_votes_text(sheet, units[i], text);
        write_name(sheet, i, out);
        buffer_append_text(out, ":\"");
        buffer_append_text(out, text);
        buffer_append_byte(out, '"');
    }
    json_write_close(out, '}');
}

static void write_tie(const struct sheet *sheet, const struct stage *stage, struct buffer *out)
{
    json_write_open(out, "tie", '[');
    for (size_t i = 0; i < stage->step_count; i++) {
        const struct tie_step *step = &sheet->steps[stage->first_step + i];
        json_write_open(out, NULL, '{');
        json_write_text(out, "by", span_text(step->lot ? "lot" : "history"));
        json_write_integer(out, "stage", step->stage);
        if (sheet->rule->shows & SHOWS_SUB)
            json_write_integer(out, "sub", step->sub);
        write_set(sheet, "of", step->of, out);
        write_set(sheet, "left", step->left, out);
        json_write_close(out, '}');
    }
    json_write_close(out, ']');
}

static void write_stage(const struct sheet *sheet, size_t index, struct buffer *out)
{
    const struct stage *stage = &sheet->stages[index];
    json_write_open(out, NULL, '{');
    json_write_integer(out, "n", stage->n);
    if (sheet->rule->shows & SHOWS_SUB)
        json_write_integer(out, "sub", stage->sub);
    json_write_text(out, "action", span_text(action_names[stage->action]));
    write_set(sheet, "who", stage->who, out);
    write_votes(sheet, "votes", stage->votes, out);
    if (sheet->rule->shows & SHOWS_KEEP)
        write_votes(sheet, "keep", stage->keep, out);
    write_decimal(sheet, "non_transferable", stage->non_transferable, out);
    write_decimal(sheet, "loss", stage->loss, out);
    write_decimal(sheet, "quota", stage->quota, out);
    write_elected(sheet, "elected", stage, out);
    write_set(sheet, "excluded", stage->excluded, out);
    write_tie(sheet, stage, out);
    json_write_close(out, '}');
}

static void write_head(const struct sheet *sheet, struct buffer *out)
{
    const struct count_task *task = sheet->task;
    unsigned candidates = task->papers->candidates;
    json_write_text(out, "rule", span_text(sheet->rule->name));
    json_write_text(out, "title", task->title);
    json_write_integer(out, "seats", task->seats);
    json_write_open(out, "candidates", '[');
    for (unsigned i = 1; i <= candidates; i++)
        write_name(sheet, i, out);
    json_write_close(out, ']');
    write_set(sheet, "withdrawn", task->withdrawn, out);
    json_write_integer(out, "valid", (int64_t)sheet->valid);
    json_write_integer(out, "blank", (int64_t)sheet->blank);
    json_write_integer(out, "withdrawn_only", (int64_t)sheet->withdrawn_only);
    if (sheet->rule->shows & SHOWS_TOO_MANY)
        json_write_integer(out, "too_many", (int64_t)sheet->too_many);
    write_list(sheet, "lots", task->lots, task->lots == NULL ? 0 : candidates, out);
    write_decimal(sheet, "quota", sheet->stages[0].quota, out);
}

void sheet_write_json(const struct sheet *sheet, struct buffer *out)
{
    json_write_open(out, NULL, '{');
    write_head(sheet, out);
    json_write_open(out, "elected", '[');
    for (size_t i = 0; i < sheet->stage_count; i++)
        if (set_count(&sheet->stages[i].elected) > 0)
            write_elected(sheet, NULL, &sheet->stages[i], out);
    json_write_close(out, ']');
    json_write_open(out, "stages", '[');
    for (size_t i = 0; i < sheet->stage_count; i++)
        write_stage(sheet, i, out);
    json_write_close(out, ']');
    json_write_close(out, '}');
}
