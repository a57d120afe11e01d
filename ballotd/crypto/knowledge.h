/* Schnorr's proof that somebody knows x with P = xB: T = tB, z = t + c x, check zB = T + cP.
 *
 * The challenge is c = Hs(statement…, T): the caller hands in a hash to which the label and the
 * whole statement, P included, have been given; it is copied, and T goes in last. What the
 * statement leaves out is not proved.
 */
#ifndef CRYPTO_KNOWLEDGE_H
#define CRYPTO_KNOWLEDGE_H

#include "base/fail.h"
#include "crypto/group.h"

struct knowledge {
    struct point t;
    struct scalar z;
};

struct knowledge knowledge_prove(const struct hash *statement, const struct scalar *x);

/* Checks T and z for range themselves; the public point is a checked one. */
bool knowledge_check(const struct hash *statement, const struct point *public,
                     const struct knowledge *proof) MUST_USE;

#endif
