#include "crypto/group.h"

#include <sys/random.h>

bool point_decode(const uint8_t bytes[POINT_BYTES], struct point *out_point)
{
    return decaf_255_point_decode(out_point->value, bytes, DECAF_FALSE) == DECAF_SUCCESS;
}

bool point_decode_any(const uint8_t bytes[POINT_BYTES], struct point *out_point)
{
    return decaf_255_point_decode(out_point->value, bytes, DECAF_TRUE) == DECAF_SUCCESS;
}

void point_encode(const struct point *point, uint8_t out_bytes[POINT_BYTES])
{
    decaf_255_point_encode(out_bytes, point->value);
}

void point_from_wide(const uint8_t bytes[HASH_WIDE_BYTES], struct point *out_point)
{
    decaf_255_point_from_hash_uniform(out_point->value, bytes);
}

struct point point_identity(void)
{
    return (struct point){{decaf_255_point_identity[0]}};
}

struct point point_base(void)
{
    return (struct point){{decaf_255_point_base[0]}};
}

bool point_is_identity(const struct point *point)
{
    return decaf_255_point_eq(point->value, decaf_255_point_identity) == DECAF_TRUE;
}

bool point_equal(const struct point *a, const struct point *b)
{
    return decaf_255_point_eq(a->value, b->value) == DECAF_TRUE;
}

void point_add(const struct point *a, const struct point *b, struct point *out_sum)
{
    decaf_255_point_add(out_sum->value, a->value, b->value);
}

void point_subtract(const struct point *a, const struct point *b, struct point *out_difference)
{
    decaf_255_point_sub(out_difference->value, a->value, b->value);
}

void point_scale(const struct point *point, const struct scalar *by, struct point *out_product)
{
    decaf_255_point_scalarmul(out_product->value, point->value, by->value);
}

/* libdecaf 1.0.2 gives the identity for t = 0 whatever s is, so that case goes another way. */
void point_combine(const struct scalar *s, const struct scalar *t, const struct point *p,
                   struct point *out_sum)
{
    if (scalar_is_zero(t))
        decaf_255_precomputed_scalarmul(out_sum->value, decaf_255_precomputed_base, s->value);
    else
        decaf_255_base_double_scalarmul_non_secret(out_sum->value, s->value, p->value, t->value);
}

bool scalar_decode(const uint8_t bytes[SCALAR_BYTES], struct scalar *out_scalar)
{
    return decaf_255_scalar_decode(out_scalar->value, bytes) == DECAF_SUCCESS;
}

void scalar_encode(const struct scalar *scalar, uint8_t out_bytes[SCALAR_BYTES])
{
    decaf_255_scalar_encode(out_bytes, scalar->value);
}

void scalar_from_wide(const uint8_t bytes[HASH_WIDE_BYTES], struct scalar *out_scalar)
{
    decaf_255_scalar_decode_long(out_scalar->value, bytes, HASH_WIDE_BYTES);
}

void scalar_from_16(const uint8_t bytes[16], struct scalar *out_scalar)
{
    decaf_255_scalar_decode_long(out_scalar->value, bytes, 16);
}

struct scalar scalar_from_number(uint64_t number)
{
    struct scalar scalar;
    decaf_255_scalar_set_unsigned(scalar.value, number);
    return scalar;
}

bool scalar_is_zero(const struct scalar *scalar)
{
    return decaf_255_scalar_eq(scalar->value, decaf_255_scalar_zero) == DECAF_TRUE;
}

void scalar_add(const struct scalar *a, const struct scalar *b, struct scalar *out_sum)
{
    decaf_255_scalar_add(out_sum->value, a->value, b->value);
}

void scalar_subtract(const struct scalar *a, const struct scalar *b, struct scalar *out_difference)
{
    decaf_255_scalar_sub(out_difference->value, a->value, b->value);
}

void scalar_multiply(const struct scalar *a, const struct scalar *b, struct scalar *out_product)
{
    decaf_255_scalar_mul(out_product->value, a->value, b->value);
}

void scalar_accumulate(struct scalar *sum, const struct scalar *a, const struct scalar *b)
{
    struct scalar product;
    scalar_multiply(a, b, &product);
    scalar_add(sum, &product, sum);
}

bool scalar_invert(const struct scalar *scalar, struct scalar *out_inverse)
{
    return decaf_255_scalar_invert(out_inverse->value, scalar->value) == DECAF_SUCCESS;
}

enum outcome weights_draw(struct weights *weights, struct scalar *out_weight, struct fail *fail)
{
    if (weights->left == 0) {
        /* getrandom() fills requests of up to 256 bytes whole; longer ones may be cut by signals */
        for (size_t done = 0; done < sizeof weights->bytes; done += 256)
            if (getrandom((uint8_t *)weights->bytes + done, 256, 0) != 256)
                return fail_unable(fail, "the system's random generator gave no bytes");
        weights->left = WEIGHTS_BATCH;
    }
    weights->left--;
    scalar_from_16(weights->bytes[weights->left], out_weight);
    return GOOD;
}

void weights_forget(struct weights *weights)
{
    weights->left = 0;
}
