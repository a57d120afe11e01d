/*
 * difference: what changed between two snapshots of one source, in totals, and which units alarm.
 *
 * Numbers are compared, not rows. Each source has a history, so that a unit's changes can be held
 * against what was usual there before. Source: docs/roll.md section 11.
 */
#ifndef VERIFY_ROLL_DIFFERENCE_H
#define VERIFY_ROLL_DIFFERENCE_H

#include "roll/numbers.h"

/* True figures; the board shows those from 1 to 4 as 4, but for the alarms. */
struct difference {
    uint64_t joined, left, status, unit, email, phone, address, alarms;
};

struct changed_unit;

/* Of one source; zeros are an empty history. */
struct difference_history {
    struct arena *arena;
    struct changed_unit **slots; /* by unit path */
    size_t slot_count, unit_count;
    uint64_t differences; /* so far */
};

/* Compares, and adds what it found to the history. */
enum outcome difference_make(struct difference_history *history, const struct numbers *from,
                             const struct numbers *to, struct difference *out_difference,
                             struct fail *fail) __attribute__((warn_unused_result));

/* A figure as it stands on the board. */
uint64_t difference_shown(uint64_t figure);

#endif
