#include "roll/dayform.h"

#include "roll.h"

/* A format is its own pattern: Y, M, D, h, m, s stand for digits of that part, "Month" for a name;
 * everything else for itself. */
static const char *const NAMES[DAYFORM_COUNT] = {
    [DAYFORM_ISO] = "YYYY-MM-DD",
    [DAYFORM_ISO_SLASH] = "YYYY/MM/DD",
    [DAYFORM_COMPACT] = "YYYYMMDD",
    [DAYFORM_DMY_SLASH] = "DD/MM/YYYY",
    [DAYFORM_DMY_DASH] = "DD-MM-YYYY",
    [DAYFORM_DMY_DOT] = "DD.MM.YYYY",
    [DAYFORM_MDY_SLASH] = "MM/DD/YYYY",
    [DAYFORM_DMY_SHORT] = "D/M/YYYY",
    [DAYFORM_MONTH] = "D Month YYYY",
    [DAYFORM_MONTH_DASH] = "D-Month-YYYY",
    [DAYFORM_ISO_WITH_TIME] = "YYYY-MM-DD hh:mm:ss",
};

bool dayform_named(struct span name, enum dayform *out_form)
{
    for (int form = 0; form < DAYFORM_COUNT; form++) {
        if (span_is(name, NAMES[form])) {
            *out_form = (enum dayform)form;
            return true;
        }
    }
    return false;
}

const char *dayform_name(enum dayform form)
{
    return NAMES[form];
}

bool dayform_clash(enum dayform a, enum dayform b)
{
    bool a_day_first = a == DAYFORM_DMY_SLASH || a == DAYFORM_DMY_SHORT;
    bool b_day_first = b == DAYFORM_DMY_SLASH || b == DAYFORM_DMY_SHORT;
    return (a == DAYFORM_MDY_SLASH && b_day_first) || (b == DAYFORM_MDY_SLASH && a_day_first);
}

/* Between min and max digits off the front of *text. */
static bool take_digits(struct span *text, size_t min, size_t max, int32_t *out_value)
{
    int32_t value = 0;
    size_t count = 0;
    while (count < max && count < text->len && text->ptr[count] >= '0' && text->ptr[count] <= '9')
        value = value * 10 + (text->ptr[count++] - '0');
    if (count < min)
        return false;
    *text = span_of(text->ptr + count, text->len - count);
    *out_value = value;
    return true;
}

/* ASCII case aside, is `name` (in lower case) what text begins with? */
static bool begins_with_name(struct span text, const char *name, size_t len)
{
    if (text.len < len)
        return false;
    for (size_t i = 0; i < len; i++) {
        if ((text.ptr[i] | 0x20) != (uint8_t)name[i])
            return false;
    }
    return true;
}

static bool take_month(struct span *text, int32_t *out_month)
{
    static const char *const MONTHS[] = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};
    for (int32_t i = 0; i < 12; i++) {
        size_t len = strlen(MONTHS[i]);
        if (!begins_with_name(*text, MONTHS[i], len))
            len = 3;
        if (!begins_with_name(*text, MONTHS[i], len))
            continue;
        *text = span_of(text->ptr + len, text->len - len);
        *out_month = i + 1;
        return true;
    }
    return false;
}

struct parts {
    int32_t year, month, day, hour, minute, second;
};

static int32_t *part_of(char letter, struct parts *parts)
{
    switch (letter) {
    case 'Y':
        return &parts->year;
    case 'M':
        return &parts->month;
    case 'D':
        return &parts->day;
    case 'h':
        return &parts->hour;
    case 'm':
        return &parts->minute;
    case 's':
        return &parts->second;
    default:
        return NULL;
    }
}

/* One letter run, month name or separator of the pattern, off both. A single letter: 1 or 2 digits.
 */
static bool take_part(const char **pattern, struct span *text, struct parts *parts)
{
    if (strncmp(*pattern, "Month", 5) == 0) {
        *pattern += 5;
        return take_month(text, &parts->month);
    }
    char letter = **pattern;
    int32_t *part = part_of(letter, parts);
    if (part == NULL) {
        if (text->len == 0 || text->ptr[0] != (uint8_t)letter)
            return false;
        *text = span_of(text->ptr + 1, text->len - 1);
        ++*pattern;
        return true;
    }
    size_t count = 0;
    while (**pattern == letter) {
        ++*pattern;
        count++;
    }
    return take_digits(text, count, count == 1 ? 2 : count, part);
}

bool dayform_read(enum dayform form, struct span text, struct date *out_date)
{
    struct parts parts = {0};
    const char *pattern = NAMES[form];
    while (*pattern != '\0') {
        if (!take_part(&pattern, &text, &parts))
            return false;
    }
    struct date date = {parts.year, parts.month, parts.day};
    if (text.len != 0 || date.year < ROLL_YEAR_MIN || date.year > ROLL_YEAR_MAX ||
        !date_is_valid(date) || parts.hour > 23 || parts.minute > 59 || parts.second > 59)
        return false;
    *out_date = date;
    return true;
}
