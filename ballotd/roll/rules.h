/* Rules: who may vote, in a closed vocabulary and three values (docs/roll.md section 5).
 *
 * Rules never look at a clock and never guess: what is missing, contested or unreadable makes a
 * test undetermined; what is stale can admit and never exclude; and every rule is evaluated, so
 * that a member is told all the reasons. The ballot style and its votes are decided by the same
 * tests.
 */
#ifndef ROLL_RULES_H
#define ROLL_RULES_H

#include <jansson.h>

#include "base/buf.h"
#include "base/clock.h"
#include "roll/sources.h"

enum truth { TRUTH_FALSE, TRUTH_UNDETERMINED, TRUTH_TRUE };

enum test_kind {
    TEST_ALL,
    TEST_ANY,
    TEST_NOT,
    TEST_ALWAYS,
    TEST_PRESENT,
    TEST_EQUAL,
    TEST_ONE_OF,
    TEST_ON_OR_BEFORE,
    TEST_ON_OR_AFTER,
    TEST_AT_LEAST_BEFORE,
    TEST_AGE_AT_LEAST,
    TEST_NUMBER_AT_LEAST,
    TEST_NUMBER_AT_MOST,
    TEST_SAME_AS,
    TEST_NO_LATER_THAN,
    TEST_IN_LIST,
    TEST_STATUS_AT,
    TEST_KINDS,
};

/* A node of the tree. Children follow as first child and next sibling; 0 is none. */
struct test {
    enum test_kind kind;
    uint16_t child;
    uint16_t next;
    uint8_t field; /* slots of rules.fields */
    uint8_t other;
    struct date limit;    /* the day that decides: for "at least before", already moved back */
    int64_t number;       /* of units or years, or compared with; the place in lists or days */
    const json_t *quoted; /* the test's own JSON, for texts and sentences */
};

struct rule {
    struct span code;
    struct span sentence; /* English */
    struct span cymraeg;  /* may be empty */
    uint16_t test;
};

struct style {
    struct span id;
    struct span title;
    struct span unit;
    uint32_t votes;
    int votes_slot; /* of rules.fields: how many of them; -1: all */
    uint16_t test;
};

/* Reasons beside the rules', in the same bit masks. */
enum { RULES_BIT_STYLE = 62, RULES_BIT_DUPLICATE = 63, RULES_FIELDS_MAX = 64 };

struct rules {
    json_t *json; /* owned: [rules, styles]; spans point into it */
    struct rule rules[ROLL_RULES_MAX];
    uint32_t rule_count;
    struct style *styles;
    uint32_t style_count;
    struct test *tests; /* tests[0] is unused */
    uint32_t test_count;
    struct span fields[RULES_FIELDS_MAX]; /* every field that a test names */
    uint32_t field_count;
    uint32_t lists[ROLL_SOURCES_MAX]; /* every source that an `in_list` asks */
    uint32_t list_count;
    struct date *days; /* every day that a `status_at` asks */
    uint32_t day_count;
};

/* Parses the members "rules" and "styles" of the definition. BAD_INPUT roll.rules. Release with
 * rules_done. */
enum outcome rules_read(const json_t *rules, const json_t *styles,
                        const struct source_list *sources, struct rules *out_rules,
                        struct fail *fail) MUST_USE;
void rules_done(struct rules *rules);

/* A field's value as a test sees it. */
enum value_state { VALUE_MISSING, VALUE_KNOWN, VALUE_CONTESTED };
struct value {
    enum value_state state;
    bool stale; /* from a feed that speaks of too long ago */
    struct span text;
};

/* What rules are judged by, of one person. */
struct facts {
    const struct value *values;   /* of rules.fields */
    const struct value *statuses; /* on rules.days */
    const enum truth *in_lists;   /* of rules.lists; U where there is no snapshot */
    uint32_t stale_lists;         /* bit i: rules.lists[i] is stale */
};

struct verdict {
    uint64_t failed;       /* bit i: rule i is F; RULES_BIT_STYLE: no style */
    uint64_t undetermined; /* bit i: rule i is U */
    uint64_t doubted;      /* those of `undetermined` that would be F, were nothing stale */
    uint16_t style;        /* valid, as votes, when neither mask has RULES_BIT_STYLE */
    uint16_t votes;
};

/* Pure. */
struct verdict rules_judge(const struct rules *rules, const struct facts *facts);
/* One test; `doubting`: with every stale value contested, and lists that are stale undetermined. */
enum truth rules_test(const struct rules *rules, uint16_t test, const struct facts *facts,
                      bool doubting);

/* The slots that a test and its children name, as a bit mask; `status_at` has none. */
uint64_t rules_fields_of(const struct rules *rules, uint16_t test);
/* The lists (places in rules.lists) and whether some status of old is asked. */
uint32_t rules_lists_of(const struct rules *rules, uint16_t test);
bool rules_asks_status(const struct rules *rules, uint16_t test);
/* The code of a reason's bit: a rule's, "STYLE" or "DUPLICATE". */
struct span rules_code(const struct rules *rules, unsigned bit);
/* -1 when no such reason. */
int rules_bit(const struct rules *rules, struct span code);
int rules_find_style(const struct rules *rules, struct span id);

/* Appends the test as an English phrase: "joined_on is at least 6 months before 2026-07-12 (by
 * 2026-01-12)". */
void rules_print_test(const struct rules *rules, uint16_t test, struct buf *out);

#endif
