#include "roll/table.h"

#include "base/json_write.h"
#include "crypto/hash.h"
#include "roll/csv.h"

#include <inttypes.h>
#include <stdlib.h>

enum { FIRST_ROWS = 1024, QUOTE_MOST = 60 };

/* Where each mapped column stands in the file, and where its value goes. */
struct import {
    const struct mapping *mapping;
    struct table *table;
    struct csv csv;
    struct buffer work; /* one field, normalised */
    unsigned places[ROLL_COLUMNS_MAX];
    int slots[ROLL_COLUMNS_MAX];
};

/* -- slots ------------------------------------------------------------------------------------ */

int table_find(const struct table *table, struct span field)
{
    for (int i = 0; i < table->slot_count; i++)
        if (span_equal(table->slots[i].field, field))
            return i;
    return NO_SLOT;
}

/* Keeps the slots in the order of the canonical record. */
static void add_slot(struct table *table, struct table_slot slot)
{
    if (table_find(table, slot.field) != NO_SLOT)
        return;
    int place = table->slot_count++;
    for (; place > 0 && field_compare(table->slots[place - 1].field, slot.field) > 0; place--)
        table->slots[place] = table->slots[place - 1];
    table->slots[place] = slot;
}

static void lay_slots(struct import *import)
{
    const struct mapping *mapping = import->mapping;
    struct table *table = import->table;
    for (unsigned i = 0; i < mapping->count; i++)
        add_slot(table, (struct table_slot){mapping->columns[i].field, mapping->columns[i].type});
    for (unsigned i = 0; i < mapping->count; i++)
        import->slots[i] = table_find(table, mapping->columns[i].field);
    table->number_slot = table_find(table, field_name(PLACE_MEMBER_NO));
}

/* What can be quoted of a text in a message. */
static int quoted(struct span text)
{
    return (int)(text.len < QUOTE_MOST ? text.len : QUOTE_MOST);
}

static enum outcome find_columns(struct import *import, struct fail *fail)
{
    for (unsigned i = 0; i < import->mapping->count; i++) {
        struct span wanted = import->mapping->columns[i].column;
        unsigned place = 0;
        while (place < import->csv.count &&
               !span_equal(csv_text(&import->csv.fields[place], &import->work), wanted))
            place++;
        if (place == import->csv.count)
            return fail_bad(fail, "line 1: no column \"%.*s\"", quoted(wanted),
                            (const char *)wanted.ptr);
        import->places[i] = place;
    }
    return GOOD;
}

/* -- values ----------------------------------------------------------------------------------- */

static bool make_room(struct table *table)
{
    if (table->rows < table->room)
        return true;
    size_t room = table->room == 0 ? FIRST_ROWS : table->room * 2;
    struct table_cell *cells =
        realloc(table->cells, room * (size_t)table->slot_count * sizeof *cells);
    if (cells == NULL)
        return false;
    table->cells = cells;
    uint32_t *lines = realloc(table->lines, room * sizeof *lines);
    if (lines == NULL)
        return false;
    table->lines = lines;
    table->room = room;
    return true;
}

static enum outcome refuse(const struct import *import, unsigned index, const char *why,
                           struct span text, struct fail *fail)
{
    struct span header = import->mapping->columns[index].column;
    return fail_bad(fail, "line %" PRIu64 ", column %u (%.*s): %s: \"%.*s\"", import->csv.line,
                    import->places[index] + 1, quoted(header), (const char *)header.ptr, why,
                    quoted(text), (const char *)text.ptr);
}

/* Does the value stand in the snapshot's text as it is? */
static bool stands_in(struct span text, struct span value)
{
    uintptr_t start = (uintptr_t)text.ptr, at = (uintptr_t)value.ptr;
    return at >= start && at - start < text.len;
}

/* The cell's value, and behind it `between` and `value`: the parts of a name, the lines of an
 * address. False without memory; the whole is not longer than a cell can say. */
static bool append_value(struct table *table, struct table_cell *cell, const char *between,
                         struct span value)
{
    struct buffer *own = &table->own;
    struct span text = table->text.span;
    if (cell->len == 0 && stands_in(text, value)) {
        *cell = (struct table_cell){(uint32_t)(value.ptr - text.ptr), (uint16_t)value.len, 0};
        return true;
    }
    size_t start = own->len;
    for (size_t i = 0; i < cell->len; i++) /* from itself, which may move as it grows */
        buffer_append_byte(own, (cell->made != 0 ? own->at : text.ptr)[cell->at + i]);
    if (cell->len != 0)
        buffer_append_text(own, between);
    buffer_append(own, value);
    if (buffer_full(own))
        return false;
    *cell = (struct table_cell){(uint32_t)start, (uint16_t)(own->len - start), 1};
    return true;
}

