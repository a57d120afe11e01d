/* The closed list of ways in which membership systems write dates (docs/roll.md section 2).
 *
 * A format reads the whole text and an existing day of the years 1900 to 2199, or nothing.
 */
#ifndef ROLL_DAYFORM_H
#define ROLL_DAYFORM_H

#include "base/clock.h"
#include "base/fail.h"

enum dayform {
    DAYFORM_ISO,           /* YYYY-MM-DD */
    DAYFORM_ISO_SLASH,     /* YYYY/MM/DD */
    DAYFORM_COMPACT,       /* YYYYMMDD */
    DAYFORM_DMY_SLASH,     /* DD/MM/YYYY */
    DAYFORM_DMY_DASH,      /* DD-MM-YYYY */
    DAYFORM_DMY_DOT,       /* DD.MM.YYYY */
    DAYFORM_MDY_SLASH,     /* MM/DD/YYYY */
    DAYFORM_DMY_SHORT,     /* D/M/YYYY */
    DAYFORM_MONTH,         /* D Month YYYY */
    DAYFORM_MONTH_DASH,    /* D-Month-YYYY */
    DAYFORM_ISO_WITH_TIME, /* YYYY-MM-DD hh:mm:ss */
    DAYFORM_COUNT,
};

/* False: no such format. */
bool dayform_named(struct span name, enum dayform *out_form) MUST_USE;
const char *dayform_name(enum dayform form);
bool dayform_read(enum dayform form, struct span text, struct date *out_date) MUST_USE;
/* The two put day and month in different places, so a text could mean two days. */
bool dayform_clash(enum dayform a, enum dayform b);

#endif
