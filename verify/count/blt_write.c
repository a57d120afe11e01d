/* The canonical .blt: docs/counting.md, the last paragraph of "`.blt` files". */
#include "count/blt.h"

static void write_quoted(struct span text, struct buffer *out)
{
    buffer_append_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            buffer_append_byte(out, '"');
        buffer_append_byte(out, text.ptr[i]);
    }
    buffer_append_text(out, "\"\n");
}

static void write_withdrawals(const struct set *withdrawn, struct buffer *out)
{
    bool first = true;
    for (unsigned i = 0; (i = set_next(withdrawn, i)) != 0; first = false) {
        buffer_append_text(out, first ? "-" : " -");
        buffer_append_decimal(out, i);
    }
    if (!first)
        buffer_append_byte(out, '\n');
}

static void write_paper(const struct papers *papers, const struct paper *paper, struct buffer *out)
{
    struct span preferences = papers_preferences(papers, paper);
    buffer_append_decimal(out, (int64_t)paper->weight);
    for (size_t i = 0; i < preferences.len; i++) {
        buffer_append_byte(out, ' ');
        buffer_append_decimal(out, preferences.ptr[i]);
    }
    buffer_append_text(out, " 0\n");
}

void blt_write(const struct count_task *task, struct buffer *out)
{
    const struct papers *papers = task->papers;
    buffer_append_decimal(out, papers->candidates);
    buffer_append_byte(out, ' ');
    buffer_append_decimal(out, task->seats);
    buffer_append_byte(out, '\n');
    write_withdrawals(&task->withdrawn, out);
    for (size_t i = 0; i < papers->count; i++) /* the blank papers, an empty list, sort first */
        write_paper(papers, &papers->list[i], out);
    buffer_append_text(out, "0\n");
    for (unsigned i = 0; i < papers->candidates; i++)
        write_quoted(task->names[i], out);
    if (task->title.len > 0)
        write_quoted(task->title, out);
}
