/* What if the rules were others? how many people a change of rules would move, on given exports, by
 * reason and by unit.
 *
 * Counts only: no person's data come out, and units in which fewer than five move are told
 * together. Of the rules alone: cases and confirmations play no part.
 */
#ifndef ROLL_WHATIF_H
#define ROLL_WHATIF_H

#include "roll/draft.h"

/* What one set of rules says of one person. */
struct judged {
    enum member_outcome outcome;
    struct span reason; /* code of the first rule that is F, else U; borrowed from the rules */
    struct span style;  /* where it is known; borrowed from the rules */
    struct span unit;   /* empty: none, or contested */
};

struct judgement {
    struct judged *people; /* owned; the same order whatever the rules are */
    uint32_t count;
};

/* By the rules of the terms, without cases. `unit` is the field that says where somebody belongs.
 * The spans borrow from what the terms point to. BROKEN without memory. Release with
 * judgement_done. */
enum outcome judgement_make(const struct people_terms *terms, enum field unit,
                            struct judgement *out_judgement, struct fail *fail) MUST_USE;
void judgement_done(struct judgement *judgement);

/* The level of the units at which the feeds have values: constituency, else branch, region, nation.
 */
enum field whatif_unit(const struct feed *feeds, uint32_t count);

/* Appends a table for people. Both are of the same feeds. BROKEN without memory. */
enum outcome whatif_print(const struct judgement *before, const struct judgement *after,
                          const char *unit_name, struct buf *out, struct fail *fail) MUST_USE;

#endif
