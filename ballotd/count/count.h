/* A count: papers, rule, seats and lots in, stage sheet out.
 *
 * A pure function: no input or output, no clock, no floating point, nothing drawn at random. The
 * same papers in any order give the same sheet. docs/counting.md is normative.
 */
#ifndef COUNT_COUNT_H
#define COUNT_COUNT_H

#include "count/sheet.h"

struct count_rule; /* one of the rules that this program knows */

/* NOT_FOUND count.rule, naming those that there are. */
enum outcome count_rule_find(struct span name, const struct count_rule **out_rule,
                             struct fail *fail) MUST_USE;

/* The names of all rules, "av, stv-scottish, …". */
const char *count_rule_names(void);

/* Whether an election may have contests under this rule. The others are for `ballotd count` only:
 * a contest is counted by the verifier too. */
bool count_rule_in_contests(const struct count_rule *rule);

/* Reads "3,1,2" (candidates numbered from 1) as the order in which lots fall. Only the form is
 * checked here. BAD_INPUT count.lots. */
enum outcome count_lots_read(struct span text, struct group *out_lots, struct fail *fail) MUST_USE;

/* Counts. `seats` 0 means those of the papers. `lots`: all candidates, in the order in which a lot
 * falls on them (excluded, or transferred, first); empty if none were drawn. The caller frees the
 * sheet. BAD_INPUT count.seats, count.name, count.candidates, count.lots; NOT_ALLOWED
 * count.lot-needed; BROKEN count.memory. */
enum outcome count_run(const struct count_rule *rule, const struct papers *papers, size_t seats,
                       const struct group *lots, struct sheet **out_sheet,
                       struct fail *fail) MUST_USE;

#endif
