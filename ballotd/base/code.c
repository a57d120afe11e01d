#include "base/code.h"

static const char hex_digits[] = "0123456789abcdef";

void hex_print(struct span bytes, char *out_text)
{
    for (size_t i = 0; i < bytes.len; i++) {
        out_text[2 * i] = hex_digits[bytes.ptr[i] >> 4];
        out_text[2 * i + 1] = hex_digits[bytes.ptr[i] & 15];
    }
    out_text[2 * bytes.len] = 0;
}

void hex_add(struct buf *out, struct span bytes)
{
    uint8_t *room = bytes.len > SIZE_MAX / 2 ? NULL : buf_extend(out, 2 * bytes.len);

    if (room)
        hex_print(bytes, (char *)room);
    else
        out->spoilt = true;
}

static int hex_value(uint8_t digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return -1;
}

bool hex_read(struct span text, uint8_t *out_bytes, size_t len)
{
    if (text.len % 2 != 0 || text.len / 2 != len)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (hex_value(text.ptr[i]) < 0)
            return false;
    }
    for (size_t i = 0; i < len; i++) {
        unsigned high = (unsigned)hex_value(text.ptr[2 * i]);
        unsigned low = (unsigned)hex_value(text.ptr[2 * i + 1]);
        out_bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* One group of at most three bytes becomes four digits, '=' where a byte is missing. */
static void base64_print_group(struct span bytes, uint8_t out_text[static 4])
{
    uint32_t group = 0;

    for (size_t i = 0; i < 3; i++)
        group = group << 8 | (i < bytes.len ? bytes.ptr[i] : 0U);
    for (size_t i = 0; i < 4; i++)
        out_text[i] = i <= bytes.len ? (uint8_t)base64_digits[group >> (18 - 6 * i) & 63] : '=';
}

void base64_add(struct buf *out, struct span bytes)
{
    uint8_t *room = bytes.len > SIZE_MAX / 2 ? NULL : buf_extend(out, (bytes.len + 2) / 3 * 4);

    if (!room)
        out->spoilt = true;
    for (size_t i = 0; room && i < bytes.len; i += 3, room += 4) {
        size_t left = bytes.len - i;
        base64_print_group(span_of(bytes.ptr + i, left < 3 ? left : 3), room);
    }
}

static int base64_value(uint8_t digit)
{
    if (digit >= 'A' && digit <= 'Z')
        return digit - 'A';
    if (digit >= 'a' && digit <= 'z')
        return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9')
        return digit - '0' + 52;
    return digit == '+' ? 62 : digit == '/' ? 63 : -1;
}

/* Four digits, the last one or two of them '=' if `padded`, to one to three bytes. Returns how
 * many; 0 when a digit is wrong, or when the bits that padding leaves over are not zero. */
static size_t base64_read_group(const uint8_t text[static 4], bool padded,
                                uint8_t out_bytes[static 3])
{
    size_t digits = 4;
    uint32_t group = 0;

    while (padded && digits > 2 && text[digits - 1] == '=')
        digits--;
    for (size_t i = 0; i < 4; i++) {
        int value = i < digits ? base64_value(text[i]) : 0;
        if (value < 0)
            return 0;
        group = group << 6 | (uint32_t)value;
    }
    if (group & (0xFFFFFFU >> (8 * (digits - 1))))
        return 0;
    for (size_t i = 0; i < digits - 1; i++)
        out_bytes[i] = (uint8_t)(group >> (16 - 8 * i));
    return digits - 1;
}

/* Takes back what was added. */
static bool base64_refuse(struct buf *out, size_t before)
{
    out->len = before;
    if (out->bytes)
        out->bytes[before] = 0;
    out->spoilt = false;
    return false;
}

bool base64_read(struct span text, struct buf *out)
{
    size_t before = out->len;
    bool padded = text.len > 0 && text.ptr[text.len - 1] == '=';

    if (text.len % 4 != 0 || !buf_ok(out))
        return false;
    size_t whole = text.len / 4 - (padded ? 1 : 0);
    uint8_t *room = buf_extend(out, 3 * whole), last[3];
    if (!room)
        return base64_refuse(out, before);
    for (size_t i = 0; i < whole; i++)
        if (base64_read_group(text.ptr + 4 * i, false, room + 3 * i) == 0)
            return base64_refuse(out, before);
    if (!padded)
        return true;
    size_t len = base64_read_group(text.ptr + 4 * whole, true, last);
    buf_add(out, span_of(last, len));
    return len > 0 && buf_ok(out) ? true : base64_refuse(out, before);
}

bool base64_read_exact(struct span text, uint8_t *out_bytes, size_t len)
{
    struct buf decoded;

    buf_init(&decoded, len);
    bool right = base64_read(text, &decoded) && decoded.len == len;
    if (right && len)
        memcpy(out_bytes, decoded.bytes, len);
    buf_done(&decoded);
    return right;
}
