/*
 * table: a snapshot as member records: one row for each data record, in the order of the file.
 *
 * A row has one slot for each field that the mapping fills or that somebody asked for; a slot
 * whose ptr is NULL is missing. Values point into the file, the mapping or the arena, so all three
 * must outlive the table. Import is all or nothing: the first error is the answer.
 * Source: docs/roll.md sections 1 to 3.
 */
#ifndef VERIFY_ROLL_TABLE_H
#define VERIFY_ROLL_TABLE_H

#include "base/buffer.h"
#include "protocol.h"
#include "roll/mapping.h"

enum { TABLE_SLOTS = ROLL_COLUMNS_MAX + 16, NO_SLOT = -1 };

struct table_slot {
    struct span field;
    enum field_type type;
    bool mapped; /* otherwise only asked for, and missing in every row */
};

struct table {
    struct arena *arena;
    struct table_slot slots[TABLE_SLOTS]; /* in the order of the canonical record */
    int slot_count;
    size_t rows, room;
    struct span *values; /* row after row; grown with realloc */
    uint64_t *lines;     /* of the file, for each row */
};

/* `extra` are names of fields that get a slot even if they are not mapped. */
enum outcome table_import(struct span file, const struct mapping *mapping, const struct span *extra,
                          size_t extra_count, struct arena *arena, struct table *out_table,
                          struct fail *fail) __attribute__((warn_unused_result));
void table_done(struct table *table); /* accepts NULL; the arena is the caller's */

/* The slot of a field, NO_SLOT if it is missing everywhere. */
int table_find(const struct table *table, struct span field);

static inline struct span *table_row(const struct table *table, size_t row)
{
    return table->values + row * (size_t)table->slot_count;
}

/* SHA-256 of the row's canonical record; `work` is cleared and used. */
bool table_row_id(const struct table *table, size_t row, struct buffer *work,
                  uint8_t out_id[HASH_BYTES]);

#endif
