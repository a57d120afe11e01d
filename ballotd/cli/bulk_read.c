#include "cli/bulk_read.h"

#include "base/file.h"
#include "roll/csv.h"

#include <sodium.h>
#include <stdlib.h>

enum { FILE_BYTES_MAX = 1 << 30 };

static enum outcome bad(const struct csv *csv, struct fail *fail, const char *what)
{
    return fail_set(fail, BAD_INPUT, "cast.bulk", "line %u: %s", csv->record_line, what);
}

static enum outcome read_header(struct csv *csv, struct bulk_rows *rows, struct fail *fail)
{
    bool more;
    enum outcome outcome = csv_next(csv, &more, fail);
    if (outcome != OK)
        return outcome;
    if (!more || csv->flaw || csv->count < 2 || csv->count > LIMIT_CONTESTS + 1 ||
        !span_is(csv->fields[0], "code"))
        return bad(csv, fail, "the header should be: code,CONTEST,CONTEST…");
    for (unsigned i = 1; i < csv->count; i++) {
        struct span id = csv->fields[i];
        if (id.len == 0 || id.len > LIMIT_ID_BYTES)
            return bad(csv, fail, "a column is not named by a contest's id");
        memcpy(rows->contests[i], id.ptr, id.len);
    }
    rows->columns = csv->count;
    return OK;
}

static enum outcome add_row(const struct csv *csv, struct bulk_rows *rows, size_t *room,
                            struct fail *fail)
{
    size_t fields = rows->count * rows->columns;
    if (csv->flaw || csv->count != rows->columns)
        return bad(csv, fail, csv->flaw ? csv->flaw : "not as many fields as the header has");
    if (fields + rows->columns > *room) {
        size_t wider = 2 * *room + rows->columns;
        size_t *starts = reallocarray(rows->starts, wider, sizeof *starts);
        if (!starts)
            return fail_set(fail, BROKEN, "memory", "out of memory");
        rows->starts = starts;
        *room = wider;
    }
    for (unsigned i = 0; i < rows->columns; i++) {
        rows->starts[fields + i] = rows->text.len;
        buf_add(&rows->text, csv->fields[i]);
        buf_add_byte(&rows->text, '\0');
    }
    rows->count++;
    return buf_check(&rows->text, "ballots", fail);
}

static enum outcome read_all(struct span bytes, struct bulk_rows *rows, struct fail *fail)
{
    struct csv csv;
    size_t room = 0;
    bool more = true;
    enum outcome outcome = csv_open(&csv, bytes, fail);
    if (outcome != OK)
        return outcome;
    outcome = read_header(&csv, rows, fail);
    while (outcome == OK && more) {
        outcome = csv_next(&csv, &more, fail);
        if (outcome == OK && more)
            outcome = add_row(&csv, rows, &room, fail);
    }
    csv_done(&csv);
    return outcome;
}

enum outcome bulk_rows_read(const char *path, struct bulk_rows *out_rows, struct fail *fail)
{
    struct bulk_rows rows = {0};
    struct buf bytes;
    buf_init(&bytes, FILE_BYTES_MAX);
    buf_init(&rows.text, FILE_BYTES_MAX);
    enum outcome outcome = file_read(path, &bytes, fail);
    if (outcome == OK)
        outcome = read_all(buf_span(&bytes), &rows, fail);
    if (bytes.bytes)
        sodium_memzero(bytes.bytes, bytes.len);
    buf_done(&bytes);
    if (outcome == OK) {
        *out_rows = rows;
        return OK;
    }
    bulk_rows_done(&rows);
    return fail_within(fail, "%s", path);
}

void bulk_rows_done(struct bulk_rows *rows)
{
    if (rows->text.bytes)
        sodium_memzero(rows->text.bytes, rows->text.len);
    buf_done(&rows->text);
    free(rows->starts);
    *rows = (struct bulk_rows){0};
}

static struct span field(const struct bulk_rows *rows, size_t row, unsigned column)
{
    size_t at = rows->starts[row * rows->columns + column];
    return span_str((const char *)rows->text.bytes + at);
}

struct span bulk_rows_code(const struct bulk_rows *rows, size_t row)
{
    return field(rows, row, 0);
}

struct span bulk_rows_cell(const struct bulk_rows *rows, size_t row, const char *contest)
{
    for (unsigned i = 1; i < rows->columns; i++)
        if (strcmp(rows->contests[i], contest) == 0)
            return field(rows, row, i);
    return SPAN_LIT("");
}
