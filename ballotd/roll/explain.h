/* What the roll says of one member, and of all, for people and programs: every reason with the
 * value it rests on and where that value came from. Personal data: for officers, scrutineers and
 * the member. */
#ifndef ROLL_EXPLAIN_H
#define ROLL_EXPLAIN_H

#include "roll/draft.h"

/* Several lines of English. */
void explain_member(const struct draft *draft, const struct draft_member *member, struct buf *out);
/* One JSON object: {"member_no":…,"pseudonym":…,"outcome":…,"by_rules":…,"case":…,"confirmed":…,
 * "style":…,"lines":[…],"failed":[codes],"undetermined":[codes]}; style absent when undecided. */
void explain_member_json(const struct draft *draft, const struct draft_member *member,
                         struct buf *out);

/* The `list` of an `exclusions` statement: up to `max` ineligible members not confirmed yet, sorted
 * by pseudonym. Returns how many it holds. 1,000 of them fit into one statement. */
uint32_t explain_exclusions(const struct draft *draft, uint32_t max, struct buf *out);

#endif
