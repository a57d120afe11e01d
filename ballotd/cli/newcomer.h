/* Somebody who is in no list, as a volunteer writes it down: a file of lines `field: value`, such
 * as
 *
 *     member_no: NEW-1
 *     name: Mair Wiwer
 *     joined_on: 2024-03-03
 *
 * Empty lines and lines that begin with # are passed over. Every wrong line is told, all at once.
 */
#ifndef CLI_NEWCOMER_H
#define CLI_NEWCOMER_H

#include "cli/office.h"
#include "roll.h"

struct newcomer {
    char numbers[ROLL_TOKEN_BYTES_MAX + 1]; /* the source whose membership numbers are meant */
    uint8_t pseudonym[HASH_BYTES];
    json_t *record; /* canonical, docs/roll.md section 3; owned by the caller */
};

/* numbers: NULL where only one source has membership numbers of its own. */
enum outcome newcomer_read(struct desk *desk, const char *path, const char *numbers,
                           struct newcomer *out_newcomer, struct fail *fail) MUST_USE;

/* BAD_INPUT field.unknown and field.value: what is wrong, and what would be right. */
enum outcome newcomer_no_field(struct span name, struct fail *fail) MUST_USE;
enum outcome newcomer_bad_value(struct span name, struct span value, struct fail *fail) MUST_USE;

#endif
