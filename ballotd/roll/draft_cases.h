/* Applying decided cases to a draft, in the four passes of docs/roll.md section 6. Private to the
 * draft. */
#ifndef ROLL_DRAFT_CASES_H
#define ROLL_DRAFT_CASES_H

#include "roll/draft.h"

/* Passes 1 to 3, before the rules. */
enum outcome draft_apply_data(struct draft *draft, struct fail *fail) MUST_USE;
/* Pass 4, after the rules; then the confirmed exclusions. */
enum outcome draft_apply_outcomes(struct draft *draft, struct fail *fail) MUST_USE;

#endif
