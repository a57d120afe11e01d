#include "base/span.h"

int span_compare(struct span a, struct span b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.ptr, b.ptr, common) : 0;

    if (order)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool span_cut(struct span *rest, uint8_t separator, struct span *out_head)
{
    const uint8_t *at = rest->len ? memchr(rest->ptr, separator, rest->len) : NULL;

    if (!at)
        return false;
    size_t head_len = (size_t)(at - rest->ptr);
    *out_head = span_of(rest->ptr, head_len);
    *rest = span_of(at + 1, rest->len - head_len - 1);
    return true;
}

bool span_line(struct span *rest, struct span *out_line)
{
    if (rest->len == 0)
        return false;
    if (!span_cut(rest, '\n', out_line)) {
        *out_line = *rest;
        *rest = span_of(rest->ptr + rest->len, 0);
    }
    return true;
}

bool span_starts(struct span a, struct span prefix)
{
    return a.len >= prefix.len && span_equal(span_of(a.ptr, prefix.len), prefix);
}

bool span_ends(struct span a, struct span suffix)
{
    if (suffix.len == 0)
        return true;
    return a.len >= suffix.len &&
           span_equal(span_of(a.ptr + (a.len - suffix.len), suffix.len), suffix);
}

bool span_decimal(struct span text, uint64_t *out_value)
{
    uint64_t value = 0;

    if (text.len == 0 || (text.len > 1 && text.ptr[0] == '0'))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(text.ptr[i] - '0'), &value))
            return false;
    }
    *out_value = value;
    return true;
}

/* One row of Unicode's table 3-7: which lead bytes, how many follow, and what the first of those
 * may be (the others are always 80..BF). The narrow second bytes are what shuts out overlong forms
 * (E0, F0), surrogates (ED) and what lies beyond U+10FFFF (F4). */
struct utf8_row {
    uint8_t lead_first, lead_last;
    uint8_t following;
    uint8_t second_first, second_last;
};

static const struct utf8_row utf8_rows[] = {
    {0x00, 0x7F, 0, 0x00, 0x00}, {0xC2, 0xDF, 1, 0x80, 0xBF}, {0xE0, 0xE0, 2, 0xA0, 0xBF},
    {0xE1, 0xEC, 2, 0x80, 0xBF}, {0xED, 0xED, 2, 0x80, 0x9F}, {0xEE, 0xEF, 2, 0x80, 0xBF},
    {0xF0, 0xF0, 3, 0x90, 0xBF}, {0xF1, 0xF3, 3, 0x80, 0xBF}, {0xF4, 0xF4, 3, 0x80, 0x8F},
};

static const struct utf8_row *utf8_row_of(uint8_t lead)
{
    for (size_t i = 0; i < sizeof(utf8_rows) / sizeof(utf8_rows[0]); i++) {
        if (lead >= utf8_rows[i].lead_first && lead <= utf8_rows[i].lead_last)
            return &utf8_rows[i];
    }
    return NULL;
}

size_t span_utf8_char(struct span text)
{
    const struct utf8_row *row = utf8_row_of(text.ptr[0]);

    if (!row || text.len < 1 + (size_t)row->following)
        return 0;
    if (row->following && (text.ptr[1] < row->second_first || text.ptr[1] > row->second_last))
        return 0;
    for (size_t i = 2; i <= row->following; i++) {
        if (text.ptr[i] < 0x80 || text.ptr[i] > 0xBF)
            return 0;
    }
    return 1 + (size_t)row->following;
}

bool span_is_utf8(struct span text)
{
    while (text.len) {
        size_t len = span_utf8_char(text);

        if (len == 0)
            return false;
        text = span_of(text.ptr + len, text.len - len);
    }
    return true;
}
