/* Applying cases to a draft, in the passes of docs/roll.md section 8. Private to the draft. */
#ifndef ROLL_DRAFT_CASES_H
#define ROLL_DRAFT_CASES_H

#include "roll/draft.h"

/* Passes 1 to 4, before the rules. */
enum outcome draft_apply_data(struct draft *draft, struct fail *fail) MUST_USE;
/* Pass 5, after the rules; then the open cases. */
enum outcome draft_apply_outcomes(struct draft *draft, struct fail *fail) MUST_USE;
/* Which exclusions an officer has confirmed. */
void draft_confirm(struct draft *draft);

/* What the rules say of a member now, and what outcome that is. */
struct verdict draft_judge(const struct draft *draft, const struct draft_member *member);
enum member_outcome draft_by_rules(const struct verdict *verdict);

#endif
