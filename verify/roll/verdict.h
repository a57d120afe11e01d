/*
 * verdict: what the rules say of one person, in three values.
 *
 * A test knows nothing of tables: it is given the facts. What is missing or contested is neither
 * true nor false but undetermined, and so carries on by the tables of docs/roll.md section 5; a
 * rule that is false is looked at once more with every stale value contested, so that a stale
 * value can admit but not exclude.
 */
#ifndef VERIFY_ROLL_VERDICT_H
#define VERIFY_ROLL_VERDICT_H

#include "roll/rules.h"

enum truth { IS_FALSE, IS_TRUE, UNDETERMINED };

enum value_state { VALUE_MISSING, VALUE_PRESENT, VALUE_CONTESTED };

struct value {
    enum value_state state;
    bool stale;
    struct span text; /* present */
    int source;       /* it comes from; NO_SOURCE: from a case, or from nowhere */
    uint32_t line;    /* there; 0 where there is none */
    int64_t by_case;  /* number of the case that set it; 0: none did */
};

struct facts {
    const struct value *values;  /* of rules.fields */
    const enum truth *lists;     /* of each source: is the person in it? */
    const bool *stale_sources;   /* of each source */
    const struct span *statuses; /* on each of rules.status_days; ptr NULL: not known */
};

/* As it stands, or with every stale value contested and every stale list unknown. */
enum look { LOOK_FIRST, LOOK_PAST_STALE };

enum truth test_truth(const struct test *test, const struct facts *facts, enum look look);

enum { NO_STYLE = -1 };

/* Bit i is rule i, bit rule_count is STYLE. */
struct verdict {
    uint64_t failed, unsure;
    int style; /* NO_STYLE unless STYLE is true */
    unsigned votes;
};

void verdict_make(const struct rules *rules, const struct facts *facts,
                  struct verdict *out_verdict);

#endif
