#include "base/text.h"

static int hex_value(uint8_t digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return -1;
}

bool hex_decode(struct span text, uint8_t *out_bytes, size_t len)
{
    if (text.len % 2 != 0 || text.len / 2 != len)
        return false;
    for (size_t i = 0; i < len; i++) {
        int high = hex_value(text.ptr[2 * i]), low = hex_value(text.ptr[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out_bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

void hex_encode(struct span bytes, char *out_text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.len; i++) {
        out_text[2 * i] = digits[bytes.ptr[i] >> 4];
        out_text[2 * i + 1] = digits[bytes.ptr[i] & 15];
    }
    out_text[2 * bytes.len] = '\0';
}

static int base64_value(uint8_t symbol)
{
    if (symbol >= 'A' && symbol <= 'Z')
        return symbol - 'A';
    if (symbol >= 'a' && symbol <= 'z')
        return symbol - 'a' + 26;
    if (symbol >= '0' && symbol <= '9')
        return symbol - '0' + 52;
    return symbol == '+' ? 62 : symbol == '/' ? 63 : -1;
}

/* The number of '=' at the end: 0, 1 or 2. A third one is no symbol and is refused as such. */
static size_t base64_padding(struct span text)
{
    size_t padding = 0;
    while (padding < 2 && padding < text.len && text.ptr[text.len - 1 - padding] == '=')
        padding++;
    return padding;
}

bool base64_decode(struct span text, uint8_t *out_bytes, size_t room, size_t *out_len)
{
    if (text.len % 4 != 0)
        return false;
    size_t padding = base64_padding(text), symbols = text.len - padding;
    size_t len = text.len / 4 * 3 - padding;
    if (len > room)
        return false;
    uint32_t bits = 0;
    unsigned held = 0;
    size_t written = 0;
    for (size_t i = 0; i < symbols; i++) {
        int value = base64_value(text.ptr[i]);
        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out_bytes[written++] = (uint8_t)(bits >> held);
        }
        bits &= (1u << held) - 1;
    }
    if (bits != 0)
        return false; /* spare bits: a second spelling of the same bytes */
    *out_len = written;
    return true;
}

bool base64_decode_exact(struct span text, uint8_t *out_bytes, size_t len)
{
    size_t found;
    return text.len == (len + 2) / 3 * 4 && base64_decode(text, out_bytes, len, &found) &&
           found == len;
}

void base64_encode(struct span bytes, char *out_text)
{
    static const char symbols[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t left = bytes.len - i;
        uint32_t bits = (uint32_t)bytes.ptr[i] << 16;
        if (left > 1)
            bits |= (uint32_t)bytes.ptr[i + 1] << 8;
        if (left > 2)
            bits |= bytes.ptr[i + 2];
        *out_text++ = symbols[bits >> 18];
        *out_text++ = symbols[bits >> 12 & 63];
        *out_text++ = left > 1 ? symbols[bits >> 6 & 63] : '=';
        *out_text++ = left > 2 ? symbols[bits & 63] : '=';
    }
    *out_text = '\0';
}

bool decimal_decode(struct span text, uint64_t *out_number)
{
    if (text.len == 0 || (text.ptr[0] == '0' && text.len > 1))
        return false;
    uint64_t number = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t digit = (uint8_t)(text.ptr[i] - '0');
        if (digit > 9 || number > ((uint64_t)INT64_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *out_number = number;
    return true;
}

/* The length of the UTF-8 sequence at the start of a non-empty text (RFC 3629), or 0. */
static size_t utf8_sequence(struct span text)
{
    uint8_t lead = text.ptr[0];
    if (lead < 0x80)
        return 1;
    size_t len = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.len < len)
        return 0;
    uint8_t least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80; /* no overlong forms */
    uint8_t most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;  /* no surrogates, <= 10FFFF */
    if (text.ptr[1] < least || text.ptr[1] > most)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((text.ptr[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

bool utf8_valid(struct span text)
{
    while (text.len > 0) {
        size_t step = utf8_sequence(text);
        if (step == 0)
            return false;
        text = span_after(text, step);
    }
    return true;
}
