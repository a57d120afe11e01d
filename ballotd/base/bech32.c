#include "base/bech32.h"

#include <ctype.h>
#include <string.h>

enum { CHECK_SYMBOLS = 6 };

static uint32_t polymod_step(uint32_t state, unsigned symbol)
{
    static const uint32_t generator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                         0x2a1462b3};
    unsigned top = state >> 25;
    state = (state & 0x1ffffff) << 5 ^ symbol;
    for (unsigned i = 0; i < 5; i++)
        state ^= (top >> i & 1) ? generator[i] : 0;
    return state;
}

/* The prefix goes in as the high bits of its characters, a zero, and the low bits. */
static uint32_t polymod_prefix(const char *prefix)
{
    uint32_t state = 1;
    for (const char *at = prefix; *at; at++)
        state = polymod_step(state, (unsigned)*at >> 5);
    state = polymod_step(state, 0);
    for (const char *at = prefix; *at; at++)
        state = polymod_step(state, (unsigned)*at & 31);
    return state;
}

struct writing {
    char *at;
    uint32_t state;
    bool upper;
};

static void put(struct writing *writing, unsigned symbol)
{
    static const char symbols[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    char c = symbols[symbol];
    *writing->at++ = writing->upper ? (char)toupper(c) : c;
}

static void put_bytes(struct writing *writing, struct span bytes)
{
    unsigned bits = 0, held = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        held = (held << 8 | bytes.ptr[i]) & 0xfff;
        for (bits += 8; bits >= 5; bits -= 5) {
            unsigned symbol = held >> (bits - 5) & 31;
            writing->state = polymod_step(writing->state, symbol);
            put(writing, symbol);
        }
    }
    if (bits > 0) {
        unsigned symbol = held << (5 - bits) & 31;
        writing->state = polymod_step(writing->state, symbol);
        put(writing, symbol);
    }
}

void bech32_print(const char *prefix, struct span bytes, bool upper, char *out_text)
{
    struct writing writing = {.at = out_text, .state = polymod_prefix(prefix), .upper = upper};
    for (const char *at = prefix; *at; at++)
        *writing.at++ = upper ? (char)toupper(*at) : *at;
    *writing.at++ = '1';
    put_bytes(&writing, bytes);
    for (unsigned i = 0; i < CHECK_SYMBOLS; i++)
        writing.state = polymod_step(writing.state, 0);
    writing.state ^= 1;
    for (unsigned i = 0; i < CHECK_SYMBOLS; i++)
        put(&writing, writing.state >> 5 * (CHECK_SYMBOLS - 1 - i) & 31);
    *writing.at = 0;
}
