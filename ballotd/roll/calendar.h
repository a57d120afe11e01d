/* Working days and deadlines (docs/roll.md section 6). A working day is a UTC day that is neither
 * Saturday, Sunday nor listed by the timetable.
 */
#ifndef ROLL_CALENDAR_H
#define ROLL_CALENDAR_H

#include "base/clock.h"

struct calendar {
    int32_t *non_working; /* days since 1970-01-01, sorted; owned */
    uint32_t count;
};

/* The timetable's days, in any order, all valid. BROKEN without memory. */
enum outcome calendar_init(struct calendar *calendar, const struct date *days, uint32_t count,
                           struct fail *fail) MUST_USE;
void calendar_done(struct calendar *calendar);

bool calendar_is_working(const struct calendar *calendar, int32_t day);

/* The last second of the n-th working day after the UTC day of time_s; with n = 0 of that day
 * itself, working or not. Expects 0 <= time_s; what lies beyond the year 9999 counts as its end. */
int64_t calendar_deadline(const struct calendar *calendar, int64_t time_s, uint32_t working_days);

#endif
