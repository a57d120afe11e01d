#include <stdlib.h>

#include "count/blt.h"

static int compare_papers(const void *a, const void *b)
{
    return paper_compare(*(const struct paper *)a, *(const struct paper *)b);
}

static void write_papers(const struct paper *sorted, size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        buf_add_u64(out, sorted[i].weight);
        for (size_t j = 0; j < sorted[i].length; j++) {
            buf_add_byte(out, ' ');
            buf_add_u64(out, sorted[i].prefs[j]);
        }
        buf_add_str(out, " 0\n");
    }
}

static void write_quoted(const char *text, struct buf *out)
{
    buf_add_byte(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            buf_add_byte(out, '"');
        buf_add_byte(out, (uint8_t)*text);
    }
    buf_add_str(out, "\"\n");
}

static void write_withdrawals(const struct papers *papers, struct buf *out)
{
    const char *before = "";
    for (size_t c = 1; c <= papers_candidates(papers); c++) {
        if (!papers_withdrawn(papers, c))
            continue;
        buf_add_format(out, "%s-%zu", before, c);
        before = " ";
    }
    if (*before)
        buf_add_byte(out, '\n');
}

enum outcome blt_write(const struct papers *papers, struct buf *out, struct fail *fail)
{
    size_t count = papers_distinct(papers);
    struct paper *sorted = malloc((count + 1) * sizeof *sorted);
    if (!sorted)
        return fail_set(fail, BROKEN, "count.memory", "out of memory for sorting papers");
    for (size_t i = 0; i < count; i++)
        sorted[i] = papers_at(papers, i);
    qsort(sorted, count, sizeof *sorted, compare_papers);

    buf_add_format(out, "%zu %zu\n", papers_candidates(papers), papers_seats(papers));
    write_withdrawals(papers, out);
    if (papers_blank(papers) > 0)
        buf_add_format(out, "%llu 0\n", (unsigned long long)papers_blank(papers));
    write_papers(sorted, count, out);
    buf_add_str(out, "0\n");
    for (size_t c = 1; c <= papers_candidates(papers); c++)
        write_quoted(papers_name(papers, c), out);
    if (*papers_title(papers))
        write_quoted(papers_title(papers), out);
    free(sorted);
    return OK;
}
