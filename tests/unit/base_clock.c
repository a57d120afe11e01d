#include "base/clock.h"

#include "check.h"

static struct date read_date(const char *text)
{
    struct date date = {0};

    CHECK(date_read(span_str(text), &date));
    return date;
}

static void check_date(struct date got, const char *want)
{
    char text[DATE_TEXT_BYTES];

    date_print(got, text);
    CHECK_STR(text, want);
}

static void test_days(void)
{
    static const struct {
        const char *text;
        int32_t days;
    } cases[] = {
        {"1970-01-01", 0},       {"1969-12-31", -1},      {"2000-02-29", 11016},
        {"2000-03-01", 11017},   {"2026-03-01", 20513},   {"1900-03-01", -25508},
        {"1000-01-01", -354285}, {"9999-12-31", 2932896},
    };

    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        check_case("%s", cases[i].text);
        CHECK_INT(date_to_days(read_date(cases[i].text)), cases[i].days);
        check_date(date_from_days(cases[i].days), cases[i].text);
    }
}

/* Every valid day in order: there and back, and each is one after the last. */
static void test_every_day(void)
{
    struct date before = date_from_days(-354286); /* clamped to the first */
    unsigned wrong = 0;

    check_case("every day");
    check_date(before, "1000-01-01");
    for (int32_t days = -354284; days <= 2932896; days++) {
        struct date date = date_from_days(days);
        bool next = date.day == before.day + 1 || (date.day == 1 && before.day >= 28);

        if (!date_is_valid(date) || date_to_days(date) != days || !next ||
            date_compare(before, date) >= 0)
            wrong++;
        before = date;
    }
    CHECK_UINT(wrong, 0);
    check_date(date_from_days(2932897), "9999-12-31");
    check_date(date_from_days(INT32_MAX), "9999-12-31");
    check_date(date_from_days(INT32_MIN), "1000-01-01");
}

static void test_date_refused(void)
{
    static const char *const bad[] = {
        "",           "2026-3-01",  "2026-03-1",  "2026-02-29",  "1900-02-29",  "2100-02-29",
        "2026-13-01", "2026-00-01", "2026-01-00", "2026-01-32",  "2026-04-31",  "0999-12-31",
        "0000-01-01", "2026/03/01", "20260301",   "2026-03-01 ", " 2026-03-01", "2026-03-01T",
        "-026-03-01", "2026-03-0a", "01-03-2026", "+026-03-01",  "10000-01-01",
    };
    struct date date = {1, 2, 3};

    for (size_t i = 0; i < CHECK_COUNT_OF(bad); i++) {
        check_case("no date %s", bad[i]);
        CHECK(!date_read(span_str(bad[i]), &date));
        CHECK(date.year == 1 && date.month == 2 && date.day == 3);
    }
    check_case("invalid dates");
    CHECK(!date_is_valid((struct date){2026, 2, 29}));
    CHECK(!date_is_valid((struct date){10000, 1, 1}));
    CHECK(!date_is_valid((struct date){2026, INT32_MIN, 1}));
    CHECK(!date_is_valid((struct date){2026, 1, INT32_MAX}));
}

static void test_add(void)
{
    static const struct {
        const char *from;
        int32_t months;
        int32_t days;
        const char *want;
    } cases[] = {
        {"2026-01-31", 1, 0, "2026-02-28"},         {"2024-01-31", 1, 0, "2024-02-29"},
        {"2024-02-29", 12, 0, "2025-02-28"},        {"2026-03-31", -1, 0, "2026-02-28"},
        {"2026-12-15", 1, 0, "2027-01-15"},         {"2026-01-15", -1, 0, "2025-12-15"},
        {"2026-05-31", -3, 0, "2026-02-28"},        {"2026-05-31", 0, 0, "2026-05-31"},
        {"2026-05-31", 24, 0, "2028-05-31"},        {"2026-12-31", 0, 1, "2027-01-01"},
        {"2024-02-28", 0, 1, "2024-02-29"},         {"2024-03-01", 0, -1, "2024-02-29"},
        {"9999-12-31", 0, 1, "9999-12-31"},         {"9999-12-01", 1, 0, "9999-12-31"},
        {"1000-01-31", -1, 0, "1000-01-01"},        {"2026-01-01", 0, INT32_MAX, "9999-12-31"},
        {"2026-01-01", INT32_MIN, 0, "1000-01-01"}, {"2026-01-01", INT32_MAX, 0, "9999-12-31"},
    };

    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        check_case("%s + %d months + %d days", cases[i].from, cases[i].months, cases[i].days);
        struct date date = read_date(cases[i].from);
        check_date(date_add_days(date_add_months(date, cases[i].months), cases[i].days),
                   cases[i].want);
    }
}

static void test_instant(void)
{
    static const struct {
        const char *text;
        int64_t want;
    } good[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1969-12-31T23:59:59Z", -1},
        {"2026-03-01T12:00:00Z", 1772366400},
        {"1000-01-01T00:00:00Z", -30610224000},
        {"9999-12-31T23:59:59Z", 253402300799},
    };
    static const char *const bad[] = {
        "",
        "2026-03-01",
        "2026-03-01T12:00:00",
        "2026-03-01t12:00:00Z",
        "2026-03-01T12:00:00z",
        "2026-03-01 12:00:00Z",
        "2026-03-01T24:00:00Z",
        "2026-03-01T12:60:00Z",
        "2026-06-30T23:59:60Z",
        "2026-03-01T12:00:00.0Z",
        "2026-03-01T12:00:00+00:00",
        "2026-02-30T12:00:00Z",
        "2026-03-01T12:00Z",
        "2026-03-01T12:00:00Z ",
    };
    char text[INSTANT_TEXT_BYTES];
    int64_t time_s = 42;

    for (size_t i = 0; i < CHECK_COUNT_OF(bad); i++) {
        check_case("no instant %s", bad[i]);
        CHECK(!instant_read(span_str(bad[i]), &time_s));
        CHECK_INT(time_s, 42);
    }
    for (size_t i = 0; i < CHECK_COUNT_OF(good); i++) {
        check_case("instant %s", good[i].text);
        CHECK(instant_read(span_str(good[i].text), &time_s));
        CHECK_INT(time_s, good[i].want);
        instant_print(time_s, text);
        CHECK_STR(text, good[i].text);
        CHECK(strncmp(text, good[i].text, 10) == 0);
    }
    check_case("instants beyond the calendar");
    instant_print(INT64_MAX, text);
    CHECK_STR(text, "9999-12-31T23:59:59Z");
    instant_print(INT64_MIN, text);
    CHECK_STR(text, "1000-01-01T00:00:00Z");
    check_date(instant_date(-1), "1969-12-31");
    check_date(instant_date(86399), "1970-01-01");
    check_date(instant_date(INT64_MIN), "1000-01-01");
}

static void test_clocks(void)
{
    int64_t start_ms = clock_monotonic_ms();

    check_case("clocks");
    CHECK(clock_now_s() > 1700000000);
    CHECK(clock_cpu_us() >= 0);
    CHECK(clock_monotonic_ms() - start_ms < 60000);
}

int main(void)
{
    test_days();
    test_every_day();
    test_date_refused();
    test_add();
    test_instant();
    test_clocks();
    return check_end("base_clock");
}
