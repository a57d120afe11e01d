/*
 * admission: whose provisional ballots the freeze lets in, and that nobody was left undecided.
 *
 * Admitted are the ballots of provisional leaves whose people are eligible in the draft of the
 * freeze, all of them and no others. Source: docs/roll.md section 9.
 */
#ifndef VERIFY_ROLL_ADMISSION_H
#define VERIFY_ROLL_ADMISSION_H

#include "roll/bindings.h"
#include "roll/casebook.h"

/* `draft` and `cases` are those of the freeze; cast ballots are marked up to it. */
enum outcome admission_check(const struct draft *draft, const struct casebook_view *cases,
                             const struct bindings *bindings, const struct roll_board *board,
                             const struct roll_entry *freeze, struct arena *arena,
                             struct fail *fail) __attribute__((warn_unused_result));

#endif
