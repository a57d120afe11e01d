/* Reading one statement of a case: its JSON, member by member, and nothing of its effect.
 *
 * Private to the case book. It refuses unknown kinds, effects, reasons and kinds of evidence; the
 * reserved `appeal` and `add` are unknown in this format.
 */
#ifndef ROLL_CASE_READ_H
#define ROLL_CASE_READ_H

#include "roll/casebook.h"

enum statement_kind {
    STATEMENT_VARIANCE,
    STATEMENT_EVIDENCE,
    STATEMENT_DECISION,
    STATEMENT_EXCLUSIONS,
};

struct case_statement {
    enum statement_kind kind;
    struct hash32 answers;
    struct hash32 leaf; /* of the note itself */
    struct officer_mark signer;
    uint32_t number; /* of the case; 0 for exclusions */
    struct variance_case variance;
    struct case_evidence evidence;
    bool upheld;
    struct case_exclusion *exclusions; /* owned */
    uint32_t exclusion_count;
    json_t *json; /* owned */
};

/* BAD_INPUT case.malformed, case.election or json.*; TOO_LARGE. Release with case_statement_done.
 */
enum outcome case_read(const struct casebook *book, const struct case_note *statement,
                       struct case_statement *out_read, struct fail *fail) MUST_USE;
void case_statement_done(struct case_statement *read);

#endif
