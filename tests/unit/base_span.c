#include "base/span.h"

#include "check.h"

static void test_compare(void)
{
    static const struct {
        const char *a, *b;
        int want;
    } cases[] = {
        {"", "", 0},    {"a", "a", 0}, {"a", "b", -1},  {"b", "a", 1},    {"a", "ab", -1},
        {"ab", "a", 1}, {"", "a", -1}, {"ab", "b", -1}, {"\xff", "a", 1}, {"a", "A", 1},
    };

    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        check_case("compare %s %s", cases[i].a, cases[i].b);
        int got = span_compare(span_str(cases[i].a), span_str(cases[i].b));
        CHECK_INT((got > 0) - (got < 0), cases[i].want);
        CHECK_INT(span_equal(span_str(cases[i].a), span_str(cases[i].b)), cases[i].want == 0);
    }
}

static void test_lines(void)
{
    struct span rest = SPAN_LIT("one\n\nthree\r\nlast");
    struct span line = SPAN_LIT("untouched");

    check_case("lines");
    CHECK(span_line(&rest, &line));
    CHECK_TEXT(line, "one");
    CHECK(span_line(&rest, &line));
    CHECK_TEXT(line, "");
    CHECK(span_line(&rest, &line));
    CHECK_TEXT(line, "three\r");
    CHECK(span_line(&rest, &line));
    CHECK_TEXT(line, "last");
    CHECK(!span_line(&rest, &line));
    CHECK_TEXT(line, "last");
}

static void test_cut(void)
{
    struct span rest = SPAN_LIT("key:value:more");
    struct span head = SPAN_LIT("untouched");

    check_case("cut");
    CHECK(!span_cut(&rest, '=', &head));
    CHECK_TEXT(head, "untouched");
    CHECK_TEXT(rest, "key:value:more");
    CHECK(span_cut(&rest, ':', &head));
    CHECK_TEXT(head, "key");
    CHECK_TEXT(rest, "value:more");
    rest = span_of(NULL, 0);
    CHECK(!span_cut(&rest, ':', &head));
    rest = SPAN_LIT(":");
    CHECK(span_cut(&rest, ':', &head));
    CHECK_TEXT(head, "");
    CHECK_TEXT(rest, "");
}

static void test_ends(void)
{
    struct span text = SPAN_LIT("roll.csv");

    check_case("starts and ends");
    CHECK(span_starts(text, SPAN_LIT("roll")));
    CHECK(span_starts(text, SPAN_LIT("")));
    CHECK(span_starts(span_of(NULL, 0), span_of(NULL, 0)));
    CHECK(!span_starts(text, SPAN_LIT("rolls")));
    CHECK(!span_starts(SPAN_LIT("rol"), SPAN_LIT("roll")));
    CHECK(span_ends(text, SPAN_LIT(".csv")));
    CHECK(span_ends(span_of(NULL, 0), span_of(NULL, 0)));
    CHECK(!span_ends(text, SPAN_LIT(".cs")));
    CHECK(!span_ends(SPAN_LIT("csv"), SPAN_LIT(".csv")));
}

static void test_decimal(void)
{
    static const struct {
        const char *text;
        uint64_t want;
    } good[] = {
        {"0", 0},
        {"7", 7},
        {"10", 10},
        {"18446744073709551615", UINT64_MAX},
    };
    static const char *const bad[] = {
        "",
        "-1",
        "+1",
        "00",
        "01",
        " 1",
        "1 ",
        "1.0",
        "1e3",
        "0x1",
        "a",
        "18446744073709551616",
        "99999999999999999999",
        "184467440737095516150",
        "\xd9\xa1",
    };
    uint64_t value;

    for (size_t i = 0; i < CHECK_COUNT_OF(good); i++) {
        check_case("decimal %s", good[i].text);
        value = 42;
        CHECK(span_decimal(span_str(good[i].text), &value));
        CHECK_UINT(value, good[i].want);
    }
    for (size_t i = 0; i < CHECK_COUNT_OF(bad); i++) {
        check_case("no decimal %s", bad[i]);
        value = 42;
        CHECK(!span_decimal(span_str(bad[i]), &value));
        CHECK_UINT(value, 42);
    }
}

static void test_utf8(void)
{
    static const char *const good[] = {
        "",
        "plain",
        "\x7f",
        "\xc2\x80",
        "\xdf\xbf",
        "\xe0\xa0\x80",
        "\xed\x9f\xbf",
        "\xee\x80\x80",
        "\xef\xbf\xbf",
        "\xf0\x90\x80\x80",
        "\xf4\x8f\xbf\xbf",
        "Si\xc3\xa2n \xc5\xb4yn",
        "\xf0\x9f\x97\xb3 ballot",
    };
    static const char *const bad[] = {
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xc2",
        "\xc2\x41",
        "\xc2\xc0",
        "\xe0\x9f\xbf",
        "\xe0\x80\x80",
        "\xe1\x80",
        "\xe1\x80\x41",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xf0\x8f\xbf\xbf",
        "\xf0\x90\x80",
        "\xf0\x90\x80\xc0",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xff",
        "\xfe",
        "a\x80",
        "\xe2\x82\xac\xe2\x82",
    };

    for (size_t i = 0; i < CHECK_COUNT_OF(good); i++) {
        check_case("utf-8 %zu", i);
        CHECK(span_is_utf8(span_str(good[i])));
    }
    for (size_t i = 0; i < CHECK_COUNT_OF(bad); i++) {
        check_case("not utf-8 %zu", i);
        CHECK(!span_is_utf8(span_str(bad[i])));
    }
    check_case("utf-8 with a NUL");
    CHECK(span_is_utf8(span_of("a\0b", 3)));
}

int main(void)
{
    test_compare();
    test_lines();
    test_cut();
    test_ends();
    test_decimal();
    test_utf8();
    return check_end("base_span");
}
