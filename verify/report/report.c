#include "report/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void report_init(struct report *report)
{
    memset(report, 0, sizeof *report);
    for (unsigned i = 0; i < CHECKS_TOTAL; i++)
        report->findings[i].entry = NO_ENTRY;
}

/* One line, whatever the bundle's texts hold. */
__attribute__((format(printf, 3, 0))) static void print_line(char *out, size_t bytes,
                                                             const char *format, va_list arguments)
{
    (void)vsnprintf(out, bytes, format, arguments);
    for (char *at = out; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            *at = '?';
}

void report_pass(struct report *report, enum check check)
{
    struct finding *finding = &report->findings[check];
    if (finding->verdict == NOT_RUN && finding->text[0] == '\0')
        finding->verdict = PASSED;
}

void report_pass_with(struct report *report, enum check check, const char *format, ...)
{
    struct finding *finding = &report->findings[check];
    report_pass(report, check);
    if (finding->verdict != PASSED)
        return;
    va_list arguments;
    va_start(arguments, format);
    print_line(finding->text, sizeof finding->text, format, arguments);
    va_end(arguments);
}

void report_fail(struct report *report, enum check check, uint64_t entry, const char *format, ...)
{
    struct finding *finding = &report->findings[check];
    if (finding->verdict == FAILED && finding->entry <= entry)
        return;
    finding->verdict = FAILED;
    finding->entry = entry;
    va_list arguments;
    va_start(arguments, format);
    print_line(finding->text, sizeof finding->text, format, arguments);
    va_end(arguments);
}

bool report_take(struct report *report, enum check check, uint64_t entry, enum outcome outcome,
                 const struct fail *fail)
{
    if (outcome == BAD)
        report_fail(report, check, entry, "%s", fail->text);
    else if (outcome == UNABLE)
        report_not_run(report, check, "%s", fail->text);
    return outcome == GOOD;
}

void report_not_asked(struct report *report, enum check check, const char *why)
{
    struct finding *finding = &report->findings[check];
    if (finding->verdict == FAILED)
        return;
    finding->verdict = NOT_ASKED;
    (void)snprintf(finding->text, sizeof finding->text, "%s", why);
}

void report_not_run(struct report *report, enum check check, const char *format, ...)
{
    struct finding *finding = &report->findings[check];
    if (finding->verdict == FAILED)
        return;
    finding->verdict = NOT_RUN;
    va_list arguments;
    va_start(arguments, format);
    print_line(finding->text, sizeof finding->text, format, arguments);
    va_end(arguments);
}

bool report_failed(const struct report *report, enum check check)
{
    return report->findings[check].verdict == FAILED;
}

void report_fact(struct report *report, const char *name, const char *format, ...)
{
    if (report->fact_count == REPORT_FACTS)
        return;
    struct fact *fact = &report->facts[report->fact_count++];
    (void)snprintf(fact->name, sizeof fact->name, "%s", name);
    va_list arguments;
    va_start(arguments, format);
    print_line(fact->text, sizeof fact->text, format, arguments);
    va_end(arguments);
}

/* The check that others can blame: a failed one rather than one that did not run. */
static enum check find_culprit(const struct report *report)
{
    for (unsigned i = 0; i < CHECKS_TOTAL; i++)
        if (report->findings[i].verdict == FAILED)
            return i;
    for (unsigned i = 0; i < CHECKS_TOTAL; i++)
        if (report->findings[i].verdict == NOT_RUN && report->findings[i].text[0] != '\0')
            return i;
    return CHECKS_TOTAL;
}

void report_close(struct report *report)
{
    enum check culprit = find_culprit(report);
    for (unsigned i = 0; i < CHECKS_TOTAL; i++) {
        struct finding *finding = &report->findings[i];
        if (finding->verdict != NOT_RUN || finding->text[0] != '\0')
            continue;
        if (culprit == CHECKS_TOTAL)
            report_not_run(report, i, "nothing reached this check");
        else
            report_not_run(report, i, "not reached, because of %s", check_id(culprit));
    }
}

unsigned report_count(const struct report *report, enum verdict verdict)
{
    unsigned count = 0;
    for (unsigned i = 0; i < CHECKS_TOTAL; i++)
        count += report->findings[i].verdict == verdict;
    return count;
}

int report_exit_code(const struct report *report)
{
    return report_count(report, FAILED) == 0 && report_count(report, NOT_RUN) == 0 ? 0 : 1;
}

const char *verdict_text(enum verdict verdict)
{
    static const char *const texts[] = {"not run", "passed", "failed", "not asked"};
    return texts[verdict];
}
