/* Ed25519 keys and notes made for a test, with OpenSSL. */
#ifndef TESTS_VERIFY_SIGN_H
#define TESTS_VERIFY_SIGN_H

#include "base/text.h"
#include "check.h"
#include "log/note.h"

#include <openssl/evp.h>

struct signer {
    uint8_t seed[32];
    struct note_key key;
};

__attribute__((unused)) static struct signer signer_make(const char *name, uint8_t seed,
                                                         enum note_algorithm algorithm)
{
    struct signer signer = {.seed = {seed}, .key = {span_text(name), algorithm, {0}}};
    size_t len = KEY_BYTES;
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, signer.seed, 32);
    CHECK(EVP_PKEY_get_raw_public_key(key, signer.key.key, &len) == 1);
    EVP_PKEY_free(key);
    return signer;
}

__attribute__((unused)) static void signer_sign(const struct signer *signer, struct span message,
                                                uint8_t out_signature[SIGNATURE_BYTES])
{
    size_t len = SIGNATURE_BYTES;
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, signer->seed, 32);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    CHECK(EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1);
    CHECK(EVP_DigestSign(context, out_signature, &len, message.ptr, message.len) == 1);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
}

/* Appends a signature line for `text` to `note`; time_s counts for cosignatures only. */
__attribute__((unused)) static void signer_add(const struct signer *signer, const char *text,
                                               uint64_t time_s, char *note, size_t note_bytes)
{
    uint8_t bytes[4 + 8 + SIGNATURE_BYTES];
    char message[2048], coded[128];
    size_t at = 4;
    note_key_id(&signer->key, bytes);
    snprintf(message, sizeof message, "%s", text);
    if (signer->key.algorithm == NOTE_COSIGNATURE) {
        snprintf(message, sizeof message, "cosignature/v1\ntime %llu\n%s",
                 (unsigned long long)time_s, text);
        for (int i = 0; i < 8; i++)
            bytes[at++] = (uint8_t)(time_s >> (56 - 8 * i));
    }
    signer_sign(signer, span_text(message), bytes + at);
    base64_encode(span_of(bytes, at + SIGNATURE_BYTES), coded);
    check_append(note, note_bytes, "\xe2\x80\x94 %.*s %s\n", (int)signer->key.name.len,
                 (const char *)signer->key.name.ptr, coded);
}

enum { VKEY_BYTES = 160 };

/* The vkey of a signer. */
__attribute__((unused)) static void signer_vkey(const struct signer *signer,
                                                char out_text[static VKEY_BYTES])
{
    uint8_t id[4], coded[33] = {(uint8_t)signer->key.algorithm};
    char hex[9], base64[64];
    note_key_id(&signer->key, id);
    memcpy(coded + 1, signer->key.key, 32);
    hex_encode(span_of(id, 4), hex);
    base64_encode(span_of(coded, 33), base64);
    snprintf(out_text, VKEY_BYTES, "%.*s+%s+%s", (int)signer->key.name.len,
             (const char *)signer->key.name.ptr, hex, base64);
}

#endif
