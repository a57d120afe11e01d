#include "crypto/ed25519.h"

#include <openssl/evp.h>

/* p = 2^255 - 19 and the order L of the base point, most significant byte first. */
static const uint8_t FIELD[32] = {
    0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xed,
};
static const uint8_t ORDER[32] = {
    0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x14, 0xde, 0xf9, 0xde, 0xa2, 0xf7, 0x9c, 0xd6, 0x58, 0x12, 0x63, 0x1a, 0x5c, 0xf5, 0xd3, 0xed,
};

/* The y coordinates of the eight points of small order, little-endian: each stands for x and -x. */
static const uint8_t SMALL_ORDER[5][32] = {
    {0x01}, /* order 1 */
    {0x00}, /* order 4 */
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, /* order 2: y = -1 */
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05}, /* order 8 */
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a}, /* order 8 */
};

/* Is a little-endian number below a big-endian bound? */
static bool is_below(const uint8_t number[32], const uint8_t bound[32])
{
    for (int i = 0; i < 32; i++)
        if (number[31 - i] != bound[i])
            return number[31 - i] < bound[i];
    return false;
}

/* y below p, and none of the five y of small order; the sign of x is left aside. */
static bool point_is_strict(const uint8_t encoding[32])
{
    uint8_t y[32];
    memcpy(y, encoding, sizeof y);
    y[31] &= 0x7f;
    if (!is_below(y, FIELD))
        return false;
    for (size_t i = 0; i < sizeof SMALL_ORDER / sizeof SMALL_ORDER[0]; i++)
        if (memcmp(y, SMALL_ORDER[i], sizeof y) == 0)
            return false;
    return true;
}

bool ed25519_key_strict(const uint8_t key[KEY_BYTES])
{
    return point_is_strict(key);
}

static enum outcome check_equation(const uint8_t key[KEY_BYTES], struct span message,
                                   const uint8_t signature[SIGNATURE_BYTES], struct fail *fail)
{
    enum outcome outcome = UNABLE;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY *loaded = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, KEY_BYTES);
    if (context == NULL || loaded == NULL ||
        EVP_DigestVerifyInit(context, NULL, NULL, NULL, loaded) != 1)
        (void)fail_unable(fail, "OpenSSL could not take an Ed25519 key");
    else if (EVP_DigestVerify(context, signature, SIGNATURE_BYTES, message.ptr, message.len) == 1)
        outcome = GOOD;
    else
        outcome = fail_bad(fail, "the signature does not verify");
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(loaded);
    return outcome;
}

enum outcome ed25519_verify(const uint8_t key[KEY_BYTES], struct span message,
                            const uint8_t signature[SIGNATURE_BYTES], struct fail *fail)
{
    if (!point_is_strict(key))
        return fail_bad(fail, "the key is not canonical or has small order");
    if (!point_is_strict(signature))
        return fail_bad(fail, "the signature's R is not canonical or has small order");
    if (!is_below(signature + 32, ORDER))
        return fail_bad(fail, "the signature's S is not below the group order");
    return check_equation(key, message, signature, fail);
}