static enum outcome import_value(struct import *import, unsigned index, struct table_cell *row,
                                 struct fail *fail)
{
    const struct mapped_column *column = &import->mapping->columns[index];
    uint8_t scratch[MAPPING_SCRATCH_BYTES];
    struct span text = csv_text(&import->csv.fields[import->places[index]], &import->work), value;
    struct table_cell *cell = &row[import->slots[index]];
    if (text.ptr == NULL)
        return fail_unable(fail, "no memory for the records");
    if (mapping_means_missing(import->mapping, text))
        return GOOD;
    if (!mapping_convert(column, text, scratch, &value))
        return refuse(import, index, "the mapping does not know this text", text, fail);
    bool name = span_equal(column->field, field_name(PLACE_NAME));
    const char *between = name ? " " : ", ";
    size_t len = cell->len == 0 ? value.len : cell->len + strlen(between) + value.len;
    if (len > ROLL_VALUE_BYTES_MAX)
        return refuse(import, index, "longer than 8,192 bytes", value, fail);
    if (column->type == FIELD_MEMBER_NO && len > ROLL_MEMBER_NO_BYTES_MAX)
        return refuse(import, index, "a member number longer than 64 bytes", value, fail);
    return append_value(import->table, cell, between, value)
               ? GOOD
               : fail_unable(fail, "no memory for the records");
}

/* -- import ----------------------------------------------------------------------------------- */

static enum outcome import_row(struct import *import, struct fail *fail)
{
    struct table *table = import->table;
    if (table->rows == ROLL_ROWS_MAX)
        return fail_bad(fail, "line %" PRIu64 ": more than 2,000,000 records", import->csv.line);
    if (!make_room(table))
        return fail_unable(fail, "no memory for the records");
    struct table_cell *row = table->cells + table->rows * (size_t)table->slot_count;
    memset(row, 0, (size_t)table->slot_count * sizeof *row);
    for (unsigned i = 0; i < import->mapping->count; i++) {
        enum outcome outcome = import_value(import, i, row, fail);
        if (outcome != GOOD)
            return outcome;
    }
    if (row[table->number_slot].len == 0)
        return fail_bad(fail, "line %" PRIu64 ": no member number", import->csv.line);
    table->lines[table->rows++] = (uint32_t)import->csv.line;
    return GOOD;
}

static enum outcome import_all(struct import *import, struct span file, struct fail *fail)
{
    struct table *table = import->table;
    bool more = true;
    if (file.len > (size_t)ROLL_SNAPSHOT_BYTES_MAX)
        return fail_bad(fail, "longer than 1 GiB");
    enum outcome outcome = encoding_decode(import->mapping->encoding, file, &table->text, fail);
    if (outcome == GOOD)
        outcome = csv_open(&import->csv, table->text.span, fail);
    if (outcome == GOOD)
        outcome = find_columns(import, fail);
    while (outcome == GOOD && more) {
        outcome = csv_next(&import->csv, &more, fail);
        if (outcome == GOOD && more)
            outcome = import_row(import, fail);
    }
    return outcome;
}

enum outcome table_import(struct span file, const struct mapping *mapping, struct table *out_table,
                          struct fail *fail)
{
    struct import *import = calloc(1, sizeof *import);
    struct table *table = calloc(1, sizeof *table);
    enum outcome outcome = GOOD;
    if (import == NULL || table == NULL) {
        outcome = fail_unable(fail, "no memory for the records");
    } else {
        buffer_init(&table->own, UINT32_MAX);
        buffer_init(&import->work, ROLL_CSV_FIELD_BYTES_MAX);
        import->mapping = mapping;
        import->table = table;
        lay_slots(import);
        outcome = import_all(import, file, fail);
        buffer_done(&import->work);
        if (outcome == GOOD)
            *out_table = *table;
        else
            table_done(table);
    }
    free(import);
    free(table);
    return outcome;
}

void table_done(struct table *table)
{
    if (table == NULL)
        return;
    free(table->cells);
    free(table->lines);
    buffer_done(&table->own);
    encoding_done(&table->text);
    *table = (struct table){.rows = 0};
}

bool table_row_id(const struct table *table, size_t row, struct buffer *work,
                  uint8_t out_id[HASH_BYTES])
{
    buffer_clear(work);
    buffer_append_byte(work, '{');
    for (int i = 0; i < table->slot_count; i++) {
        struct span value = table_value(table, row, i);
        char name[FIELD_NAME_BYTES + 1] = "";
        if (value.ptr == NULL)
            continue;
        memcpy(name, table->slots[i].field.ptr, table->slots[i].field.len);
        json_write_text(work, name, value);
    }
    buffer_append_byte(work, '}');
    hash_sha256(buffer_span(work), out_id);
    return !buffer_full(work);
}
