/* The account of the roll, as published: what became of every row, every feed and every case, with
 * small cells merged so that no cell speaks of one to four people (docs/roll.md section 10). */
#ifndef ROLL_ACCOUNT_H
#define ROLL_ACCOUNT_H

#include "roll/draft.h"

enum { ACCOUNT_CELLS_MAX = ROLL_RULES_MAX + 5 };

/* What a leaf of the version says of somebody. */
enum leaf_standing { LEAF_NONE, LEAF_ELIGIBLE, LEAF_PROVISIONAL };

/* The leaves of the version: those of the draft's members, and those kept for people whom the draft
 * no longer knows (added by a case that was undone after they had voted). */
struct account_leaves {
    const uint8_t *of_members; /* enum leaf_standing of each of draft.members */
    uint32_t strangers_eligible;
    uint32_t strangers_provisional;
};

struct account_cell {
    struct span name;
    uint32_t count;
    bool merged;
};

/* Cells of which the small ones are merged. */
struct account_cells {
    struct account_cell cells[ACCOUNT_CELLS_MAX];
    uint32_t count;
    uint32_t merged; /* their sum; 0: none was merged */
};

struct account {
    const struct draft *draft;
    uint32_t rows;
    struct account_cells people;
    uint32_t roll;
    uint32_t included;
    uint32_t removed;
    uint32_t provisional;
    struct account_cells cases;   /* by how they stand */
    struct account_cells effects; /* by what they ask for */
    int64_t hours;                /* median of raised to decided; -1: too few were */
    uint32_t late;                /* raised after the first roll */
};

/* Names are borrowed from the draft's rules and sources. */
void account_take(const struct draft *draft, const struct account_leaves *leaves,
                  struct account *out_account);
/* The public object, small cells merged. */
void account_print(const struct account *account, struct buf *out);

#endif
