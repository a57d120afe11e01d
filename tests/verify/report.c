/* Reports: nothing passes by default, failures stay, and the exit status follows. */
#include "report/report.h"

#include "base/json.h"
#include "check.h"

static struct report report;

static void pass_all(void)
{
    report_init(&report);
    for (unsigned i = 0; i < CHECKS_TOTAL; i++)
        report_pass(&report, i);
}

static void test_default(void)
{
    check_case("nothing was done");
    report_init(&report);
    report_close(&report);
    CHECK_UINT(report_count(&report, NOT_RUN), CHECKS_TOTAL);
    CHECK_INT(report_exit_code(&report), 1);
    CHECK_STR(report.findings[LOG_ROOT].text, "nothing reached this check");

    check_case("one check was forgotten");
    pass_all();
    report.findings[COUNT_SHEET] = (struct finding){.verdict = NOT_RUN, .entry = NO_ENTRY};
    report_close(&report);
    CHECK_INT(report_exit_code(&report), 1);

    check_case("everything passed");
    pass_all();
    report_close(&report);
    CHECK_UINT(report_count(&report, PASSED), CHECKS_TOTAL);
    CHECK_INT(report_exit_code(&report), 0);
}

static void test_failures(void)
{
    const struct fail unable = {"no memory"};
    check_case("a failure is never taken back");
    report_init(&report);
    report_fail(&report, MIX_PROOF, 7, "first");
    report_pass(&report, MIX_PROOF);
    report_not_asked(&report, MIX_PROOF, "not now");
    report_not_run(&report, MIX_PROOF, "later");
    CHECK_INT(report.findings[MIX_PROOF].verdict, FAILED);
    CHECK_STR(report.findings[MIX_PROOF].text, "first");

    check_case("the first entry is kept");
    report_fail(&report, MIX_PROOF, 9, "ninth");
    CHECK_UINT(report.findings[MIX_PROOF].entry, 7);
    report_fail(&report, MIX_PROOF, 3, "third");
    CHECK_UINT(report.findings[MIX_PROOF].entry, 3);
    CHECK_STR(report.findings[MIX_PROOF].text, "third");

    check_case("a pass can fail later");
    report_pass(&report, LOG_ROOT);
    report_fail(&report, LOG_ROOT, NO_ENTRY, "after all");
    CHECK_INT(report.findings[LOG_ROOT].verdict, FAILED);

    check_case("what could not be made does not pass");
    CHECK(!report_take(&report, LOG_BLOBS, 4, UNABLE, &unable));
    report_pass(&report, LOG_BLOBS);
    CHECK_INT(report.findings[LOG_BLOBS].verdict, NOT_RUN);
    CHECK_STR(report.findings[LOG_BLOBS].text, "no memory");

    check_case("the rest blames the first failure");
    report_close(&report);
    CHECK_STR(report.findings[COUNT_SHEET].text, "not reached, because of LOG.root");
}

static void test_not_asked(void)
{
    check_case("what nobody asked for does not count");
    pass_all();
    report.findings[ANNEX_DERIVE] = (struct finding){.verdict = NOT_RUN, .entry = NO_ENTRY};
    report_not_asked(&report, ANNEX_DERIVE, "no annex");
    report_close(&report);
    CHECK_INT(report_exit_code(&report), 0);
    CHECK_UINT(report_count(&report, NOT_ASKED), 1);
}

static bool contains(const struct buffer *text, const char *part)
{
    return memmem(text->at, text->len, part, strlen(part)) != NULL;
}

static void test_writers(void)
{
    struct buffer text;
    struct json json;
    pass_all();
    report.rehearsal = true;
    report_fact(&report, "title", "<b>\"Ann & Bob\"</b>\n");
    report_fail(&report, BALLOT_PROOF, 12, "<script>");
    buffer_init(&text, 1 << 20);

    check_case("text");
    report_write_text(&report, &text);
    CHECK(span_starts(buffer_span(&text), span_text("REHEARSAL")));
    CHECK(contains(&text, "entry 12: <script>"));
    CHECK(contains(&text, "NOT VERIFIED"));

    check_case("html");
    buffer_clear(&text);
    report_write_html(&report, &text);
    CHECK(!contains(&text, "<script") && !contains(&text, "<b>"));
    CHECK(contains(&text, "&lt;b&gt;&quot;Ann &amp; Bob&quot;&lt;/b&gt;?"));
    CHECK(contains(&text, "REHEARSAL") && contains(&text, "Not verified"));

    check_case("json");
    buffer_clear(&text);
    report_write_json(&report, &text);
    struct span any;
    json_open(&json, span_of(text.at, text.len - 1));
    json_any(&json, NULL, &any);
    CHECK_INT(json_finish(&json, NULL), GOOD);
    json_done(&json);
    CHECK(contains(&text, "\"verified\":false"));
    CHECK(contains(&text, "{\"id\":\"BALLOT.proof\",\"outcome\":\"failed\""));
    buffer_done(&text);
}

int main(void)
{
    test_default();
    test_failures();
    test_not_asked();
    test_writers();
    return check_end("report");
}
