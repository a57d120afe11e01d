#include "roll/day.h"

#include "roll.h"

/* What a format holds: the parts in their order, and the separator. */
enum part { EXACT_YEAR, EXACT_MONTH, EXACT_DAY, LOOSE_MONTH, LOOSE_DAY, MONTH_NAME };

struct format {
    const char *name, *separator;
    enum part parts[3];
    bool time; /* followed by a space and hh:mm:ss */
};

static const struct format formats[] = {
    {"YYYY-MM-DD", "-", {EXACT_YEAR, EXACT_MONTH, EXACT_DAY}, false},
    {"YYYY/MM/DD", "/", {EXACT_YEAR, EXACT_MONTH, EXACT_DAY}, false},
    {"YYYYMMDD", "", {EXACT_YEAR, EXACT_MONTH, EXACT_DAY}, false},
    {"DD/MM/YYYY", "/", {EXACT_DAY, EXACT_MONTH, EXACT_YEAR}, false},
    {"DD-MM-YYYY", "-", {EXACT_DAY, EXACT_MONTH, EXACT_YEAR}, false},
    {"DD.MM.YYYY", ".", {EXACT_DAY, EXACT_MONTH, EXACT_YEAR}, false},
    {"MM/DD/YYYY", "/", {EXACT_MONTH, EXACT_DAY, EXACT_YEAR}, false},
    {"D/M/YYYY", "/", {LOOSE_DAY, LOOSE_MONTH, EXACT_YEAR}, false},
    {"D Month YYYY", " ", {LOOSE_DAY, MONTH_NAME, EXACT_YEAR}, false},
    {"D-Month-YYYY", "-", {LOOSE_DAY, MONTH_NAME, EXACT_YEAR}, false},
    {"YYYY-MM-DD hh:mm:ss", "-", {EXACT_YEAR, EXACT_MONTH, EXACT_DAY}, true},
};

enum { FORMAT_COUNT = sizeof formats / sizeof formats[0] };

bool day_format_named(struct span name, unsigned *out_format)
{
    for (unsigned i = 0; i < FORMAT_COUNT; i++) {
        if (span_equal(name, span_text(formats[i].name))) {
            *out_format = i;
            return true;
        }
    }
    return false;
}

bool day_formats_clash(unsigned a, unsigned b)
{
    bool american = formats[a].parts[0] == EXACT_MONTH, other = formats[b].parts[0] == EXACT_MONTH;
    const struct format *rest = american ? &formats[b] : &formats[a];
    return american != other && strcmp(rest->separator, "/") == 0 && rest->parts[0] != EXACT_YEAR;
}

/* -- reading ---------------------------------------------------------------------------------- */

static bool is_digit(struct span text, size_t at)
{
    return at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9';
}

/* `least` to `most` digits off the front. */
static bool take_digits(struct span *text, size_t least, size_t most, int *out_number)
{
    size_t len = 0;
    int number = 0;
    for (; len < most && is_digit(*text, len); len++)
        number = number * 10 + (text->ptr[len] - '0');
    if (len < least)
        return false;
    *text = span_after(*text, len);
    *out_number = number;
    return true;
}

