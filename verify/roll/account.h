/*
 * account: the figures of a roll that stand on the board, recomputed, small cells merged.
 *
 * Every row of every membership list is in exactly one cell; account_adds_up() holds this against
 * the rows themselves. Source: docs/roll.md section 10.
 */
#ifndef VERIFY_ROLL_ACCOUNT_H
#define VERIFY_ROLL_ACCOUNT_H

#include "roll/casebook.h"
#include "roll/leaves.h"

/* Eligible, the rules, STYLE, undetermined, duplicates. */
enum { ACCOUNT_CELLS_MOST = ROLL_RULES_MAX + 4, ACCOUNT_CASES = 4, ACCOUNT_EFFECTS = 8 };

struct account_cell {
    struct span name;
    uint64_t value;
};

struct account {
    uint64_t rows, roll;
    struct account_cell cells[ACCOUNT_CELLS_MOST]; /* before merging */
    size_t cell_count;
    struct account_cell feeds[ROLL_SOURCES_MAX];
    size_t feed_count;
    uint64_t included, removed, provisional;
    struct account_cell cases[ACCOUNT_CASES];
    struct account_cell effects[ACCOUNT_EFFECTS];
    int64_t hours; /* the median time to decide, or -1 */
    uint64_t late;
};

/* Of the draft of a version and of its leaves. */
void account_make(const struct draft *draft, const struct leaves *leaves,
                  const struct casebook_view *cases, struct account *out_account);

/* Is every row in one cell, and does the size follow from cells and changes? */
bool account_adds_up(const struct account *account);

/* The canonical text of the `roll` entry's member, small cells merged. `out` must be empty. */
void account_write(const struct account *account, struct buffer *out);

#endif
