/* The stage sheet for people: a table for each stage, and what happened in words. */
#include "count/sheet.h"

enum { NAME_COLUMNS_MIN = 16, VOTES_COLUMNS = 16, NUMBER_BYTES_MAX = 32 };

/* Characters of a UTF-8 text: one column each is near enough for a table of names. */
static size_t columns(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

static size_t name_columns(const struct sheet *sheet)
{
    size_t widest = NAME_COLUMNS_MIN;
    for (size_t c = 1; c <= sheet->candidates; c++) {
        size_t width = columns(sheet->names[c]);
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void add_left(const char *text, size_t width, struct buf *out)
{
    buf_add_str(out, text);
    for (size_t i = columns(text); i < width; i++)
        buf_add_byte(out, ' ');
}

static void add_right(const struct sheet *sheet, const char *sign, uint64_t units, struct buf *out)
{
    struct buf number;
    buf_init(&number, NUMBER_BYTES_MAX);
    buf_add_str(&number, sign);
    sheet_add_votes(sheet, units, &number);
    for (size_t i = number.len; i < VOTES_COLUMNS; i++)
        buf_add_byte(out, ' ');
    buf_add(out, buf_span(&number));
    buf_done(&number);
}

/* "Ann", "Ann and Bob", "Ann, Bob and Cat" */
static void add_names(const struct sheet *sheet, const struct group *group, struct buf *out)
{
    for (size_t i = 0; i < group->size; i++) {
        if (i > 0)
            buf_add_str(out, i + 1 == group->size ? " and " : ", ");
        buf_add_str(out, sheet->names[group->who[i]]);
    }
}

static void add_row(const struct sheet *sheet, const char *label, size_t width, uint64_t now,
                    const uint64_t *before, struct buf *out)
{
    buf_add_str(out, "  ");
    add_left(label, width, out);
    add_right(sheet, "", now, out);
    if (before && *before != now)
        add_right(sheet, now > *before ? "+" : "-", now > *before ? now - *before : *before - now,
                  out);
}

/* What became of the candidate by the end of stage n: "elected", "excluded" or "". */
static const char *fate(const struct sheet *sheet, size_t n, size_t candidate)
{
    for (size_t i = 0; i < n; i++) {
        if (group_has(&sheet->stages[i].elected, candidate))
            return "  elected";
        if (group_has(&sheet->stages[i].excluded, candidate))
            return "  excluded";
    }
    return "";
}

static void add_table(const struct sheet *sheet, size_t n, struct buf *out)
{
    const struct stage *stage = &sheet->stages[n - 1];
    const struct stage *before = n > 1 ? stage - 1 : NULL;
    size_t width = name_columns(sheet);
    for (size_t c = 1; c <= sheet->candidates; c++) {
        if (group_has(&sheet->withdrawn, c))
            continue;
        add_row(sheet, sheet->names[c], width, stage->votes[c], before ? &before->votes[c] : NULL,
                out);
        buf_add_format(out, "%s\n", fate(sheet, n, c));
    }
    add_row(sheet, "non-transferable", width, stage->non_transferable,
            before ? &before->non_transferable : NULL, out);
    buf_add_byte(out, '\n');
    if (sheet->decimals > 0) {
        add_row(sheet, "lost by cutting", width, stage->loss, before ? &before->loss : NULL, out);
        buf_add_byte(out, '\n');
    }
    add_row(sheet, "quota", width, stage->quota, NULL, out);
    buf_add_byte(out, '\n');
}

static void add_tie(const struct sheet *sheet, const struct stage *stage, struct buf *out)
{
    for (size_t i = 0; i < stage->steps; i++) {
        const struct tie_step *step = &sheet->steps[stage->first_step + i];
        buf_add_str(out, "  ");
        add_names(sheet, &step->of, out);
        if (step->by_lot)
            buf_add_str(out, " had equal votes at every earlier stage: the lot falls on ");
        else
            buf_add_str(out, " had equal votes: going back, ");
        add_names(sheet, &step->left, out);
        if (!step->by_lot)
            buf_add_format(out, " had the %s at stage %zu",
                           stage->action == STAGE_SURPLUS ? "most" : "fewest", step->stage);
        buf_add_str(out, ".\n");
    }
}

static void add_action(const struct sheet *sheet, size_t n, struct buf *out)
{
    const struct stage *stage = &sheet->stages[n - 1];
    buf_add_format(out, "\nStage %zu: ", n);
    if (stage->action == STAGE_FIRST) {
        buf_add_str(out, "first preferences\n");
        return;
    }
    add_names(sheet, &stage->who, out);
    if (stage->action == STAGE_EXCLUDE) {
        buf_add_str(out, " has the fewest votes and is excluded\n");
        return;
    }
    buf_add_str(out, "'s surplus of ");
    sheet_add_votes(sheet, stage[-1].votes[stage->who.who[0]] - stage->quota, out);
    buf_add_str(out, " is transferred\n");
}

/* Who is elected, and whether by reaching the quota or because nobody else is left. */
static void add_elected(const struct sheet *sheet, const struct stage *stage, struct buf *out)
{
    struct group by_quota = {.size = 0};
    struct group unopposed = {.size = 0};
    for (size_t i = 0; i < stage->elected.size; i++) {
        size_t candidate = stage->elected.who[i];
        group_add(stage->votes[candidate] >= stage->quota ? &by_quota : &unopposed, candidate);
    }
    if (by_quota.size > 0) {
        buf_add_str(out, "  Elected with the quota: ");
        add_names(sheet, &by_quota, out);
        buf_add_str(out, ".\n");
    }
    if (unopposed.size > 0) {
        buf_add_str(out, "  Elected, as no more candidates are left than seats: ");
        add_names(sheet, &unopposed, out);
        buf_add_str(out, ".\n");
    }
}

static void add_head(const struct sheet *sheet, struct buf *out)
{
    if (*sheet->title)
        buf_add_format(out, "%s\n", sheet->title);
    buf_add_format(out, "Rule %s, %zu seat%s, %zu candidates\n", sheet->rule, sheet->seats,
                   sheet->seats == 1 ? "" : "s", sheet->candidates);
    buf_add_format(out, "Papers: %llu valid, %llu blank, %llu for withdrawn candidates only\n",
                   (unsigned long long)sheet->valid, (unsigned long long)sheet->blank,
                   (unsigned long long)sheet->withdrawn_only);
    if (sheet->withdrawn.size > 0) {
        buf_add_str(out, "Withdrawn: ");
        add_names(sheet, &sheet->withdrawn, out);
        buf_add_byte(out, '\n');
    }
}

void sheet_print_text(const struct sheet *sheet, struct buf *out)
{
    add_head(sheet, out);
    for (size_t n = 1; n <= sheet->stage_count; n++) {
        const struct stage *stage = &sheet->stages[n - 1];
        add_action(sheet, n, out);
        add_tie(sheet, stage, out);
        add_table(sheet, n, out);
        add_elected(sheet, stage, out);
    }
    struct group elected = sheet_elected(sheet);
    buf_add_str(out, "\nElected: ");
    add_names(sheet, &elected, out);
    buf_add_str(out, ".\n");
}
