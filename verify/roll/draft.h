/*
 * draft: from a snapshot's records and the upheld cases to who is on the roll.
 *
 * Members are grouped by number, cases apply in four passes, rules are evaluated, and the seal's
 * conditions are checked. Whatever cannot take effect is moot and only counted. The table is
 * changed in place. Source: docs/roll.md sections 6 and 8.
 */
#ifndef VERIFY_ROLL_DRAFT_H
#define VERIFY_ROLL_DRAFT_H

#include "roll/casebook.h"
#include "roll/rules.h"
#include "roll/table.h"

enum standing { ELIGIBLE, INELIGIBLE, STANDING_UNDETERMINED, PROVISIONAL, REMOVED };

struct member {
    struct digest pseudonym;
    uint32_t first_row; /* others follow by draft.next_row */
    uint32_t rows;      /* that are not withdrawn */
    bool withdrawn;
    uint8_t by_case;   /* enum effect_do; 0 for none */
    uint8_t by_rules;  /* enum standing */
    uint8_t standing;  /* enum standing: what comes of it */
    int16_t style;     /* NO_STYLE */
    uint64_t refusals; /* bit i: rule i is false; bit rule_count: STYLE is */
};

enum { NO_ROW = UINT32_MAX };

struct draft {
    struct table *table;
    struct rules *rules;
    struct arena *arena;
    struct member *members;
    size_t count;
    uint32_t *next_row;
    bool *row_withdrawn;
    uint32_t *slots; /* members by pseudonym: index plus 1 */
    size_t slot_count;
    uint64_t duplicates; /* the account's cell */
    uint64_t moot;       /* effects on a subject that could not take place */
};

/* Groups the rows. `key` is the roll key; everything but the table's values is in the arena. */
enum outcome draft_group(struct table *table, struct rules *rules, struct span key,
                         struct arena *arena, struct draft *out_draft, struct fail *fail)
    __attribute__((warn_unused_result));

/* Applies the cases in force and evaluates the rules. */
enum outcome draft_decide(struct draft *draft, const struct casebook_view *cases, struct fail *fail)
    __attribute__((warn_unused_result));

/*
 * Could this draft be sealed? `confirmations` are those before the seal; only those that answer
 * `snapshot` (the counting one's leaf hash) count.
 */
enum outcome draft_check_seal(const struct draft *draft, const struct confirmation *confirmations,
                              size_t count, const uint8_t snapshot[HASH_BYTES], struct fail *fail)
    __attribute__((warn_unused_result));

/* NULL if nobody has this pseudonym. */
struct member *draft_find(const struct draft *draft, const struct digest *pseudonym);

/* The first row of the member that is not withdrawn. */
size_t draft_row(const struct draft *draft, const struct member *member);

#endif
