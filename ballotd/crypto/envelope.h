/* One encrypted chunk of a ballot with the proof that its maker knows what is in it: 128 bytes,
 * alpha || beta || T || z (docs/protocol.md section 8).
 *
 * The proof binds election, contest, credential, position and key, so that nobody can hand in
 * another voter's chunk as their own, re-randomised or not. A body is an array of these.
 */
#ifndef CRYPTO_ENVELOPE_H
#define CRYPTO_ENVELOPE_H

#include "crypto/elgamal.h"
#include "crypto/knowledge.h"

struct envelope {
    struct ciphertext ciphertext;
    struct knowledge proof;
};

/* Where an envelope belongs. Everything is borrowed. */
struct envelope_place {
    const uint8_t *ctx2;       /* HASH_BYTES */
    struct span contest;       /* its id */
    const uint8_t *credential; /* KEY_BYTES */
    uint64_t position;         /* of the chunk in the contest, from 0 */
    const struct point *key;   /* Y, proper */
};

/* Encrypts a chunk. out_r (secret; 1 … L-1) is kept by the voter's program until cast or audit. */
void envelope_seal(const struct envelope_place *place, const uint8_t chunk[static CHUNK_BYTES],
                   struct envelope *out_envelope, struct scalar *out_r);

/* Points proper, scalar canonical, proof holds. */
bool envelope_check(const struct envelope_place *place, const struct envelope *envelope) MUST_USE;

/* An audit: does the envelope hold this chunk under this randomness? */
bool envelope_holds(const struct envelope_place *place, const struct envelope *envelope,
                    const uint8_t chunk[static CHUNK_BYTES], const struct scalar *r) MUST_USE;

#endif
