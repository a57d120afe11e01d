/*
 * ed25519: signatures (RFC 8032), checked as strictly as the protocol asks, section 2.
 *
 * Libraries differ on odd keys and signatures, and two verifiers that differ are an attack. So
 * before OpenSSL computes the equation without cofactor, this module itself refuses an A or R that
 * is not canonical or has small order (all eight points, in every spelling), and S >= L.
 */
#ifndef VERIFY_CRYPTO_ED25519_H
#define VERIFY_CRYPTO_ED25519_H

#include "base/fail.h"
#include "base/span.h"
#include "protocol.h"

/* Could this be an honest key? Canonical and not of small order; not whether it is on the curve. */
bool ed25519_key_strict(const uint8_t key[KEY_BYTES]);

/* GOOD, BAD, or UNABLE if OpenSSL gave no memory. Any thread. */
enum outcome ed25519_verify(const uint8_t key[KEY_BYTES], struct span message,
                            const uint8_t signature[SIGNATURE_BYTES], struct fail *fail)
    __attribute__((warn_unused_result));

#endif
