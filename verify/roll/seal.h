/*
 * seal: may this draft become a version of the roll?
 *
 * Nobody may be undetermined, somebody must be on it, and an officer must have confirmed everybody
 * who is ineligible, for exactly the reasons that hold now. Source: docs/roll.md section 8.
 */
#ifndef VERIFY_ROLL_SEAL_H
#define VERIFY_ROLL_SEAL_H

#include "roll/draft.h"

/* `snapshot` is the leaf hash of the latest `snapshot` entry: only confirmations that answer it
 * count. BAD names the reason, and the line of the home's snapshot or the case. */
enum outcome seal_check(const struct draft *draft, const uint8_t snapshot[HASH_BYTES],
                        struct fail *fail) __attribute__((warn_unused_result));

#endif
