/*
 * rules: who may vote and with which style, as the definition says it.
 *
 * Tests are read into trees; the fields and days that they name are numbered, so that whoever
 * gathers the facts about a person knows which are asked for. Unknown tests, fields, sources and
 * statuses are refused. What a test says of a person: roll/verdict.h. Source: docs/roll.md
 * section 5.
 */
#ifndef VERIFY_ROLL_RULES_H
#define VERIFY_ROLL_RULES_H

#include "roll/day.h"
#include "roll/field.h"
#include "roll/sources.h"

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
};

struct test {
    enum test_kind kind;
    unsigned field_count; /* how many fields it names */
    unsigned fields[2];   /* in rules.fields */
    struct span *texts;   /* of equal, one_of and status_at */
    size_t text_count;
    struct day day;            /* at_least_before: already moved back */
    int64_t number;            /* age in years too */
    unsigned place;            /* in_list: a source; status_at: in rules.status_days */
    struct test *first, *next; /* of all, any, not; the next in the list */
};

struct rule {
    struct span code;
    struct test *test;
};

enum { NO_FIELD = -1 };

struct style {
    struct span id;
    unsigned votes;
    int votes_field; /* in rules.fields, or NO_FIELD */
    struct test *test;
};

struct rules {
    struct sources sources;
    struct rule rules[ROLL_RULES_MAX];
    unsigned rule_count;
    struct style *styles;
    unsigned style_count;
    struct span *fields; /* that tests and styles name, each once */
    unsigned field_count;
    struct day *status_days; /* that status_at names, each once */
    unsigned status_day_count;
};

/* `text` is {"sources":…,"fields":…,"rules":…,"styles":…}: four members of the definition.
 * Everything in *out_rules lives in the arena. */
enum outcome rules_read(struct span text, struct arena *arena, struct rules *out_rules,
                        struct fail *fail) __attribute__((warn_unused_result));

/* The code of a bit of a verdict: a rule's, or STYLE. */
struct span rules_code(const struct rules *rules, unsigned bit);

#endif
