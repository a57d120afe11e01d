/* Real counts on which independent programs agree: every case of the corpus whose rule we know,
 * elected sets by stage, every stage total and every keep value. The corpus is no part of the
 * project: its folder is BALLOTD_CORPUS or ../shared/corpus, and without it this test is skipped.
 */
#include "check.h"
#include "count/blt.h"

#include <unistd.h>

enum { COLUMNS_MOST = 300, LINE_BYTES = 16384 };

static char folder[400];

/* Cuts a line at its tabs, in place. */
static size_t cut_columns(char *line, char *columns[COLUMNS_MOST])
{
    size_t count = 0;
    line[strcspn(line, "\r\n")] = 0;
    for (char *at = line; at != NULL && count < COLUMNS_MOST; count++) {
        columns[count] = at;
        at = strchr(at, '\t');
        if (at != NULL)
            *at++ = 0;
    }
    return count;
}

static FILE *open_in_folder(const char *path)
{
    char whole[800];
    snprintf(whole, sizeof whole, "%s/%s", folder, path);
    return fopen(whole, "rb");
}

/* "1+2" as a set; "" as the empty one. */
static struct set read_set(const char *text)
{
    struct set set = {0};
    while (*text != 0) {
        char *end;
        unsigned long number = strtoul(text, &end, 10);
        if (end == text || number == 0 || number > LIMIT_CANDIDATES)
            break;
        set_add(&set, (unsigned)number);
        text = *end == '+' ? end + 1 : end;
    }
    return set;
}

static void check_votes(const struct sheet *sheet, uint64_t units, const char *want)
{
    char got[VOTES_TEXT_BYTES];
    sheet_votes_text(sheet, units, got);
    CHECK_STR(got, want);
}

static void check_set(struct set got, const char *want)
{
    struct set wanted = read_set(want);
    CHECK_BYTES(&got, &wanted, sizeof wanted);
}

static void check_all_votes(const struct sheet *sheet, const uint64_t units[], char *columns[])
{
    for (unsigned i = 1; i <= sheet->task->papers->candidates; i++) {
        if (set_has(&sheet->task->withdrawn, i))
            CHECK_STR("w", columns[i - 1]);
        else
            check_votes(sheet, units[i], columns[i - 1]);
    }
}

/* One line of the expected table against one stage: stage, sub, action, who, elected,
 * non-transferable, quota, votes. */
static void check_stage(const struct sheet *sheet, const struct stage *stage,
                        char *columns[COLUMNS_MOST], size_t column_count)
{
    static const char *const actions[] = {"first", "surplus", "exclude"};
    if (!CHECK_UINT(column_count, 7 + sheet->task->papers->candidates))
        return;
    CHECK_INT(stage->n, strtol(columns[0], NULL, 10));
    if (sheet->rule->shows & SHOWS_SUB)
        CHECK_INT(stage->sub, strtol(columns[1], NULL, 10));
    CHECK_STR(actions[stage->action], columns[2]);
    check_set(stage->who, columns[3]);
    check_set(stage->elected, columns[4]);
    check_votes(sheet, stage->non_transferable, columns[5]);
    if (columns[6][0] != 0)
        check_votes(sheet, stage->quota, columns[6]);
    check_all_votes(sheet, stage->votes, columns + 7);
}

/* The same for a Meek rule: number, quota, elected, excluded, with one of the rules what is
 * non-transferable, then votes and keep values. */
static void check_iteration(const struct sheet *sheet, const struct stage *stage,
                            char *columns[COLUMNS_MOST], size_t column_count)
{
    unsigned candidates = sheet->task->papers->candidates;
    bool has_rest = column_count == 5 + 2 * candidates;
    if (!CHECK(has_rest || column_count == 4 + 2 * candidates))
        return;
    CHECK_INT(stage->n, strtol(columns[0], NULL, 10));
    check_votes(sheet, stage->quota, columns[1]);
    check_set(stage->elected, columns[2]);
    check_set(stage->excluded, columns[3]);
    if (has_rest) /* Hill's program has blank papers among them */
        check_votes(sheet, stage->non_transferable + sheet->blank * UINT64_C(1000000000),
                    columns[4]);
    columns += has_rest ? 5 : 4;
    check_all_votes(sheet, stage->votes, columns);
    check_all_votes(sheet, stage->keep, columns + candidates);
}

