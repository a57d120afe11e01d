/* The draft roll: what people, rules and cases in force say of everyone (docs/roll.md section 8).
 *
 * Deriving is pure and never fails for what officers decided: an effect without an object is moot
 * and listed. Nobody becomes ineligible for want of data or by old data, and every reason is kept,
 * not only the first. It is made for a roll version or for the freeze: from the same people, and
 * the case book as it stands then.
 */
#ifndef ROLL_DRAFT_H
#define ROLL_DRAFT_H

#include "roll/casebook.h"
#include "roll/people.h"

enum member_outcome {
    MEMBER_ELIGIBLE,
    MEMBER_INELIGIBLE,
    MEMBER_UNDETERMINED, /* no style, or a duplicate: people must decide before the seal */
    MEMBER_PROVISIONAL,
    MEMBER_REMOVED,   /* excluded by a case */
    MEMBER_WITHDRAWN, /* merged into another */
};

/* Members are the persons of the join, in its order, and then those whom a case added. */
struct draft_member {
    uint32_t person;      /* of the people; PEOPLE_NONE: added */
    uint32_t added;       /* 1 + place in draft.added, 0: not added */
    uint32_t changes;     /* 1 + place in draft.changes of the latest one, 0: none */
    uint32_t case_number; /* that decided the outcome, 0: none */
    enum member_outcome by_rules;
    enum member_outcome outcome;
    bool withdrawn;
    bool confirmed; /* an officer confirmed these reasons for its exclusion */
    struct verdict verdict;
};

/* What a case changed in somebody's data: a value set, or the one row kept in a source. */
struct draft_change {
    uint32_t next; /* the member's earlier change, as in draft_member.changes */
    uint32_t case_number;
    bool is_row;
    uint32_t source;   /* of a row kept */
    uint32_t row;      /* and that row */
    struct span field; /* of a value set */
    struct span to;    /* empty: missing */
};

struct draft_added {
    struct span numbers;
    struct hash32 pseudonym;
    uint32_t case_number;
    const json_t *record;
};

struct draft_moot {
    uint32_t case_number;
    struct hash32 subject;
};

struct draft {
    const struct people *people;
    const struct rules *rules;
    const struct casebook *book;
    struct draft_member *members;
    uint32_t member_count;
    struct draft_added *added;
    uint32_t added_count;
    struct draft_change *changes;
    uint32_t change_count;
    struct draft_moot *moots;
    uint32_t moot_count;
    struct people_field slots[RULES_FIELDS_MAX]; /* where each field of the rules stands */
    struct people_field fixed[FIELD_FIXED];
    struct value *statuses; /* room for those of one member */
};

/* Borrows people and book (NULL: no cases) for as long as the draft lives; a draft costs about half
 * of a join. BROKEN without memory. Release with draft_done. */
enum outcome draft_build(const struct people *people, const struct casebook *book,
                         struct draft *out_draft, struct fail *fail) MUST_USE;
void draft_done(struct draft *draft);

/* Who a member is. The pseudonym's 32 bytes and the spans live as long as the draft. */
const uint8_t *draft_pseudonym(const struct draft *draft, const struct draft_member *member);
struct span draft_number(const struct draft *draft, const struct draft_member *member);
struct span draft_numbers(const struct draft *draft, const struct draft_member *member);

/* NULL when there is no such member. draft_find takes the first source's numbers in which the
 * number occurs. */
const struct draft_member *draft_find(const struct draft *draft, struct span member_no);
const struct draft_member *draft_by_pseudonym(const struct draft *draft,
                                              const uint8_t pseudonym[static HASH_BYTES]);

/* The value that counts: as set by a case, else what the standing rows say. Before cases it is
 * people_value(draft->people, member->person, …), for members who were not added. */
struct told draft_value(const struct draft *draft, const struct draft_member *member,
                        const struct people_field *field);
/* The same of a field of section 3 that is no attribute. */
struct told draft_fixed(const struct draft *draft, const struct draft_member *member,
                        enum field field);
/* For a leaf (section 9): a contested name is that of the home's first standing row, every other
 * contested value is missing. Empty: missing. */
struct span draft_leaf_value(const struct draft *draft, const struct draft_member *member,
                             enum field field);
/* The rows that stand. Empty for the added and the withdrawn. */
void draft_view(const struct draft *draft, const struct draft_member *member,
                struct person_view *out_view);

bool draft_is_on_roll(const struct draft_member *member); /* eligible or provisional */
bool draft_has_style(const struct draft_member *member);  /* STYLE is T */
bool draft_is_duplicate(const struct draft_member *member);

/* Would this effect be moot today, but for harm? The daemon asks before it takes a proposal:
 * NOT_ALLOWED case.moot says which subject and why. */
enum outcome draft_check_effect(const struct draft *draft, const struct variance_case *variance,
                                struct fail *fail) MUST_USE;
/* The same for a note before casebook_add takes it; OK for every kind but a proposal. Also the
 * errors of reading it. */
enum outcome draft_check_note(const struct draft *draft, const struct case_note *note,
                              struct fail *fail) MUST_USE;

/* Members with this outcome. */
uint32_t draft_count(const struct draft *draft, enum member_outcome outcome);
/* OK when the roll may be sealed; NOT_ALLOWED roll.undetermined, roll.unconfirmed or roll.empty
 * with the number of members and what to do. */
enum outcome draft_check_seal(const struct draft *draft, struct fail *fail) MUST_USE;

const char *member_outcome_name(enum member_outcome outcome);

#endif
