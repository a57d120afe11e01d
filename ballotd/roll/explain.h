/* What the roll says of one member, and of all, for people and programs: every reason with the
 * value it rests on, where that value came from, as of which day, and whether that is too long ago.
 * Personal data: for officers, scrutineers and the member. */
#ifndef ROLL_EXPLAIN_H
#define ROLL_EXPLAIN_H

#include "roll/draft.h"

/* Several lines of English: the outcome, and every reason for which it is not simply eligible. */
void explain_member(const struct draft *draft, const struct draft_member *member, struct buf *out);
/* The same with what the outcome means, the rules that are met too, and all that is on record: what
 * is told to a member who asks, and what an officer looks at before a case. */
void explain_whole(const struct draft *draft, const struct draft_member *member, struct buf *out);
/* [{"source":…,"line":…,"row":row id}…], where several rows of one source stand: by its row id a
 * case names one. */
void explain_rows_json(const struct draft *draft, const struct draft_member *member,
                       struct buf *out);
/* One JSON object: {"member_no":…,"numbers":…,"pseudonym":…,"outcome":…,"by_rules":…,"case":…,
 * "confirmed":…,"style":…,"votes":…,"rows":[{"source":…,"line":…}…],"failed":[codes],
 * "undetermined":[codes],"stale":[codes]}; style and votes absent when undecided; "stale": those of
 * the undetermined that would be failed, were the feeds fresh. */
void explain_member_json(const struct draft *draft, const struct draft_member *member,
                         struct buf *out);

/* The `list` of an `exclusions` statement: up to `max` ineligible members not confirmed yet, sorted
 * by pseudonym. Returns how many it holds. 1,000 of them fit into one statement. */
uint32_t explain_exclusions(const struct draft *draft, uint32_t max, struct buf *out);

#endif
