#include "base/clock.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum {
    YEAR_FIRST = 1000,
    YEAR_LAST = 9999,
    DAY_FIRST = -354285,       /* 1000-01-01 */
    DAY_LAST = 2932896,        /* 9999-12-31 */
    DAYS_BEFORE_1970 = 719162, /* since 0001-01-01 */
    SECONDS_A_DAY = 86400,
};

static int64_t read_clock(clockid_t id, int64_t units_a_second)
{
    struct timespec now;
    int failed = clock_gettime(id, &now);

    assert(!failed);
    (void)failed;
    return now.tv_sec * units_a_second + now.tv_nsec / (1000000000 / units_a_second);
}

static _Atomic int64_t shifted_s;

int64_t clock_now_s(void)
{
    return read_clock(CLOCK_REALTIME, 1) + shifted_s;
}

void clock_shift(int64_t seconds)
{
    shifted_s += seconds;
}

int64_t clock_monotonic_ms(void)
{
    return read_clock(CLOCK_MONOTONIC, 1000);
}

int64_t clock_cpu_us(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID, 1000000);
}

static bool is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int32_t days_in_month(int32_t year, int32_t month)
{
    static const int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01 to 1 January of the year. */
static int32_t days_to_year(int32_t year)
{
    int32_t before = year - 1;

    return 365 * before + before / 4 - before / 100 + before / 400 - DAYS_BEFORE_1970;
}

bool date_is_valid(struct date date)
{
    return date.year >= YEAR_FIRST && date.year <= YEAR_LAST && date.month >= 1 &&
           date.month <= 12 && date.day >= 1 && date.day <= days_in_month(date.year, date.month);
}

int32_t date_to_days(struct date date)
{
    assert(date_is_valid(date));
    int32_t days = days_to_year(date.year);

    for (int32_t month = 1; month < date.month; month++)
        days += days_in_month(date.year, month);
    return days + date.day - 1;
}

static int32_t clamp_day(int64_t days)
{
    if (days < DAY_FIRST)
        return DAY_FIRST;
    return days > DAY_LAST ? DAY_LAST : (int32_t)days;
}

struct date date_from_days(int32_t days)
{
    days = clamp_day(days);
    /* A year is never longer than 366 days, so this guess is at most a few years off. */
    struct date date = {.year = YEAR_FIRST + (days - DAY_FIRST) / 366, .month = 1};

    while (days_to_year(date.year + 1) <= days)
        date.year++;
    int32_t left = days - days_to_year(date.year);
    while (left >= days_in_month(date.year, date.month))
        left -= days_in_month(date.year, date.month++);
    date.day = left + 1;
    return date;
}

int date_compare(struct date a, struct date b)
{
    int32_t difference = a.year - b.year;

    if (difference == 0)
        difference = a.month - b.month;
    if (difference == 0)
        difference = a.day - b.day;
    return (difference > 0) - (difference < 0);
}

struct date date_add_days(struct date date, int32_t days)
{
    return date_from_days(clamp_day((int64_t)date_to_days(date) + days));
}

struct date date_add_months(struct date date, int32_t months)
{
    assert(date_is_valid(date));
    int64_t month = (int64_t)date.year * 12 + date.month - 1 + months;

    if (month < YEAR_FIRST * 12)
        return date_from_days(DAY_FIRST);
    if (month > YEAR_LAST * 12 + 11)
        return date_from_days(DAY_LAST);
    struct date sum = {(int32_t)(month / 12), (int32_t)(month % 12) + 1, date.day};
    if (sum.day > days_in_month(sum.year, sum.month))
        sum.day = days_in_month(sum.year, sum.month);
    return sum;
}

/* A text against a pattern in which '0' stands for any digit and the rest for itself. */
static bool has_shape(struct span text, const char *shape)
{
    if (text.len != strlen(shape))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        bool digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        if (shape[i] == '0' ? !digit : text.ptr[i] != (uint8_t)shape[i])
            return false;
    }
    return true;
}

static int32_t read_digits(const uint8_t *digits, size_t count)
{
    int32_t value = 0;

    for (size_t i = 0; i < count; i++)
        value = value * 10 + (digits[i] - '0');
    return value;
}

bool date_read(struct span text, struct date *out_date)
{
    if (!has_shape(text, "0000-00-00"))
        return false;
    struct date date = {
        .year = read_digits(text.ptr, 4),
        .month = read_digits(text.ptr + 5, 2),
        .day = read_digits(text.ptr + 8, 2),
    };
    if (!date_is_valid(date))
        return false;
    *out_date = date;
    return true;
}

void date_print(struct date date, char out_text[static DATE_TEXT_BYTES])
{
    assert(date_is_valid(date));
    snprintf(out_text, DATE_TEXT_BYTES, "%04" PRId32 "-%02" PRId32 "-%02" PRId32, date.year % 10000,
             date.month % 100, date.day % 100);
}

bool instant_read(struct span text, int64_t *out_s)
{
    struct date date;

    if (!has_shape(text, "0000-00-00T00:00:00Z") || !date_read(span_of(text.ptr, 10), &date))
        return false;
    int32_t hour = read_digits(text.ptr + 11, 2);
    int32_t minute = read_digits(text.ptr + 14, 2);
    int32_t second = read_digits(text.ptr + 17, 2);
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    *out_s = (int64_t)date_to_days(date) * SECONDS_A_DAY + hour * 3600 + minute * 60 + second;
    return true;
}

static int64_t clamp_instant(int64_t time_s)
{
    const int64_t first = (int64_t)DAY_FIRST * SECONDS_A_DAY;
    const int64_t last = (int64_t)DAY_LAST * SECONDS_A_DAY + SECONDS_A_DAY - 1;

    if (time_s < first)
        return first;
    return time_s > last ? last : time_s;
}

/* The UTC day of a clamped instant; rounds down before 1970 too. */
static int32_t day_of(int64_t time_s)
{
    int64_t rest = time_s % SECONDS_A_DAY;

    return (int32_t)(time_s / SECONDS_A_DAY - (rest < 0));
}

struct date instant_date(int64_t time_s)
{
    return date_from_days(day_of(clamp_instant(time_s)));
}

void instant_print(int64_t time_s, char out_text[static INSTANT_TEXT_BYTES])
{
    time_s = clamp_instant(time_s);
    int32_t day = day_of(time_s);
    unsigned second = (unsigned)(time_s - (int64_t)day * SECONDS_A_DAY) % SECONDS_A_DAY;

    date_print(date_from_days(day), out_text);
    snprintf(out_text + DATE_TEXT_BYTES - 1, INSTANT_TEXT_BYTES - DATE_TEXT_BYTES + 1,
             "T%02u:%02u:%02uZ", second / 3600, second / 60 % 60, second % 60);
}
