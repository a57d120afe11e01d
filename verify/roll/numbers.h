/*
 * numbers: the rows of one table by membership number.
 *
 * Rows that repeat a number are a chain in the order of the file. Numbers are compared byte for
 * byte. The table must outlive the index. Source: docs/roll.md section 4.
 */
#ifndef VERIFY_ROLL_NUMBERS_H
#define VERIFY_ROLL_NUMBERS_H

#include "roll/table.h"

enum { NO_ROW = UINT32_MAX };

struct numbers {
    const struct table *table;
    uint32_t *slots; /* first rows plus 1, by hash of the number */
    uint32_t *tags;  /* upper half of the hash, beside each slot */
    size_t mask;
    uint32_t *next;   /* for each row: the next with its number, or NO_ROW */
    uint8_t *repeats; /* a bit for each row: an earlier one has its number */
};

enum outcome numbers_make(const struct table *table, struct numbers *out_numbers, struct fail *fail)
    __attribute__((warn_unused_result));
void numbers_done(struct numbers *numbers); /* accepts NULL */

/* The first row with this number, or NO_ROW. */
uint32_t numbers_find(const struct numbers *numbers, struct span number);

/* Has an earlier row of the table the same number? */
static inline bool numbers_repeats(const struct numbers *numbers, uint32_t row)
{
    return (numbers->repeats[row / 8] >> row % 8 & 1) != 0;
}

#endif
