#include "crypto/threshold.h"

struct scalar threshold_evaluate(const struct scalar *coefficients, unsigned k, unsigned at)
{
    struct scalar z = scalar_from_u64(at);
    struct scalar value = {0};
    for (unsigned l = k; l-- > 0;) {
        value = scalar_mul_add(&value, &z, &coefficients[l]);
    }
    return value;
}

struct point threshold_evaluate_commitments(const struct point *commitments, unsigned k,
                                            unsigned at)
{
    struct scalar z = scalar_from_u64(at);
    struct point value = point_identity();
    for (unsigned l = k; l-- > 0;) {
        value = point_mul(&z, &value);
        value = point_add(&value, &commitments[l]);
    }
    return value;
}

static bool give_if_proper(const struct point *sum, struct point *out_point)
{
    if (!point_is_proper(sum)) {
        return false;
    }
    *out_point = *sum;
    return true;
}

bool threshold_public(const struct point *commitments, unsigned participants, unsigned k,
                      struct point *out_public)
{
    struct point sum = point_identity();
    for (unsigned i = 0; i < participants; i++) {
        sum = point_add(&sum, &commitments[i * k]);
    }
    return give_if_proper(&sum, out_public);
}

bool threshold_verification_key(const struct point *commitments, unsigned participants, unsigned k,
                                unsigned trustee, struct point *out_key)
{
    struct point sum = point_identity();
    for (unsigned i = 0; i < participants; i++) {
        struct point part = threshold_evaluate_commitments(&commitments[i * k], k, trustee);
        sum = point_add(&sum, &part);
    }
    return give_if_proper(&sum, out_key);
}

/* Π m / (m - j) over the other indices m. */
struct scalar threshold_lagrange(const unsigned *indices, unsigned count, unsigned which)
{
    struct scalar above = scalar_from_u64(1);
    struct scalar below = scalar_from_u64(1);
    struct scalar j = scalar_from_u64(indices[which]);
    for (unsigned i = 0; i < count; i++) {
        if (i != which) {
            struct scalar m = scalar_from_u64(indices[i]);
            struct scalar distance = scalar_sub(&m, &j);
            above = scalar_mul(&above, &m);
            below = scalar_mul(&below, &distance);
        }
    }
    below = scalar_invert(&below);
    return scalar_mul(&above, &below);
}
