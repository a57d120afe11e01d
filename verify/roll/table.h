/*
 * table: a snapshot as member records: one row for each data record, in the order of the file.
 *
 * A row has one slot for each field that the mapping fills. A cell is eight bytes: where the value
 * stands in the snapshot's text or, where it had to be changed, in the table's own. So a million
 * rows of twelve fields take a hundred megabytes. Import is all or nothing: the first error is
 * the answer. Source: docs/roll.md sections 1 to 3.
 */
#ifndef VERIFY_ROLL_TABLE_H
#define VERIFY_ROLL_TABLE_H

#include "base/buffer.h"
#include "protocol.h"
#include "roll/encoding.h"
#include "roll/mapping.h"

enum { TABLE_SLOTS = ROLL_COLUMNS_MAX, NO_SLOT = -1 };

struct table_slot {
    struct span field;
    enum field_type type;
};

struct table_cell {
    uint32_t at;
    uint16_t len;  /* 0: missing */
    uint16_t made; /* in the table's own text, not the snapshot's */
};

struct table {
    struct table_slot slots[TABLE_SLOTS]; /* in the order of the canonical record */
    int slot_count, number_slot;
    size_t rows, room;
    struct table_cell *cells; /* row after row */
    uint32_t *lines;          /* of the file, for each row */
    struct decoded text;      /* the snapshot as UTF-8 */
    struct buffer own;        /* values that stand nowhere in it */
};

/* File and mapping, with what it lives in, must outlive the table. */
enum outcome table_import(struct span file, const struct mapping *mapping, struct table *out_table,
                          struct fail *fail) __attribute__((warn_unused_result));
void table_done(struct table *table); /* accepts NULL, and one of zeros */

/* The slot of a field, NO_SLOT if the mapping does not fill it. */
int table_find(const struct table *table, struct span field);

/* ptr NULL: missing. `slot` may be NO_SLOT. Valid as long as the table. */
static inline struct span table_value(const struct table *table, size_t row, int slot)
{
    if (slot == NO_SLOT)
        return (struct span){0};
    struct table_cell cell = table->cells[row * (size_t)table->slot_count + (size_t)slot];
    if (cell.len == 0)
        return (struct span){0};
    return span_of((cell.made != 0 ? table->own.at : table->text.span.ptr) + cell.at, cell.len);
}

static inline struct span table_number(const struct table *table, size_t row)
{
    return table_value(table, row, table->number_slot);
}

/* SHA-256 of the row's canonical record; `work` is cleared and used, its limit must be 4 MiB. */
bool table_row_id(const struct table *table, size_t row, struct buffer *work,
                  uint8_t out_id[HASH_BYTES]);

#endif
