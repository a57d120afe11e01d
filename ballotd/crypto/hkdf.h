/* HKDF with SHA-256 (RFC 5869), for keys of 32 bytes: extract, then one block of expand. */
#ifndef CRYPTO_HKDF_H
#define CRYPTO_HKDF_H

#include "base/span.h"
#include "protocol.h"

/* The salt may be empty. Intermediate values are wiped; the caller wipes out_key. */
void hkdf_sha256(struct span secret, struct span salt, const char *info,
                 uint8_t out_key[static KEY_BYTES]);

#endif
