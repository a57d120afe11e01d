#include "base/fail.h"

#include "check.h"

static void test_set(void)
{
    struct fail fail = {0};

    check_case("set");
    CHECK_INT(fail_set(&fail, CONFLICT, "roll.sealed", "roll %d: sealed already", 7), CONFLICT);
    CHECK_INT(fail.outcome, CONFLICT);
    CHECK_STR(fail.code, "roll.sealed");
    CHECK_STR(fail.text, "roll 7: sealed already");
    CHECK_INT(fail_within(&fail, "%s, line %d", "roll.csv", 3), CONFLICT);
    CHECK_STR(fail.text, "roll.csv, line 3: roll 7: sealed already");
    CHECK_STR(fail.code, "roll.sealed");
    check_case("nobody asks");
    CHECK_INT(fail_set(NULL, BUSY, "x", "%s", "y"), BUSY);
    CHECK_INT(fail_within(NULL, "x"), BROKEN);
}

static void test_one_line(void)
{
    struct fail fail;

    check_case("control characters");
    fail_set(&fail, BAD_INPUT, "x", "a\nb\x1b[2Jc\rd\te\x7f Si\xc3\xa2n");
    CHECK_STR(fail.text, "a?b?[2Jc?d?e? Si\xc3\xa2n");
    fail_within(&fail, "name \"%s\"", "\n");
    CHECK_STR(fail.text, "name \"?\": a?b?[2Jc?d?e? Si\xc3\xa2n");
}

static void test_long(void)
{
    struct fail fail;
    char longer[2 * FAIL_TEXT_BYTES];

    check_case("too long");
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = 0;
    fail_set(&fail, BAD_INPUT, longer, "%s", longer);
    CHECK_UINT(strlen(fail.text), FAIL_TEXT_BYTES - 1);
    CHECK_UINT(strlen(fail.code), FAIL_CODE_BYTES - 1);
    fail_within(&fail, "outer");
    CHECK(strncmp(fail.text, "outer: xxx", 10) == 0);
    CHECK_UINT(strlen(fail.text), FAIL_TEXT_BYTES - 1);
    fail_within(&fail, "%s", longer);
    CHECK_UINT(strlen(fail.text), FAIL_TEXT_BYTES - 1);
    check_case("a character cut in two");
    for (size_t i = 0; i < FAIL_TEXT_BYTES; i++)
        memcpy(longer + 2 * i, "\xc3\xa2", 2);
    longer[sizeof(longer) - 1] = 0;
    fail_set(&fail, BAD_INPUT, "x", "%s", longer);
    CHECK(span_is_utf8(span_str(fail.text)));
    CHECK_INT(fail.text[FAIL_TEXT_BYTES - 2], '?');
    fail_set(&fail, BAD_INPUT, "x",
             "a\xff"
             "b");
    CHECK_STR(fail.text, "a?b");
}

static void test_names(void)
{
    check_case("names");
    for (int outcome = OK; outcome <= BROKEN; outcome++)
        CHECK(strcmp(outcome_name((enum outcome)outcome), "unknown outcome") != 0);
    CHECK_STR(outcome_name((enum outcome)99), "unknown outcome");
}

int main(void)
{
    test_set();
    test_one_line();
    test_long();
    test_names();
    return check_end("base_fail");
}
