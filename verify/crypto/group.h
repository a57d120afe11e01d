/*
 * group: ristretto255 (RFC 9496) and its scalars, through libdecaf.
 *
 * Decoding is strict: a point has one encoding (canonical, top bit clear), a scalar is below the
 * order L. point_decode() also refuses the identity, which has no business in a key, a ciphertext,
 * a message or a share; point_decode_any() is for the commitments of proofs, where it may occur.
 * Nothing here is secret, so nothing is wiped. A struct point takes 256 bytes: work in blocks.
 */
#ifndef VERIFY_CRYPTO_GROUP_H
#define VERIFY_CRYPTO_GROUP_H

#include "base/fail.h"
#include "protocol.h"

#include <decaf/point_255.h>
#include <stdbool.h>
#include <stdint.h>

struct point {
    decaf_255_point_t value;
};

struct scalar {
    decaf_255_scalar_t value;
};

/* False: not a canonical encoding, or (point_decode) the identity. About 5 µs. */
bool point_decode(const uint8_t bytes[POINT_BYTES], struct point *out_point)
    __attribute__((warn_unused_result));
bool point_decode_any(const uint8_t bytes[POINT_BYTES], struct point *out_point)
    __attribute__((warn_unused_result));
void point_encode(const struct point *point, uint8_t out_bytes[POINT_BYTES]);

/* The map of RFC 9496 section 4.3.4, from 64 uniform bytes. About 13 µs. */
void point_from_wide(const uint8_t bytes[HASH_WIDE_BYTES], struct point *out_point);

struct point point_identity(void);
struct point point_base(void); /* B of RFC 9496 */
bool point_is_identity(const struct point *point);
bool point_equal(const struct point *a, const struct point *b);

/* The result may be one of the arguments. */
void point_add(const struct point *a, const struct point *b, struct point *out_sum);
void point_subtract(const struct point *a, const struct point *b, struct point *out_difference);
void point_scale(const struct point *point, const struct scalar *by, struct point *out_product);

/* s B + t P: the usual two-term check, cheaper than its parts. */
void point_combine(const struct scalar *s, const struct scalar *t, const struct point *p,
                   struct point *out_sum);

/* False: not below L. */
bool scalar_decode(const uint8_t bytes[SCALAR_BYTES], struct scalar *out_scalar)
    __attribute__((warn_unused_result));
void scalar_encode(const struct scalar *scalar, uint8_t out_bytes[SCALAR_BYTES]);

/* Little-endian bytes reduced mod L: 64 of a hash, 16 of a weight. */
void scalar_from_wide(const uint8_t bytes[HASH_WIDE_BYTES], struct scalar *out_scalar);
void scalar_from_16(const uint8_t bytes[16], struct scalar *out_scalar);
struct scalar scalar_from_number(uint64_t number);

bool scalar_is_zero(const struct scalar *scalar);
void scalar_add(const struct scalar *a, const struct scalar *b, struct scalar *out_sum);
void scalar_subtract(const struct scalar *a, const struct scalar *b, struct scalar *out_difference);
void scalar_multiply(const struct scalar *a, const struct scalar *b, struct scalar *out_product);

/* *sum += a b, the commonest step of every combined check. */
void scalar_accumulate(struct scalar *sum, const struct scalar *a, const struct scalar *b);

/* False for zero. */
bool scalar_invert(const struct scalar *scalar, struct scalar *out_inverse)
    __attribute__((warn_unused_result));

/*
 * 128-bit weights for combined checks, from the system's generator. They must be drawn after the
 * whole statement and proof were read, so weights_draw() is called at that moment and asks the
 * system for a batch; a struct of zeros holds none. Not to be shared between threads.
 */
enum { WEIGHTS_BATCH = 64 };
struct weights {
    uint8_t bytes[WEIGHTS_BATCH][16];
    unsigned left;
};

enum outcome weights_draw(struct weights *weights, struct scalar *out_weight, struct fail *fail)
    __attribute__((warn_unused_result));

/* Throws away what was drawn in advance: before the next statement is checked. */
void weights_forget(struct weights *weights);

#endif
