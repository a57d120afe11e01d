#include "roll/calendar.h"

#include <stdlib.h>

enum { DAY_SECONDS = 86400 };

static int compare_days(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a;
    int32_t y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

enum outcome calendar_init(struct calendar *calendar, const struct date *days, uint32_t count,
                           struct fail *fail)
{
    int32_t *sorted = calloc((size_t)count + 1, sizeof(*sorted));
    if (sorted == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory for a calendar");
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = date_to_days(days[i]);
    qsort(sorted, count, sizeof(*sorted), compare_days);
    *calendar = (struct calendar){sorted, count};
    return OK;
}

void calendar_done(struct calendar *calendar)
{
    if (calendar == NULL)
        return;
    free(calendar->non_working);
    *calendar = (struct calendar){0};
}

bool calendar_is_working(const struct calendar *calendar, int32_t day)
{
    int32_t weekday = ((day + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday; 0 is Monday */
    if (weekday >= 5)
        return false;
    return calendar->count == 0 ||
           bsearch(&day, calendar->non_working, calendar->count, sizeof(day), compare_days) == NULL;
}

int64_t calendar_deadline(const struct calendar *calendar, int64_t time_s, uint32_t working_days)
{
    int32_t last = date_to_days((struct date){9999, 12, 31});
    int32_t day = date_to_days(instant_date(time_s));
    while (working_days > 0 && day < last) {
        day++;
        if (calendar_is_working(calendar, day))
            working_days--;
    }
    return (int64_t)day * DAY_SECONDS + DAY_SECONDS - 1;
}
