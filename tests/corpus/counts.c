/* Real counts on which independent programs agree: every av and Scottish case of the corpus, every
 * stage, every total. The corpus stands beside the checkout; where it does not, this is skipped.
 *
 * cases.tsv names a .blt file and a table of expected stages: stage, sub, action, who, elected,
 * non-transferable, quota, then the votes of each candidate ("w": withdrawn).
 */
#include "base/file.h"
#include "check.h"
#include "count/blt.h"
#include "count/count.h"

enum { TABLE_BYTES_MAX = 1 << 26, EXIT_SKIPPED = 77 };

enum column {
    ID,
    KIND,
    RULE,
    BLT,
    SEATS,
    CANDIDATES,
    VALID,
    GONE,
    QUOTA,
    ELECTED_BY,
    STAGES,
    STAGES_TABLE,
    CON,
    HISTORY,
    LOTS,
    COLUMNS,
};

static const char *corpus;
static unsigned counted;

static struct span next_field(struct span *rest, uint8_t separator)
{
    struct span field;
    if (span_cut(rest, separator, &field))
        return field;
    field = *rest;
    *rest = span_of(NULL, 0);
    return field;
}

static bool read_file(struct span name, struct buf *out)
{
    char path[1024];
    struct fail fail;
    snprintf(path, sizeof path, "%s/%.*s", corpus, (int)name.len, (const char *)name.ptr);
    buf_init(out, TABLE_BYTES_MAX);
    return CHECK_STR(file_read(path, out, &fail) == OK ? "" : fail.text, "");
}

static struct sheet *count_case(const struct span *fields)
{
    struct buf text;
    struct fail fail = {.text = ""};
    struct papers *papers = NULL;
    const struct count_rule *rule = NULL;
    struct sheet *sheet = NULL;
    struct group lots = {.size = 0};
    const char *name = span_is(fields[RULE], "av") ? "av" : "stv-scottish";
    bool done = read_file(fields[BLT], &text) && blt_read(buf_span(&text), &papers, &fail) == OK;
    for (size_t c = 1; done && !span_is(fields[LOTS], "0") && c <= papers_candidates(papers); c++)
        group_add(&lots, c);
    done = done && count_rule_find(span_str(name), &rule, &fail) == OK &&
           count_run(rule, papers, 0, &lots, &sheet, &fail) == OK;
    CHECK_STR(done ? "" : fail.text, "");
    papers_free(papers);
    buf_done(&text);
    return sheet;
}

static void check_votes(const struct sheet *sheet, uint64_t units, struct span want)
{
    struct buf text;
    buf_init(&text, 64);
    sheet_add_votes(sheet, units, &text);
    CHECK_SPAN(buf_span(&text), want);
    buf_done(&text);
}

/* "1+2": the same candidates, in any order. */
static void check_group(const struct group *got, struct span want)
{
    size_t size = 0;
    while (want.len > 0) {
        uint64_t candidate = 0;
        CHECK(span_decimal(next_field(&want, '+'), &candidate));
        CHECK(group_has(got, candidate));
        size++;
    }
    CHECK_UINT(got->size, size);
}

static void check_stage(const struct sheet *sheet, const struct stage *stage, struct span row)
{
    static const char *const actions[] = {"first", "surplus", "exclude"};
    (void)next_field(&row, '\t');
    (void)next_field(&row, '\t');
    CHECK_TEXT(next_field(&row, '\t'), actions[stage->action]);
    check_group(&stage->who, next_field(&row, '\t'));
    check_group(&stage->elected, next_field(&row, '\t'));
    check_votes(sheet, stage->non_transferable, next_field(&row, '\t'));
    struct span quota = next_field(&row, '\t');
    if (quota.len > 0)
        check_votes(sheet, stage->quota, quota);
    for (size_t c = 1; c <= sheet->candidates; c++) {
        struct span votes = next_field(&row, '\t');
        CHECK_INT(span_is(votes, "w"), group_has(&sheet->withdrawn, c));
        if (!span_is(votes, "w"))
            check_votes(sheet, stage->votes[c], votes);
    }
    CHECK_UINT(row.len, 0);
}

static void check_stages(const struct sheet *sheet, const struct span *fields)
{
    struct buf table;
    struct span row;
    size_t n = 0;
    if (!read_file(fields[STAGES_TABLE], &table))
        return;
    struct span rest = buf_span(&table);
    CHECK(span_line(&rest, &row));
    while (span_line(&rest, &row)) {
        check_case("%.*s stage %zu", (int)fields[ID].len, (const char *)fields[ID].ptr, n + 1);
        if (!CHECK(n < sheet->stage_count))
            break;
        check_stage(sheet, &sheet->stages[n++], row);
    }
    CHECK_UINT(sheet->stage_count, n);
    buf_done(&table);
}

/* "1+2 4": who was elected, stage by stage. */
static void check_elected(const struct sheet *sheet, struct span want)
{
    for (size_t i = 0; i < sheet->stage_count; i++)
        if (sheet->stages[i].elected.size > 0)
            check_group(&sheet->stages[i].elected, next_field(&want, ' '));
    CHECK_UINT(want.len, 0);
}

static void check_row(struct span row)
{
    struct span fields[COLUMNS];
    uint64_t valid = 0;
    for (int i = 0; i < COLUMNS; i++)
        fields[i] = next_field(&row, '\t');
    if (!span_is(fields[RULE], "av") && !span_is(fields[RULE], "scottish"))
        return;
    check_case("%.*s", (int)fields[ID].len, (const char *)fields[ID].ptr);
    struct sheet *sheet = count_case(fields);
    if (!sheet)
        return;
    counted++;
    CHECK(span_decimal(fields[VALID], &valid));
    CHECK_UINT(sheet->valid, valid);
    check_elected(sheet, fields[ELECTED_BY]);
    check_stages(sheet, fields);
    sheet_free(sheet);
}

int main(void)
{
    struct buf cases;
    struct span row;
    const char *given = getenv("BALLOTD_CORPUS");
    char text[1024];
    corpus = given ? given : "../shared/corpus";
    snprintf(text, sizeof text, "%s/cases.tsv", corpus);
    if (!file_exists(text)) {
        printf("skipped: no corpus of real counts at %s\n", corpus);
        return EXIT_SKIPPED;
    }
    if (!read_file(SPAN_LIT("cases.tsv"), &cases))
        return check_end("corpus_counts");
    struct span rest = buf_span(&cases);
    CHECK(span_line(&rest, &row));
    while (span_line(&rest, &row))
        check_row(row);
    CHECK(counted >= 50);
    buf_done(&cases);
    snprintf(text, sizeof text, "corpus_counts (%u real counts)", counted);
    return check_end(text);
}
