/* The four contexts of an election (docs/protocol.md section 3). Every statement and proof names
 * the one of its stage, so that nothing replays in another election or at another stage. */
#ifndef CRYPTO_CONTEXT_H
#define CRYPTO_CONTEXT_H

#include "crypto/group.h"

/* `definition` is the text of the `election` entry, its line feed included; `keys` are
 * sign_1, seal_1, …, sign_n, seal_n: 2n values of 32 bytes. */
void context_definition(struct span origin, struct span definition,
                        const uint8_t (*keys)[KEY_BYTES], size_t trustees,
                        uint8_t out_ctx0[static HASH_BYTES]);

void context_key(const uint8_t ctx0[static HASH_BYTES], const uint8_t transcript[static HASH_BYTES],
                 const struct point *public, uint8_t out_ctx1[static HASH_BYTES]);

/* `contests` are the leaf hashes of the `contest` entries in log order; `root` is the roll's. */
void context_open(const uint8_t ctx1[static HASH_BYTES], const uint8_t (*contests)[HASH_BYTES],
                  size_t count, const uint8_t root[static HASH_BYTES],
                  uint8_t out_ctx2[static HASH_BYTES]);

void context_freeze(const uint8_t ctx2[static HASH_BYTES], const uint8_t freeze[static HASH_BYTES],
                    uint8_t out_ctx3[static HASH_BYTES]);

#endif
