/* Real counts on which independent programs agree: every case of the corpus whose rule
 * we have, every stage, every total. The corpus stands beside the checkout; where it does not, this
 * is skipped.
 *
 * cases.tsv names a .blt file and a table of expected stages: stage, sub, action, who, elected,
 * non-transferable, quota, then the votes of each candidate ("w": withdrawn). For the Meek rules:
 * stage, quota, elected, excluded, non-transferable (not for stv-meek-prf), votes, keep values.
 * The approval case is a file of crosses and a table of candidates and votes.
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

/* The names of rules in the corpus, and ours. */
static const struct {
    const char *theirs, *ours;
} rules[] = {
    {"av", "av"},
    {"scottish", "stv-scottish"},
    {"ers97", "stv-ers97"},
    {"meek-nz", "stv-meek-nz"},
    {"meek-prf", "stv-meek-prf"},
    {"approval", "approval"},
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

/* Ours, or NULL. */
static const char *rule_of(const struct span *fields)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (span_is(fields[RULE], rules[i].theirs))
            return rules[i].ours;
    return NULL;
}

/* "1,0,1": the candidates with a 1 have a cross. */
static bool add_crosses(struct papers *papers, struct span line, struct fail *fail)
{
    uint8_t prefs[LIMIT_CANDIDATES];
    size_t length = 0;
    for (size_t c = 1; line.len > 0; c++)
        if (!span_is(next_field(&line, ','), "0"))
            prefs[length++] = (uint8_t)c;
    return papers_add(papers, prefs, length, 1, fail) == OK;
}

/* A line of names, then one for each paper. */
static bool read_crosses(struct span text, size_t candidates, struct papers **out,
                         struct fail *fail)
{
    struct span line;
    bool done = papers_new(candidates, 1, out, fail) == OK && span_line(&text, &line);
    for (size_t c = 1; done && c <= candidates; c++)
        done = papers_set_name(*out, c, next_field(&line, ','), fail) == OK;
    while (done && span_line(&text, &line))
        done = add_crosses(*out, line, fail);
    return done;
}

static bool read_papers(const struct span *fields, struct span text, struct papers **out,
                        struct fail *fail)
{
    uint64_t candidates = 0;
    if (!span_is(fields[RULE], "approval"))
        return blt_read(text, out, fail) == OK;
    return span_decimal(fields[CANDIDATES], &candidates) &&
           read_crosses(text, candidates, out, fail);
}

/* Where the corpus needed a lot it fell on the lowest number, except that the pseudo-random numbers
 * of Hill's program chose the highest both times. stv-meek-prf has no history. */
static struct group lots_of(const struct span *fields, size_t candidates)
{
    struct group lots = {.size = 0};
    bool highest_first = span_is(fields[RULE], "meek-nz");
    if (span_is(fields[LOTS], "0") && !highest_first && !span_is(fields[RULE], "meek-prf"))
        return lots;
    for (size_t c = 1; c <= candidates; c++)
        group_add(&lots, highest_first ? candidates + 1 - c : c);
    return lots;
}

static struct sheet *count_case(const struct span *fields)
{
    struct buf text;
    struct fail fail = {.text = ""};
    struct papers *papers = NULL;
    const struct count_rule *rule = NULL;
    struct sheet *sheet = NULL;
    struct group lots = {.size = 0};
    bool done =
        read_file(fields[BLT], &text) && read_papers(fields, buf_span(&text), &papers, &fail);
    if (done)
        lots = lots_of(fields, papers_candidates(papers));
    done = done && count_rule_find(span_str(rule_of(fields)), &rule, &fail) == OK &&
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

static void check_number(size_t got, struct span want)
{
    uint64_t number = 0;
    CHECK(span_decimal(want, &number));
    CHECK_UINT(got, number);
}

/* A column for each candidate. */
static void check_figures(const struct sheet *sheet, const uint64_t *figures, struct span *row)
{
    for (size_t c = 1; c <= sheet->candidates; c++) {
        struct span want = next_field(row, '\t');
        CHECK_INT(span_is(want, "w"), group_has(&sheet->withdrawn, c));
        if (!span_is(want, "w"))
            check_votes(sheet, figures[c], want);
    }
}

static void check_stage(const struct sheet *sheet, const struct stage *stage, struct span row)
{
    check_number(stage->n, next_field(&row, '\t'));
    check_number(stage->sub, next_field(&row, '\t'));
    CHECK_TEXT(next_field(&row, '\t'), stage_action_name(stage->action));
    check_group(&stage->who, next_field(&row, '\t'));
    check_group(&stage->elected, next_field(&row, '\t'));
    check_votes(sheet, stage->non_transferable, next_field(&row, '\t'));
    struct span quota = next_field(&row, '\t');
    if (quota.len > 0)
        check_votes(sheet, stage->quota, quota);
    check_figures(sheet, stage->votes, &row);
    CHECK_UINT(row.len, 0);
}

/* Hill's program has blank papers among the non-transferable. */
static void check_meek(const struct sheet *sheet, const struct stage *stage, struct span row)
{
    check_number(stage->n, next_field(&row, '\t'));
    check_votes(sheet, stage->quota, next_field(&row, '\t'));
    check_group(&stage->elected, next_field(&row, '\t'));
    check_group(&stage->excluded, next_field(&row, '\t'));
    if (strcmp(sheet->rule, "stv-meek-nz") == 0)
        check_votes(sheet, stage->non_transferable + sheet->blank * 1000000000,
                    next_field(&row, '\t'));
    check_figures(sheet, stage->votes, &row);
    check_figures(sheet, stage->keep, &row);
    CHECK_UINT(row.len, 0);
}

/* "name, votes". */
static void check_crosses(const struct sheet *sheet, struct span row)
{
    struct span name = next_field(&row, '\t');
    size_t candidate = 0;
    for (size_t c = 1; c <= sheet->candidates; c++)
        if (span_is(name, sheet->names[c]))
            candidate = c;
    if (CHECK(candidate > 0))
        check_number(sheet->stages[0].votes[candidate], row);
}

static void check_line(const struct sheet *sheet, size_t index, struct span row)
{
    if (sheet->shows & SHEET_CROSSES && row.len > 0 && row.ptr[0] == '#')
        return; /* a remark */
    if (sheet->shows & SHEET_CROSSES)
        check_crosses(sheet, row);
    else if (!CHECK(index < sheet->stage_count))
        return;
    else if (sheet->shows & SHEET_KEEP)
        check_meek(sheet, &sheet->stages[index], row);
    else
        check_stage(sheet, &sheet->stages[index], row);
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
        check_case("%.*s line %zu", (int)fields[ID].len, (const char *)fields[ID].ptr, n + 1);
        check_line(sheet, n++, row);
    }
    if (!(sheet->shows & SHEET_CROSSES))
        CHECK_UINT(sheet->stage_count, n);
    buf_done(&table);
}

/* "1+2 4": who was elected, stage by stage; for crosses a name. */
static void check_elected(const struct sheet *sheet, struct span want)
{
    if (sheet->shows & SHEET_CROSSES) {
        CHECK_TEXT(want, sheet->names[sheet->stages[0].elected.who[0]]);
        return;
    }
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
    if (!rule_of(fields))
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
    CHECK(counted >= 80);
    buf_done(&cases);
    snprintf(text, sizeof text, "corpus_counts (%u real counts)", counted);
    return check_end(text);
}
