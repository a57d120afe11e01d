/* How things go wrong: a small enum named by what a caller can do about it, and a message made
 * once, where it happens, that quotes the offending value and its place.
 *
 * Only the edge (HTTP, command line) prints a failure or maps it to a status.
 */
#ifndef BASE_FAIL_H
#define BASE_FAIL_H

#include <stddef.h>

#include "span.h"

#define MUST_USE                 __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

enum outcome {
    OK = 0,
    BAD_INPUT,   /* what was given is malformed: mend it */
    BAD_PROOF,   /* a signature or a proof does not hold: do not retry */
    NOT_ALLOWED, /* well formed, but not this person, or not now */
    CONFLICT,    /* contradicts what already stands */
    NOT_FOUND,   /* no such thing */
    TOO_LARGE,   /* over a limit of include/limit.h */
    BUSY,        /* try again later */
    BROKEN,      /* the machine or an invariant: stop writing, tell the operator */
};

enum { FAIL_TEXT_BYTES = 512, FAIL_CODE_BYTES = 48 };

/* `code` is a stable dotted name such as "ballot.alpha-repeated" (the last part of a problem's type
 * URI); `text` is one line for people: what, where, what to do. */
struct fail {
    enum outcome outcome;
    char code[FAIL_CODE_BYTES];
    char text[FAIL_TEXT_BYTES];
};

/* Fills `fail` (may be NULL) and returns `outcome`, so that `return fail_set(…)` reads as one step.
 * Control characters in the finished text become '?'. The first failure wins only if callers return
 * at once; a second call overwrites. */
enum outcome fail_set(struct fail *fail, enum outcome outcome, const char *code, const char *format,
                      ...) PRINTF_LIKE(4, 5);

#ifdef __clang_analyzer__
/* The analyzer does not look into another file: tell it what is promised above. */
#define fail_set(fail, outcome, ...) (fail_set(fail, outcome, __VA_ARGS__), (outcome))
#endif

/* Puts "context: " before the text of a failure already made; returns fail->outcome. */
enum outcome fail_within(struct fail *fail, const char *format, ...) PRINTF_LIKE(2, 3);

const char *outcome_name(enum outcome outcome);

#endif
