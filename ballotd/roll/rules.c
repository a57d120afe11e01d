#include "roll/rules.h"

#include <stdlib.h>

#include "base/json.h"
#include "roll/text.h"

#define BIT(bit) (UINT64_C(1) << (bit))

/* Three-valued logic after Kleene: `all` is the least of its parts, `any` the greatest. */
static enum truth judge_list(const struct rules *rules, const struct test *test,
                             const struct value *values)
{
    bool all = test->kind == TEST_ALL;
    enum truth truth = all ? TRUTH_TRUE : TRUTH_FALSE;
    for (uint16_t child = test->child; child != 0; child = rules->tests[child].next) {
        enum truth part = rules_test(rules, child, values);
        if (all ? part < truth : part > truth)
            truth = part;
    }
    return truth;
}

static enum truth truth_of(bool holds)
{
    return holds ? TRUTH_TRUE : TRUTH_FALSE;
}

static enum truth judge_day(const struct test *test, struct span text)
{
    struct date day;
    if (!date_read(text, &day))
        return TRUTH_UNDETERMINED;
    if (test->kind == TEST_ON_OR_AFTER)
        return truth_of(date_compare(day, test->limit) >= 0);
    if (test->kind == TEST_AGE_AT_LEAST) {
        /* Three numbers, not a calendar day: 29 February plus 18 years is after 28 February. */
        day.year += (int32_t)test->number;
    }
    return truth_of(date_compare(day, test->limit) <= 0);
}

static enum truth judge_number(const struct test *test, struct span text)
{
    int64_t number;
    if (!text_integer(text, &number))
        return TRUTH_UNDETERMINED;
    return truth_of(test->kind == TEST_NUMBER_AT_LEAST ? number >= test->number
                                                       : number <= test->number);
}

static enum truth judge_text(const struct test *test, struct span text)
{
    const json_t *second = json_array_get(test->quoted, 1);
    if (test->kind == TEST_EQUAL)
        return truth_of(span_equal(text, json_span(second)));
    for (size_t i = 0; i < json_array_size(second); i++) {
        if (span_equal(text, json_span(json_array_get(second, i))))
            return TRUTH_TRUE;
    }
    return TRUTH_FALSE;
}

static enum truth judge_pair(const struct test *test, const struct value *values)
{
    const struct value *other = &values[test->other];
    struct span text = values[test->field].text;
    struct date day;
    struct date other_day;
    if (other->state != VALUE_KNOWN)
        return TRUTH_UNDETERMINED;
    if (test->kind == TEST_SAME_AS)
        return truth_of(span_equal(text, other->text));
    if (!date_read(text, &day) || !date_read(other->text, &other_day))
        return TRUTH_UNDETERMINED;
    return truth_of(date_compare(day, other_day) <= 0);
}

static enum truth judge_leaf(const struct test *test, const struct value *values)
{
    const struct value *value = &values[test->field];
    if (test->kind == TEST_PRESENT && value->state == VALUE_MISSING)
        return TRUTH_FALSE;
    if (value->state != VALUE_KNOWN)
        return TRUTH_UNDETERMINED;
    switch (test->kind) {
    case TEST_PRESENT:
        return TRUTH_TRUE;
    case TEST_EQUAL:
    case TEST_ONE_OF:
        return judge_text(test, value->text);
    case TEST_NUMBER_AT_LEAST:
    case TEST_NUMBER_AT_MOST:
        return judge_number(test, value->text);
    case TEST_SAME_AS:
    case TEST_NO_LATER_THAN:
        return judge_pair(test, values);
    default:
        return judge_day(test, value->text);
    }
}

enum truth rules_test(const struct rules *rules, uint16_t index, const struct value *values)
{
    const struct test *test = &rules->tests[index];
    switch (test->kind) {
    case TEST_ALL:
    case TEST_ANY:
        return judge_list(rules, test, values);
    case TEST_NOT:
        return (enum truth)(TRUTH_TRUE - rules_test(rules, test->child, values));
    case TEST_ALWAYS:
        return TRUTH_TRUE;
    default:
        return judge_leaf(test, values);
    }
}

static void judge_style(const struct rules *rules, const struct value *values,
                        struct verdict *verdict)
{
    for (uint32_t i = 0; i < rules->style_count; i++) {
        enum truth truth = rules_test(rules, rules->styles[i].test, values);
        verdict->style = i;
        if (truth == TRUTH_UNDETERMINED)
            verdict->undetermined |= BIT(RULES_BIT_STYLE);
        if (truth != TRUTH_FALSE)
            return;
    }
    verdict->failed |= BIT(RULES_BIT_STYLE);
}

struct verdict rules_judge(const struct rules *rules, const struct value *values)
{
    struct verdict verdict = {0};
    for (uint32_t i = 0; i < rules->rule_count; i++) {
        enum truth truth = rules_test(rules, rules->rules[i].test, values);
        if (truth == TRUTH_FALSE)
            verdict.failed |= BIT(i);
        if (truth == TRUTH_UNDETERMINED)
            verdict.undetermined |= BIT(i);
    }
    judge_style(rules, values, &verdict);
    return verdict;
}

uint64_t rules_fields_of(const struct rules *rules, uint16_t index)
{
    const struct test *test = &rules->tests[index];
    uint64_t mask = 0;
    for (uint16_t child = test->child; child != 0; child = rules->tests[child].next)
        mask |= rules_fields_of(rules, child);
    if (test->kind >= TEST_PRESENT)
        mask |= BIT(test->field);
    if (test->kind == TEST_SAME_AS || test->kind == TEST_NO_LATER_THAN)
        mask |= BIT(test->other);
    return mask;
}

struct span rules_code(const struct rules *rules, unsigned bit)
{
    if (bit == RULES_BIT_STYLE)
        return SPAN_LIT("STYLE");
    if (bit == RULES_BIT_DUPLICATE)
        return SPAN_LIT("DUPLICATE");
    return rules->rules[bit].code;
}

int rules_bit(const struct rules *rules, struct span code)
{
    for (uint32_t i = 0; i < rules->rule_count; i++) {
        if (span_equal(code, rules->rules[i].code))
            return (int)i;
    }
    if (span_is(code, "STYLE"))
        return RULES_BIT_STYLE;
    return span_is(code, "DUPLICATE") ? RULES_BIT_DUPLICATE : -1;
}

int rules_find_style(const struct rules *rules, struct span id)
{
    for (uint32_t i = 0; i < rules->style_count; i++) {
        if (span_equal(id, rules->styles[i].id))
            return (int)i;
    }
    return -1;
}

void rules_done(struct rules *rules)
{
    if (rules == NULL)
        return;
    free(rules->styles);
    free(rules->tests);
    json_decref(rules->json);
    *rules = (struct rules){0};
}
