/* A strict reader of CSV (RFC 4180, docs/roll.md section 1), one record at a time over bytes in
 * memory, without copying what was not quoted.
 *
 * It refuses what it cannot read for certain (bad quoting, control characters, bad UTF-8) and stops
 * there, naming line and column. What leaves the next record readable (an empty line, a field too
 * long, too many fields) is told in `flaw`, for the caller to report, and reading goes on.
 */
#ifndef ROLL_CSV_H
#define ROLL_CSV_H

#include "base/buf.h"
#include "roll.h"

struct csv {
    struct span file;
    size_t at;
    uint32_t line;        /* of the byte at `at`, from 1 */
    uint32_t record_line; /* where the record last read begins */
    uint32_t count;       /* its fields; those past ROLL_COLUMNS_MAX are counted, not kept */
    struct span fields[ROLL_COLUMNS_MAX]; /* raw, unquoted; valid until the next csv_next */
    const char *flaw;                     /* NULL: the record is sound */
    uint32_t flaw_column;                 /* from 1 */
    const char *stopped; /* why nothing more can be read, once csv_next has failed */
    uint8_t *unquoted;   /* room for the quoted fields of one record that hold "" */
    size_t unquoted_len;
};

/* Borrows the bytes of a file in UTF-8, a byte order mark at its start allowed. TOO_LARGE over
 * ROLL_SNAPSHOT_BYTES_MAX; BROKEN without memory. */
enum outcome csv_open(struct csv *csv, struct span file, struct fail *fail) MUST_USE;
/* The same for a text of any length in which no byte is a mark (see roll/encoding.h). */
enum outcome csv_open_text(struct csv *csv, struct span text, struct fail *fail) MUST_USE;
void csv_done(struct csv *csv);

/* Reads the next record; *out_more is false at the end. BAD_INPUT roll.csv "line L, column C: …":
 * nothing after it can be read. */
enum outcome csv_next(struct csv *csv, bool *out_more, struct fail *fail) MUST_USE;

#endif
