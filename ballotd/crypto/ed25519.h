/* Ed25519 signatures (RFC 8032), with one answer for every input.
 *
 * Libraries differ at the edges: a small-order R, a y of p or more, an S of L or more pass in one
 * and fail in another, and then daemon and verifier would disagree on whether an entry is signed.
 * So verifying refuses, before any library is asked: A or R whose y is not below p, A or R of order
 * 8 or less, S not below L. The equation itself is the one without cofactor (docs/protocol.md,
 * section 2).
 */
#ifndef CRYPTO_ED25519_H
#define CRYPTO_ED25519_H

#include "base/fail.h"
#include "base/span.h"
#include "protocol.h"

enum { ED25519_SECRET_BYTES = 64 }; /* seed, then public key, as libsodium keeps it */

/* The pair of a 32-byte seed. out_secret belongs in guarded memory (sodium_malloc). */
void ed25519_pair(const uint8_t seed[static KEY_BYTES], uint8_t out_key[static KEY_BYTES],
                  uint8_t out_secret[static ED25519_SECRET_BYTES]);

void ed25519_sign(const uint8_t secret[static ED25519_SECRET_BYTES], struct span message,
                  uint8_t out_signature[static SIGNATURE_BYTES]);

/* True if the key may be named on the board: canonical, on the curve and of the prime-order group.
 */
bool ed25519_key_is_sound(const uint8_t key[static KEY_BYTES]) MUST_USE;

bool ed25519_verify(const uint8_t key[static KEY_BYTES], struct span message,
                    const uint8_t signature[static SIGNATURE_BYTES]) MUST_USE;

#endif
