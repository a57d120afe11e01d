/* ristretto255 (RFC 9496): points and scalars as their 32 bytes, with strict decoding.
 *
 * What comes from outside is checked once with point_is_valid, point_is_proper or
 * scalar_is_canonical; everything after that takes checked values, and handing it another is a bug
 * (asserted). libsodium 1.0.18 is laxer than the protocol: it ignores the top bit of a point, takes
 * scalars from L up, and reports a product that is the identity as an error; none of this shows
 * here. Arithmetic is constant time, except where a result is the identity. In- and outputs may be
 * the same object. Both structs have alignment 1, so that blobs can be read as arrays of them.
 */
#ifndef CRYPTO_GROUP_H
#define CRYPTO_GROUP_H

#include "crypto/hash.h"

struct point {
    uint8_t bytes[POINT_BYTES];
};

struct scalar {
    uint8_t bytes[SCALAR_BYTES];
};

/* Decodes by RFC 9496 section 4.3.1: top bit clear, field element canonical and even. */
bool point_is_valid(const struct point *point);
/* Valid and not the identity. */
bool point_is_proper(const struct point *point);
/* Below L. Constant time. */
bool scalar_is_canonical(const struct scalar *scalar);

void scalar_random(struct scalar *out_scalar); /* 1 … L-1, without bias */
struct scalar scalar_from_u64(uint64_t value);
struct scalar scalar_from_16_bytes(const uint8_t bytes[static 16]); /* little-endian */
struct scalar scalar_add(const struct scalar *a, const struct scalar *b);
struct scalar scalar_sub(const struct scalar *a, const struct scalar *b);
struct scalar scalar_mul(const struct scalar *a, const struct scalar *b);
struct scalar scalar_mul_add(const struct scalar *a, const struct scalar *b,
                             const struct scalar *c); /* ab + c */
struct scalar scalar_neg(const struct scalar *a);
struct scalar scalar_invert(const struct scalar *a); /* a must not be zero */
bool scalar_is_zero(const struct scalar *a);

struct point point_identity(void);
struct point point_add(const struct point *a, const struct point *b);
struct point point_sub(const struct point *a, const struct point *b);
struct point point_mul(const struct scalar *scalar, const struct point *point);
struct point point_mul_base(const struct scalar *scalar);
/* *sum += scalar · point */
void point_add_product(struct point *sum, const struct scalar *scalar, const struct point *point);
/* Σ scalars_i points_i; the identity for count 0. */
struct point point_sum(const struct scalar *scalars, const struct point *points, size_t count);
bool point_equal(const struct point *a, const struct point *b);

/* Hs and Hp with their types. */
struct scalar scalar_from_hash(struct hash *hash);
struct point point_from_hash(struct hash *hash);

static inline struct span point_span(const struct point *point)
{
    return SPAN_ARRAY(point->bytes);
}

static inline struct span scalar_span(const struct scalar *scalar)
{
    return SPAN_ARRAY(scalar->bytes);
}

#endif
