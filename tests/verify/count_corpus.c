/* Real counts on which independent programs agree: every av and stv-scottish case of the corpus,
 * elected sets by stage and every stage total. The corpus is no part of the project: its folder is
 * BALLOTD_CORPUS or ../shared/corpus, and without it this test is skipped. */
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

/* One line of the expected table against one stage. */
static void check_stage(const struct sheet *sheet, size_t index, char *columns[COLUMNS_MOST],
                        size_t column_count)
{
    static const char *const actions[] = {"first", "surplus", "exclude"};
    const struct stage *stage = &sheet->stages[index];
    unsigned candidates = sheet->task->papers->candidates;
    if (!CHECK_UINT(column_count, 7 + candidates))
        return;
    CHECK_STR(actions[stage->action], columns[2]);
    if (stage->action != STAGE_FIRST)
        CHECK_INT(stage->who, strtol(columns[3], NULL, 10));
    struct set elected = read_set(columns[4]);
    CHECK_BYTES(&stage->elected, &elected, sizeof elected);
    check_votes(sheet, stage->non_transferable, columns[5]);
    if (columns[6][0] != 0)
        check_votes(sheet, stage->quota, columns[6]);
    for (unsigned i = 1; i <= candidates; i++) {
        if (set_has(&sheet->task->withdrawn, i))
            CHECK_STR("w", columns[6 + i]);
        else
            check_votes(sheet, stage->votes[i], columns[6 + i]);
    }
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
                check_stage(sheet, stages, columns, count);
            stages++;
        }
    }
    CHECK_UINT(sheet->stage_count, stages);
    fclose(file);
}

/* The corpus draws the lowest number of those tied. */
static void compare_count(const char *rule, struct blt *blt, const char *expected)
{
    uint8_t lots[LIMIT_CANDIDATES];
    struct fail fail = {""};
    struct sheet sheet;
    struct count_task task = blt_task(blt);
    for (unsigned i = 0; i < LIMIT_CANDIDATES; i++)
        lots[i] = (uint8_t)(i + 1);
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

int main(void)
{
    static char line[LINE_BYTES];
    char *columns[COLUMNS_MOST];
    unsigned cases = 0;
    const char *named = getenv("BALLOTD_CORPUS");
    snprintf(folder, sizeof folder, "%s", named != NULL ? named : "../shared/corpus");
    FILE *file = open_in_folder("cases.tsv");
    if (file == NULL) {
        printf("skipped: no corpus of real counts in %s\n", folder);
        return 77;
    }
    while (fgets(line, sizeof line, file) != NULL) {
        size_t count = cut_columns(line, columns);
        bool av = count > 12 && strcmp(columns[2], "av") == 0;
        if (!av && (count <= 12 || strcmp(columns[2], "scottish") != 0))
            continue;
        check_case("%s", columns[0]);
        check_case_of(av ? "av" : "stv-scottish", columns[3], columns[11]);
        cases++;
    }
    fclose(file);
    check_case("corpus");
    CHECK(cases > 0);
    printf("%u real counts\n", cases);
    return check_end("verify count_corpus");
}
