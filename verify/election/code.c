#include "election/code.h"

#include "crypto/hash.h"
#include "labels.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

/* The value of a symbol; -1 if it is none. */
static int symbol_value(uint8_t symbol)
{
    if (symbol >= 'a' && symbol <= 'z')
        symbol = (uint8_t)(symbol - 'a' + 'A');
    if (symbol == 'O')
        symbol = '0';
    if (symbol == 'I' || symbol == 'L')
        symbol = '1';
    const char *found = symbol == 0 ? NULL : strchr(CODE_ALPHABET, symbol);
    return found == NULL ? -1 : (int)(found - CODE_ALPHABET);
}

/* x v in GF(2^5) modulo x^5 + x^2 + 1. */
static unsigned times_x(unsigned value)
{
    value <<= 1;
    return (value & 32) != 0 ? value ^ 37 : value;
}

enum outcome code_read(struct span text, uint8_t out_symbols[CODE_RANDOM_SYMBOLS],
                       struct fail *fail)
{
    unsigned values[CODE_SYMBOLS], sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        int value = symbol_value(text.ptr[i]);
        if (text.ptr[i] == ' ' || text.ptr[i] == '-')
            continue;
        if (value < 0)
            return fail_bad(fail, "character %zu is no symbol of a code", i + 1);
        if (count == CODE_SYMBOLS)
            return fail_bad(fail, "a code has %d symbols, this one more", CODE_SYMBOLS);
        values[count++] = (unsigned)value;
    }
    if (count != CODE_SYMBOLS)
        return fail_bad(fail, "a code has %d symbols, this one %zu", CODE_SYMBOLS, count);
    for (size_t i = CODE_RANDOM_SYMBOLS; i-- > 0;) /* Horner: Σ x^i v_i, i from 1 */
        sum = times_x(sum ^ values[i]);
    if (sum != values[CODE_RANDOM_SYMBOLS])
        return fail_bad(fail, "the code was mistyped: its check symbol does not fit");
    for (size_t i = 0; i < CODE_RANDOM_SYMBOLS; i++)
        out_symbols[i] = (uint8_t)CODE_ALPHABET[values[i]];
    OPENSSL_cleanse(values, sizeof values);
    return GOOD;
}

enum outcome code_key(const uint8_t ctx0[HASH_BYTES], const uint8_t symbols[CODE_RANDOM_SYMBOLS],
                      uint8_t out_key[KEY_BYTES], struct fail *fail)
{
    uint8_t seed[KEY_BYTES];
    struct hash hash;
    size_t len = KEY_BYTES;
    hash_start(&hash, LABEL_CREDENTIAL);
    hash_bytes(&hash, ctx0, HASH_BYTES);
    hash_bytes(&hash, symbols, CODE_RANDOM_SYMBOLS);
    hash_end(&hash, seed);
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof seed);
    OPENSSL_cleanse(seed, sizeof seed);
    bool made = key != NULL && EVP_PKEY_get_raw_public_key(key, out_key, &len) == 1;
    EVP_PKEY_free(key);
    return made ? GOOD : fail_unable(fail, "OpenSSL can't make the credential's key");
}

void tracker_make(const uint8_t ctx2[HASH_BYTES], const uint8_t credential[KEY_BYTES],
                  struct span body, char out_text[TRACKER_TEXT_BYTES])
{
    uint8_t bytes[HASH_WIDE_BYTES];
    struct hash hash;
    size_t at = 0;
    hash_start(&hash, LABEL_TRACKER);
    hash_bytes(&hash, ctx2, HASH_BYTES);
    hash_bytes(&hash, credential, KEY_BYTES);
    hash_part(&hash, body);
    hash_end_wide(&hash, bytes);
    for (unsigned symbol = 0; symbol < TRACKER_SYMBOLS; symbol++) {
        unsigned value = 0;
        for (unsigned bit = 5 * symbol; bit < 5 * symbol + 5; bit++)
            value = value << 1 | ((unsigned)bytes[bit / 8] >> (7 - bit % 8) & 1u);
        if (symbol > 0 && symbol % 5 == 0)
            out_text[at++] = '-';
        out_text[at++] = CODE_ALPHABET[value];
    }
    out_text[at] = '\0';
}
