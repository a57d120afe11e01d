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
enum outcome stv_ers97_count(struct tally *tally, struct fail *fail) MUST_USE;
enum outcome stv_meek_prf_count(struct tally *tally, struct fail *fail) MUST_USE;
enum outcome stv_meek_nz_count(struct tally *tally, struct fail *fail) MUST_USE;
enum outcome fptp_count(struct tally *tally, struct fail *fail) MUST_USE;
enum outcome block_count(struct tally *tally, struct fail *fail) MUST_USE;
enum outcome approval_count(struct tally *tally, struct fail *fail) MUST_USE;

#endif
