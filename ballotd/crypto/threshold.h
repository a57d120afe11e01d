/* The arithmetic of a shared key: polynomials over the scalars, and the same in the exponent
 * (docs/protocol.md section 6).
 *
 * Participant i has f_i(z) = Σ_l a_il z^l with k coefficients and publishes A_il = a_il B. The key
 * is Y = Σ_i A_i0, trustee j's part of it x_j = Σ_i f_i(j), and any k parts give the whole by
 * Lagrange's formula at 0. Participants are counted 1 … n; commitments of several participants are
 * one array, k points each, in ascending order of participants.
 */
#ifndef CRYPTO_THRESHOLD_H
#define CRYPTO_THRESHOLD_H

#include "base/fail.h"
#include "crypto/group.h"

/* f(at). Constant time in the coefficients; the result is as secret as they are. */
struct scalar threshold_evaluate(const struct scalar *coefficients, unsigned k, unsigned at);

/* f(at) B, from the commitments of one participant. */
struct point threshold_evaluate_commitments(const struct point *commitments, unsigned k,
                                            unsigned at);

/* Y and X_j. False where the result is the identity, which no key may be. */
bool threshold_public(const struct point *commitments, unsigned participants, unsigned k,
                      struct point *out_public) MUST_USE;
bool threshold_verification_key(const struct point *commitments, unsigned participants, unsigned k,
                                unsigned trustee, struct point *out_key) MUST_USE;

/* λ of indices[which] at 0. The indices differ and none is 0. */
struct scalar threshold_lagrange(const unsigned *indices, unsigned count, unsigned which);

#endif
