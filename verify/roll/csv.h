/*
 * csv: a membership export, read strictly and in place.
 *
 * The text, which is UTF-8, is searched for control characters first; then one record after the
 * other is cut into fields that point into it. Whatever RFC 4180 leaves open is refused, with line
 * and column (of the table, from 1). Source: docs/roll.md section 1.
 */
#ifndef VERIFY_ROLL_CSV_H
#define VERIFY_ROLL_CSV_H

#include "base/buffer.h"
#include "base/fail.h"
#include "roll.h"

struct csv_field {
    struct span raw; /* without the quotes around it */
    bool doubled;    /* "" in it stands for " */
};

struct csv {
    struct span text;
    size_t at;
    uint64_t next_line;
    uint64_t line; /* of the record read last, from 1 */
    unsigned count, header_count;
    struct csv_field fields[ROLL_COLUMNS_MAX];
};

/* Reads the header, which is then in `fields`. The text must outlive the reader. */
enum outcome csv_open(struct csv *csv, struct span text, struct fail *fail)
    __attribute__((warn_unused_result));

/* The next record, with as many fields as the header; *out_more is false at the end. */
enum outcome csv_next(struct csv *csv, bool *out_more, struct fail *fail)
    __attribute__((warn_unused_result));

/*
 * The field's normalised text: doubled quotes undone, runs of blanks one space, none at the ends.
 * Points into the file where nothing had to change, otherwise into `work`, which is then used and
 * must have room for ROLL_CSV_FIELD_BYTES_MAX. Its ptr is NULL without memory.
 */
struct span csv_text(const struct csv_field *field, struct buffer *work);

/* Is this what normalising would give? */
bool csv_normal(struct span text);

#endif