static void check_line(const struct sheet *sheet, size_t index, char *columns[COLUMNS_MOST],
                       size_t column_count)
{
    if (sheet->rule->shows & SHOWS_KEEP)
        check_iteration(sheet, &sheet->stages[index], columns, column_count);
    else
        check_stage(sheet, &sheet->stages[index], columns, column_count);
}

static void check_table(const struct sheet *sheet, const char *path)
{
    static char line[LINE_BYTES];
    char *columns[COLUMNS_MOST];
    FILE *file = open_in_folder(path);
    size_t stages = 0;
    if (!CHECK(file != NULL))
        return;
    if (CHECK(fgets(line, sizeof line, file) != NULL)) {
        while (fgets(line, sizeof line, file) != NULL) {
            size_t count = cut_columns(line, columns);
            if (CHECK(stages < sheet->stage_count))
                check_line(sheet, stages, columns, count);
            stages++;
        }
    }
    CHECK_UINT(sheet->stage_count, stages);
    fclose(file);
}

/* The corpus draws the lowest number of those tied; what Hill's program drew was the highest. */
static void compare_count(const char *rule, struct blt *blt, const char *expected)
{
    uint8_t lots[LIMIT_CANDIDATES];
    struct fail fail = {""};
    struct sheet sheet;
    struct count_task task = blt_task(blt);
    bool highest = strcmp(rule, "stv-meek-nz") == 0;
    for (unsigned i = 0; i < blt->papers.candidates; i++)
        lots[i] = (uint8_t)(highest ? blt->papers.candidates - i : i + 1);
    task.lots = lots;
    const struct count_rule *named = count_rule_named(span_text(rule));
    if (!CHECK_INT(count_run(named, &task, &sheet, &fail), GOOD)) {
        fprintf(stderr, "  said: %s\n", fail.text);
        return;
    }
    check_table(&sheet, expected);
    sheet_done(&sheet);
}

static void check_case_of(const char *rule, const char *path, const char *expected)
{
    struct buffer text;
    struct blt blt;
    struct fail fail = {""};
    uint8_t block[4096];
    size_t got;
    FILE *file = open_in_folder(path);
    if (!CHECK(file != NULL))
        return;
    buffer_init(&text, 1 << 26);
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        buffer_append(&text, span_of(block, got));
    fclose(file);
    if (CHECK_INT(blt_read(buffer_span(&text), &blt, &fail), GOOD)) {
        compare_count(rule, &blt, expected);
        blt_done(&blt);
    } else {
        fprintf(stderr, "  said: %s\n", fail.text);
    }
    buffer_done(&text);
}

/* One row of the table of crosses, "1,0,1": no paper where it is not whole, as in its source. */
static void add_row(struct papers *papers, const char *row)
{
    uint8_t crosses[LIMIT_CANDIDATES];
    size_t count = 0;
    for (unsigned i = 1; i <= papers->candidates; i++, row += 2) {
        if ((row[0] != '0' && row[0] != '1') || (row[1] != ',') == (i < papers->candidates))
            return;
        if (row[0] == '1')
            crosses[count++] = (uint8_t)i;
    }
    CHECK_INT(papers_add(papers, span_of(crosses, count), 1, NULL), GOOD);
}

