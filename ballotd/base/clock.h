/* Time and the calendar. UTC seconds since 1970 and proleptic Gregorian dates; no time zones, no
 * locale, no floating point. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "fail.h"
#include "span.h"

int64_t clock_now_s(void); /* wall clock, UTC */
/* For tests of what takes days: the wall clock is later by so much from now on. */
void clock_shift(int64_t seconds);
int64_t clock_monotonic_ms(void);
int64_t clock_cpu_us(void); /* CPU time of this process */

/* A day. Valid years are 1000 to 9999; whatever would lie beyond (a sum, a day number, an instant)
 * becomes the first or the last day of them. Functions that take a date assert that it is valid. */
struct date {
    int32_t year;
    int32_t month; /* 1..12 */
    int32_t day;   /* 1..31 */
};

bool date_is_valid(struct date date);
int32_t date_to_days(struct date date); /* since 1970-01-01 */
struct date date_from_days(int32_t days);
int date_compare(struct date a, struct date b);
struct date date_add_days(struct date date, int32_t days);
/* Clamped to the month's last day: 31 January + 1 month is 28 or 29 February. */
struct date date_add_months(struct date date, int32_t months);
/* "YYYY-MM-DD" only. */
bool date_read(struct span text, struct date *out_date);
enum { DATE_TEXT_BYTES = 11 };
void date_print(struct date date, char out_text[static DATE_TEXT_BYTES]);

/* "YYYY-MM-DDTHH:MM:SSZ" only. */
bool instant_read(struct span text, int64_t *out_s);
enum { INSTANT_TEXT_BYTES = 21 };
void instant_print(int64_t time_s, char out_text[static INSTANT_TEXT_BYTES]);
struct date instant_date(int64_t time_s); /* the UTC day */

#endif
