/*
 * code: a voter's secret code, from the letter to the credential's public key.
 *
 * Reads it as people write it (any case, spaces, hyphens, O for 0, I and L for 1) and refuses one
 * whose check symbol does not fit. The symbols are secret: code_key() wipes what it made on the
 * way. Source: docs/protocol.md section 7.
 */
#ifndef VERIFY_ELECTION_CODE_H
#define VERIFY_ELECTION_CODE_H

#include "base/fail.h"
#include "base/span.h"
#include "protocol.h"

/* The 23 symbols without the check symbol, in upper case, not terminated. */
enum outcome code_read(struct span text, uint8_t out_symbols[CODE_RANDOM_SYMBOLS],
                       struct fail *fail) __attribute__((warn_unused_result));

/* The credential's public key. UNABLE if OpenSSL gave no memory. */
enum outcome code_key(const uint8_t ctx0[HASH_BYTES], const uint8_t symbols[CODE_RANDOM_SYMBOLS],
                      uint8_t out_key[KEY_BYTES], struct fail *fail)
    __attribute__((warn_unused_result));

enum { TRACKER_TEXT_BYTES = TRACKER_SYMBOLS + 4 }; /* in fives with hyphens, terminated */

/* The tracker of a ballot's body. */
void tracker_make(const uint8_t ctx2[HASH_BYTES], const uint8_t credential[KEY_BYTES],
                  struct span body, char out_text[TRACKER_TEXT_BYTES]);

#endif
