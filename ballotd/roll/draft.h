/* The draft roll: what snapshot, rules and decided cases say of every member (docs/roll.md
 * section 6).
 *
 * Deriving is pure and never fails for what officers decided: an effect without an object is moot
 * and listed. Nobody becomes ineligible for want of data, and every reason is kept, not only the
 * first. The order of the file's rows and columns makes no difference.
 */
#ifndef ROLL_DRAFT_H
#define ROLL_DRAFT_H

#include "roll/casebook.h"
#include "roll/snapshot.h"

enum member_outcome {
    MEMBER_ELIGIBLE,
    MEMBER_INELIGIBLE,
    MEMBER_UNDETERMINED,
    MEMBER_PROVISIONAL, /* held by a case */
    MEMBER_REMOVED,     /* excluded by a case */
    MEMBER_WITHDRAWN,   /* merged into another */
};

struct draft_member {
    uint32_t first;       /* place in draft.order of its first row */
    uint32_t all_rows;    /* in the snapshot */
    uint32_t rows;        /* still standing: 0 when withdrawn, over 1 a duplicate */
    uint32_t row;         /* the one that stands (or the first of them) */
    uint32_t changes;     /* 1 + place in draft.changes of the latest one, 0: none */
    uint32_t case_number; /* that decided the outcome, 0: none */
    enum member_outcome by_rules;
    enum member_outcome outcome;
    bool confirmed; /* an officer confirmed these reasons for its exclusion */
    struct verdict verdict;
    struct hash32 pseudonym;
};

/* A value set by a case. */
struct draft_change {
    uint32_t next; /* the member's earlier change, as in draft_member.changes */
    uint32_t field;
    uint32_t case_number;
    struct span to; /* empty: missing */
};

struct draft_moot {
    uint32_t case_number;
    struct hash32 subject;
};

struct draft {
    const struct snapshot *snapshot;
    const struct rules *rules;
    const struct casebook *book;
    uint32_t *order;              /* rows sorted by member_no */
    struct draft_member *members; /* sorted by member_no */
    uint32_t member_count;
    struct draft_change *changes;
    uint32_t change_count;
    struct draft_moot *moots;
    uint32_t moot_count;
    uint32_t *index; /* open addressing by pseudonym: 1 + member, 0: free */
    uint32_t index_mask;
    int slots[RULES_FIELDS_MAX]; /* the layout's index of each field of the rules, -1: none */
};

/* Borrows snapshot (the counting one), rules and book for as long as the draft lives; the book's
 * latest snapshot must be this one. BROKEN without memory. Release with draft_done. */
enum outcome draft_build(const struct snapshot *snapshot, const struct rules *rules,
                         const struct casebook *book, const uint8_t roll_key[static ROLL_KEY_BYTES],
                         struct draft *out_draft, struct fail *fail) MUST_USE;
void draft_done(struct draft *draft);

/* H32("pseudonym", roll key, source, member_no). */
void draft_pseudonym(const uint8_t roll_key[static ROLL_KEY_BYTES], struct span source,
                     struct span member_no, uint8_t out_pseudonym[static HASH_BYTES]);

/* NULL when there is no such member. */
const struct draft_member *draft_find(const struct draft *draft, struct span member_no);
const struct draft_member *draft_by_pseudonym(const struct draft *draft,
                                              const struct hash32 *pseudonym);

/* The value that counts: as set by a case, else the snapshot's; contested when standing rows
 * differ. *out_case (may be NULL) is the case that set it, 0 when none did. */
struct value draft_value(const struct draft *draft, const struct draft_member *member,
                         uint32_t field, uint32_t *out_case);

/* Would this effect be moot today? The daemon asks before it takes a variance: NOT_ALLOWED
 * case.moot says which subject and why. */
enum outcome draft_check_effect(const struct draft *draft, const struct variance_case *variance,
                                struct fail *fail) MUST_USE;
/* The same for a note before casebook_add takes it; OK for every kind but a variance. Also the
 * errors of reading it. */
enum outcome draft_check_note(const struct draft *draft, const struct case_note *note,
                              struct fail *fail) MUST_USE;

/* Members with this outcome. */
uint32_t draft_count(const struct draft *draft, enum member_outcome outcome);
/* OK when the roll may be sealed; NOT_ALLOWED roll.undetermined, roll.unconfirmed,
 * roll.provisional or roll.empty with the number of members and what to do. */
enum outcome draft_check_seal(const struct draft *draft, struct fail *fail) MUST_USE;

const char *member_outcome_name(enum member_outcome outcome);

#endif
