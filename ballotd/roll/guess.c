#include "roll/guess.h"

static void add_char(uint32_t code, struct buf *out)
{
    if (code < 0x80) {
        buf_add_byte(out, (uint8_t)code);
        return;
    }
    if (code < 0x800) {
        buf_add_byte(out, (uint8_t)(0xC0 | code >> 6));
    } else if (code < 0x10000) {
        buf_add_byte(out, (uint8_t)(0xE0 | code >> 12));
        buf_add_byte(out, (uint8_t)(0x80 | (code >> 6 & 0x3F)));
    } else {
        buf_add_byte(out, (uint8_t)(0xF0 | code >> 18));
        buf_add_byte(out, (uint8_t)(0x80 | (code >> 12 & 0x3F)));
        buf_add_byte(out, (uint8_t)(0x80 | (code >> 6 & 0x3F)));
    }
    buf_add_byte(out, (uint8_t)(0x80 | (code & 0x3F)));
}

/* 80 to 9F of Windows-1252; where it has nothing, U+FFFD. */
static void decode_1252(struct span file, struct buf *out)
{
    static const uint16_t HIGH[32] = {
        0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
    };
    for (size_t i = 0; i < file.len; i++) {
        uint8_t byte = file.ptr[i];
        add_char(byte >= 0x80 && byte < 0xA0 ? HIGH[byte - 0x80] : byte, out);
    }
}

static uint32_t unit_at(struct span file, size_t at, bool little)
{
    uint32_t a = file.ptr[at];
    uint32_t b = file.ptr[at + 1];
    return little ? a | b << 8 : a << 8 | b;
}

static bool decode_16(struct span file, struct buf *out)
{
    bool little = file.ptr[0] == 0xFF;
    if (file.len % 2 != 0)
        return false;
    for (size_t at = 2; at < file.len; at += 2) {
        uint32_t code = unit_at(file, at, little);
        if (code >= 0xD800 && code < 0xDC00 && at + 2 < file.len) {
            uint32_t low = unit_at(file, at += 2, little);
            code = low >= 0xDC00 && low < 0xE000
                       ? 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
                       : 0xD800;
        }
        if (code >= 0xD800 && code < 0xE000)
            return false;
        add_char(code, out);
    }
    return true;
}

static enum outcome finish(const struct buf *room, struct span *out_text, struct fail *fail)
{
    *out_text = buf_span(room);
    return buf_check(room, "the text of the export", fail);
}

enum outcome guess_text(struct span file, struct buf *room, struct span *out_text,
                        const char **out_encoding, struct fail *fail)
{
    if (span_starts(file, SPAN_LIT("\xFF\xFE")) || span_starts(file, SPAN_LIT("\xFE\xFF"))) {
        if (!decode_16(file, room))
            return fail_set(fail, BAD_INPUT, "suggest.encoding",
                            "the file begins as UTF-16 but is not well-formed; export it again");
        *out_encoding = "utf-16";
        return finish(room, out_text, fail);
    }
    if (file.len > 0 && memchr(file.ptr, 0, file.len) != NULL)
        return fail_set(fail, BAD_INPUT, "suggest.encoding",
                        "the file holds zero bytes: no CSV, or UTF-16 without a byte order mark; "
                        "save the export as UTF-8");
    if (span_is_utf8(file)) {
        bool marked = span_starts(file, SPAN_LIT("\xEF\xBB\xBF"));
        *out_text = marked ? span_of(file.ptr + 3, file.len - 3) : file;
        *out_encoding = "utf-8";
        return OK;
    }
    decode_1252(file, room);
    *out_encoding = "windows-1252";
    return finish(room, out_text, fail);
}
