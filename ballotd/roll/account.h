/* The account of the roll, as published: what became of every row, with small cells merged so that
 * no cell speaks of one to four people (docs/roll.md section 8). */
#ifndef ROLL_ACCOUNT_H
#define ROLL_ACCOUNT_H

#include "roll/draft.h"

enum { ACCOUNT_CELLS_MAX = ROLL_RULES_MAX + 5 };

struct account_cell {
    struct span name;
    uint32_t count;
    bool merged;
};

struct account {
    uint32_t rows;
    struct account_cell cells[ACCOUNT_CELLS_MAX];
    uint32_t cell_count;
    uint32_t merged; /* sum of the merged cells; 0: none was merged */
    uint32_t roll;
    uint32_t included;
    uint32_t removed;
    uint32_t provisional;
};

/* Names are borrowed from the draft's rules. */
void account_take(const struct draft *draft, struct account *out_account);
/* The public object, small cells merged. */
void account_print(const struct account *account, struct buf *out);

#endif
