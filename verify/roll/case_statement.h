/*
 * case_statement: one step of a case, as its officer wrote it: the text of a signed note.
 *
 * Reading checks the form and every range; who signed it, and whether it may stand where it
 * stands, is the case book's business. Source: docs/roll.md section 5.
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
    STATEMENT_DECISION,
    STATEMENT_EXCLUSIONS
};

enum effect_do {
    EFFECT_ROWS,
    EFFECT_MERGE,
    EFFECT_SET,
    EFFECT_INCLUDE,
    EFFECT_EXCLUDE,
    EFFECT_HOLD
};

struct digest {
    uint8_t bytes[HASH_BYTES];
};

struct effect {
    enum effect_do what;
    struct digest digest; /* rows: the row id; merge: the survivor's pseudonym */
    struct span field;    /* set */
    struct span from, to; /* set: ptr NULL when absent */
};

struct exclusion {
    struct digest pseudonym;
    struct span *codes;
    size_t code_count;
};

struct case_statement {
    enum case_statement_kind kind;
    struct digest context, answers;
    int64_t case_number;
    /* variance */
    struct digest *subjects; /* sorted, distinct */
    size_t subject_count;
    struct effect effect;
    /* evidence */
    bool has_file;
    struct digest file_sha256, file_commitment;
    uint64_t file_bytes;
    /* decision */
    bool upheld;
    /* exclusions, sorted by pseudonym, distinct */
    struct exclusion *exclusions;
    size_t exclusion_count;
};

/* `text` is the note's text with its line feed. Everything in *out_statement is in the arena. */
enum outcome case_statement_read(struct span text, struct span origin, struct arena *arena,
                                 struct case_statement *out_statement, struct fail *fail)
    __attribute__((warn_unused_result));

static inline int digest_compare(const struct digest *a, const struct digest *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

#endif
