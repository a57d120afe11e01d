/* The file of many ballots: CSV (docs/roll.md section 1), with the header "code" and contests' ids,
 * and in each row a voting code and a choice for each contest of its paper. */
#ifndef CLI_BULK_READ_H
#define CLI_BULK_READ_H

#include "base/buf.h"
#include "limit.h"

struct bulk_rows {
    size_t count;
    unsigned columns;
    char contests[LIMIT_CONTESTS + 1][LIMIT_ID_BYTES + 1]; /* by column; the first is unused */
    struct buf text; /* every field, ended by a NUL; holds codes */
    size_t *starts;  /* of each field, row by row */
};

/* BAD_INPUT cast.bulk with the line, and the errors of csv_next and file_read. */
enum outcome bulk_rows_read(const char *path, struct bulk_rows *out_rows,
                            struct fail *fail) MUST_USE;
void bulk_rows_done(struct bulk_rows *rows); /* wipes */

struct span bulk_rows_code(const struct bulk_rows *rows, size_t row);
/* Empty when the contest has no column. */
struct span bulk_rows_cell(const struct bulk_rows *rows, size_t row, const char *contest);

#endif
