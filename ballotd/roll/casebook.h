/* The case book: every variance of one election, from raised to decided (docs/roll.md section 5).
 *
 * It takes statements in the order of the board, each already verified as a signed note, and
 * refuses every one that breaks a guard: a stale answer, a case that is closed, a decision without
 * evidence, a decider who raised or evidenced the case, anything after the seal. What it holds is
 * what officers stated; what follows for the roll is the draft's work.
 */
#ifndef ROLL_CASEBOOK_H
#define ROLL_CASEBOOK_H

#include "base/buf.h"
#include "limit.h"
#include "protocol.h"
#include "roll/rules.h"

/* A signed note whose one signature was verified; who signed, and whether that officer holds the
 * role returning, secretary or deputy at this entry. Borrowed for the call. */
struct case_note {
    struct span note; /* all bytes of the note */
    struct span text; /* its text, with or without the last line feed */
    struct span signer;
    const uint8_t *key; /* KEY_BYTES */
    bool is_officer;
};

enum case_state { CASE_RAISED, CASE_EVIDENCED, CASE_UPHELD, CASE_REFUSED };

enum case_effect {
    EFFECT_ROWS,
    EFFECT_MERGE,
    EFFECT_SET,
    EFFECT_INCLUDE,
    EFFECT_EXCLUDE,
    EFFECT_HOLD,
    EFFECT_COUNT,
};

struct hash32 {
    uint8_t bytes[HASH_BYTES];
};

struct officer_mark {
    char id[LIMIT_ID_BYTES + 1];
    uint8_t key[KEY_BYTES];
};

struct variance_case {
    uint32_t number;
    enum case_state state;
    enum case_effect effect;
    struct hash32 *subjects; /* pseudonyms, sorted; owned */
    uint32_t subject_count;
    struct hash32 object; /* of rows: the row id; of merge: the survivor's pseudonym */
    struct span field;    /* of set; from and to are empty when missing */
    struct span from;
    struct span to;
    struct span reason;
    struct span text;
    struct officer_mark raised_by;
    struct officer_mark decided_by; /* once decided */
    struct hash32 latest;           /* leaf hash of its latest statement */
    uint32_t evidence_count;
    uint32_t decided_order; /* 1, 2, … in the order of the decisions */
    json_t *json;           /* owned; the spans point into it */
};

struct case_evidence {
    uint32_t case_number;
    uint32_t statement; /* the number of its `case` entry, from 1 */
    bool is_file;
    struct hash32 sha256;
    struct hash32 commitment;
    uint64_t size_bytes;
    struct officer_mark given_by;
};

/* An officer's confirmation that these reasons exclude this member. */
struct case_exclusion {
    struct hash32 pseudonym;
    uint64_t failed;   /* as in struct verdict */
    uint32_t snapshot; /* how many snapshots there were when it was confirmed */
};

struct casebook {
    struct span origin;
    char context[2 * HASH_BYTES + 1];
    const struct rules *rules;
    struct hash32 *snapshots;
    uint32_t snapshot_count;
    struct variance_case *cases;
    uint32_t case_count;
    struct case_evidence *evidence;
    uint32_t evidence_count;
    struct case_exclusion *exclusions;
    uint32_t exclusion_count;
    uint32_t statement_count;
    uint32_t decided_count;
    bool sealed;
};

/* Borrows origin and rules. */
void casebook_init(struct casebook *book, struct span origin,
                   const uint8_t context[static HASH_BYTES], const struct rules *rules);
void casebook_done(struct casebook *book);

/* The leaf hash of the next `snapshot` entry. BROKEN without memory. */
enum outcome casebook_add_snapshot(struct casebook *book, const uint8_t leaf[static HASH_BYTES],
                                   struct fail *fail) MUST_USE;
void casebook_seal(struct casebook *book);

/* The next statement. On failure the book is as before. BAD_INPUT case.malformed (or json.*),
 * NOT_ALLOWED case.role, case.four-eyes, case.no-evidence, case.sealed, CONFLICT case.stale,
 * case.decided, case.exists, NOT_FOUND case.unknown. */
enum outcome casebook_add(struct casebook *book, const struct case_note *statement,
                          struct fail *fail) MUST_USE;

/* NULL when there is no such case. Valid until the next casebook_add. */
const struct variance_case *casebook_find(const struct casebook *book, uint32_t number);
/* The first number not in use. */
uint32_t casebook_next_number(const struct casebook *book);

const char *case_state_name(enum case_state state);
const char *case_effect_name(enum case_effect effect);
bool case_evidence_kind_is_known(struct span kind);
bool case_reason_is_known(struct span reason);

#endif
