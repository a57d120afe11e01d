/* Inside age only: what sealing and opening share. */
#ifndef CRYPTO_AGE_INSIDE_H
#define CRYPTO_AGE_INSIDE_H

#include "crypto/age.h"

#include <sodium.h>

#define AGE_VERSION_LINE "age-encryption.org/v1"
#define AGE_X25519       "X25519"

enum {
    AGE_FILE_KEY = 16,
    AGE_NONCE = 16, /* of the payload */
    AGE_TAG = crypto_aead_chacha20poly1305_ietf_ABYTES,
    AGE_PIECE_NONCE = crypto_aead_chacha20poly1305_ietf_NPUBBYTES,
    AGE_BODY = AGE_FILE_KEY + AGE_TAG, /* a wrapped file key */
    AGE_BASE64_32 = 43,                /* digits of 32 bytes, unpadded */
    AGE_HEADER_MAX = 64 * 1024,
};

/* Working memory of one file, guarded: it holds keys and plain text. */
struct age_work {
    uint8_t file_key[AGE_FILE_KEY];
    uint8_t piece_key[KEY_BYTES];
    uint8_t scratch[KEY_BYTES]; /* one key at a time on its way */
    uint64_t number;            /* of the next piece */
    size_t plain_len;
    uint8_t plain[AGE_PIECE_BYTES];
};

struct age_work *age_work_new(struct fail *fail); /* zeroed; NULL: failed */
void age_work_free(struct age_work *work);        /* wipes; takes NULL */

/* The key that wraps the file key, from a shared secret (wiped by the caller). */
void age_wrap_key(const uint8_t shared[static KEY_BYTES], const uint8_t share[static KEY_BYTES],
                  const uint8_t recipient[static KEY_BYTES], uint8_t out_key[static KEY_BYTES]);
/* HMAC over the header up to and including "---". */
void age_header_mac(struct age_work *work, struct span header, uint8_t out_mac[static HASH_BYTES]);
void age_piece_key(struct age_work *work, const uint8_t nonce[static AGE_NONCE]);
/* The nonce of a piece: its number, big-endian in 11 bytes, and whether it is the last. */
void age_piece_nonce(uint64_t number, bool last, uint8_t out_nonce[static AGE_PIECE_NONCE]);

#endif
