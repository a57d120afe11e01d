/* The report of the draft roll for the secretary: alarms first, then the feeds and their age, what
 * became of the people, the cases, and in the end what hinders the seal and what to type next.
 */
#ifndef CLI_ROLL_REPORT_H
#define CLI_ROLL_REPORT_H

#include "base/json.h"

/* Both as the daemon answers, GET roll/report and roll/differences. */
void roll_report_print(const json_t *report, const json_t *differences);
/* The differences alone. */
void roll_report_print_differences(const json_t *differences);

#endif
