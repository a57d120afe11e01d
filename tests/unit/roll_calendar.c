/* Working days and deadlines (docs/roll.md section 6). */
#include "roll/calendar.h"

#include "check.h"

static const struct date HOLIDAYS[] = {{2026, 12, 28}, {2026, 12, 25}, {2027, 1, 1},
                                       {2026, 12, 26}, {2028, 2, 29},  {2026, 7, 4}};

static const struct {
    const char *from;
    uint32_t days;
    const char *until;
} DEADLINES[] = {
    /* n = 0: the day itself, working or not */
    {"2026-06-29T00:00:00Z", 0, "2026-06-29T23:59:59Z"},
    {"2026-06-29T23:59:59Z", 0, "2026-06-29T23:59:59Z"},
    {"2026-06-28T10:00:00Z", 0, "2026-06-28T23:59:59Z"},
    {"2026-12-25T10:00:00Z", 0, "2026-12-25T23:59:59Z"},
    /* weekends */
    {"2026-06-29T09:00:00Z", 1, "2026-06-30T23:59:59Z"},
    {"2026-06-29T09:00:00Z", 4, "2026-07-03T23:59:59Z"},
    {"2026-06-29T09:00:00Z", 5, "2026-07-06T23:59:59Z"}, /* a listed Saturday changes nothing */
    {"2026-07-03T09:00:00Z", 1, "2026-07-06T23:59:59Z"},
    {"2026-07-04T09:00:00Z", 1, "2026-07-06T23:59:59Z"},
    {"2026-07-05T23:59:59Z", 1, "2026-07-06T23:59:59Z"},
    {"2026-06-29T09:00:00Z", 60, "2026-09-21T23:59:59Z"},
    /* holidays, over the turn of the year */
    {"2026-12-24T12:00:00Z", 1, "2026-12-29T23:59:59Z"},
    {"2026-12-24T12:00:00Z", 4, "2027-01-04T23:59:59Z"},
    /* leap days: a working one, and one that is listed */
    {"2024-02-28T12:00:00Z", 1, "2024-02-29T23:59:59Z"},
    {"2024-02-29T12:00:00Z", 1, "2024-03-01T23:59:59Z"},
    {"2023-02-28T12:00:00Z", 1, "2023-03-01T23:59:59Z"},
    {"2028-02-28T12:00:00Z", 1, "2028-03-01T23:59:59Z"},
    /* the ends of time */
    {"1970-01-01T00:00:00Z", 1, "1970-01-02T23:59:59Z"},
    {"9999-12-31T00:00:00Z", 60, "9999-12-31T23:59:59Z"},
};

static void check_deadlines(const struct calendar *calendar)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(DEADLINES); i++) {
        int64_t from = 0;
        char until[INSTANT_TEXT_BYTES];
        check_case("%u working days after %s", DEADLINES[i].days, DEADLINES[i].from);
        CHECK(instant_read(span_str(DEADLINES[i].from), &from));
        instant_print(calendar_deadline(calendar, from, DEADLINES[i].days), until);
        CHECK_STR(until, DEADLINES[i].until);
    }
    check_case("beyond the calendar");
    CHECK_INT(calendar_deadline(calendar, INT64_MAX, 60), 253402300799);
}

static void check_days(const struct calendar *calendar)
{
    static const bool WEEK[] = {true, true, true, true, true, false, false};
    int32_t monday = date_to_days((struct date){2026, 6, 29});
    for (int32_t i = 0; i < 7; i++) {
        check_case("day %d of the week", i);
        CHECK_INT(calendar_is_working(calendar, monday + i), WEEK[i]);
        CHECK_INT(calendar_is_working(calendar, monday + i - 7000), WEEK[i]);
        CHECK_INT(calendar_is_working(calendar, monday + i - 70000), WEEK[i]);
    }
    for (size_t i = 0; i < CHECK_COUNT_OF(HOLIDAYS); i++) {
        check_case("holiday %zu", i);
        CHECK(!calendar_is_working(calendar, date_to_days(HOLIDAYS[i])));
    }
}

int main(void)
{
    struct calendar calendar;
    struct fail fail = {0};
    CHECK_INT(calendar_init(&calendar, HOLIDAYS, CHECK_COUNT_OF(HOLIDAYS), &fail), OK);
    check_deadlines(&calendar);
    check_days(&calendar);
    calendar_done(&calendar);
    check_case("no holidays");
    CHECK_INT(calendar_init(&calendar, NULL, 0, &fail), OK);
    CHECK(calendar_is_working(&calendar, date_to_days((struct date){2026, 12, 25})));
    calendar_done(&calendar);
    return check_end("roll_calendar");
}
