/* Asking the daemon about one member of the draft roll, for the commands that take --member. */
#ifndef CLI_MEMBER_H
#define CLI_MEMBER_H

#include "cli/office.h"

/* The report on the member with this number: {"member":{…},"text":…}; the caller owns it.
 * NOT_FOUND roll.member. */
enum outcome member_report(struct desk *desk, const char *number, json_t **out_report,
                           struct fail *fail) MUST_USE;
/* The member's pseudonym. */
enum outcome member_pseudonym(struct desk *desk, const char *number,
                              uint8_t out_pseudonym[static HASH_BYTES], struct fail *fail) MUST_USE;

#endif
