/*
 * fail: how a function of the verifier says no.
 *
 * The outcome says what the caller can conclude; the text says what, where and why, in one line
 * that can stand in a report. It is filled once, where the fault is found; callers may put a
 * place in front of it. Nothing below main prints.
 */
#ifndef VERIFY_BASE_FAIL_H
#define VERIFY_BASE_FAIL_H

enum outcome {
    GOOD,   /* checked, and it holds */
    BAD,    /* what was read is wrong: a check fails */
    UNABLE, /* the check could not be made: no memory, unreadable file */
};

enum { FAIL_TEXT_BYTES = 400 };

struct fail {
    char text[FAIL_TEXT_BYTES]; /* always terminated; control characters are shown as '?' */
};

/* Both fill `fail` (which may be NULL) like printf and return BAD or UNABLE. */
enum outcome fail_bad(struct fail *fail, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
enum outcome fail_unable(struct fail *fail, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The analyzer sees one file at a time, and must be told what the two return. */
#ifdef __clang_analyzer__
#define fail_bad(...)    ((void)(fail_bad)(__VA_ARGS__), BAD)
#define fail_unable(...) ((void)(fail_unable)(__VA_ARGS__), UNABLE)
#endif

/* Puts a place in front of the text: "entry 17: " and so on. */
void fail_at(struct fail *fail, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
