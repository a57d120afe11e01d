/*
 * rules: who may vote, as tests over a member record, in three values.
 *
 * Read from the definition and bound once to the slots of a table. A test over a missing field is
 * neither true nor false but undetermined, and so carries on by the tables of docs/roll.md
 * section 4. Reserved and unknown tests are refused.
 */
#ifndef VERIFY_ROLL_RULES_H
#define VERIFY_ROLL_RULES_H

#include "base/arena.h"
#include "base/fail.h"
#include "roll.h"
#include "roll/day.h"
#include "roll/table.h"

enum truth { IS_FALSE, IS_TRUE, UNDETERMINED };

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
};

struct test {
    enum test_kind kind;
    struct span fields[2]; /* those it names */
    int slots[2];          /* NO_SLOT: missing everywhere */
    struct span *texts;    /* of equal and one_of */
    size_t text_count;
    struct day day;            /* at_least_before: already moved back */
    int64_t number;            /* age in years too */
    struct test *first, *next; /* of all, any, not; the next in the list */
};

struct rule {
    struct span code;
    struct test *test;
};

struct style {
    struct span id;
    struct test *test;
};

struct rules {
    struct span source; /* the one there is */
    struct rule rules[ROLL_RULES_MAX];
    unsigned rule_count;
    struct style *styles;
    unsigned style_count;
};

/* `text` is {"sources":…,"rules":…,"styles":…}: three members of the definition. Everything in
 * *out_rules lives in the arena. */
enum outcome rules_read(struct span text, struct arena *arena, struct rules *out_rules,
                        struct fail *fail) __attribute__((warn_unused_result));

/* Finds the tests' fields among the table's slots; again for every other table. */
void rules_bind(struct rules *rules, const struct table *table);

enum truth test_truth(const struct test *test, const struct span *row);

enum { NO_STYLE = -1 };

/* The index of the first style that is true; NO_STYLE with STYLE's own truth in *out_truth. */
int rules_style(const struct rules *rules, const struct span *row, enum truth *out_truth);

#endif
