/* Importing a snapshot: CSV bytes and a mapping in, member records and a report out.
 *
 * All or nothing: with one error there is no snapshot. The report names every error it met with
 * line, column, header, reason and text, and every column that was dropped. A dry run is an import
 * whose snapshot the caller throws away.
 */
#ifndef ROLL_IMPORT_H
#define ROLL_IMPORT_H

#include "base/buf.h"
#include "roll/mapping.h"
#include "roll/snapshot.h"

enum { IMPORT_ERRORS_LISTED = 10000 };

struct import_error {
    uint32_t line;
    uint32_t column; /* from 1 */
    uint32_t header; /* offsets into report.texts, NUL-terminated there */
    uint32_t reason;
    uint32_t text; /* of the field, cut at 80 bytes */
};

struct import_report {
    uint32_t rows_read;   /* data records, sound or not */
    uint32_t error_count; /* of which the first IMPORT_ERRORS_LISTED are listed */
    struct import_error *errors;
    struct buf texts;
    struct buf dropped; /* headers of dropped columns, one a line */
    uint32_t dropped_count;
};

/* OK: *out_snapshot is made (release with snapshot_done). BAD_INPUT roll.import: "… N errors, the
 * first: line L, column C …", and no snapshot. The report is filled in every case and must be
 * released with import_report_done. The CSV bytes and the mapping are not needed afterwards. */
enum outcome import_snapshot(struct span csv, const struct mapping *mapping,
                             struct import_report *out_report, struct snapshot *out_snapshot,
                             struct fail *fail) MUST_USE;
void import_report_done(struct import_report *report);

/* For people: one line an error. For programs: one JSON object. Both hold personal data. */
void import_report_print(const struct import_report *report, struct buf *out);
void import_report_print_json(const struct import_report *report, struct buf *out);

#endif
