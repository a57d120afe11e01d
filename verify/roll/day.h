/*
 * day: dates of the calendar, as texts, as numbers, and moved by months and years.
 *
 * Only days that exist, in the years 1900 to 2199, are read; moving may lead out of them. Nothing
 * here knows a clock, a time zone or a locale. Source: docs/roll.md sections 2 and 4.
 */
#ifndef VERIFY_ROLL_DAY_H
#define VERIFY_ROLL_DAY_H

#include "base/span.h"

struct day {
    int year, month, day;
};

enum { DAY_TEXT_BYTES = 10 }; /* YYYY-MM-DD */

enum day_unit { UNIT_DAYS, UNIT_WEEKS, UNIT_MONTHS, UNIT_YEARS, UNIT_COUNT };

/* "YYYY-MM-DD", and nothing else. */
bool day_read(struct span text, struct day *out_day);

/* The name of one of the formats of section 2; the index is what day_read_as() takes. */
bool day_format_named(struct span name, unsigned *out_format);
bool day_read_as(unsigned format, struct span text, struct day *out_day);

/* The two readings of one text that must not stand in one mapping: docs/roll.md section 2. */
bool day_formats_clash(unsigned a, unsigned b);

void day_print(struct day day, uint8_t out_text[DAY_TEXT_BYTES]);

/* Below 0, 0 or above, as numbers year, month, day: the month need not have that day. */
int day_compare(struct day a, struct day b);

bool day_unit_named(struct span name, enum day_unit *out_unit);

/* The most units that a rule may go back. */
int64_t day_unit_most(enum day_unit unit);

/* Months and years clamp the day to the last of the new month. */
struct day day_minus(struct day day, int64_t count, enum day_unit unit);

#endif
