/* What the operator reads: log lines on standard error, one event a line, and progress for people.
 */
#ifndef BASE_REPORT_H
#define BASE_REPORT_H

#include "fail.h"

enum report_level { REPORT_DEBUG, REPORT_INFO, REPORT_WARN, REPORT_ERROR };

void report_set_level(enum report_level lowest);
/* "2026-03-01T12:00:00Z info what happened\n". Never personal data, codes or keys. */
void report_line(enum report_level level, const char *format, ...) PRINTF_LIKE(2, 3);

/* Progress of long work: rewrites one line on a terminal, writes one line every ten seconds
 * elsewhere, nothing when quiet. total 0: unknown. */
struct progress {
    const char *what;
    uint64_t total;
    uint64_t done;
    int64_t started_ms;
    int64_t shown_ms;
    bool quiet;
};

void progress_start(struct progress *progress, const char *what, uint64_t total, bool quiet);
void progress_step(struct progress *progress, uint64_t done);
void progress_end(struct progress *progress);

#endif
