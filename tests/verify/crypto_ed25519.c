/* Ed25519 against RFC 8032 section 7.1, and the odd keys and signatures that libraries differ on.
 */
#include "crypto/ed25519.h"

#include "verify/hex.h"

static const struct {
    const char *key, *message, *signature;
} VECTORS[] = {
    {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

/* All eight points of small order, and their other spellings: y + p, and the sign of x = 0. */
static const char *const SMALL[] = {
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* y = 3, spelt p + 3 */
};

struct signed_text {
    uint8_t key[KEY_BYTES], message[2], signature[SIGNATURE_BYTES];
    size_t len;
};

static struct signed_text load(size_t i)
{
    struct signed_text text = {.len = strlen(VECTORS[i].message) / 2};
    from_hex(VECTORS[i].key, text.key, sizeof text.key);
    from_hex(VECTORS[i].message, text.message, text.len);
    from_hex(VECTORS[i].signature, text.signature, sizeof text.signature);
    return text;
}

static enum outcome verify(const struct signed_text *text)
{
    struct fail fail;
    return ed25519_verify(text->key, span_of(text->message, text->len), text->signature, &fail);
}

static void test_vectors(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(VECTORS); i++) {
        struct signed_text text = load(i);
        check_case("RFC 8032 vector %zu", i + 1);
        CHECK_INT(verify(&text), GOOD);
        for (size_t bit = 0; bit < 8 * SIGNATURE_BYTES; bit += 37) {
            text.signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
            CHECK_INT(verify(&text), BAD);
            text.signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        text.key[3] ^= 1;
        CHECK_INT(verify(&text), BAD);
        text.key[3] ^= 1;
        text.message[0] ^= 1;
        CHECK_INT(verify(&text), text.len == 0 ? GOOD : BAD);
    }
}

static void test_small(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(SMALL); i++) {
        struct signed_text text = load(1);
        check_case("%s", SMALL[i]);
        from_hex(SMALL[i], text.signature, 32);
        CHECK_INT(verify(&text), BAD);
        text = load(1);
        from_hex(SMALL[i], text.key, 32);
        CHECK(!ed25519_key_strict(text.key));
        CHECK_INT(verify(&text), BAD);
        /* R = A and S = 0: holds for any message under a lax verifier if A has order one */
        from_hex(SMALL[i], text.signature, 32);
        memset(text.signature + 32, 0, 32);
        CHECK_INT(verify(&text), BAD);
    }
}

/* S + L is the same scalar in another spelling. */
static void test_large_s(void)
{
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,       0xd6,
                                      0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
    struct signed_text text = load(1);
    unsigned carry = 0;
    for (int i = 0; i < 32; i++) {
        carry += (unsigned)text.signature[32 + i] + order[i];
        text.signature[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    check_case("S + L");
    CHECK_INT(verify(&text), BAD);
    memcpy(text.signature + 32, order, 32);
    CHECK_INT(verify(&text), BAD);
}

int main(void)
{
    test_vectors();
    test_small();
    test_large_s();
    return check_end("crypto_ed25519");
}
