#include "roll/table.h"

#include "base/json_write.h"
#include "crypto/hash.h"
#include "roll/csv.h"

#include <inttypes.h>
#include <stdlib.h>

enum { FIRST_ROWS = 1024 };

/* Where each mapped column stands in the file, and where its value goes. */
struct import {
    const struct mapping *mapping;
    struct table *table;
    struct csv csv;
    unsigned places[ROLL_COLUMNS_MAX];
    int slots[ROLL_COLUMNS_MAX];
    int member_slot;
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
    if (table_find(table, slot.field) != NO_SLOT || table->slot_count == TABLE_SLOTS)
        return;
    int place = table->slot_count++;
    for (; place > 0 && field_compare(table->slots[place - 1].field, slot.field) > 0; place--)
        table->slots[place] = table->slots[place - 1];
    table->slots[place] = slot;
}

/* Attributes that are not mapped get none: nothing can be set in them. */
static void lay_slots(struct table *table, const struct mapping *mapping, const struct span *extra,
                      size_t extra_count)
{
    for (unsigned i = 0; i < mapping->count; i++)
        add_slot(table,
                 (struct table_slot){mapping->columns[i].field, mapping->columns[i].type, true});
    for (size_t i = 0; i < extra_count; i++) {
        struct table_slot slot = {.field = extra[i]};
        if (!field_is_attribute(extra[i]) && field_named(extra[i], &slot.type))
            add_slot(table, slot);
    }
}

/* -- import ----------------------------------------------------------------------------------- */

static enum outcome find_columns(struct import *import, struct fail *fail)
{
    for (unsigned i = 0; i < import->mapping->count; i++) {
        const struct mapped_column *column = &import->mapping->columns[i];
        unsigned place = 0;
        for (; place < import->csv.count; place++)
            if (span_equal(csv_text(&import->csv.fields[place], import->table->arena),
                           column->column))
                break;
        if (place == import->csv.count)
            return fail_bad(fail, "line 1: no column \"%.*s\"",
                            (int)(column->column.len < 80 ? column->column.len : 80),
                            (const char *)column->column.ptr);
        import->places[i] = place;
        import->slots[i] = table_find(import->table, column->field);
        if (column->type == FIELD_MEMBER_NO)
            import->member_slot = import->slots[i];
    }
    return GOOD;
}

static bool make_room(struct table *table)
{
    if (table->rows < table->room)
        return true;
    size_t room = table->room == 0 ? FIRST_ROWS : table->room * 2;
    struct span *values = realloc(table->values, room * (size_t)table->slot_count * sizeof *values);
    if (values == NULL)
        return false;
    table->values = values;
    uint64_t *lines = realloc(table->lines, room * sizeof *lines);
    if (lines == NULL)
        return false;
    table->lines = lines;
    table->room = room;
    return true;
}

/* Puts `value` behind what is there: the parts of a name, the lines of an address. */
static struct span join(struct arena *arena, struct span field, struct span before,
                        struct span value)
{
    struct span between = span_text(span_equal(field, span_text("name")) ? " " : ", ");
    if (before.ptr == NULL)
        return value;
    uint8_t *joined = arena_take(arena, before.len + between.len + value.len);
    if (joined == NULL)
        return (struct span){0};
    memcpy(joined, before.ptr, before.len);
    memcpy(joined + before.len, between.ptr, between.len);
    memcpy(joined + before.len + between.len, value.ptr, value.len);
    return span_of(joined, before.len + between.len + value.len);
}

static enum outcome refuse(const struct import *import, unsigned index, const char *why,
                           struct span text, struct fail *fail)
{
    struct span header = import->mapping->columns[index].column;
    return fail_bad(fail, "line %" PRIu64 ", column %u (%.*s): %s: \"%.*s\"", import->csv.line,
                    import->places[index] + 1, (int)(header.len < 60 ? header.len : 60),
                    (const char *)header.ptr, why, (int)(text.len < 60 ? text.len : 60),
                    (const char *)text.ptr);
}

