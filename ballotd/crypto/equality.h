/* Chaum and Pedersen's proof that log_B X = log_A Z, by somebody who knows that x:
 * T1 = tB, T2 = tA, z = t + c x; check zB = T1 + cX and zA = T2 + cZ.
 *
 * As in knowledge.h the caller's hash holds the label and the whole statement (A, X and Z in it);
 * it is copied, and T1 and T2 go in last. Used by complaints and by decryption.
 */
#ifndef CRYPTO_EQUALITY_H
#define CRYPTO_EQUALITY_H

#include "base/fail.h"
#include "crypto/group.h"

struct equality {
    struct point t1;
    struct point t2;
    struct scalar z;
};

struct equality equality_prove(const struct hash *statement, const struct point *a,
                               const struct scalar *x);

/* Checks T1, T2 and z for range themselves; a, big_x and big_z are checked points. */
bool equality_check(const struct hash *statement, const struct point *a, const struct point *big_x,
                    const struct point *big_z, const struct equality *proof) MUST_USE;

#endif
