/* The bytes of a mix proof, and the hashes that both its maker and its checker compute
 * (docs/protocol.md section 9).
 *
 * The blob is C_1…C_N, Ĉ_1…Ĉ_N, T1, T2, T3, Tα_1, Tβ_1, …, Tα_w, Tβ_w, T̂_1…T̂_N, s1, s2, s3,
 * s4_1…s4_w, ŝ_1…ŝ_N, s'_1…s'_N. Arrays here count from 0: c[i] is C_(i+1).
 */
#ifndef CRYPTO_MIXPROOF_H
#define CRYPTO_MIXPROOF_H

#include "crypto/cipherlist.h"

/* Which mix. Borrowed. */
struct mix_place {
    const uint8_t *ctx3; /* HASH_BYTES */
    struct span box;
    uint64_t mixer;          /* the trustee's index */
    uint64_t step;           /* from 1 */
    const struct point *key; /* Y, proper */
};

/* A view of a blob: the maker writes through it, the checker only reads. */
struct mixproof {
    size_t n;
    size_t w;
    struct point *c;
    struct point *c_hat;
    struct point *t;     /* T1, T2, T3, then Tα_l, Tβ_l */
    struct point *t_hat; /* follows t at once */
    struct scalar *s;    /* s1, s2, s3, then s4_l */
    struct scalar *s_hat;
    struct scalar *s_prime;
};

enum { MIX_T_ALPHA = 3, MIX_T_BETA = 4, MIX_S4 = 3 }; /* t[MIX_T_ALPHA + 2l], s[MIX_S4 + l] */

size_t mixproof_bytes(size_t n, size_t w);
struct mixproof mixproof_over(uint8_t *bytes, size_t n, size_t w);

/* st, from the lists before and after and the commitments C. */
void mixproof_state(const struct mix_place *place, const struct cipherlist *before,
                    const struct cipherlist *after, const struct point *c,
                    uint8_t out_state[static HASH_WIDE_BYTES]);

/* u_i for i = 1 … n, into out_u[0 … n-1]. */
void mixproof_weights(const uint8_t state[static HASH_WIDE_BYTES], size_t n,
                      struct parallel_progress *progress, struct scalar *out_u);

/* x, from Ĉ and all T. */
struct scalar mixproof_challenge(const uint8_t state[static HASH_WIDE_BYTES],
                                 const struct mixproof *proof);

#endif
