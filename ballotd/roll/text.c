#include "roll/text.h"

#include "base/code.h"
#include "roll.h"

static bool is_white(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

void text_normalise(struct span raw, struct buf *out)
{
    size_t at = 0;
    bool begun = false;
    for (;;) {
        while (at < raw.len && is_white(raw.ptr[at]))
            at++;
        if (at == raw.len)
            return;
        size_t start = at;
        while (at < raw.len && !is_white(raw.ptr[at]))
            at++;
        if (begun)
            buf_add_byte(out, ' ');
        buf_add(out, span_of(raw.ptr + start, at - start));
        begun = true;
    }
}

bool text_is_normal(struct span text)
{
    if (text.len == 0 || text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' ')
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < 0x20 || text.ptr[i] == 0x7F)
            return false;
        if (text.ptr[i] == ' ' && text.ptr[i - 1] == ' ')
            return false;
    }
    return true;
}

static bool is_of(struct span text, bool underscore)
{
    if (text.len == 0 || text.len > ROLL_TOKEN_BYTES_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        bool lower = byte >= 'a' && byte <= 'z';
        bool digit = byte >= '0' && byte <= '9';
        if (!lower && !digit && byte != '-' && !(underscore && byte == '_'))
            return false;
    }
    return true;
}

bool text_is_token(struct span text)
{
    return is_of(text, true);
}

bool text_is_id(struct span text)
{
    return is_of(text, false);
}

/* Reads at most `max` digits from *at on into *value; returns how many there were. A caller reads
 * no more than 18 in all, which always fit. */
static uint32_t digits(struct span text, size_t *at, uint32_t max, int64_t *value)
{
    uint32_t count = 0;
    while (*at < text.len && count < max && text.ptr[*at] >= '0' && text.ptr[*at] <= '9') {
        *value = *value * 10 + (text.ptr[*at] - '0');
        ++*at;
        count++;
    }
    return count;
}

bool text_number(struct span text, uint32_t decimals, int64_t *out_value)
{
    size_t at = 0;
    int64_t value = 0;
    bool negative = text.len > 0 && text.ptr[0] == '-';
    at += negative;
    uint32_t whole = digits(text, &at, ROLL_DIGITS_MAX, &value);
    if (whole == 0)
        return false;
    uint32_t after = 0;
    if (at < text.len && decimals > 0 && text.ptr[at] == '.') {
        at++;
        after = digits(text, &at, decimals, &value);
        if (after == 0)
            return false;
    }
    if (at != text.len)
        return false;
    for (; after < decimals; after++)
        value *= 10;
    *out_value = negative ? -value : value;
    return true;
}

bool text_integer(struct span text, int64_t *out_value)
{
    size_t at = 0;
    int64_t value = 0;
    bool negative = text.len > 0 && text.ptr[0] == '-';
    at += negative;
    size_t first = at;
    uint32_t count = digits(text, &at, 18, &value);
    if (count == 0 || at != text.len)
        return false;
    if (text.ptr[first] == '0' && (count > 1 || negative))
        return false;
    *out_value = negative ? -value : value;
    return true;
}

static void print_control(uint8_t byte, struct buf *out)
{
    static const char SHORT[32] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    if (SHORT[byte] != 0)
        buf_add_format(out, "\\%c", SHORT[byte]);
    else
        buf_add_format(out, "\\u%04X", byte);
}

void text_print_json(struct span text, struct buf *out)
{
    buf_add_byte(out, '"');
    size_t start = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\')
            continue;
        buf_add(out, span_of(text.ptr + start, i - start));
        start = i + 1;
        if (byte < 0x20) {
            print_control(byte, out);
        } else {
            buf_add_byte(out, '\\');
            buf_add_byte(out, byte);
        }
    }
    buf_add(out, span_of(text.ptr + start, text.len - start));
    buf_add_byte(out, '"');
}

void text_print_member(const char *name, struct span value, bool first, struct buf *out)
{
    if (!first)
        buf_add_byte(out, ',');
    text_print_json(span_str(name), out);
    buf_add_byte(out, ':');
    text_print_json(value, out);
}
