#include "crypto/equality.h"

static struct scalar challenge(const struct hash *statement, const struct point *t1,
                               const struct point *t2)
{
    struct hash hash = *statement;
    hash_part(&hash, point_span(t1));
    hash_part(&hash, point_span(t2));
    return scalar_from_hash(&hash);
}

struct equality equality_prove(const struct hash *statement, const struct point *a,
                               const struct scalar *x)
{
    struct scalar t;
    scalar_random(&t);
    struct equality proof = {.t1 = point_mul_base(&t), .t2 = point_mul(&t, a)};
    struct scalar c = challenge(statement, &proof.t1, &proof.t2);
    proof.z = scalar_mul_add(&c, x, &t);
    sodium_memzero(&t, sizeof t);
    return proof;
}

/* left = t + c·image */
static bool holds(const struct point *left, const struct point *t, const struct scalar *c,
                  const struct point *image)
{
    struct point right = point_mul(c, image);
    right = point_add(&right, t);
    return point_equal(left, &right);
}

bool equality_check(const struct hash *statement, const struct point *a, const struct point *big_x,
                    const struct point *big_z, const struct equality *proof)
{
    if (!point_is_valid(&proof->t1) || !point_is_valid(&proof->t2) ||
        !scalar_is_canonical(&proof->z)) {
        return false;
    }
    struct scalar c = challenge(statement, &proof->t1, &proof->t2);
    struct point over_base = point_mul_base(&proof->z);
    struct point over_a = point_mul(&proof->z, a);
    return holds(&over_base, &proof->t1, &c, big_x) && holds(&over_a, &proof->t2, &c, big_z);
}
