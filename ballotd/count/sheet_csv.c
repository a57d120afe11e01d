#include "count/sheet.h"

/* A quoted field (RFC 4180 section 2.7). */
static void add_quoted(const char *text, const char *more, struct buf *out)
{
    buf_add_byte(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            buf_add_byte(out, '"');
        buf_add_byte(out, (uint8_t)*text);
    }
    buf_add_str(out, more);
    buf_add_byte(out, '"');
}

/* Candidates' numbers, "2 5": names may hold any separator. */
static void add_numbers(const struct group *group, struct buf *out)
{
    buf_add_byte(out, ',');
    for (size_t i = 0; i < group->size; i++)
        buf_add_format(out, "%s%u", i > 0 ? " " : "", (unsigned)group->who[i]);
}

static void add_votes(const struct sheet *sheet, uint64_t units, struct buf *out)
{
    buf_add_byte(out, ',');
    sheet_add_votes(sheet, units, out);
}

static void add_change(const struct sheet *sheet, uint64_t before, uint64_t now, struct buf *out)
{
    buf_add_str(out, now > before ? ",+" : now < before ? ",-" : ",");
    sheet_add_votes(sheet, now > before ? now - before : before - now, out);
}

static void add_tie(const struct sheet *sheet, const struct stage *stage, struct buf *out)
{
    buf_add_byte(out, ',');
    for (size_t i = 0; i < stage->steps; i++) {
        const struct tie_step *step = &sheet->steps[stage->first_step + i];
        buf_add_format(out, "%s%s %zu", i > 0 ? "; " : "", step->by_lot ? "lot" : "history",
                       step->stage);
    }
}

static void add_head(const struct sheet *sheet, struct buf *out)
{
    buf_add_str(out, "stage,action,who,elected,excluded,tie,quota,non_transferable,loss");
    for (size_t c = 1; c <= sheet->candidates; c++) {
        if (group_has(&sheet->withdrawn, c))
            continue;
        buf_add_byte(out, ',');
        add_quoted(sheet->names[c], "", out);
        buf_add_byte(out, ',');
        add_quoted(sheet->names[c], " (change)", out);
    }
    buf_add_byte(out, '\n');
}

/* "3", or with batches "3.2". */
static void add_number(const struct sheet *sheet, size_t n, size_t sub, struct buf *out)
{
    buf_add_format(out, "%zu", n);
    if (sheet->shows & SHEET_BATCHES)
        buf_add_format(out, ".%zu", sub);
}

static void add_stage(const struct sheet *sheet, size_t index, struct buf *out)
{
    const struct stage *stage = &sheet->stages[index];
    add_number(sheet, stage->n, stage->sub, out);
    buf_add_format(out, ",%s", stage_action_name(stage->action));
    add_numbers(&stage->who, out);
    add_numbers(&stage->elected, out);
    add_numbers(&stage->excluded, out);
    add_tie(sheet, stage, out);
    add_votes(sheet, stage->quota, out);
    add_votes(sheet, stage->non_transferable, out);
    add_votes(sheet, stage->loss, out);
    for (size_t c = 1; c <= sheet->candidates; c++) {
        if (group_has(&sheet->withdrawn, c))
            continue;
        add_votes(sheet, stage->votes[c], out);
        add_change(sheet, index > 0 ? stage[-1].votes[c] : 0, stage->votes[c], out);
    }
    buf_add_byte(out, '\n');
}

void sheet_print_csv(const struct sheet *sheet, struct buf *out)
{
    add_head(sheet, out);
    for (size_t i = 0; i < sheet->stage_count; i++)
        add_stage(sheet, i, out);
}
