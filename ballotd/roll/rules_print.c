/* Rules as sentences for people, made from the tests themselves and not from a second text. */
#include <inttypes.h>

#include "base/json.h"
#include "roll/rules.h"

static void add_field(const struct rules *rules, uint8_t slot, struct buf *out)
{
    buf_add(out, rules->fields[slot]);
}

static void add_quoted(const json_t *text, struct buf *out)
{
    buf_add_byte(out, '"');
    buf_add(out, json_span(text));
    buf_add_byte(out, '"');
}

static void add_day(struct date day, struct buf *out)
{
    char text[DATE_TEXT_BYTES];
    date_print(day, text);
    buf_add_str(out, text);
}

static void print_texts(const struct test *test, struct buf *out)
{
    const json_t *second = json_array_get(test->quoted, 1);
    if (test->kind == TEST_EQUAL) {
        add_quoted(second, out);
        return;
    }
    for (size_t i = 0; i < json_array_size(second); i++) {
        buf_add_str(out, i > 0 ? ", " : "");
        add_quoted(json_array_get(second, i), out);
    }
}

static void print_status(const struct test *test, struct buf *out)
{
    buf_add_str(out, "the status on ");
    add_day(test->limit, out);
    buf_add_str(out, " was one of ");
    print_texts(test, out);
}

static void print_list(const struct rules *rules, const struct test *test, struct buf *out)
{
    buf_add_byte(out, '(');
    for (uint16_t child = test->child; child != 0; child = rules->tests[child].next) {
        rules_print_test(rules, child, out);
        if (rules->tests[child].next != 0)
            buf_add_str(out, test->kind == TEST_ALL ? " and " : " or ");
    }
    buf_add_byte(out, ')');
}

static void print_units(const struct test *test, struct buf *out)
{
    buf_add_format(out, "%" PRId64 " ", test->number);
    buf_add(out, json_span(json_array_get(test->quoted, 2)));
    buf_add_str(out, " before ");
    buf_add(out, json_span(json_array_get(test->quoted, 3)));
    buf_add_str(out, " (by ");
    add_day(test->limit, out);
    buf_add_byte(out, ')');
}

static void print_leaf(const struct rules *rules, const struct test *test, struct buf *out)
{
    static const char *const PHRASES[TEST_KINDS] = {
        [TEST_PRESENT] = " is given",
        [TEST_EQUAL] = " is ",
        [TEST_ONE_OF] = " is one of ",
        [TEST_ON_OR_BEFORE] = " is on or before ",
        [TEST_ON_OR_AFTER] = " is on or after ",
        [TEST_AT_LEAST_BEFORE] = " is at least ",
        [TEST_AGE_AT_LEAST] = " makes the age at least ",
        [TEST_NUMBER_AT_LEAST] = " is at least ",
        [TEST_NUMBER_AT_MOST] = " is at most ",
        [TEST_SAME_AS] = " is the same as ",
        [TEST_NO_LATER_THAN] = " is no later than ",
    };
    add_field(rules, test->field, out);
    buf_add_str(out, PHRASES[test->kind]);
    switch (test->kind) {
    case TEST_EQUAL:
    case TEST_ONE_OF:
        print_texts(test, out);
        break;
    case TEST_ON_OR_BEFORE:
    case TEST_ON_OR_AFTER:
        add_day(test->limit, out);
        break;
    case TEST_AT_LEAST_BEFORE:
        print_units(test, out);
        break;
    case TEST_AGE_AT_LEAST:
        buf_add_format(out, "%" PRId64 " on ", test->number);
        add_day(test->limit, out);
        break;
    case TEST_NUMBER_AT_LEAST:
    case TEST_NUMBER_AT_MOST:
        buf_add_format(out, "%" PRId64, test->number);
        break;
    case TEST_SAME_AS:
    case TEST_NO_LATER_THAN:
        add_field(rules, test->other, out);
        break;
    default:
        break;
    }
}

void rules_print_test(const struct rules *rules, uint16_t index, struct buf *out)
{
    const struct test *test = &rules->tests[index];
    if (test->kind == TEST_ALL || test->kind == TEST_ANY) {
        print_list(rules, test, out);
    } else if (test->kind == TEST_NOT) {
        buf_add_str(out, "not (");
        rules_print_test(rules, test->child, out);
        buf_add_byte(out, ')');
    } else if (test->kind == TEST_ALWAYS) {
        buf_add_str(out, "always");
    } else if (test->kind == TEST_IN_LIST) {
        buf_add_str(out, "is in the list ");
        add_quoted(test->quoted, out);
    } else if (test->kind == TEST_STATUS_AT) {
        print_status(test, out);
    } else {
        print_leaf(rules, test, out);
    }
}
