/* Trustees' shares of a list's decryption, one proof for the whole list, and the plaintext points
 * that k of them give (docs/protocol.md section 10).
 *
 * The proof is Chaum and Pedersen's for A = Σ d_m alpha_m and Z = Σ d_m D_m. The weights d_m come
 * from a hash of the whole list and all shares: weights that came from one entry alone could be
 * ground until false shares cancel out. The blob is D_1 … D_Nw || T1 || T2 || z.
 */
#ifndef CRYPTO_DECRYPTION_H
#define CRYPTO_DECRYPTION_H

#include "crypto/cipherlist.h"

/* Whose shares of which box. Borrowed. */
struct decryption_place {
    const uint8_t *ctx3; /* HASH_BYTES */
    struct span box;
    unsigned trustee;        /* index, from 1 */
    const struct point *key; /* X_j, proper */
};

size_t decryption_blob_bytes(const struct cipherlist *list);

/* out_blob has decryption_blob_bytes. `secret` is x_j with X_j = x_j B. The list was checked. */
void decryption_make(const struct decryption_place *place, const struct cipherlist *list,
                     const struct scalar *secret, struct parallel_progress *progress,
                     uint8_t *out_blob);

/* BAD_PROOF decryption.length, decryption.point, decryption.proof. The list was checked. */
enum outcome decryption_check(const struct decryption_place *place, const struct cipherlist *list,
                              struct span blob, struct parallel_progress *progress,
                              struct fail *fail) MUST_USE;

/* M = beta - Σ λ_j D_j for every pair, into out_points (N w of them), from the checked blobs of
 * k trustees with these indices. */
void decryption_combine(const struct cipherlist *list, const struct span *blobs,
                        const unsigned *indices, unsigned k, struct parallel_progress *progress,
                        struct point *out_points);

#endif
