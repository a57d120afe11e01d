/* Whose copy a found list is: the order of its rows against the keys of all copies. Declared in
 * election/election.h.
 *
 * The fragment may be of any shape that a spreadsheet leaves: columns moved or taken out, other
 * separators, lines cut. Every column is tried; only the one with the member numbers can fit. */
#include "election/custody_export.h"
#include "election/inside.h"

#include "roll/rowmark.h"

#include <sodium.h>
#include <stdlib.h>

#define KIND_COPY "export" /* as election/export.c keeps them */

enum { COLUMNS_MAX = 16 };

/* -- the fragment ------------------------------------------------------------------------------ */

struct fragment {
    struct span *texts[COLUMNS_MAX]; /* of each row, in order */
    size_t rows;
};

static void fragment_done(struct fragment *fragment)
{
    for (unsigned i = 0; i < COLUMNS_MAX; i++)
        free(fragment->texts[i]);
}

static bool is_one_of(uint8_t byte, const char *bytes)
{
    return byte && strchr(bytes, byte);
}

/* Without white space, quotes, and the apostrophe before what looks like a formula. */
static struct span bare(struct span text)
{
    while (text.len > 0 && is_one_of(text.ptr[0], " \t\r\"'"))
        text = span_of(text.ptr + 1, text.len - 1);
    while (text.len > 0 && is_one_of(text.ptr[text.len - 1], " \t\r\""))
        text.len--;
    return text;
}

/* Cuts the next cell off a line, at a comma, semicolon or tab outside quotes. */
static bool next_cell(struct span *line, bool *more, struct span *out_cell)
{
    bool quoted = false;
    size_t at = 0;
    if (!*more)
        return false;
    for (; at < line->len; at++) {
        if (line->ptr[at] == '"')
            quoted = !quoted;
        else if (!quoted && is_one_of(line->ptr[at], ",;\t"))
            break;
    }
    *out_cell = bare(span_of(line->ptr, at));
    *more = at < line->len;
    size_t cut = *more ? at + 1 : at;
    *line = span_of(line->ptr + cut, line->len - cut);
    return true;
}

/* Our own marks and headings are nobody's number. */
static bool is_heading(struct span cell)
{
    struct span rest = SPAN_LIT(CUSTODY_EXPORT_HEADER), name;
    bool more = true;
    if (span_starts(cell, SPAN_LIT("#")))
        return true;
    while (next_cell(&rest, &more, &name))
        if (span_equal(cell, name))
            return true;
    return false;
}

static void take_line(struct fragment *fragment, struct span line)
{
    struct span cell;
    bool more = true;
    for (unsigned column = 0; column < COLUMNS_MAX && next_cell(&line, &more, &cell); column++)
        if (!is_heading(cell))
            fragment->texts[column][fragment->rows] = cell;
    fragment->rows++;
}

static enum outcome read_fragment(struct span bytes, struct fragment *out, struct fail *fail)
{
    struct span line;
    for (unsigned i = 0; i < COLUMNS_MAX; i++) {
        out->texts[i] = calloc(ROWMARK_ROWS_MAX, sizeof **out->texts);
        if (!out->texts[i])
            return fail_set(fail, BROKEN, "memory", "out of memory");
    }
    while (out->rows < ROWMARK_ROWS_MAX && span_line(&bytes, &line))
        take_line(out, line);
    return OK;
}

/* -- the copies -------------------------------------------------------------------------------- */

struct tracing {
    const struct fragment *fragment;
    json_t *found; /* copies that fit, as they are answered */
    int64_t copies;
};

/* The best fit over the columns. */
static enum outcome measure(const struct fragment *fragment, const uint8_t *key,
                            struct rowmark_fit *out_best, struct fail *fail)
{
    enum outcome outcome = OK;
    *out_best = (struct rowmark_fit){0, 0};
    for (unsigned i = 0; outcome == OK && i < COLUMNS_MAX; i++) {
        struct rowmark_fit fit;
        outcome = rowmark_measure(key, fragment->texts[i], fragment->rows, &fit, fail);
        if (outcome == OK && rowmark_is_sure(&fit) && fit.thousandths > out_best->thousandths)
            *out_best = fit;
    }
    return outcome;
}

static enum outcome try_copy(void *ctx, struct span text, struct fail *fail)
{
    struct tracing *tracing = ctx;
    uint8_t key[ROWMARK_KEY_BYTES];
    struct rowmark_fit fit;
    json_t *copy;
    enum outcome outcome = json_read_canonical(text, "a copy", &copy, fail);
    if (outcome != OK)
        return outcome;
    struct json_take take = json_take_from(copy, "a copy", fail);
    struct span to = json_take_string(&take, "to");
    struct span name = json_take_string(&take, "name");
    struct span purpose = json_take_string(&take, "purpose");
    struct span approved_by = json_take_string(&take, "approved_by");
    int64_t at = json_take_integer(&take, "at", 0, INT64_MAX);
    (void)json_take_integer(&take, "rows", 0, INT64_MAX);
    json_take_hex(&take, "key", key, sizeof key);
    outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = measure(tracing->fragment, key, &fit, fail);
    if (outcome == OK && rowmark_is_sure(&fit)) {
        json_t *object = json_object();
        json_put_string(object, "to", to);
        json_put_string(object, "name", name);
        json_put_string(object, "purpose", purpose);
        json_put_string(object, "approved_by", approved_by);
        json_put_integer(object, "at", at);
        json_put_integer(object, "rows", (int64_t)fit.rows);
        json_put_integer(object, "fit", fit.thousandths);
        json_array_append_new(tracing->found, object);
    }
    tracing->copies++;
    sodium_memzero(key, sizeof key);
    json_decref(copy);
    return outcome;
}

static enum outcome try_all(struct election *election, struct tracing *tracing, struct fail *fail)
{
    struct conn *conn;
    enum outcome outcome = people_open(election->folder, &election->store, &conn, fail);
    if (outcome != OK)
        return outcome;
    outcome = people_each(conn, election->vault, KIND_COPY, try_copy, tracing, fail);
    conn_close(conn);
    return outcome;
}

enum outcome election_trace(struct election *election, const struct request *request,
                            struct span list, struct buf *out, struct fail *fail)
{
    struct fragment fragment = {.rows = 0};
    struct tracing tracing = {.fragment = &fragment};
    enum outcome outcome = election_need_officer(
        request, OFFICER_RETURNING | OFFICER_SECRETARY | OFFICER_SCRUTINEER, fail);
    if (outcome != OK)
        return outcome;
    tracing.found = json_array();
    outcome = read_fragment(list, &fragment, fail);
    if (outcome == OK)
        outcome = try_all(election, &tracing, fail);
    if (outcome == OK) {
        json_t *object = json_object();
        json_put_integer(object, "lines", (int64_t)fragment.rows);
        json_put_integer(object, "copies", tracing.copies);
        json_put(object, "found", json_incref(tracing.found));
        json_print(object, out);
        json_decref(object);
    }
    json_decref(tracing.found);
    fragment_done(&fragment);
    return outcome == OK ? buf_check(out, "trace", fail) : outcome;
}
