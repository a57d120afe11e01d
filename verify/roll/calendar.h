/*
 * calendar: working days, and the last second in which something is still in time.
 *
 * A working day is a UTC day that is neither Saturday, Sunday nor one of the timetable's. Nothing
 * here knows a clock or a time zone: times are those of the board. Source: docs/roll.md section 6.
 */
#ifndef VERIFY_ROLL_CALENDAR_H
#define VERIFY_ROLL_CALENDAR_H

#include "base/arena.h"
#include "base/fail.h"

struct calendar {
    int64_t *closed; /* days from 1970-01-01 on which nobody works, ascending */
    size_t count;
};

enum { DAY_SECONDS = 86400 };

/* BAD if one of the texts is no day. */
enum outcome calendar_init(const struct span *non_working, size_t count, struct arena *arena,
                           struct calendar *out_calendar, struct fail *fail)
    __attribute__((warn_unused_result));

/* The last second of the nth working day after the UTC day of `time_s`; of that day, if n is 0. */
uint64_t calendar_deadline(const struct calendar *calendar, uint64_t time_s, int64_t working_days);

#endif
