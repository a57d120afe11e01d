#include "roll/verdict.h"

/* -- one test --------------------------------------------------------------------------------- */

static enum truth truth_of(bool value)
{
    return value ? IS_TRUE : IS_FALSE;
}

static enum truth negate(enum truth truth)
{
    return truth == UNDETERMINED ? UNDETERMINED : truth_of(truth == IS_FALSE);
}

/* `decider` settles it whatever the rest says: false for all, true for any. */
static enum truth combine(const struct test *test, const struct facts *facts, enum look look,
                          enum truth decider)
{
    enum truth truth = negate(decider);
    for (const struct test *part = test->first; part != NULL; part = part->next) {
        enum truth here = test_truth(part, facts, look);
        if (here == decider)
            return decider;
        truth = here == UNDETERMINED ? UNDETERMINED : truth;
    }
    return truth;
}

/* A stale value counts as contested at the second look. */
static enum value_state state_of(const struct value *value, enum look look)
{
    return value->stale && look == LOOK_PAST_STALE ? VALUE_CONTESTED : value->state;
}

static enum truth present_truth(const struct value *value, enum look look)
{
    enum value_state state = state_of(value, look);
    return state == VALUE_CONTESTED ? UNDETERMINED : truth_of(state == VALUE_PRESENT);
}

/* By the calendar, or by the birthday that makes the age: 29 February is before 1 March always. */
static enum truth date_truth(const struct test *test, struct span value, struct span other)
{
    struct day day, limit = test->day;
    if (!day_read(value, &day) || (test->kind == TEST_NO_LATER_THAN && !day_read(other, &limit)))
        return UNDETERMINED;
    if (test->kind == TEST_AGE_AT_LEAST)
        day.year += (int)test->number;
    int order = day_compare(day, limit);
    return truth_of(test->kind == TEST_ON_OR_AFTER ? order >= 0 : order <= 0);
}

static enum truth number_truth(const struct test *test, struct span value)
{
    int64_t number;
    if (!number_read(value, &number))
        return UNDETERMINED;
    return truth_of(test->kind == TEST_NUMBER_AT_LEAST ? number >= test->number
                                                       : number <= test->number);
}

static enum truth text_truth(const struct test *test, struct span value)
{
    for (size_t i = 0; i < test->text_count; i++)
        if (span_equal(test->texts[i], value))
            return IS_TRUE;
    return IS_FALSE;
}

/* A test on values: undetermined unless all are present. */
static enum truth value_truth(const struct test *test, const struct facts *facts, enum look look)
{
    struct span texts[2] = {{0}};
    for (unsigned i = 0; i < test->field_count; i++) {
        const struct value *value = &facts->values[test->fields[i]];
        if (state_of(value, look) != VALUE_PRESENT)
            return UNDETERMINED;
        texts[i] = value->text;
    }
    switch (test->kind) {
    case TEST_EQUAL:
    case TEST_ONE_OF:
        return text_truth(test, texts[0]);
    case TEST_SAME_AS:
        return truth_of(span_equal(texts[0], texts[1]));
    case TEST_NUMBER_AT_LEAST:
    case TEST_NUMBER_AT_MOST:
        return number_truth(test, texts[0]);
    default:
        return date_truth(test, texts[0], texts[1]);
    }
}

enum truth test_truth(const struct test *test, const struct facts *facts, enum look look)
{
    switch (test->kind) {
    case TEST_ALL:
        return combine(test, facts, look, IS_FALSE);
    case TEST_ANY:
        return combine(test, facts, look, IS_TRUE);
    case TEST_NOT:
        return negate(test_truth(test->first, facts, look));
    case TEST_ALWAYS:
        return IS_TRUE;
    case TEST_PRESENT:
        return present_truth(&facts->values[test->fields[0]], look);
    case TEST_IN_LIST:
        return look == LOOK_PAST_STALE && facts->stale_sources[test->place]
                   ? UNDETERMINED
                   : facts->lists[test->place];
    case TEST_STATUS_AT:
        return facts->statuses[test->place].ptr == NULL
                   ? UNDETERMINED
                   : text_truth(test, facts->statuses[test->place]);
    default:
        return value_truth(test, facts, look);
    }
}

/* -- the verdict ------------------------------------------------------------------------------ */

/* A stale value can admit; it cannot exclude. */
static enum truth fair_truth(const struct test *test, const struct facts *facts)
{
    enum truth truth = test_truth(test, facts, LOOK_FIRST);
    if (truth != IS_FALSE || test_truth(test, facts, LOOK_PAST_STALE) == IS_FALSE)
        return truth;
    return UNDETERMINED;
}

/* The number of credentials; 0 if it can't be told. */
static unsigned votes_of(const struct style *style, const struct facts *facts)
{
    int64_t votes;
    if (style->votes_field == NO_FIELD)
        return style->votes;
    const struct value *value = &facts->values[style->votes_field];
    if (value->state != VALUE_PRESENT || !number_read(value->text, &votes) || votes < 1 ||
        votes > style->votes)
        return 0;
    return (unsigned)votes;
}

/* STYLE; style and votes are set where it is true. An earlier style that can't be told stops the
 * search; where none is true, one that only stale values keep from being told counts as such. */
static enum truth find_style(const struct rules *rules, const struct facts *facts,
                             struct verdict *verdict)
{
    bool unsure = false;
    for (unsigned i = 0; i < rules->style_count; i++) {
        const struct style *style = &rules->styles[i];
        enum truth truth = test_truth(style->test, facts, LOOK_FIRST);
        if (truth == UNDETERMINED)
            return UNDETERMINED;
        if (truth == IS_FALSE)
            continue;
        verdict->votes = votes_of(style, facts);
        verdict->style = verdict->votes == 0 ? NO_STYLE : (int)i;
        return verdict->votes == 0 ? UNDETERMINED : IS_TRUE;
    }
    for (unsigned i = 0; i < rules->style_count && !unsure; i++)
        unsure = test_truth(rules->styles[i].test, facts, LOOK_PAST_STALE) == UNDETERMINED;
    return unsure ? UNDETERMINED : IS_FALSE;
}

static void note(struct verdict *verdict, unsigned bit, enum truth truth)
{
    verdict->failed |= truth == IS_FALSE ? UINT64_C(1) << bit : 0;
    verdict->unsure |= truth == UNDETERMINED ? UINT64_C(1) << bit : 0;
}

void verdict_make(const struct rules *rules, const struct facts *facts, struct verdict *out_verdict)
{
    _Static_assert(ROLL_RULES_MAX < 64, "a bit for each rule and for STYLE");
    struct verdict verdict = {.style = NO_STYLE};
    for (unsigned i = 0; i < rules->rule_count; i++)
        note(&verdict, i, fair_truth(rules->rules[i].test, facts));
    note(&verdict, rules->rule_count, find_style(rules, facts, &verdict));
    *out_verdict = verdict;
}
