#include "base/json_write.h"

#include "base/text.h"

/* A comma is due unless the text is empty or has just opened something. */
static void write_comma(struct buffer *out)
{
    if (out->len == 0)
        return;
    uint8_t last = out->at[out->len - 1];
    if (last != '{' && last != '[')
        buffer_append_byte(out, ',');
}

static void write_escaped(struct buffer *out, uint8_t byte)
{
    static const char letters[] = "\"\\bfnrt", meanings[] = "\"\\\b\f\n\r\t";
    const char *meaning = strchr(meanings, byte);
    buffer_append_byte(out, '\\');
    if (meaning != NULL) {
        buffer_append_byte(out, (uint8_t)letters[meaning - meanings]);
    } else {
        buffer_append_text(out, byte < 0x10 ? "u000" : "u001");
        buffer_append_byte(out, (uint8_t) "0123456789ABCDEF"[byte & 15]);
    }
}

static void write_string(struct buffer *out, struct span text)
{
    if (!utf8_valid(text) || (text.len > 0 && memchr(text.ptr, 0, text.len) != NULL)) {
        out->full = true;
        return;
    }
    buffer_append_byte(out, '"');
    size_t start = 0; /* of the bytes that stand for themselves */
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\')
            continue;
        buffer_append(out, span_of(text.ptr + start, i - start));
        write_escaped(out, byte);
        start = i + 1;
    }
    buffer_append(out, span_after(text, start));
    buffer_append_byte(out, '"');
}

static void write_place(struct buffer *out, const char *name)
{
    write_comma(out);
    if (name == NULL)
        return;
    write_string(out, span_text(name));
    buffer_append_byte(out, ':');
}

void json_write_open(struct buffer *out, const char *name, char bracket)
{
    write_place(out, name);
    buffer_append_byte(out, (uint8_t)bracket);
}

void json_write_close(struct buffer *out, char bracket)
{
    buffer_append_byte(out, (uint8_t)bracket);
}

void json_write_text(struct buffer *out, const char *name, struct span text)
{
    write_place(out, name);
    write_string(out, text);
}

void json_write_integer(struct buffer *out, const char *name, int64_t number)
{
    write_place(out, name);
    buffer_append_decimal(out, number);
}

void json_write_boolean(struct buffer *out, const char *name, bool value)
{
    write_place(out, name);
    buffer_append_text(out, value ? "true" : "false");
}

void json_write_hex(struct buffer *out, const char *name, struct span bytes)
{
    write_place(out, name);
    buffer_append_byte(out, '"');
    while (bytes.len > 0) {
        char digits[2 * 32 + 1];
        struct span piece = span_of(bytes.ptr, bytes.len < 32 ? bytes.len : 32);
        hex_encode(piece, digits);
        buffer_append_text(out, digits);
        bytes = span_after(bytes, piece.len);
    }
    buffer_append_byte(out, '"');
}
