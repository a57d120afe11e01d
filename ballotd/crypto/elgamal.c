#include "crypto/elgamal.h"

struct ciphertext elgamal_encrypt(const struct point *public, const struct point *message,
                                  const struct scalar *r)
{
    struct ciphertext plain = {.alpha = point_identity(), .beta = *message};
    return elgamal_reencrypt(public, &plain, r);
}

struct ciphertext elgamal_reencrypt(const struct point *public, const struct ciphertext *from,
                                    const struct scalar *r)
{
    struct point base_part = point_mul_base(r);
    struct point key_part = point_mul(r, public);
    struct ciphertext to = {.alpha = point_add(&from->alpha, &base_part),
                            .beta = point_add(&from->beta, &key_part)};
    sodium_memzero(&key_part, sizeof key_part);
    return to;
}

bool ciphertext_is_proper(const struct ciphertext *ciphertext)
{
    return point_is_proper(&ciphertext->alpha) && point_is_proper(&ciphertext->beta);
}
