/* The report for other programs: one canonical JSON object and a line feed. */
#include "base/json_write.h"
#include "report/report.h"

static void write_finding(const struct finding *finding, enum check check, struct buffer *out)
{
    json_write_open(out, NULL, '{');
    json_write_text(out, "id", span_text(check_id(check)));
    json_write_text(out, "outcome", span_text(verdict_text(finding->verdict)));
    json_write_text(out, "holds", span_text(check_sentence(check)));
    json_write_integer(out, "entry", finding->entry == NO_ENTRY ? -1 : (int64_t)finding->entry);
    json_write_text(out, "text", span_text(finding->text));
    json_write_close(out, '}');
}

void report_write_json(const struct report *report, struct buffer *out)
{
    json_write_open(out, NULL, '{');
    json_write_boolean(out, "rehearsal", report->rehearsal);
    json_write_boolean(out, "verified", report_exit_code(report) == 0);
    json_write_open(out, "facts", '[');
    for (size_t i = 0; i < report->fact_count; i++) {
        json_write_open(out, NULL, '{');
        json_write_text(out, "name", span_text(report->facts[i].name));
        json_write_text(out, "text", span_text(report->facts[i].text));
        json_write_close(out, '}');
    }
    json_write_close(out, ']');
    json_write_open(out, "checks", '[');
    for (unsigned i = 0; i < CHECKS_TOTAL; i++)
        write_finding(&report->findings[i], i, out);
    json_write_close(out, ']');
    json_write_close(out, '}');
    buffer_append_byte(out, '\n');
}
