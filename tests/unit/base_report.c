#include "base/report.h"

#include <unistd.h>

#include "check.h"

static int saved_stderr;
static int captured;

static void capture_begin(void)
{
    int ends[2] = {-1, -1};

    CHECK(pipe(ends) == 0);
    saved_stderr = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    captured = ends[0];
}

static void capture_end(char *out_text, size_t bytes)
{
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    ssize_t got = read(captured, out_text, bytes - 1);
    out_text[got > 0 ? got : 0] = 0;
    close(captured);
}

static void test_lines(void)
{
    char text[4096];

    check_case("lines");
    capture_begin();
    report_line(REPORT_DEBUG, "not shown");
    report_line(REPORT_INFO, "sealed roll %d\nforged line\x1b[2J", 3);
    report_set_level(REPORT_ERROR);
    report_line(REPORT_WARN, "not shown either");
    report_set_level(REPORT_INFO);
    capture_end(text, sizeof(text));
    CHECK(strlen(text) > 21 && text[4] == '-' && text[19] == 'Z');
    CHECK_STR(text + 20, " info sealed roll 3?forged line?[2J\n");
}

static void test_long_line(void)
{
    char text[4096];

    check_case("a line too long");
    capture_begin();
    report_line(REPORT_ERROR, "%3000d", 1);
    capture_end(text, sizeof(text));
    CHECK_UINT(strlen(text), 1023);
    CHECK(text[1022] == '\n' && strchr(text, '\n') == text + 1022);
}

static void test_progress(void)
{
    struct progress progress;
    char text[4096];

    check_case("progress off a terminal");
    capture_begin();
    progress_start(&progress, "mixing", 10, false);
    for (uint64_t i = 0; i < 10; i++)
        progress_step(&progress, i + 1);
    progress_end(&progress);
    capture_end(text, sizeof(text));
    CHECK(strncmp(text, "mixing: 10 of 10, ", 18) == 0);
    CHECK(strchr(text, '\n') == text + strlen(text) - 1);

    check_case("quiet progress");
    capture_begin();
    progress_start(&progress, "mixing", 0, true);
    progress_step(&progress, 1);
    progress_end(&progress);
    capture_end(text, sizeof(text));
    CHECK_STR(text, "");
}

int main(void)
{
    test_lines();
    test_long_line();
    test_progress();
    return check_end("base_report");
}
