#include "crypto/knowledge.h"

static struct scalar challenge(const struct hash *statement, const struct point *t)
{
    struct hash hash = *statement;
    hash_part(&hash, point_span(t));
    return scalar_from_hash(&hash);
}

struct knowledge knowledge_prove(const struct hash *statement, const struct scalar *x)
{
    struct scalar t;
    scalar_random(&t);
    struct knowledge proof = {.t = point_mul_base(&t)};
    struct scalar c = challenge(statement, &proof.t);
    proof.z = scalar_mul_add(&c, x, &t);
    sodium_memzero(&t, sizeof t);
    return proof;
}

bool knowledge_check(const struct hash *statement, const struct point *public,
                     const struct knowledge *proof)
{
    if (!point_is_valid(&proof->t) || !scalar_is_canonical(&proof->z)) {
        return false;
    }
    struct scalar c = challenge(statement, &proof->t);
    struct point left = point_mul_base(&proof->z);
    struct point right = point_mul(&c, public);
    right = point_add(&right, &proof->t);
    return point_equal(&left, &right);
}