/* ASCII letters off the front: the English name of a month or its first three letters. */
static bool take_month_name(struct span *text, int *out_month)
{
    static const char *const names[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
    char lower[10];
    size_t len = 0;
    for (; len < text->len && len < sizeof lower; len++) {
        uint8_t letter = text->ptr[len] | 0x20;
        if (letter < 'a' || letter > 'z')
            break;
        lower[len] = (char)letter;
    }
    for (int i = 0; i < 12; i++) {
        if ((len == 3 || len == strlen(names[i])) && memcmp(lower, names[i], len) == 0) {
            *text = span_after(*text, len);
            *out_month = i + 1;
            return true;
        }
    }
    return false;
}

static bool take_part(enum part part, struct span *text, struct day *day)
{
    switch (part) {
    case EXACT_YEAR:
        return take_digits(text, 4, 4, &day->year);
    case EXACT_MONTH:
        return take_digits(text, 2, 2, &day->month);
    case EXACT_DAY:
        return take_digits(text, 2, 2, &day->day);
    case LOOSE_MONTH:
        return take_digits(text, 1, 2, &day->month);
    case LOOSE_DAY:
        return take_digits(text, 1, 2, &day->day);
    case MONTH_NAME:
        return take_month_name(text, &day->month);
    }
    return false;
}

static bool take_text(struct span *text, const char *wanted)
{
    if (!span_starts(*text, span_text(wanted)))
        return false;
    *text = span_after(*text, strlen(wanted));
    return true;
}

/* " hh:mm:ss", which is dropped but must be a time. */
static bool take_time(struct span *text)
{
    int hour, minute, second;
    return take_text(text, " ") && take_digits(text, 2, 2, &hour) && take_text(text, ":") &&
           take_digits(text, 2, 2, &minute) && take_text(text, ":") &&
           take_digits(text, 2, 2, &second) && hour < 24 && minute < 60 && second < 60;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

static bool day_exists(struct day day)
{
    return day.year >= ROLL_YEAR_MIN && day.year <= ROLL_YEAR_MAX && day.month >= 1 &&
           day.month <= 12 && day.day >= 1 && day.day <= days_in_month(day.year, day.month);
}

bool day_read_as(unsigned format, struct span text, struct day *out_day)
{
    const struct format *how = &formats[format];
    struct day day = {0, 0, 0};
    for (unsigned i = 0; i < 3; i++)
        if ((i > 0 && !take_text(&text, how->separator)) || !take_part(how->parts[i], &text, &day))
            return false;
    if ((how->time && !take_time(&text)) || text.len > 0 || !day_exists(day))
        return false;
    *out_day = day;
    return true;
}

bool day_read(struct span text, struct day *out_day)
{
    return day_read_as(0, text, out_day);
}

void day_print(struct day day, uint8_t out_text[DAY_TEXT_BYTES])
{
    const int places[DAY_TEXT_BYTES] = {1000, 100, 10, 1, 0, 10, 1, 0, 10, 1};
    for (unsigned i = 0; i < DAY_TEXT_BYTES; i++) {
        int part = i < 4 ? day.year : i < 7 ? day.month : day.day;
        out_text[i] = (uint8_t)(places[i] == 0 ? '-' : '0' + part / places[i] % 10);
    }
}

/* -- arithmetic ------------------------------------------------------------------------------- */

int day_compare(struct day a, struct day b)
{
    int left = a.year * 10000 + a.month * 100 + a.day;
    int right = b.year * 10000 + b.month * 100 + b.day;
    return (left > right) - (left < right);
}

static const struct {
    const char *name;
    int64_t most;
} units[UNIT_COUNT] = {
    [UNIT_DAYS] = {"days", 40000},
    [UNIT_WEEKS] = {"weeks", 5000},
    [UNIT_MONTHS] = {"months", 1200},
    [UNIT_YEARS] = {"years", 100},
};

bool day_unit_named(struct span name, enum day_unit *out_unit)
{
    for (unsigned i = 0; i < UNIT_COUNT; i++) {
        if (span_equal(name, span_text(units[i].name))) {
            *out_unit = (enum day_unit)i;
            return true;
        }
    }
    return false;
}

int64_t day_unit_most(enum day_unit unit)
{
    return units[unit].most;
}

static struct day minus_days(struct day day, int64_t count)
{
    for (; count >= day.day; day.day = days_in_month(day.year, day.month)) {
        count -= day.day;
        day.year -= day.month == 1 ? 1 : 0;
        day.month = day.month == 1 ? 12 : day.month - 1;
    }
    day.day -= (int)count;
    return day;
}

static struct day minus_months(struct day day, int64_t count)
{
    int months = day.year * 12 + day.month - 1 - (int)count;
    day.year = months / 12;
    day.month = months % 12 + 1;
    int last = days_in_month(day.year, day.month);
    day.day = day.day < last ? day.day : last;
    return day;
}

struct day day_minus(struct day day, int64_t count, enum day_unit unit)
{
    if (unit == UNIT_DAYS || unit == UNIT_WEEKS)
        return minus_days(day, unit == UNIT_WEEKS ? count * 7 : count);
    return minus_months(day, unit == UNIT_YEARS ? count * 12 : count);
}
