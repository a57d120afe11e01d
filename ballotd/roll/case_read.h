/* Reading one statement of a case: its JSON, member by member, and nothing of its effect.
 *
 * Private to the case book. It refuses unknown kinds, effects, reasons and kinds of evidence, and
 * whatever is out of range; whether the statement may be made is the book's to say.
 */
#ifndef ROLL_CASE_READ_H
#define ROLL_CASE_READ_H

#include "base/json.h"
#include "roll/casebook.h"

struct case_statement {
    enum statement_kind kind;
    struct hash32 answers;
    struct hash32 leaf; /* of the note itself */
    struct officer_mark signer;
    uint32_t number;         /* of the case; 0 for exclusions and irregularity */
    enum case_by by;         /* of a variance or an appeal */
    struct hash32 *subjects; /* owned */
    uint32_t subject_count;
    struct case_effect effect; /* of a variance or a proposal */
    struct span reason, text;
    struct span rule;
    struct case_evidence evidence;
    bool upheld;
    bool as_scrutineer;
    struct case_exclusion *exclusions; /* owned */
    uint32_t exclusion_count;
    json_t *json; /* owned */
};

/* BAD_INPUT case.malformed, case.election or json.*; TOO_LARGE. Release with case_statement_done.
 */
enum outcome case_read(const struct casebook *book, const struct case_note *statement,
                       struct case_statement *out_read, struct fail *fail) MUST_USE;
void case_statement_done(struct case_statement *read);

/* -- shared by the files that read ------------------------------------------------------------ */

enum outcome case_malformed(struct fail *fail, const char *what, struct span quoted);
/* The place of a name in a list, or -1. */
int case_find_name(struct span name, const char *const *names, size_t count);
bool case_read_hash(const json_t *json, struct hash32 *out_hash);
/* An effect; its spans point into json. review is for variances alone. */
enum outcome case_read_effect(const json_t *json, bool may_review, struct case_effect *out_effect,
                              struct fail *fail) MUST_USE;
/* The further members of `evidence`, from "evidence" on. */
enum outcome case_read_evidence(struct json_take *take, struct case_evidence *out_evidence,
                                struct fail *fail) MUST_USE;
/* What the evidence of this kind is worth, and whether all of one giver counts once. */
uint32_t case_evidence_strength(uint32_t kind);
bool case_evidence_is_attestation(uint32_t kind);
bool case_evidence_is_declaration(uint32_t kind);

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
