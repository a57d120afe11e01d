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

/* What became of the candidate by the end of a stage: "elected", "excluded" or "". */
static const char *fate(const struct sheet *sheet, size_t index, size_t candidate)
{
    for (size_t i = 0; i <= index; i++) {
        if (group_has(&sheet->stages[i].elected, candidate))
            return "  elected";
        if (group_has(&sheet->stages[i].excluded, candidate))
            return "  excluded";
    }
    return "";
}

/* What is not a candidate's: nothing of it has a meaning for crosses. */
static void add_totals(const struct sheet *sheet, const struct stage *stage,
                       const struct stage *before, size_t width, struct buf *out)
{
    add_row(sheet, "non-transferable", width, stage->non_transferable,
            before ? &before->non_transferable : NULL, out);
    buf_add_byte(out, '\n');
    if (sheet->decimals > 0 && sheet->shows == 0) {
        add_row(sheet, "lost by cutting", width, stage->loss, before ? &before->loss : NULL, out);
        buf_add_byte(out, '\n');
    }
    add_row(sheet, "quota", width, stage->quota, NULL, out);
    buf_add_byte(out, '\n');
}

static void add_table(const struct sheet *sheet, size_t index, struct buf *out)
{
    const struct stage *stage = &sheet->stages[index];
    const struct stage *before = index > 0 ? stage - 1 : NULL;
    size_t width = name_columns(sheet);
    for (size_t c = 1; c <= sheet->candidates; c++) {
        if (group_has(&sheet->withdrawn, c))
            continue;
        add_row(sheet, sheet->names[c], width, stage->votes[c], before ? &before->votes[c] : NULL,
                out);
        if (sheet->shows & SHEET_KEEP) {
            buf_add_str(out, "  keep ");
            sheet_add_votes(sheet, stage->keep[c], out);
        }
        buf_add_format(out, "%s\n", fate(sheet, index, c));
    }
    if (!(sheet->shows & SHEET_CROSSES))
        add_totals(sheet, stage, before, width, out);
}

static void add_tie(const struct sheet *sheet, const struct stage *stage, struct buf *out)
{
    for (size_t i = 0; i < stage->steps; i++) {
        const struct tie_step *step = &sheet->steps[stage->first_step + i];
        buf_add_str(out, "  ");
        add_names(sheet, &step->of, out);
        if (step->by_lot && sheet->shows & (SHEET_KEEP | SHEET_CROSSES))
            buf_add_str(out, " are tied: the lot falls on ");
        else if (step->by_lot)
            buf_add_str(out, " had equal votes at every earlier stage: the lot falls on ");
        else
            buf_add_str(out, " had equal votes: ");
        add_names(sheet, &step->left, out);
        if (!step->by_lot)
            buf_add_format(out, " had the %s at stage %zu",
                           stage->action == STAGE_SURPLUS ? "most" : "fewest", step->stage);
        if (!step->by_lot && sheet->shows & SHEET_BATCHES)
            buf_add_format(out, ", batch %zu", step->sub);
        buf_add_str(out, ".\n");
    }
}

/* "3", or with batches "3, batch 2". */
static void add_number(const struct sheet *sheet, const struct stage *stage, struct buf *out)
{
    buf_add_format(out, "\nStage %zu", stage->n);
    if (sheet->shows & SHEET_BATCHES && stage->action == STAGE_EXCLUDE)
        buf_add_format(out, ", batch %zu", stage->sub);
    buf_add_str(out, ": ");
}

static void add_surplus(const struct sheet *sheet, const struct stage *stage, struct buf *out)
{
    add_names(sheet, &stage->who, out);
    buf_add_str(out, "'s surplus of ");
    sheet_add_votes(sheet, stage[-1].votes[stage->who.who[0]] - stage->quota, out);
    buf_add_str(out, " is transferred");
}

static void add_exclusion(const struct sheet *sheet, const struct stage *stage, struct buf *out)
{
    add_names(sheet, &stage->who, out);
    if (stage->sub > 1)
        buf_add_str(out, stage->who.size > 1 ? " are being excluded" : " is being excluded");
    else
        buf_add_str(out, stage->who.size > 1 ? " have the fewest votes and are excluded"
                                             : " has the fewest votes and is excluded");
}

static void add_action(const struct sheet *sheet, const struct stage *stage, struct buf *out)
{
    add_number(sheet, stage, out);
    if (stage->action == STAGE_FIRST)
        buf_add_str(out, sheet->shows & SHEET_CROSSES ? "votes" : "first preferences");
    else if (stage->action == STAGE_SURPLUS)
        add_surplus(sheet, stage, out);
    else if (stage->action == STAGE_EXCLUDE)
        add_exclusion(sheet, stage, out);
    else
        buf_add_str(out, "the papers are distributed again, by the keep values");
    buf_add_byte(out, '\n');
}

/* "  Elected: Ann and Bob.", or nothing if there is nobody. */
static void add_sentence(const struct sheet *sheet, const char *what, const struct group *who,
                         struct buf *out)
{
    if (who->size == 0)
        return;
    buf_add_format(out, "  %s: ", what);
    add_names(sheet, who, out);
    buf_add_str(out, ".\n");
}

/* Who is elected, and whether by reaching the quota or because nobody else is left. */
static void add_elected(const struct sheet *sheet, const struct stage *stage, struct buf *out)
{
    bool below = sheet->shows & SHEET_BATCHES; /* where less than the quota may suffice */
    struct group with_quota = {.size = 0};
    struct group others = {.size = 0};
    for (size_t i = 0; i < stage->elected.size; i++) {
        size_t candidate = stage->elected.who[i];
        group_add(stage->votes[candidate] >= stage->quota ? &with_quota : &others, candidate);
    }
    add_sentence(sheet, sheet->shows & SHEET_CROSSES ? "Elected" : "Elected with the quota",
                 &with_quota, out);
    add_sentence(sheet,
                 below ? "Elected below the quota"
                       : "Elected, as no more candidates are left than seats",
                 &others, out);
}

/* Where the heading does not say it. */
static void add_excluded(const struct sheet *sheet, const struct stage *stage, struct buf *out)
{
    if (stage->action != STAGE_EXCLUDE)
        add_sentence(sheet, "Excluded", &stage->excluded, out);
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
    if (sheet->shows & SHEET_CROSSES)
        buf_add_format(out, "With too many crosses: %llu\n", (unsigned long long)sheet->too_many);
    if (sheet->withdrawn.size > 0) {
        buf_add_str(out, "Withdrawn: ");
        add_names(sheet, &sheet->withdrawn, out);
        buf_add_byte(out, '\n');
    }
}

void sheet_print_text(const struct sheet *sheet, struct buf *out)
{
    add_head(sheet, out);
    for (size_t i = 0; i < sheet->stage_count; i++) {
        const struct stage *stage = &sheet->stages[i];
        add_action(sheet, stage, out);
        add_tie(sheet, stage, out);
        add_table(sheet, i, out);
        add_elected(sheet, stage, out);
        add_excluded(sheet, stage, out);
    }
    struct group elected = sheet_elected(sheet);
    buf_add_str(out, "\nElected: ");
    add_names(sheet, &elected, out);
    buf_add_str(out, ".\n");
}
