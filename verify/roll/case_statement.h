/*
 * case_statement: one step of a case, as its signer wrote it: the text of a signed note.
 *
 * Reading checks the form and every range; who signed it, and whether it may stand where it
 * stands, is the case book's business. Source: docs/roll.md section 7.
 */
#ifndef VERIFY_ROLL_CASE_STATEMENT_H
#define VERIFY_ROLL_CASE_STATEMENT_H

#include "base/arena.h"
#include "base/fail.h"
#include "protocol.h"
#include "roll.h"
#include "roll/field.h"

enum case_statement_kind {
    STATEMENT_VARIANCE,
    STATEMENT_EVIDENCE,
    STATEMENT_PROPOSAL,
    STATEMENT_NOTIFICATION,
    STATEMENT_WITHDRAWAL,
    STATEMENT_DECISION,
    STATEMENT_COUNTERSIGNATURE,
    STATEMENT_APPEAL,
    STATEMENT_EXCLUSIONS,
    STATEMENT_IRREGULARITY,
    STATEMENT_KINDS
};

/* REVIEW says nothing yet, and so may stand for "no effect". */
enum effect_do {
    EFFECT_REVIEW,
    EFFECT_ADD,
    EFFECT_ROWS,
    EFFECT_MERGE,
    EFFECT_SET,
    EFFECT_INCLUDE,
    EFFECT_EXCLUDE,
    EFFECT_HOLD,
    EFFECTS
};

enum case_by { BY_OFFICER, BY_MEMBER, BY_MACHINE };

enum evidence_kind {
    EARLIER_SNAPSHOT,
    JOIN_CONFIRMATION,
    BANK_LINE,
    FINANCE_RECORD,
    RESIDENCE_DOCUMENT,
    AFFILIATE_CONFIRMATION,
    SUSPENSION_RECORD,
    AGE_DOCUMENT,
    DEATH_OR_RETURN_NOTICE,
    SOURCE_MATCH,
    OFFICER_ATTESTATION,
    MEMBER_DECLARATION,
    EVIDENCE_KINDS
};

struct digest {
    uint8_t bytes[HASH_BYTES];
};

struct record_value {
    struct span field, value;
};

struct effect {
    enum effect_do what;
    struct digest digest;        /* rows: the row id; merge: the survivor's pseudonym */
    struct span field;           /* set */
    struct span from, to;        /* set: ptr NULL when absent */
    struct span numbers;         /* add: whose numbers */
    struct record_value *record; /* add: the canonical record, member_no first */
    size_t record_count;
};

struct exclusion {
    struct digest pseudonym;
    struct span *codes;
    size_t code_count;
};

struct case_statement {
    enum case_statement_kind kind;
    struct digest context, answers;
    int64_t case_number; /* 0: exclusions, irregularity */
    enum case_by by;     /* variance, appeal */
    /* variance, irregularity */
    struct digest *subjects; /* sorted, distinct */
    size_t subject_count;
    struct effect effect; /* variance, proposal */
    struct span rule;     /* proposal: the code at stake, or empty */
    /* evidence */
    enum evidence_kind evidence;
    bool has_file;
    struct digest file_sha256, file_commitment;
    uint64_t file_bytes;
    unsigned file_type;           /* enum evidence_type of roll/evidence.h */
    bool upheld;                  /* decision */
    bool as_scrutineer;           /* countersignature; otherwise as officer */
    struct exclusion *exclusions; /* sorted by pseudonym, distinct */
    size_t exclusion_count;
};

/* Removals need a notification and the time to reply to it. */
static inline bool effect_removes(const struct effect *effect)
{
    return effect->what == EFFECT_MERGE || effect->what == EFFECT_EXCLUDE;
}

/* Effects that concern exactly one person. */
static inline bool effect_takes_one(const struct effect *effect)
{
    return effect->what == EFFECT_ADD || effect->what == EFFECT_ROWS ||
           effect->what == EFFECT_MERGE;
}

/* `text` is the note's text with its line feed. Everything in *out_statement is in the arena. */
enum outcome case_statement_read(struct span text, struct span origin, struct arena *arena,
                                 struct case_statement *out_statement, struct fail *fail)
    __attribute__((warn_unused_result));

static inline int digest_compare(const struct digest *a, const struct digest *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

#endif
