#include "crypto/ed25519.h"

#include <sodium.h>

/* The y coordinates of the eight points of order 1, 2, 4 and 8, little-endian; the sign of x does
 * not matter, since a point and its negative have the same order. */
static const uint8_t small_order_y[5][KEY_BYTES] = {
    {0x00}, /* order 4 */
    {0x01}, /* the identity */
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
};

/* p = 2^255 - 19 and the group order L = 2^252 + 27742317777372353535851937790883648493. */
static const uint8_t field_prime[KEY_BYTES] = {
    0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
static const uint8_t group_order[KEY_BYTES] = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10};

/* Little-endian a < b. Public values: time may depend on them. */
static bool is_below(const uint8_t a[static KEY_BYTES], const uint8_t b[static KEY_BYTES])
{
    for (size_t i = KEY_BYTES; i-- > 0;)
        if (a[i] != b[i])
            return a[i] < b[i];
    return false;
}

/* x = 0 with the sign bit set, the one other non-canonical form, occurs only for y = 1 and p - 1:
 * both are of small order and fall with them. */
static bool point_is_strict(const uint8_t point[static KEY_BYTES])
{
    uint8_t y[KEY_BYTES];
    memcpy(y, point, sizeof y);
    y[KEY_BYTES - 1] &= 0x7f;
    if (!is_below(y, field_prime))
        return false;
    for (size_t i = 0; i < sizeof small_order_y / sizeof small_order_y[0]; i++)
        if (memcmp(y, small_order_y[i], sizeof y) == 0)
            return false;
    return true;
}

void ed25519_pair(const uint8_t seed[static KEY_BYTES], uint8_t out_key[static KEY_BYTES],
                  uint8_t out_secret[static ED25519_SECRET_BYTES])
{
    crypto_sign_seed_keypair(out_key, out_secret, seed);
}

void ed25519_sign(const uint8_t secret[static ED25519_SECRET_BYTES], struct span message,
                  uint8_t out_signature[static SIGNATURE_BYTES])
{
    crypto_sign_detached(out_signature, NULL, message.ptr, message.len, secret);
}

bool ed25519_key_is_sound(const uint8_t key[static KEY_BYTES])
{
    uint8_t montgomery[KEY_BYTES]; /* converting is how libsodium is asked: in the group? */
    return point_is_strict(key) && crypto_sign_ed25519_pk_to_curve25519(montgomery, key) == 0;
}

bool ed25519_verify(const uint8_t key[static KEY_BYTES], struct span message,
                    const uint8_t signature[static SIGNATURE_BYTES])
{
    return point_is_strict(key) && point_is_strict(signature) &&
           is_below(signature + KEY_BYTES, group_order) &&
           crypto_sign_verify_detached(signature, message.ptr, message.len, key) == 0;
}