/* The approval votes of the names, "Li\t404" a line, the most first. */
static void check_approved(const struct sheet *sheet, const char *path)
{
    static char line[LINE_BYTES];
    char *columns[COLUMNS_MOST];
    FILE *file = open_in_folder(path);
    unsigned lines = 0;
    if (!CHECK(file != NULL))
        return;
    while (fgets(line, sizeof line, file) != NULL) {
        if (cut_columns(line, columns) != 2 || strcmp(columns[0], "candidate") == 0)
            continue;
        for (unsigned i = 1; i <= sheet->task->papers->candidates; i++) {
            if (!span_equal(sheet->task->names[i - 1], span_text(columns[0])))
                continue;
            check_votes(sheet, sheet->stages[0].votes[i], columns[1]);
            if (lines++ == 0)
                CHECK(set_has(&sheet->stages[0].elected, i));
        }
    }
    fclose(file);
    CHECK_UINT(lines, sheet->task->papers->candidates);
}

/* A case that is no .blt: the names, then a row of crosses for each paper. */
static void check_approval(const char *path, const char *expected, const char *valid)
{
    static char head[LINE_BYTES], line[LINE_BYTES];
    struct span names[LIMIT_CANDIDATES], rest;
    struct papers papers;
    struct sheet sheet;
    unsigned count = 0;
    FILE *file = open_in_folder(path);
    if (!CHECK(file != NULL) || !CHECK(fgets(head, sizeof head, file) != NULL))
        return;
    head[strcspn(head, "\r\n")] = 0;
    for (rest = span_text(head); span_cut(&rest, ',', &names[count]);)
        count++;
    names[count++] = rest;
    papers_init(&papers, count);
    while (fgets(line, sizeof line, file) != NULL)
        add_row(&papers, line);
    fclose(file);
    struct count_task task = {.papers = &papers, .names = names, .seats = 1};
    if (CHECK_INT(count_run(count_rule_named(span_text("approval")), &task, &sheet, NULL), GOOD)) {
        CHECK_UINT(sheet.valid, strtoul(valid, NULL, 10));
        check_approved(&sheet, expected);
        sheet_done(&sheet);
    }
    papers_done(&papers);
}

/* What the corpus calls our rules. */
static const char *const rule_names[][2] = {
    {"av", "av"},
    {"scottish", "stv-scottish"},
    {"ers97", "stv-ers97"},
    {"meek-nz", "stv-meek-nz"},
    {"meek-prf", "stv-meek-prf"},
    {"approval", "approval"},
};

/* Index in rule_names; -1 if we have no such rule. */
static int find_rule(const char *name)
{
    for (int i = 0; i < (int)CHECK_COUNT_OF(rule_names); i++)
        if (strcmp(name, rule_names[i][0]) == 0)
            return i;
    return -1;
}

int main(void)
{
    static char line[LINE_BYTES];
    char *columns[COLUMNS_MOST];
    unsigned cases[CHECK_COUNT_OF(rule_names)] = {0};
    const char *named = getenv("BALLOTD_CORPUS");
    snprintf(folder, sizeof folder, "%s", named != NULL ? named : "../shared/corpus");
    FILE *file = open_in_folder("cases.tsv");
    if (file == NULL) {
        printf("skipped: no corpus of real counts in %s\n", folder);
        return 77;
    }
    while (fgets(line, sizeof line, file) != NULL) {
        size_t count = cut_columns(line, columns);
        int rule = count > 12 ? find_rule(columns[2]) : -1;
        if (rule < 0)
            continue;
        check_case("%s", columns[0]);
        if (strcmp(columns[2], "approval") == 0)
            check_approval(columns[3], columns[11], columns[6]);
        else
            check_case_of(rule_names[rule][1], columns[3], columns[11]);
        cases[rule]++;
    }
    fclose(file);
    check_case("corpus");
    for (size_t i = 0; i < CHECK_COUNT_OF(rule_names); i++) {
        CHECK(cases[i] > 0);
        printf("%u real counts by %s\n", cases[i], rule_names[i][1]);
    }
    return check_end("verify count_corpus");
}
