/* What the tests of counting share: from a .blt text to a sheet, or to the code of a failure. */
#ifndef TESTS_COUNTING_H
#define TESTS_COUNTING_H

#include "check.h"
#include "count/blt.h"
#include "count/count.h"

enum { COUNTING_TEXT_BYTES_MAX = 1 << 24 };

/* Counts; on failure the check fails unless `fail` was given, and NULL comes back. Lots as
 * "3,1,2", or "" for none. */
__attribute__((unused)) static struct sheet *counting_sheet(const char *rule_name, struct span blt,
                                                            const char *lots_text,
                                                            struct fail *fail)
{
    struct fail own = {.text = ""};
    struct fail *why = fail ? fail : &own;
    const struct count_rule *rule = NULL;
    struct papers *papers = NULL;
    struct sheet *sheet = NULL;
    struct group lots = {.size = 0};
    enum outcome outcome = count_rule_find(span_str(rule_name), &rule, why);
    if (outcome == OK && *lots_text)
        outcome = count_lots_read(span_str(lots_text), &lots, why);
    if (outcome == OK)
        outcome = blt_read(blt, &papers, why);
    if (outcome == OK)
        outcome = count_run(rule, papers, 0, &lots, &sheet, why);
    if (!fail)
        CHECK_STR(own.text, "");
    papers_free(papers);
    return outcome == OK ? sheet : NULL;
}

/* The votes of a candidate at the end of stage n, as text in a static buffer. */
__attribute__((unused)) static const char *counting_votes(const struct sheet *sheet, uint64_t units)
{
    static char text[32];
    struct buf buf;
    buf_init(&buf, sizeof text - 1);
    sheet_add_votes(sheet, units, &buf);
    snprintf(text, sizeof text, "%s", buf_text(&buf));
    buf_done(&buf);
    return text;
}

#define NAMES2 "0\n\"A\"\n\"B\"\n"
#define NAMES3 NAMES2 "\"C\"\n"
#define NAMES4 NAMES3 "\"D\"\n"
#define NAMES5 NAMES4 "\"E\"\n"
#define NAMES6 NAMES5 "\"F\"\n"

/* A count worked by hand: the sheet as its stages, see counting_stages. */
struct counting_example {
    const char *what, *rule, *lots, *blt, *stages;
};

/* A fraction of zeros is left out. */
static void counting_add_short(const struct sheet *sheet, uint64_t units, struct buf *out)
{
    const char *text = counting_votes(sheet, units);
    const char *point = strchr(text, '.');
    bool whole = point && strspn(point + 1, "0") == strlen(point + 1);
    buf_add(out, span_of(text, whole ? (size_t)(point - text) : strlen(text)));
}

static void counting_add_group(const char *word, const struct group *group, struct buf *out)
{
    for (size_t i = 0; i < group->size; i++)
        buf_add_format(out, "%s %u", i == 0 ? word : "", (unsigned)group->who[i]);
}

static void counting_add_figures(const struct sheet *sheet, const uint64_t *figures,
                                 struct buf *out)
{
    for (size_t c = 1; c <= sheet->candidates; c++) {
        buf_add_byte(out, ' ');
        if (group_has(&sheet->withdrawn, c))
            buf_add_byte(out, 'w');
        else
            counting_add_short(sheet, figures[c], out);
    }
}

static void counting_add_heading(const struct sheet *sheet, const struct stage *stage,
                                 struct buf *out)
{
    if (sheet->shows & SHEET_BATCHES)
        buf_add_format(out, "%zu.%zu ", stage->n, stage->sub);
    buf_add_str(out, stage_action_name(stage->action));
    counting_add_group("", &stage->who, out);
    for (size_t i = 0; i < stage->steps; i++) {
        const struct tie_step *step = &sheet->steps[stage->first_step + i];
        buf_add_format(out, " (%s %zu)", step->by_lot ? "lot" : "history", step->stage);
    }
    buf_add_byte(out, ':');
}

static void counting_add_stage(const struct sheet *sheet, const struct stage *stage,
                               struct buf *out)
{
    counting_add_heading(sheet, stage, out);
    counting_add_figures(sheet, stage->votes, out);
    if (sheet->shows & SHEET_KEEP) {
        buf_add_str(out, " keep");
        counting_add_figures(sheet, stage->keep, out);
    }
    buf_add_str(out, " / ");
    counting_add_short(sheet, stage->non_transferable, out);
    if (sheet->decimals == 5) {
        buf_add_byte(out, ' ');
        counting_add_short(sheet, stage->loss, out);
    }
    if (sheet->shows & (SHEET_BATCHES | SHEET_KEEP)) {
        buf_add_str(out, " q ");
        counting_add_short(sheet, stage->quota, out);
    }
    counting_add_group(" elect", &stage->elected, out);
    if (stage->action != STAGE_EXCLUDE)
        counting_add_group(" exclude", &stage->excluded, out);
    buf_add_byte(out, '\n');
}

/* One line for each element: what was done to whom, how a tie was broken, everybody's votes (and
 * keep values), non-transferable, loss (stv-scottish), quota (ERS97, Meek), who was elected, and
 * who excluded where `who` does not tell. */
__attribute__((unused)) static void counting_stages(const struct sheet *sheet, struct buf *out)
{
    for (size_t i = 0; i < sheet->stage_count; i++)
        counting_add_stage(sheet, &sheet->stages[i], out);
}

__attribute__((unused)) static void counting_check(const struct counting_example *examples,
                                                   size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct counting_example *example = &examples[i];
        check_case("%s", example->what);
        struct sheet *sheet =
            counting_sheet(example->rule, span_str(example->blt), example->lots, NULL);
        if (!sheet)
            continue;
        struct buf out;
        buf_init(&out, 4096);
        counting_stages(sheet, &out);
        CHECK_STR(buf_text(&out), example->stages);
        buf_done(&out);
        sheet_free(sheet);
    }
}

#endif
