#include "crypto/group.h"

#include <assert.h>

/* The group's order, little-endian (RFC 9496 section 4). */
static const uint8_t order[SCALAR_BYTES] = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

/* 2^255 - 19, little-endian. */
static const uint8_t field[POINT_BYTES] = {
    0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};

/* a < b as 256-bit little-endian numbers: the borrow of a - b. Constant time. */
static bool is_below(const uint8_t a[static 32], const uint8_t b[static 32])
{
    uint32_t borrow = 0;
    for (int i = 0; i < 32; i++) {
        borrow = ((uint32_t)a[i] - b[i] - borrow) >> 31;
    }
    return borrow == 1;
}

/* Below 2^255 - 19 implies that the top bit is clear. Decoding such bytes and encoding again gives
 * the same bytes (RFC 9496 section 4.3.2), which the unit tests confirm. */
bool point_is_valid(const struct point *point)
{
    bool is_even = (point->bytes[0] & 1) == 0;
    return is_even && is_below(point->bytes, field) &&
           crypto_core_ristretto255_is_valid_point(point->bytes) == 1;
}

bool point_is_proper(const struct point *point)
{
    return !sodium_is_zero(point->bytes, POINT_BYTES) && point_is_valid(point);
}

bool scalar_is_canonical(const struct scalar *scalar)
{
    return is_below(scalar->bytes, order);
}

void scalar_random(struct scalar *out_scalar)
{
    crypto_core_ristretto255_scalar_random(out_scalar->bytes);
}

struct scalar scalar_from_u64(uint64_t value)
{
    struct scalar scalar = {0};
    for (int i = 0; i < 8; i++) {
        scalar.bytes[i] = (uint8_t)(value >> (8 * i));
    }
    return scalar;
}

struct scalar scalar_from_16_bytes(const uint8_t bytes[static 16])
{
    struct scalar scalar = {0};
    memcpy(scalar.bytes, bytes, 16);
    return scalar;
}

struct scalar scalar_add(const struct scalar *a, const struct scalar *b)
{
    struct scalar sum;
    crypto_core_ristretto255_scalar_add(sum.bytes, a->bytes, b->bytes);
    return sum;
}

struct scalar scalar_sub(const struct scalar *a, const struct scalar *b)
{
    struct scalar difference;
    crypto_core_ristretto255_scalar_sub(difference.bytes, a->bytes, b->bytes);
    return difference;
}

struct scalar scalar_mul(const struct scalar *a, const struct scalar *b)
{
    struct scalar product;
    crypto_core_ristretto255_scalar_mul(product.bytes, a->bytes, b->bytes);
    return product;
}

struct scalar scalar_mul_add(const struct scalar *a, const struct scalar *b, const struct scalar *c)
{
    struct scalar product = scalar_mul(a, b);
    struct scalar sum = scalar_add(&product, c);
    sodium_memzero(&product, sizeof product);
    return sum;
}

struct scalar scalar_neg(const struct scalar *a)
{
    struct scalar negative;
    crypto_core_ristretto255_scalar_negate(negative.bytes, a->bytes);
    return negative;
}

struct scalar scalar_invert(const struct scalar *a)
{
    struct scalar inverse;
    int result = crypto_core_ristretto255_scalar_invert(inverse.bytes, a->bytes);
    assert(result == 0 && "zero has no inverse");
    return inverse;
}

bool scalar_is_zero(const struct scalar *a)
{
    return sodium_is_zero(a->bytes, SCALAR_BYTES) == 1;
}

struct point point_identity(void)
{
    return (struct point){0};
}

struct point point_add(const struct point *a, const struct point *b)
{
    struct point sum;
    int result = crypto_core_ristretto255_add(sum.bytes, a->bytes, b->bytes);
    assert(result == 0 && "points are checked when they come in");
    return sum;
}

struct point point_sub(const struct point *a, const struct point *b)
{
    struct point difference;
    int result = crypto_core_ristretto255_sub(difference.bytes, a->bytes, b->bytes);
    assert(result == 0 && "points are checked when they come in");
    return difference;
}

/* libsodium fails both for a product that is the identity, which is right, and for bytes that are
 * no point, which is our bug. */
struct point point_mul(const struct scalar *scalar, const struct point *point)
{
    struct point product;
    if (crypto_scalarmult_ristretto255(product.bytes, scalar->bytes, point->bytes) == 0) {
        return product;
    }
    assert(point_is_valid(point));
    return point_identity();
}

struct point point_mul_base(const struct scalar *scalar)
{
    struct point product;
    if (crypto_scalarmult_ristretto255_base(product.bytes, scalar->bytes) == 0) {
        return product;
    }
    return point_identity();
}

void point_add_product(struct point *sum, const struct scalar *scalar, const struct point *point)
{
    struct point product = point_mul(scalar, point);
    *sum = point_add(sum, &product);
}

struct point point_sum(const struct scalar *scalars, const struct point *points, size_t count)
{
    struct point sum = point_identity();
    for (size_t i = 0; i < count; i++) {
        point_add_product(&sum, &scalars[i], &points[i]);
    }
    return sum;
}

bool point_equal(const struct point *a, const struct point *b)
{
    return sodium_memcmp(a->bytes, b->bytes, POINT_BYTES) == 0;
}

struct scalar scalar_from_hash(struct hash *hash)
{
    struct scalar scalar;
    hash_end_scalar(hash, scalar.bytes);
    return scalar;
}

struct point point_from_hash(struct hash *hash)
{
    struct point point;
    hash_end_point(hash, point.bytes);
    return point;
}
