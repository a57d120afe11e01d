/* Verifiable re-encryption shuffle: mixes a list of ballots and proves it, or checks such a proof
 * (docs/protocol.md section 9; Haenni, Locher, Koenig, Dubuis 2017, after Terelius and Wikström).
 *
 * The proof shows that the new list holds the same messages in another order, every column of an
 * entry moved together, and nothing about the order. Both take time linear in the list.
 */
#ifndef CRYPTO_SHUFFLE_H
#define CRYPTO_SHUFFLE_H

#include "crypto/bases.h"
#include "crypto/mixproof.h"

/* Mixes and proves. out_list has the input's shape, out_proof mixproof_bytes(count, width). The
 * input list was checked. BROKEN memory. */
enum outcome shuffle_make(const struct mix_place *place, const struct bases *bases,
                          const struct cipherlist *before, struct parallel_progress *progress,
                          struct ciphertext *out_list, uint8_t *out_proof,
                          struct fail *fail) MUST_USE;

/* Checks form and proof. `before` was checked (as ballots or as the mix before); the points of
 * `after` are checked here. BAD_PROOF mix.length, mix.point, mix.scalar, mix.proof. */
enum outcome shuffle_check(const struct mix_place *place, const struct bases *bases,
                           const struct cipherlist *before, const struct cipherlist *after,
                           struct span proof, struct parallel_progress *progress,
                           struct fail *fail) MUST_USE;

#endif
