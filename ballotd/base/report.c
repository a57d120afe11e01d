#include "base/report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

enum { LINE_BYTES = 1024, TERMINAL_STEP_MS = 100, LOG_STEP_MS = 10000 };

static _Atomic(enum report_level) lowest_level = REPORT_INFO;

void report_set_level(enum report_level lowest)
{
    atomic_store(&lowest_level, lowest);
}

/* One write, so that lines of several threads or processes never mix. What cannot be written to
 * standard error cannot be reported either. */
static void write_line(const char *text, size_t len)
{
    ssize_t written = write(STDERR_FILENO, text, len);

    (void)written;
}

/* Ends the line in `text` (a buffer of `bytes`) with a LF in place of any truncated rest, and
 * blanks control characters. Returns its length. */
static size_t finish_line(char *text, size_t bytes, size_t len)
{
    if (len > bytes - 2)
        len = bytes - 2;
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
            text[i] = '?';
    }
    text[len++] = '\n';
    text[len] = 0;
    return len;
}

void report_line(enum report_level level, const char *format, ...)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    char line[LINE_BYTES];

    if (level < atomic_load(&lowest_level))
        return;
    instant_print(clock_now_s(), line);
    size_t used = INSTANT_TEXT_BYTES - 1;
    used += (size_t)snprintf(line + used, sizeof(line) - used, " %s ", names[level]);

    va_list args;
    va_start(args, format);
    int text_len = vsnprintf(line + used, sizeof(line) - used, format, args);
    va_end(args);
    used += text_len > 0 ? (size_t)text_len : 0;
    write_line(line, finish_line(line, sizeof(line), used));
}

static void show(struct progress *progress, int64_t now_ms, bool last)
{
    bool terminal = isatty(STDERR_FILENO) == 1;
    char line[LINE_BYTES];
    int64_t spent_ms = now_ms - progress->started_ms;
    int len = snprintf(line, sizeof(line), "%s%s: %" PRIu64, terminal ? "\r" : "", progress->what,
                       progress->done);

    if (progress->total && len > 0 && (size_t)len < sizeof(line))
        len += snprintf(line + len, sizeof(line) - (size_t)len, " of %" PRIu64, progress->total);
    if (len > 0 && (size_t)len < sizeof(line))
        len += snprintf(line + len, sizeof(line) - (size_t)len, ", %" PRId64 ".%" PRId64 " s%s",
                        spent_ms / 1000, spent_ms / 100 % 10,
                        terminal ? (last ? "\x1b[K\n" : "\x1b[K") : "\n");
    if (len > 0)
        write_line(line, (size_t)len < sizeof(line) ? (size_t)len : sizeof(line) - 1);
    progress->shown_ms = now_ms;
}

void progress_start(struct progress *progress, const char *what, uint64_t total, bool quiet)
{
    int64_t now_ms = clock_monotonic_ms();

    *progress = (struct progress){
        .what = what,
        .total = total,
        .started_ms = now_ms,
        .shown_ms = now_ms,
        .quiet = quiet,
    };
}

void progress_step(struct progress *progress, uint64_t done)
{
    progress->done = done;
    if (progress->quiet)
        return;
    int64_t now_ms = clock_monotonic_ms();
    int64_t step_ms = isatty(STDERR_FILENO) == 1 ? TERMINAL_STEP_MS : LOG_STEP_MS;
    if (now_ms - progress->shown_ms >= step_ms)
        show(progress, now_ms, false);
}

void progress_end(struct progress *progress)
{
    if (!progress->quiet)
        show(progress, clock_monotonic_ms(), true);
}
