#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>

/* A failure is one line of UTF-8, whatever value it quotes: no control character reaches a terminal
 * or a log, and no broken character, such as truncation leaves, a program that makes JSON of it. */
static void make_one_line(char *text)
{
    struct span rest = span_str(text);
    while (rest.len) {
        size_t len = span_utf8_char(rest);
        char *at = text + ((const char *)rest.ptr - text);
        if (len == 0 || (unsigned char)*at < 0x20 || *at == 0x7F) {
            *at = '?';
            len = 1;
        }
        rest = span_of(rest.ptr + len, rest.len - len);
    }
}

enum outcome(fail_set)(struct fail *fail, enum outcome outcome, const char *code,
                       const char *format, ...)
{
    if (!fail)
        return outcome;
    va_list args;
    va_start(args, format);
    fail->outcome = outcome;
    snprintf(fail->code, sizeof(fail->code), "%s", code);
    vsnprintf(fail->text, sizeof(fail->text), format, args);
    va_end(args);
    make_one_line(fail->text);
    return outcome;
}

enum outcome fail_within(struct fail *fail, const char *format, ...)
{
    if (!fail)
        return BROKEN;
    char inner[FAIL_TEXT_BYTES];
    memcpy(inner, fail->text, sizeof(inner));

    va_list args;
    va_start(args, format);
    int used = vsnprintf(fail->text, sizeof(fail->text), format, args);
    va_end(args);
    if (used >= 0 && (size_t)used < sizeof(fail->text))
        snprintf(fail->text + used, sizeof(fail->text) - (size_t)used, ": %s", inner);
    make_one_line(fail->text);
    return fail->outcome;
}

const char *outcome_name(enum outcome outcome)
{
    static const char *const names[] = {
        [OK] = "ok",
        [BAD_INPUT] = "bad input",
        [BAD_PROOF] = "bad proof",
        [NOT_ALLOWED] = "not allowed",
        [CONFLICT] = "conflict",
        [NOT_FOUND] = "not found",
        [TOO_LARGE] = "too large",
        [BUSY] = "busy",
        [BROKEN] = "broken",
    };

    if ((size_t)outcome >= sizeof(names) / sizeof(names[0]))
        return "unknown outcome";
    return names[outcome];
}
