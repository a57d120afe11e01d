/*
 * report: what was checked, what came of it, and what it says about the election.
 *
 * Every check begins as "not run" and stays so unless the code that did the work says otherwise:
 * nothing passes by default. A failure is never taken back, and of several the one at the first
 * entry is kept. Beside the checks stand facts (a name and a text: title, size, digests), which
 * prove nothing by themselves. Source: docs/protocol.md section 12.
 */
#ifndef VERIFY_REPORT_REPORT_H
#define VERIFY_REPORT_REPORT_H

#include "base/buffer.h"
#include "base/fail.h"
#include "report/checks.h"

enum verdict { NOT_RUN, PASSED, FAILED, NOT_ASKED };

#define NO_ENTRY UINT64_MAX /* the finding is about no entry in particular */

struct finding {
    enum verdict verdict;
    uint64_t entry; /* of a failure: the first offending one */
    char text[FAIL_TEXT_BYTES];
};

enum { REPORT_FACTS = 64, FACT_NAME_BYTES = 32 };

struct fact {
    char name[FACT_NAME_BYTES];
    char text[FAIL_TEXT_BYTES];
};

struct report {
    struct finding findings[CHECKS_TOTAL];
    struct fact facts[REPORT_FACTS];
    size_t fact_count;
    bool rehearsal; /* said loudly, first */
};

void report_init(struct report *report);

/* The whole check was made. It passes unless a failure was recorded before, or is later. */
void report_pass(struct report *report, enum check check);

/* Like report_pass, with a remark to stand beside it. */
void report_pass_with(struct report *report, enum check check, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Something offends; `entry` may be NO_ENTRY. */
void report_fail(struct report *report, enum check check, uint64_t entry, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * Records what a step returned: nothing if GOOD, a failure if BAD, "not run" if UNABLE. True if it
 * was GOOD.
 */
bool report_take(struct report *report, enum check check, uint64_t entry, enum outcome outcome,
                 const struct fail *fail);

/* Nobody asked for it. */
void report_not_asked(struct report *report, enum check check, const char *why);

/* It was asked for and could not be made. A failure recorded before stays. */
void report_not_run(struct report *report, enum check check, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

bool report_failed(const struct report *report, enum check check);

void report_fact(struct report *report, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Gives every check that nobody set its reason: the first check that failed or did not run. */
void report_close(struct report *report);

/* How many have this verdict. */
unsigned report_count(const struct report *report, enum verdict verdict);

/* 0: everything asked for passed; 1: something failed or was not run. */
int report_exit_code(const struct report *report);

const char *verdict_text(enum verdict verdict);

/* Each appends a whole document; the buffer is full afterwards if it was too small. */
void report_write_text(const struct report *report, struct buffer *out);
void report_write_json(const struct report *report, struct buffer *out);
void report_write_html(const struct report *report, struct buffer *out);

#endif
