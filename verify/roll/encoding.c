#include "roll/encoding.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>

static const char *const names[] = {
    [ENCODING_UTF8] = "utf-8",
    [ENCODING_UTF16] = "utf-16",
    [ENCODING_WINDOWS_1252] = "windows-1252",
};

bool encoding_named(struct span name, enum encoding *out_encoding)
{
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (span_equal(name, span_text(names[i]))) {
            *out_encoding = (enum encoding)i;
            return true;
        }
    }
    return false;
}

void encoding_done(struct decoded *decoded)
{
    if (decoded == NULL)
        return;
    free(decoded->own);
    *decoded = (struct decoded){.own = NULL};
}

/* -- UTF-8 ------------------------------------------------------------------------------------ */

static const uint8_t utf8_mark[] = {0xEF, 0xBB, 0xBF};

static bool has_utf8_mark(struct span file)
{
    return span_starts(file, span_of(utf8_mark, sizeof utf8_mark));
}

/* The line of the first byte that is no UTF-8: lines can be judged one by one. */
static uint64_t bad_line(struct span text)
{
    uint64_t number = 1;
    struct span line;
    for (; span_cut(&text, '\n', &line) && utf8_valid(line); number++)
        continue;
    return number;
}

static enum outcome decode_utf8(struct span file, struct decoded *out_decoded, struct fail *fail)
{
    struct span text = has_utf8_mark(file) ? span_after(file, sizeof utf8_mark) : file;
    if (!utf8_valid(text))
        return fail_bad(fail, "line %" PRIu64 ": not UTF-8", bad_line(text));
    *out_decoded = (struct decoded){.span = text};
    return GOOD;
}

/* -- the two that are made into UTF-8 --------------------------------------------------------- */

/* Counts where `at` is NULL, and writes otherwise. */
struct sink {
    uint8_t *at;
    size_t len;
    uint64_t line;
};

static void put_byte(struct sink *sink, uint32_t byte)
{
    if (sink->at != NULL)
        sink->at[sink->len] = (uint8_t)byte;
    sink->len++;
}

static void put(struct sink *sink, uint32_t point)
{
    sink->line += point == '\n';
    if (point < 0x80) {
        put_byte(sink, point);
        return;
    }
    unsigned more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    put_byte(sink, (0xFF00U >> (more + 1) & 0xFF) | point >> 6 * more);
    while (more-- > 0)
        put_byte(sink, 0x80 | (point >> 6 * more & 0x3F));
}

/* The bytes 80 to 9F; 0: not assigned. Source: encoding.spec.whatwg.org, index windows-1252. */
static const uint16_t high[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

static enum outcome read_windows_1252(struct span file, struct sink *sink, struct fail *fail)
{
    if (has_utf8_mark(file))
        return fail_bad(fail, "line 1: a byte order mark of UTF-8 in windows-1252");
    for (size_t i = 0; i < file.len; i++) {
        uint8_t byte = file.ptr[i];
        uint32_t point = byte >= 0x80 && byte < 0xA0 ? high[byte - 0x80] : byte;
        if (point == 0 && byte != 0)
            return fail_bad(fail, "line %" PRIu64 ": the byte %02x is nothing in windows-1252",
                            sink->line, byte);
        put(sink, point);
    }
    return GOOD;
}

static enum outcome read_utf16(struct span file, struct sink *sink, struct fail *fail)
{
    if (file.len < 2 || file.ptr[0] + file.ptr[1] != 0xFE + 0xFF ||
        (file.ptr[0] != 0xFE && file.ptr[0] != 0xFF))
        return fail_bad(fail, "line 1: utf-16 without a byte order mark");
    unsigned low = file.ptr[0] == 0xFF ? 0 : 1; /* where the lower byte of a unit stands */
    uint32_t before = 0;                        /* the first of a pair, or 0 */
    for (size_t i = 2; i + 1 < file.len; i += 2) {
        uint32_t unit = (uint32_t)file.ptr[i + low] | (uint32_t)file.ptr[i + 1 - low] << 8;
        bool first = unit >> 10 == 0xD800 >> 10, second = unit >> 10 == 0xDC00 >> 10;
        if (second != (before != 0))
            return fail_bad(fail, "line %" PRIu64 ": half of a surrogate pair", sink->line);
        if (!first)
            put(sink, second ? 0x10000 + ((before & 0x3FF) << 10 | (unit & 0x3FF)) : unit);
        before = first ? unit : 0;
    }
    if (before != 0 || file.len % 2 != 0)
        return fail_bad(fail, "line %" PRIu64 ": utf-16 ends in the middle", sink->line);
    return GOOD;
}

static enum outcome read_into(enum encoding encoding, struct span file, struct sink *sink,
                              struct fail *fail)
{
    return encoding == ENCODING_UTF16 ? read_utf16(file, sink, fail)
                                      : read_windows_1252(file, sink, fail);
}

enum outcome encoding_decode(enum encoding encoding, struct span file, struct decoded *out_decoded,
                             struct fail *fail)
{
    if (encoding == ENCODING_UTF8)
        return decode_utf8(file, out_decoded, fail);
    struct sink size = {.line = 1}, sink = {.line = 1};
    enum outcome outcome = read_into(encoding, file, &size, fail);
    if (outcome != GOOD)
        return outcome;
    sink.at = malloc(size.len + 1);
    if (sink.at == NULL)
        return fail_unable(fail, "no memory for %zu bytes of text", size.len);
    outcome = read_into(encoding, file, &sink, fail);
    *out_decoded = (struct decoded){span_of(sink.at, sink.len), sink.at};
    return outcome;
}
