/* The counting rules, each in a file of its own, and their table. A new rule is a file, a line here
 * and a line in the table of count.c.
 *
 * A rule counts on a tally that was just made, stage by stage, until the last is on the sheet.
 */
#ifndef COUNT_RULES_H
#define COUNT_RULES_H

#include "count/tally.h"

enum outcome av_count(struct tally *tally, struct fail *fail) MUST_USE;
enum outcome stv_scottish_count(struct tally *tally, struct fail *fail) MUST_USE;

#endif
