/* The report as one HTML file that needs nothing else: no script, no fonts, no other files. */
#include "report/report.h"

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Verification report</title>\n"
    "<style>\n"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#111;background:#fff}\n"
    "table{border-collapse:collapse;width:100%}\n"
    "th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #ccc}\n"
    "td{overflow-wrap:anywhere}\n"
    ".rehearsal,.bad{background:#b00020;color:#fff;padding:.6rem 1rem;font-weight:bold}\n"
    ".good{background:#00652b;color:#fff;padding:.6rem 1rem;font-weight:bold}\n"
    ".failed,.not-run{color:#b00020;font-weight:bold}\n.passed{color:#00652b}\n"
    "code{white-space:nowrap}\n"
    "</style>\n</head>\n<body>\n<h1>Verification report</h1>\n";

static void write_escaped(const char *text, struct buffer *out)
{
    for (; *text != '\0'; text++) {
        if (*text == '&')
            buffer_append_text(out, "&amp;");
        else if (*text == '<')
            buffer_append_text(out, "&lt;");
        else if (*text == '>')
            buffer_append_text(out, "&gt;");
        else if (*text == '"')
            buffer_append_text(out, "&quot;");
        else
            buffer_append_byte(out, (uint8_t)*text);
    }
}

static void write_facts(const struct report *report, struct buffer *out)
{
    buffer_append_text(out, "<table>\n<caption>What was checked</caption>\n");
    for (size_t i = 0; i < report->fact_count; i++) {
        buffer_append_text(out, "<tr><th scope=\"row\">");
        write_escaped(report->facts[i].name, out);
        buffer_append_text(out, "</th><td>");
        write_escaped(report->facts[i].text, out);
        buffer_append_text(out, "</td></tr>\n");
    }
    buffer_append_text(out, "</table>\n");
}

static void write_finding(const struct finding *finding, enum check check, struct buffer *out)
{
    static const char *const classes[] = {"not-run", "passed", "failed", "not-asked"};
    buffer_append_text(out, "<tr><td class=\"");
    buffer_append_text(out, classes[finding->verdict]);
    buffer_append_text(out, "\">");
    buffer_append_text(out, verdict_text(finding->verdict));
    buffer_append_text(out, "</td><th scope=\"row\"><code>");
    buffer_append_text(out, check_id(check));
    buffer_append_text(out, "</code></th><td>");
    write_escaped(check_sentence(check), out);
    if (finding->text[0] != '\0') {
        buffer_append_text(out, "<br>");
        if (finding->entry != NO_ENTRY) {
            buffer_append_text(out, "Entry ");
            buffer_append_decimal(out, (int64_t)finding->entry);
            buffer_append_text(out, ": ");
        }
        write_escaped(finding->text, out);
    }
    buffer_append_text(out, "</td></tr>\n");
}

void report_write_html(const struct report *report, struct buffer *out)
{
    bool good = report_exit_code(report) == 0;
    buffer_append_text(out, head);
    if (report->rehearsal)
        buffer_append_text(out,
                           "<p class=\"rehearsal\">REHEARSAL: this was not a real election.</p>\n");
    buffer_append_text(out, good ? "<p class=\"good\">Verified: everything asked for passed.</p>\n"
                                 : "<p class=\"bad\">Not verified: see below.</p>\n");
    write_facts(report, out);
    buffer_append_text(out, "<table>\n<caption>Checks</caption>\n<tr><th scope=\"col\">Outcome</th>"
                            "<th scope=\"col\">Check</th><th scope=\"col\">What holds</th></tr>\n");
    for (unsigned i = 0; i < CHECKS_TOTAL; i++)
        write_finding(&report->findings[i], i, out);
    buffer_append_text(out, "</table>\n</body>\n</html>\n");
}
