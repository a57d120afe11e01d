#include "roll/rules.h"

#include <stdlib.h>

#include "base/json.h"
#include "roll/text.h"

#define BIT(bit) (UINT64_C(1) << (bit))

/* A look at one person's facts: a first one, or the doubting second one. */
struct look {
    const struct rules *rules;
    const struct facts *facts;
    bool doubting;
};

static enum truth judge(const struct look *look, uint16_t index);

/* Three-valued logic after Kleene: `all` is the least of its parts, `any` the greatest. */
static enum truth judge_list(const struct look *look, const struct test *test)
{
    bool all = test->kind == TEST_ALL;
    enum truth truth = all ? TRUTH_TRUE : TRUTH_FALSE;
    for (uint16_t child = test->child; child != 0; child = look->rules->tests[child].next) {
        enum truth part = judge(look, child);
        if (all ? part < truth : part > truth)
            truth = part;
    }
    return truth;
}

/* The value as this look sees it. */
static struct value seen(const struct look *look, uint8_t slot)
{
    struct value value = look->facts->values[slot];
    if (look->doubting && value.stale)
        value.state = VALUE_CONTESTED;
    return value;
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

static enum truth judge_pair(const struct look *look, const struct test *test, struct span text)
{
    struct value other = seen(look, test->other);
    struct date day;
    struct date other_day;
    if (other.state != VALUE_KNOWN)
        return TRUTH_UNDETERMINED;
    if (test->kind == TEST_SAME_AS)
        return truth_of(span_equal(text, other.text));
    if (!date_read(text, &day) || !date_read(other.text, &other_day))
        return TRUTH_UNDETERMINED;
    return truth_of(date_compare(day, other_day) <= 0);
}

static enum truth judge_leaf(const struct look *look, const struct test *test)
{
    struct value value = seen(look, test->field);
    if (test->kind == TEST_PRESENT && value.state == VALUE_MISSING)
        return TRUTH_FALSE;
    if (value.state != VALUE_KNOWN)
        return TRUTH_UNDETERMINED;
    switch (test->kind) {
    case TEST_PRESENT:
        return TRUTH_TRUE;
    case TEST_EQUAL:
    case TEST_ONE_OF:
        return judge_text(test, value.text);
    case TEST_NUMBER_AT_LEAST:
    case TEST_NUMBER_AT_MOST:
        return judge_number(test, value.text);
    case TEST_SAME_AS:
    case TEST_NO_LATER_THAN:
        return judge_pair(look, test, value.text);
    default:
        return judge_day(test, value.text);
    }
}

static enum truth judge_in_list(const struct look *look, const struct test *test)
{
    if (look->doubting && (look->facts->stale_lists & 1u << test->number) != 0)
        return TRUTH_UNDETERMINED;
    return look->facts->in_lists[test->number];
}

static enum truth judge_status(const struct look *look, const struct test *test)
{
    const struct value *status = &look->facts->statuses[test->number];
    return status->state == VALUE_KNOWN ? judge_text(test, status->text) : TRUTH_UNDETERMINED;
}

static enum truth judge(const struct look *look, uint16_t index)
{
    const struct test *test = &look->rules->tests[index];
    switch (test->kind) {
    case TEST_ALL:
    case TEST_ANY:
        return judge_list(look, test);
    case TEST_NOT:
        return (enum truth)(TRUTH_TRUE - judge(look, test->child));
    case TEST_ALWAYS:
        return TRUTH_TRUE;
    case TEST_IN_LIST:
        return judge_in_list(look, test);
    case TEST_STATUS_AT:
        return judge_status(look, test);
    default:
        return judge_leaf(look, test);
    }
}

enum truth rules_test(const struct rules *rules, uint16_t test, const struct facts *facts,
                      bool doubting)
{
    struct look look = {rules, facts, doubting};
    return judge(&look, test);
}

/* A stale value can admit; it cannot exclude: what is F is F only if it is so whatever the stale
 * values were. */
static bool is_doubtful(const struct look *look, uint16_t test)
{
    struct look second = {look->rules, look->facts, true};
    return judge(&second, test) != TRUTH_FALSE;
}

static void judge_rule(const struct look *look, uint32_t index, struct verdict *verdict)
{
    uint16_t test = look->rules->rules[index].test;
    enum truth truth = judge(look, test);
    if (truth == TRUTH_TRUE)
        return;
    if (truth == TRUTH_UNDETERMINED) {
        verdict->undetermined |= BIT(index);
    } else if (is_doubtful(look, test)) {
        verdict->undetermined |= BIT(index);
        verdict->doubted |= BIT(index);
    } else {
        verdict->failed |= BIT(index);
    }
}

/* How many credentials the style gives; 0: that cannot be said. */
static uint16_t count_votes(const struct look *look, const struct style *style)
{
    int64_t number;
    if (style->votes_slot < 0)
        return (uint16_t)style->votes;
    struct value value = look->facts->values[style->votes_slot];
    if (value.state != VALUE_KNOWN || !text_integer(value.text, &number) || number < 1 ||
        number > style->votes)
        return 0;
    return (uint16_t)number;
}

/* No style is T or U: is that so whatever the stale values were? */
static void judge_no_style(const struct look *look, struct verdict *verdict)
{
    for (uint32_t i = 0; i < look->rules->style_count; i++) {
        if (!is_doubtful(look, look->rules->styles[i].test))
            continue;
        verdict->undetermined |= BIT(RULES_BIT_STYLE);
        verdict->doubted |= BIT(RULES_BIT_STYLE);
        return;
    }
    verdict->failed |= BIT(RULES_BIT_STYLE);
}

static void judge_style(const struct look *look, struct verdict *verdict)
{
    for (uint32_t i = 0; i < look->rules->style_count; i++) {
        const struct style *style = &look->rules->styles[i];
        enum truth truth = judge(look, style->test);
        if (truth == TRUTH_FALSE)
            continue;
        verdict->style = (uint16_t)i;
        verdict->votes = count_votes(look, style);
        if (truth == TRUTH_UNDETERMINED || verdict->votes == 0)
            verdict->undetermined |= BIT(RULES_BIT_STYLE);
        return;
    }
    judge_no_style(look, verdict);
}

struct verdict rules_judge(const struct rules *rules, const struct facts *facts)
{
    struct look look = {rules, facts, false};
    struct verdict verdict = {0};
    for (uint32_t i = 0; i < rules->rule_count; i++)
        judge_rule(&look, i, &verdict);
    judge_style(&look, &verdict);
    return verdict;
}

uint64_t rules_fields_of(const struct rules *rules, uint16_t index)
{
    const struct test *test = &rules->tests[index];
    uint64_t mask = 0;
    for (uint16_t child = test->child; child != 0; child = rules->tests[child].next)
        mask |= rules_fields_of(rules, child);
    if (test->kind >= TEST_PRESENT && test->kind < TEST_IN_LIST)
        mask |= BIT(test->field);
    if (test->kind == TEST_SAME_AS || test->kind == TEST_NO_LATER_THAN)
        mask |= BIT(test->other);
    return mask;
}

uint32_t rules_lists_of(const struct rules *rules, uint16_t index)
{
    const struct test *test = &rules->tests[index];
    uint32_t mask = test->kind == TEST_IN_LIST ? 1u << test->number : 0;
    for (uint16_t child = test->child; child != 0; child = rules->tests[child].next)
        mask |= rules_lists_of(rules, child);
    return mask;
}

bool rules_asks_status(const struct rules *rules, uint16_t index)
{
    const struct test *test = &rules->tests[index];
    bool asks = test->kind == TEST_STATUS_AT;
    for (uint16_t child = test->child; child != 0; child = rules->tests[child].next)
        asks = asks || rules_asks_status(rules, child);
    return asks;
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
    free(rules->days);
    json_decref(rules->json);
    *rules = (struct rules){0};
}
