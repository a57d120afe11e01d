/* What the definition says of the roll and of who is counted where: timetable, units, styles
 * (docs/roll.md sections 5 and 6). Internal to the definition.
 */
#ifndef ELECTION_DEFINITION_ROLL_H
#define ELECTION_DEFINITION_ROLL_H

#include "election/definition.h"

enum outcome definition_read_timetable(const json_t *object, struct definition *out,
                                       struct fail *fail) MUST_USE;
/* Before the styles, which name them. */
enum outcome definition_read_units(const json_t *list, struct definition *out,
                                   struct fail *fail) MUST_USE;
enum outcome definition_read_styles(const json_t *list, struct definition *out,
                                    struct fail *fail) MUST_USE;

enum outcome definition_bad(struct fail *fail, const char *member, const char *what);

#endif
