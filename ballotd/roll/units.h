/* Units of the organisation as the records name them: four levels compared as one (docs/roll.md
 * section 11). A table gives each path a number, from 0 in the order of their coming.
 */
#ifndef ROLL_UNITS_H
#define ROLL_UNITS_H

#include "roll/snapshot.h"

enum { UNIT_LEVELS = 4 }; /* nation, region, constituency, branch */

struct unit_path {
    struct span levels[UNIT_LEVELS]; /* empty: missing */
};

struct unit_table {
    struct unit_path *paths; /* owned; what they point to is borrowed */
    uint32_t count;
    uint32_t room;
    uint32_t *index; /* open addressing: 1 + number, 0: free */
    uint32_t mask;
};

/* The field of each level, the widest first. */
extern const enum field UNIT_FIELDS[UNIT_LEVELS];

struct unit_path unit_path_of(const struct snapshot *snapshot, uint32_t row);
int unit_path_compare(const struct unit_path *a, const struct unit_path *b);
/* For people: the narrowest level first, "(no unit)" when all are missing; and as a JSON array. */
void unit_path_print(const struct unit_path *path, struct buf *out);
void unit_path_print_json(const struct unit_path *path, struct buf *out);

/* The number of a path, new or not. BROKEN without memory. A table of zeros is empty. */
enum outcome units_add(struct unit_table *table, const struct unit_path *path, uint32_t *out_number,
                       struct fail *fail) MUST_USE;
/* UINT32_MAX when it is not there. */
uint32_t units_find(const struct unit_table *table, const struct unit_path *path);
void units_done(struct unit_table *table);

#endif
