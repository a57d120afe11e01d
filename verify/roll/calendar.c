#include "roll/calendar.h"

#include "roll/day.h"

#include <stdlib.h>

/* Days from 1970-01-01, by counting from 1 March of year 0: leap days come last in such a year. */
static int64_t day_number(struct day day)
{
    int64_t year = day.month > 2 ? day.year : day.year - 1;
    int64_t month = day.month > 2 ? day.month - 3 : day.month + 9; /* from March */
    int64_t before = year * 365 + year / 4 - year / 100 + year / 400;
    return before + (153 * month + 2) / 5 + day.day - 1 - 719468;
}

static int compare_days(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

enum outcome calendar_init(const struct span *non_working, size_t count, struct arena *arena,
                           struct calendar *out_calendar, struct fail *fail)
{
    struct calendar calendar = {arena_zeroed(arena, count, sizeof *calendar.closed), count};
    struct day day;
    if (calendar.closed == NULL)
        return fail_unable(fail, "no memory for the calendar");
    for (size_t i = 0; i < count; i++) {
        if (!day_read(non_working[i], &day))
            return fail_bad(fail, "the timetable's non-working day %zu is no day", i + 1);
        calendar.closed[i] = day_number(day);
    }
    qsort(calendar.closed, count, sizeof *calendar.closed, compare_days);
    *out_calendar = calendar;
    return GOOD;
}

static bool works(const struct calendar *calendar, int64_t day)
{
    int64_t weekday = (day + 4) % 7; /* 1970-01-01 was a Thursday; Sunday is 0 */
    if (weekday == 0 || weekday == 6)
        return false;
    return calendar->count == 0 || bsearch(&day, calendar->closed, calendar->count,
                                           sizeof *calendar->closed, compare_days) == NULL;
}

uint64_t calendar_deadline(const struct calendar *calendar, uint64_t time_s, int64_t working_days)
{
    int64_t day = (int64_t)(time_s / DAY_SECONDS);
    for (int64_t left = working_days; left > 0; left -= works(calendar, day))
        day++;
    return (uint64_t)day * DAY_SECONDS + DAY_SECONDS - 1;
}
