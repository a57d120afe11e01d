/* ElGamal over ristretto255: alpha = rB, beta = rY + M (docs/protocol.md section 8). */
#ifndef CRYPTO_ELGAMAL_H
#define CRYPTO_ELGAMAL_H

#include "crypto/group.h"

struct ciphertext {
    struct point alpha;
    struct point beta;
};

struct ciphertext elgamal_encrypt(const struct point *public, const struct point *message,
                                  const struct scalar *r);

/* Adds r (B, Y): the same message under other randomness. */
struct ciphertext elgamal_reencrypt(const struct point *public, const struct ciphertext *from,
                                    const struct scalar *r);

/* Both points proper. */
bool ciphertext_is_proper(const struct ciphertext *ciphertext);

#endif
