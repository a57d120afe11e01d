/* The whole test harness: every check counts; a failing one prints file, line, case and both
 * values, and the program goes on.
 *
 * A test program sets the case it is in with check_case() and ends with `return check_end("name")`.
 * It knows nothing of the rooms it tests, so that both programs' tests can use it.
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct check_state {
    unsigned passed;
    unsigned failed;
    char name[128];
};

static struct check_state check_state;

/* Names the case that the following checks belong to, like printf. */
__attribute__((format(printf, 1, 2), unused)) static void check_case(const char *format, ...)
{
    __builtin_va_list args;

    __builtin_va_start(args, format);
    vsnprintf(check_state.name, sizeof(check_state.name), format, args);
    __builtin_va_end(args);
}

__attribute__((unused)) static bool check_count(bool right, const char *file, int line)
{
    if (right) {
        check_state.passed++;
        return true;
    }
    check_state.failed++;
    fprintf(stderr, "%s:%d: %s%s", file, line, check_state.name, check_state.name[0] ? ": " : "");
    return false;
}

__attribute__((unused)) static bool check_true(bool right, const char *expression, const char *file,
                                               int line)
{
    if (!check_count(right, file, line))
        fprintf(stderr, "not so: %s\n", expression);
    return right;
}

__attribute__((unused)) static bool check_int(int64_t got, int64_t want, const char *expression,
                                              const char *file, int line)
{
    if (!check_count(got == want, file, line))
        fprintf(stderr, "%s: got %" PRId64 ", want %" PRId64 "\n", expression, got, want);
    return got == want;
}

__attribute__((unused)) static bool check_uint(uint64_t got, uint64_t want, const char *expression,
                                               const char *file, int line)
{
    if (!check_count(got == want, file, line))
        fprintf(stderr, "%s: got %" PRIu64 ", want %" PRIu64 "\n", expression, got, want);
    return got == want;
}

/* Bytes as text where they are printable, \xNN elsewhere, cut after 200. */
__attribute__((unused)) static void check_print_bytes(const uint8_t *bytes, size_t len)
{
    fputc('"', stderr);
    for (size_t i = 0; i < len && i < 200; i++) {
        if (bytes[i] >= 0x20 && bytes[i] < 0x7F && bytes[i] != '\\' && bytes[i] != '"')
            fputc(bytes[i], stderr);
        else
            fprintf(stderr, "\\x%02x", bytes[i]);
    }
    fprintf(stderr, "\"%s (%zu bytes)", len > 200 ? "..." : "", len);
}

__attribute__((unused)) static bool check_bytes(const void *got, size_t got_len, const void *want,
                                                size_t want_len, const char *expression,
                                                const char *file, int line)
{
    bool right = got_len == want_len && (got_len == 0 || memcmp(got, want, got_len) == 0);

    if (!check_count(right, file, line)) {
        fprintf(stderr, "%s: got ", expression);
        check_print_bytes(got, got_len);
        fprintf(stderr, ", want ");
        check_print_bytes(want, want_len);
        fputc('\n', stderr);
    }
    return right;
}

__attribute__((unused)) static bool check_str(const char *got, const char *want,
                                              const char *expression, const char *file, int line)
{
    if (!got || !want)
        return check_true(got == want, expression, file, line);
    return check_bytes(got, strlen(got), want, strlen(want), expression, file, line);
}

/* Appends to the text in a buffer of so many bytes; a test whose text does not fit is wrong. */
__attribute__((format(printf, 3, 4), unused)) static void check_append(char *text, size_t bytes,
                                                                       const char *format, ...)
{
    size_t len = strlen(text);
    __builtin_va_list args;

    __builtin_va_start(args, format);
    int more = vsnprintf(text + len, bytes - len, format, args);
    __builtin_va_end(args);
    if (more < 0 || (size_t)more >= bytes - len)
        check_count(false, __FILE__, __LINE__);
}

/* Prints "name: N passed, N failed" and gives main's exit code. A test without checks fails. */
__attribute__((unused)) static int check_end(const char *name)
{
    printf("%s: %u passed, %u failed\n", name, check_state.passed, check_state.failed);
    return check_state.failed == 0 && check_state.passed > 0 ? 0 : 1;
}

/* Each is an expression that says whether the check held: if (!CHECK(x)) return; */
#define CHECK(condition)     check_true((condition), #condition, __FILE__, __LINE__)
#define CHECK_INT(got, want) check_int((int64_t)(got), (int64_t)(want), #got, __FILE__, __LINE__)
#define CHECK_UINT(got, want)                                                                      \
    check_uint((uint64_t)(got), (uint64_t)(want), #got, __FILE__, __LINE__)
#define CHECK_STR(got, want) check_str((got), (want), #got, __FILE__, __LINE__)
#define CHECK_BYTES(got, want, len)                                                                \
    check_bytes((got), (size_t)(len), (want), (size_t)(len), #got, __FILE__, __LINE__)
/* For anything with members ptr and len. */
#define CHECK_SPAN(got, want)                                                                      \
    ({                                                                                             \
        __typeof__(got) got_ = (got);                                                              \
        __typeof__(want) want_ = (want);                                                           \
        check_bytes(got_.ptr, got_.len, want_.ptr, want_.len, #got, __FILE__, __LINE__);           \
    })
/* A span against a C string. */
#define CHECK_TEXT(got, want)                                                                      \
    ({                                                                                             \
        __typeof__(got) got_ = (got);                                                              \
        const char *want_ = (want);                                                                \
        check_bytes(got_.ptr, got_.len, want_, strlen(want_), #got, __FILE__, __LINE__);           \
    })

#define CHECK_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