static enum outcome import_value(struct import *import, unsigned index, struct span *row,
                                 struct fail *fail)
{
    const struct mapped_column *column = &import->mapping->columns[index];
    struct arena *arena = import->table->arena;
    struct span text = csv_text(&import->csv.fields[import->places[index]], arena), value;
    struct span *slot = &row[import->slots[index]];
    if (text.ptr != NULL && mapping_means_missing(import->mapping, text))
        return GOOD;
    if (text.ptr != NULL && !mapping_convert(column, text, arena, &value))
        return refuse(import, index, "the mapping does not know this text", text, fail);
    if (text.ptr != NULL && value.ptr != NULL)
        *slot = join(arena, column->field, *slot, value);
    if (text.ptr == NULL || value.ptr == NULL || slot->ptr == NULL)
        return fail_unable(fail, "no memory for the records");
    if (slot->len > ROLL_VALUE_BYTES_MAX)
        return refuse(import, index, "longer than 8,192 bytes", value, fail);
    if (column->type == FIELD_MEMBER_NO && slot->len > ROLL_MEMBER_NO_BYTES_MAX)
        return refuse(import, index, "a member number longer than 64 bytes", value, fail);
    return GOOD;
}

static enum outcome import_row(struct import *import, struct fail *fail)
{
    struct table *table = import->table;
    if (table->rows == ROLL_ROWS_MAX)
        return fail_bad(fail, "line %" PRIu64 ": more than 2,000,000 records", import->csv.line);
    if (!make_room(table))
        return fail_unable(fail, "no memory for the records");
    struct span *row = table_row(table, table->rows);
    memset(row, 0, (size_t)table->slot_count * sizeof *row);
    for (unsigned i = 0; i < import->mapping->count; i++) {
        enum outcome outcome = import_value(import, i, row, fail);
        if (outcome != GOOD)
            return outcome;
    }
    if (row[import->member_slot].ptr == NULL)
        return fail_bad(fail, "line %" PRIu64 ": no member number", import->csv.line);
    table->lines[table->rows++] = import->csv.line;
    return GOOD;
}

static enum outcome import_all(struct import *import, struct span file, struct fail *fail)
{
    bool more = true;
    enum outcome outcome = csv_open(&import->csv, file, fail);
    if (outcome == GOOD)
        outcome = find_columns(import, fail);
    while (outcome == GOOD) {
        outcome = csv_next(&import->csv, &more, fail);
        if (outcome != GOOD || !more)
            break;
        outcome = import_row(import, fail);
    }
    return outcome;
}

enum outcome table_import(struct span file, const struct mapping *mapping, const struct span *extra,
                          size_t extra_count, struct arena *arena, struct table *out_table,
                          struct fail *fail)
{
    struct table *table = arena_zeroed(arena, 1, sizeof *table);
    struct import *import = arena_zeroed(arena, 1, sizeof *import);
    if (table == NULL || import == NULL)
        return fail_unable(fail, "no memory for the records");
    table->arena = arena;
    lay_slots(table, mapping, extra, extra_count);
    import->mapping = mapping;
    import->table = table;
    enum outcome outcome = import_all(import, file, fail);
    if (outcome == GOOD)
        *out_table = *table;
    else
        table_done(table);
    return outcome;
}

void table_done(struct table *table)
{
    if (table == NULL)
        return;
    free(table->values);
    free(table->lines);
    table->values = NULL;
    table->lines = NULL;
    table->rows = table->room = 0;
}

bool table_row_id(const struct table *table, size_t row, struct buffer *work,
                  uint8_t out_id[HASH_BYTES])
{
    const struct span *values = table_row(table, row);
    buffer_clear(work);
    buffer_append_byte(work, '{');
    for (int i = 0; i < table->slot_count; i++) {
        if (values[i].ptr == NULL)
            continue;
        char name[sizeof FIELD_ATTRIBUTE_PREFIX + ROLL_TOKEN_BYTES_MAX] = "";
        memcpy(name, table->slots[i].field.ptr, table->slots[i].field.len);
        json_write_text(work, name, values[i]);
    }
    buffer_append_byte(work, '}');
    hash_sha256(buffer_span(work), out_id);
    return !buffer_full(work);
}
