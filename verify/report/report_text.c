/* The report for a terminal. */
#include "report/report.h"

#include <inttypes.h>
#include <stdio.h>

static void write_finding(const struct finding *finding, enum check check, struct buffer *out)
{
    char line[FAIL_TEXT_BYTES + 200];
    (void)snprintf(line, sizeof line, "%-9s  %-18s %s\n", verdict_text(finding->verdict),
                   check_id(check), check_sentence(check));
    buffer_append_text(out, line);
    if (finding->text[0] == '\0')
        return;
    if (finding->entry != NO_ENTRY)
        (void)snprintf(line, sizeof line, "%30s entry %" PRIu64 ": %s\n", "", finding->entry,
                       finding->text);
    else
        (void)snprintf(line, sizeof line, "%30s %s\n", "", finding->text);
    buffer_append_text(out, line);
}

static void write_summary(const struct report *report, struct buffer *out)
{
    char line[200];
    (void)snprintf(line, sizeof line, "\n%s: %u passed, %u failed, %u not run, %u not asked\n",
                   report_exit_code(report) == 0 ? "VERIFIED" : "NOT VERIFIED",
                   report_count(report, PASSED), report_count(report, FAILED),
                   report_count(report, NOT_RUN), report_count(report, NOT_ASKED));
    buffer_append_text(out, line);
}

void report_write_text(const struct report *report, struct buffer *out)
{
    if (report->rehearsal)
        buffer_append_text(out, "REHEARSAL: this was not a real election.\n\n");
    for (size_t i = 0; i < report->fact_count; i++) {
        char line[FAIL_TEXT_BYTES + FACT_NAME_BYTES + 8];
        (void)snprintf(line, sizeof line, "%-20s %s\n", report->facts[i].name,
                       report->facts[i].text);
        buffer_append_text(out, line);
    }
    buffer_append_text(out, "\n");
    for (unsigned i = 0; i < CHECKS_TOTAL; i++)
        write_finding(&report->findings[i], i, out);
    write_summary(report, out);
}
