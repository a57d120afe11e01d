#include "roll/encoding.h"

#define BOM SPAN_LIT("\xEF\xBB\xBF")

/* What bytes 80 to 9F are in windows-1252 (WHATWG Encoding); 0: not assigned. From A0 on bytes and
 * characters have the same numbers. */
static const uint16_t HIGH_CONTROLS[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

bool encoding_named(struct span name, enum encoding *out_encoding)
{
    static const char *const NAMES[] = {[ENCODING_UTF8] = "utf-8",
                                        [ENCODING_UTF16] = "utf-16",
                                        [ENCODING_WINDOWS_1252] = "windows-1252"};
    for (int i = 0; i < 3; i++) {
        if (!span_is(name, NAMES[i]))
            continue;
        *out_encoding = (enum encoding)i;
        return true;
    }
    return false;
}

/* A character that a file holds, and how many bytes it takes there; 0: none can be read. */
struct character {
    uint32_t code;
    size_t bytes;
};

typedef struct character (*next_character)(struct span file, size_t at);

static struct character next_1252(struct span file, size_t at)
{
    uint8_t byte = file.ptr[at];
    if (byte < 0x80 || byte >= 0xA0)
        return (struct character){byte, 1};
    uint16_t code = HIGH_CONTROLS[byte - 0x80];
    return (struct character){code, code != 0};
}

static uint32_t unit_at(struct span file, size_t at, bool big)
{
    return big ? (uint32_t)file.ptr[at] << 8 | file.ptr[at + 1]
               : (uint32_t)file.ptr[at + 1] << 8 | file.ptr[at];
}

/* Surrogates only in pairs, the high one first. */
static struct character next_16(struct span file, size_t at, bool big)
{
    struct character none = {0};
    if (file.len - at < 2)
        return none;
    uint32_t unit = unit_at(file, at, big);
    if (unit < 0xD800 || unit > 0xDFFF)
        return (struct character){unit, 2};
    if (unit > 0xDBFF || file.len - at < 4)
        return none;
    uint32_t low = unit_at(file, at + 2, big);
    if (low < 0xDC00 || low > 0xDFFF)
        return none;
    return (struct character){0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), 4};
}

static struct character next_16le(struct span file, size_t at)
{
    return next_16(file, at, false);
}

static struct character next_16be(struct span file, size_t at)
{
    return next_16(file, at, true);
}

static size_t utf8_len(uint32_t code)
{
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

static size_t put_utf8(uint32_t code, uint8_t *out)
{
    static const uint8_t LEADS[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t len = utf8_len(code);
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (uint8_t)(0x80 | (code & 0x3F));
        code >>= 6;
    }
    out[0] = (uint8_t)(LEADS[len] | code);
    return len;
}

static enum outcome refuse(uint32_t line, const char *why, struct encoding_flaw *out_flaw,
                           struct fail *fail)
{
    *out_flaw = (struct encoding_flaw){line, why};
    return fail_set(fail, BAD_INPUT, "roll.encoding", "line %u: %s", line, why);
}

/* Reads twice: for the length and the errors, then for the text, so that it is allocated once. */
static enum outcome rewrite(next_character next, struct span file, struct buf *room,
                            struct encoding_flaw *out_flaw, struct fail *fail)
{
    size_t len = 0;
    uint32_t line = 1;
    struct character character;
    for (size_t at = 0; at < file.len; at += character.bytes) {
        character = next(file, at);
        if (character.bytes == 0) {
            return refuse(line, "not in the encoding that the mapping names", out_flaw, fail);
        }
        len += utf8_len(character.code);
        line += character.code == '\n';
    }
    uint8_t *out = buf_extend(room, len);
    if (out == NULL)
        return buf_check(room, "the snapshot's text", fail);
    for (size_t at = 0; at < file.len; at += character.bytes) {
        character = next(file, at);
        out += put_utf8(character.code, out);
    }
    return OK;
}

enum outcome encoding_read(enum encoding encoding, struct span file, struct buf *room,
                           struct span *out_text, struct encoding_flaw *out_flaw, struct fail *fail)
{
    bool little = span_starts(file, SPAN_LIT("\xFF\xFE"));
    enum outcome outcome = OK;
    if (encoding == ENCODING_UTF8) {
        size_t skip = span_starts(file, BOM) ? BOM.len : 0;
        *out_text = span_of(file.ptr + skip, file.len - skip);
        return OK;
    }
    if (encoding == ENCODING_WINDOWS_1252) {
        if (span_starts(file, BOM))
            return refuse(1, "the file begins as UTF-8 does, not as windows-1252", out_flaw, fail);
        outcome = rewrite(next_1252, file, room, out_flaw, fail);
    } else {
        if (!little && !span_starts(file, SPAN_LIT("\xFE\xFF")))
            return refuse(1, "a file in utf-16 begins with a byte order mark", out_flaw, fail);
        outcome = rewrite(little ? next_16le : next_16be, span_of(file.ptr + 2, file.len - 2), room,
                          out_flaw, fail);
    }
    if (outcome == OK)
        *out_text = buf_span(room);
    return outcome;
}
