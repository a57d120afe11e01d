/*
 * account: the figures of a roll that stand on the board, recomputed, small cells merged.
 *
 * Source: docs/roll.md section 8.
 */
#ifndef VERIFY_ROLL_ACCOUNT_H
#define VERIFY_ROLL_ACCOUNT_H

#include "roll/draft.h"

/* Eligible, the rules, STYLE, undetermined, duplicates. */
enum { ACCOUNT_CELLS_MOST = ROLL_RULES_MAX + 4 };

struct account_cell {
    struct span name;
    uint64_t value;
};

struct account {
    uint64_t rows, roll;
    struct account_cell cells[ACCOUNT_CELLS_MOST]; /* before merging */
    size_t cell_count;
    uint64_t included, removed, provisional;
};

/* The canonical text of the `roll` entry's member, small cells merged. `out` must be empty. */
void account_write(const struct account *account, struct buffer *out);

#endif
