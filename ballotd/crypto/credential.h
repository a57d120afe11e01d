/* A member's voting code, the key that comes of it, and a ballot's tracker (docs/protocol.md
 * sections 7 and 8).
 *
 * A code is 23 random symbols of Crockford's base32 alphabet (115 bits) and a check symbol, so that
 * any one wrong symbol and any exchange of two is noticed before a key is made of it. Only the
 * registrar draws codes and only the member reads them; both wipe them after use.
 */
#ifndef CRYPTO_CREDENTIAL_H
#define CRYPTO_CREDENTIAL_H

#include "base/fail.h"
#include "crypto/hash.h"

/* The random symbols, upper case, without check symbol and hyphens, and a NUL. Secret. */
struct credential_code {
    char symbols[CODE_RANDOM_SYMBOLS + 1];
};

enum {
    CODE_TEXT_BYTES = CODE_SYMBOLS + CODE_SYMBOLS / 4,          /* XXXX-…-XXXX and NUL */
    TRACKER_TEXT_BYTES = TRACKER_SYMBOLS + TRACKER_SYMBOLS / 5, /* XXXXX-…-XXXXX and NUL */
};

void credential_code_draw(struct credential_code *out_code);
void credential_code_print(const struct credential_code *code,
                           char out_text[static CODE_TEXT_BYTES]);

/* Ignores case, spaces and hyphens, takes O for 0, I and L for 1. BAD_INPUT code.symbol (says
 * which), code.length or code.check. The messages never quote the code. */
enum outcome credential_code_read(struct span text, struct credential_code *out_code,
                                  struct fail *fail) MUST_USE;

/* The Ed25519 seed (secret), and the key pair that it gives. */
void credential_seed(const uint8_t ctx0[static HASH_BYTES], const struct credential_code *code,
                     uint8_t out_seed[static KEY_BYTES]);
void credential_key(const uint8_t ctx0[static HASH_BYTES], const struct credential_code *code,
                    uint8_t out_public[static KEY_BYTES]);

/* 100 bits of H("tracker", ctx2, credential, body): what the voter notes before casting. */
void credential_tracker(const uint8_t ctx2[static HASH_BYTES],
                        const uint8_t credential[static KEY_BYTES], struct span body,
                        char out_text[static TRACKER_TEXT_BYTES]);

#endif
