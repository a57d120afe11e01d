/* The guards of docs/roll.md section 7: may this statement be made, by this person, now? Each
 * refuses with a code of its own and a line that says what to do. Private to the case book. */
#ifndef ROLL_CASE_GUARD_H
#define ROLL_CASE_GUARD_H

#include "roll/case_read.h"

/* Guards 1 and 2: who may sign this kind, and until when. */
enum outcome guard_signer(const struct case_note *note, const struct case_statement *read,
                          struct fail *fail) MUST_USE;
enum outcome guard_time(const struct casebook *book, const struct case_statement *read,
                        struct fail *fail) MUST_USE;

/* Guards 3 to 11, by kind. `variance` is the case that the statement names. */
enum outcome guard_variance(const struct casebook *book, const struct case_statement *read,
                            struct fail *fail) MUST_USE;
enum outcome guard_chain(const struct variance_case *variance, const struct case_statement *read,
                         struct fail *fail) MUST_USE;
enum outcome guard_state(const struct variance_case *variance, const struct case_statement *read,
                         struct fail *fail) MUST_USE;
enum outcome guard_evidence(const struct casebook *book, const struct case_statement *read,
                            struct fail *fail) MUST_USE;
/* The effect fits these subjects: one where one is asked for, the right one for `add`. */
enum outcome guard_effect(const struct casebook *book, const struct case_effect *effect,
                          const struct hash32 *subjects, uint32_t count, uint32_t number,
                          struct fail *fail) MUST_USE;
enum outcome guard_withdrawal(const struct variance_case *variance,
                              const struct case_statement *read, struct fail *fail) MUST_USE;
enum outcome guard_decision(const struct casebook *book, const struct variance_case *variance,
                            const struct case_statement *read, const struct case_note *note,
                            struct fail *fail) MUST_USE;
enum outcome guard_countersignature(const struct variance_case *variance,
                                    const struct case_statement *read, struct fail *fail) MUST_USE;
enum outcome guard_appeal(const struct casebook *book, const struct variance_case *variance,
                          const struct case_statement *read, int64_t at_s,
                          struct fail *fail) MUST_USE;

/* The same person: under one id, or with one key. */
bool case_same_officer(const struct officer_mark *a, const struct officer_mark *b);
bool case_same_hash(const struct hash32 *a, const struct hash32 *b);
/* When the member's time to reply to the first notice of the standing proposal is over. */
int64_t case_reply_ends(const struct casebook *book, const struct variance_case *variance);

#endif
