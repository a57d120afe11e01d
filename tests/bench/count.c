/* How long a million papers take: read from .blt, counted by stv-scottish, printed as a sheet.
 *
 * 10 candidates, 5 seats, first choices as 1, 1/2, 1/3 …, papers of every length: about half of the
 * papers are distinct, which is more than in any real election of this size.
 */
#include <stdio.h>

#include "base/clock.h"
#include "count/blt.h"
#include "count/count.h"

enum { PAPERS = 1000000, CANDIDATES = 10, RUNS = 5, TEXT_BYTES_MAX = 1 << 26 };

static uint64_t state = 88172645463325252u;

/* xorshift64: the same papers in every run. */
static uint64_t draw(uint64_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

static unsigned draw_candidate(const bool *used)
{
    uint64_t total = 0;
    unsigned c = 0;
    for (unsigned i = 0; i < CANDIDATES; i++)
        total += used[i] ? 0 : 1000 / (i + 1);
    for (uint64_t x = draw(total);; c++) {
        if (used[c])
            continue;
        if (x < 1000 / (c + 1))
            return c;
        x -= 1000 / (c + 1);
    }
}

static void add_paper(struct buf *text)
{
    bool used[CANDIDATES] = {false};
    uint64_t length = draw(3) == 0 ? CANDIDATES : 1 + draw(CANDIDATES);
    buf_add_byte(text, '1');
    while (length-- > 0) {
        unsigned c = draw_candidate(used);
        used[c] = true;
        buf_add_byte(text, ' ');
        buf_add_u64(text, c + 1);
    }
    buf_add_str(text, " 0\n");
}

static void write_election(struct buf *text)
{
    buf_add_format(text, "%d 5\n", CANDIDATES);
    for (int i = 0; i < PAPERS; i++)
        add_paper(text);
    buf_add_str(text, "0\n");
    for (int c = 1; c <= CANDIDATES; c++)
        buf_add_format(text, "\"Candidate %d\"\n", c);
}

struct times {
    int64_t read_us;
    int64_t count_us;
    int64_t print_us;
};

static enum outcome run(struct span text, struct times *best, size_t *out_distinct,
                        struct fail *fail)
{
    const struct count_rule *rule = NULL;
    struct papers *papers = NULL;
    struct sheet *sheet = NULL;
    struct group lots = {.size = 0};
    struct buf json;
    buf_init(&json, TEXT_BYTES_MAX);
    int64_t at[4] = {clock_cpu_us()};
    enum outcome outcome = count_rule_find(SPAN_LIT("stv-scottish"), &rule, fail);
    if (outcome == OK)
        outcome = blt_read(text, &papers, fail);
    at[1] = clock_cpu_us();
    if (outcome == OK)
        outcome = count_run(rule, papers, 0, &lots, &sheet, fail);
    at[2] = clock_cpu_us();
    if (outcome == OK) {
        sheet_print_json(sheet, &json);
        *out_distinct = papers_distinct(papers);
    }
    at[3] = clock_cpu_us();
    int64_t *times[] = {&best->read_us, &best->count_us, &best->print_us};
    for (int i = 0; i < 3; i++)
        if (at[i + 1] - at[i] < *times[i])
            *times[i] = at[i + 1] - at[i];
    sheet_free(sheet);
    papers_free(papers);
    buf_done(&json);
    return outcome;
}

int main(void)
{
    struct buf text;
    struct fail fail;
    struct times best = {INT64_MAX, INT64_MAX, INT64_MAX};
    size_t distinct = 0;
    buf_init(&text, TEXT_BYTES_MAX);
    write_election(&text);
    enum outcome outcome = OK;
    for (int i = 0; i < RUNS && outcome == OK; i++)
        outcome = run(buf_span(&text), &best, &distinct, &fail);
    if (outcome != OK) {
        fprintf(stderr, "count: %s\n", fail.text);
        return 1;
    }
    printf("count: %d papers, %zu distinct, %zu bytes of .blt; best of %d runs, CPU time\n", PAPERS,
           distinct, text.len, RUNS);
    printf("  read .blt           %8.1f ms\n", (double)best.read_us / 1000);
    printf("  count stv-scottish  %8.1f ms\n", (double)best.count_us / 1000);
    printf("  print JSON          %8.1f ms\n", (double)best.print_us / 1000);
    buf_done(&text);
    return 0;
}
