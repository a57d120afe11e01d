/* The rows of one snapshot as member records: compact, immutable, in the order of the file.
 *
 * Values live once in one heap and are found by their offset: four bytes a cell, and cells only for
 * fields that the mapping has, so that a million members of ten fields take 40 MB beside their
 * texts. Missing is missing: there is no empty value.
 */
#ifndef ROLL_SNAPSHOT_H
#define ROLL_SNAPSHOT_H

#include "base/buf.h"
#include "roll/field.h"

enum { SNAPSHOT_CACHE = 4096 };

struct snapshot {
    char source[ROLL_TOKEN_BYTES_MAX + 1];
    struct layout layout;
    struct buf texts;         /* each value: its length (u16, little-endian) and its bytes */
    uint32_t width;           /* of a row, in cells */
    uint8_t place[FIELD_MAX]; /* of a mapped field in its row */
    uint32_t *cells;          /* rows times width offsets into texts; 0 is missing */
    uint32_t *lines;          /* where each row begins in the file */
    uint32_t rows;
    uint32_t room;                  /* rows for which there is memory */
    uint32_t cache[SNAPSHOT_CACHE]; /* offsets of recent short values, to hold equal ones once */
};

enum outcome snapshot_init(struct snapshot *snapshot, struct span source,
                           const struct layout *layout, struct fail *fail) MUST_USE;
void snapshot_done(struct snapshot *snapshot);

/* A new row of missing values. TOO_LARGE over ROLL_ROWS_MAX, BROKEN without memory. */
enum outcome snapshot_add_row(struct snapshot *snapshot, uint32_t line, struct fail *fail) MUST_USE;
/* Takes back the row added last. */
void snapshot_drop_row(struct snapshot *snapshot);
/* Sets a value of the row added last, of a mapped field; value.len is 1 to ROLL_VALUE_BYTES_MAX.
 */
void snapshot_set(struct snapshot *snapshot, uint32_t field, struct span value);
/* OK unless memory or the 4 GiB of texts ran out. */
enum outcome snapshot_check(const struct snapshot *snapshot, struct fail *fail) MUST_USE;

/* The value, empty when missing. Valid until the next snapshot_set. */
struct span snapshot_value(const struct snapshot *snapshot, uint32_t row, uint32_t field);
bool snapshot_same(const struct snapshot *snapshot, uint32_t row, uint32_t other, uint32_t field);

/* Appends the canonical record; and its SHA-256, by which cases name a row. */
void snapshot_print_record(const struct snapshot *snapshot, uint32_t row, struct buf *out);
void snapshot_row_id(const struct snapshot *snapshot, uint32_t row,
                     uint8_t out_id[static ROLL_HASH_BYTES]);

#endif
