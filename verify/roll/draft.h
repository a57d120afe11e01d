/*
 * draft: from people, rules and the cases in force to who is on the roll.
 *
 * Five passes apply the cases, each in the order in which they came into force; then the rules
 * are evaluated, open cases make provisional, and so does what nobody knows. Whatever cannot take
 * effect is moot and only counted. A draft is of one version of the roll, or of the freeze; people
 * are indexed alike in all, except those whom a case added. Source: docs/roll.md section 8.
 */
#ifndef VERIFY_ROLL_DRAFT_H
#define VERIFY_ROLL_DRAFT_H

#include "roll/casebook.h"
#include "roll/people.h"

/* By the rules, a person is one of the first three. */
enum standing { ELIGIBLE, INELIGIBLE, STANDING_UNDETERMINED, PROVISIONAL, REMOVED, WITHDRAWN };

struct drafted {
    uint64_t failed;  /* bit i: rule i is false; bit rule_count: STYLE is */
    uint32_t set;     /* what cases set: the latest of draft.sets, plus 1; 0: nothing */
    int16_t style;    /* NO_STYLE unless STYLE is true */
    uint8_t votes;    /* credentials, with a style */
    uint8_t by_rules; /* enum standing, with DUPLICATE; not set where withdrawn */
    uint8_t by_case;  /* enum effect_do; EFFECT_REVIEW: none */
    uint8_t standing; /* enum standing: what comes of it */
    bool duplicate;   /* several standing rows in a source that lists */
};

/* In place of a field: the case kept one of several rows. */
enum { DRAFT_KEPT = UINT32_MAX };

/* A value that a case set, and the one set before it for the same person. */
struct draft_set {
    const struct roll_case *by;
    unsigned field;  /* or DRAFT_KEPT */
    uint32_t before; /* as drafted.set */
};

struct draft {
    const struct people *people;
    const struct casebook_view *cases;
    struct drafted *list; /* the people, then those added */
    uint32_t count;       /* of both */
    const struct roll_case **added;
    uint32_t room;          /* in `added`, and in `list` beyond the people */
    struct draft_set *sets; /* what cases set, in order */
    size_t set_count;
    uint8_t *withdrawn[ROLL_SOURCES_MAX]; /* rows, a bit for each; NULL: none of the source */
    uint64_t moot;                        /* effects on a subject that could not take place */
    struct arena *arena;
};

/* `cases` as they stood before the entry; it and the people must outlive the draft. */
enum outcome draft_make(const struct people *people, const struct casebook_view *cases,
                        struct arena *arena, struct draft *out_draft, struct fail *fail)
    __attribute__((warn_unused_result));

/* The index in draft.list of whoever has this pseudonym, added ones included, or NOBODY. */
uint32_t draft_find(const struct draft *draft, const uint8_t pseudonym[HASH_BYTES]);

static inline bool draft_added(const struct draft *draft, uint32_t index)
{
    return index >= draft->people->count;
}

/* The case that added them. */
const struct roll_case *draft_case_of(const struct draft *draft, uint32_t index);

const uint8_t *draft_pseudonym(const struct draft *draft, uint32_t index);
struct span draft_member_no(const struct draft *draft, uint32_t index);
struct span draft_numbers(const struct draft *draft, uint32_t index);

/* The value after the cases (before any: people_value()); `field` as there. */
void draft_value(const struct draft *draft, uint32_t index, unsigned field,
                 struct value *out_value);

/* As it goes into the record: a contested name is the home's first standing row's, any other
 * contested field is missing. ptr NULL: missing. `field` is an enum field_place. */
struct span draft_shown(const struct draft *draft, uint32_t index, unsigned field);

/* Bit of the first reason that is false, for the account; the person is ineligible by the rules. */
static inline unsigned draft_first_failed(const struct drafted *drafted)
{
    return (unsigned)__builtin_ctzll(drafted->failed);
}

#endif
