#include "crypto/credential.h"

#include "labels.h"

static const char alphabet[] = CODE_ALPHABET;

static unsigned symbol_value(char symbol)
{
    return (unsigned)(strchr(alphabet, symbol) - alphabet);
}

/* Multiplies by x in GF(2^5) modulo x^5 + x^2 + 1. */
static unsigned times_x(unsigned value)
{
    value <<= 1;
    return value & 32 ? value ^ 37 : value;
}

/* Σ x^i v_i, i from 1 to 23, by Horner from the last symbol: ((v_23 x + v_22) x + …) x. The weights
 * x^i differ from one another and from the check symbol's own weight, 1. */
static char check_symbol(const char symbols[static CODE_RANDOM_SYMBOLS])
{
    unsigned sum = 0;
    for (int i = CODE_RANDOM_SYMBOLS - 1; i >= 0; i--) {
        sum = times_x(sum ^ symbol_value(symbols[i]));
    }
    return alphabet[sum];
}

void credential_code_draw(struct credential_code *out_code)
{
    randombytes_buf(out_code->symbols, CODE_RANDOM_SYMBOLS);
    for (int i = 0; i < CODE_RANDOM_SYMBOLS; i++) {
        out_code->symbols[i] = alphabet[out_code->symbols[i] & 31];
    }
    out_code->symbols[CODE_RANDOM_SYMBOLS] = '\0';
}

/* Writes the symbols in groups with hyphens between, and a NUL. */
static void print_groups(const char *symbols, size_t count, size_t group, char *out_text)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && i % group == 0) {
            *out_text++ = '-';
        }
        *out_text++ = symbols[i];
    }
    *out_text = '\0';
}

void credential_code_print(const struct credential_code *code,
                           char out_text[static CODE_TEXT_BYTES])
{
    char all[CODE_SYMBOLS];
    memcpy(all, code->symbols, CODE_RANDOM_SYMBOLS);
    all[CODE_RANDOM_SYMBOLS] = check_symbol(code->symbols);
    print_groups(all, CODE_SYMBOLS, 4, out_text);
    sodium_memzero(all, sizeof all);
}

/* A symbol as people write it; NUL for what is none. */
static char symbol_read(uint8_t byte)
{
    char letter = (char)(byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A' : byte);
    switch (letter) {
    case 'O':
        return '0';
    case 'I':
    case 'L':
        return '1';
    default:
        return letter != '\0' && strchr(alphabet, letter) ? letter : '\0';
    }
}

/* Collects the symbols of a typed text; *out_count may exceed CODE_SYMBOLS. */
static enum outcome collect(struct span text, char out_symbols[static CODE_SYMBOLS],
                            size_t *out_count, struct fail *fail)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ' ' || text.ptr[i] == '-') {
            continue;
        }
        char symbol = symbol_read(text.ptr[i]);
        if (symbol == '\0') {
            return fail_set(fail, BAD_INPUT, "code.symbol",
                            "voting code: symbol %zu is not one that codes are made of; "
                            "codes have digits and letters other than U",
                            count + 1);
        }
        if (count < CODE_SYMBOLS) {
            out_symbols[count] = symbol;
        }
        count++;
    }
    *out_count = count;
    return OK;
}

static enum outcome judge(const char symbols[static CODE_SYMBOLS], size_t count, struct fail *fail)
{
    if (count != CODE_SYMBOLS) {
        return fail_set(fail, BAD_INPUT, "code.length",
                        "voting code: %zu symbols, but a code has %d; look for one %s", count,
                        CODE_SYMBOLS, count < CODE_SYMBOLS ? "left out" : "too many");
    }
    if (symbols[CODE_RANDOM_SYMBOLS] != check_symbol(symbols)) {
        return fail_set(fail, BAD_INPUT, "code.check",
                        "voting code: a symbol is wrong or two have changed places; "
                        "compare it with the letter or message");
    }
    return OK;
}

enum outcome credential_code_read(struct span text, struct credential_code *out_code,
                                  struct fail *fail)
{
    char symbols[CODE_SYMBOLS];
    size_t count = 0;
    enum outcome outcome = collect(text, symbols, &count, fail);
    if (outcome == OK) {
        outcome = judge(symbols, count, fail);
    }
    if (outcome == OK) {
        memcpy(out_code->symbols, symbols, CODE_RANDOM_SYMBOLS);
        out_code->symbols[CODE_RANDOM_SYMBOLS] = '\0';
    }
    sodium_memzero(symbols, sizeof symbols);
    return outcome;
}

void credential_seed(const uint8_t ctx0[static HASH_BYTES], const struct credential_code *code,
                     uint8_t out_seed[static KEY_BYTES])
{
    struct hash hash;
    hash_start(&hash, LABEL_CREDENTIAL);
    hash_part(&hash, span_of(ctx0, HASH_BYTES));
    hash_text(&hash, code->symbols);
    hash_end32(&hash, out_seed);
}

void credential_key(const uint8_t ctx0[static HASH_BYTES], const struct credential_code *code,
                    uint8_t out_public[static KEY_BYTES])
{
    uint8_t seed[KEY_BYTES];
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    credential_seed(ctx0, code, seed);
    crypto_sign_seed_keypair(out_public, secret, seed);
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(secret, sizeof secret);
}

void credential_tracker(const uint8_t ctx2[static HASH_BYTES],
                        const uint8_t credential[static KEY_BYTES], struct span body,
                        char out_text[static TRACKER_TEXT_BYTES])
{
    struct hash hash;
    uint8_t wide[HASH_WIDE_BYTES];
    hash_start(&hash, LABEL_TRACKER);
    hash_part(&hash, span_of(ctx2, HASH_BYTES));
    hash_part(&hash, span_of(credential, KEY_BYTES));
    hash_part(&hash, body);
    hash_end(&hash, wide);
    char symbols[TRACKER_SYMBOLS];
    for (unsigned i = 0; i < TRACKER_SYMBOLS; i++) { /* five bits, most significant first */
        unsigned bit = 5 * i;
        unsigned pair = (unsigned)wide[bit / 8] << 8 | wide[bit / 8 + 1];
        symbols[i] = alphabet[pair >> (11 - bit % 8) & 31];
    }
    print_groups(symbols, TRACKER_SYMBOLS, 5, out_text);
}
