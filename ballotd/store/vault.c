#include "store/vault.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/code.h"
#include "base/file.h"

enum { NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES };
_Static_assert(VAULT_OVERHEAD_BYTES == NONCE_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "nonce and tag");

/* Two keys from one: what seals never hashes. */
struct keys {
    uint8_t seal[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
    uint8_t hash[crypto_generichash_KEYBYTES];
};
struct vault {
    struct keys *keys; /* sodium_malloc */
};

enum outcome vault_create(const char *key_path, struct fail *fail)
{
    uint8_t key[crypto_kdf_KEYBYTES];
    struct buf text;
    buf_init(&text, 2 * sizeof key + 1);
    randombytes_buf(key, sizeof key);
    hex_add(&text, SPAN_ARRAY(key));
    buf_add_byte(&text, '\n');
    enum outcome outcome = buf_check(&text, "data key", fail);
    if (outcome == OK)
        outcome = file_create(key_path, buf_span(&text), 0600, fail);
    sodium_memzero(key, sizeof key);
    sodium_memzero(text.bytes, text.len);
    buf_done(&text);
    return outcome;
}

static enum outcome read_key(const char *key_path, uint8_t *out_key, struct fail *fail)
{
    struct buf text;
    buf_init(&text, 1024);
    enum outcome outcome = file_read(key_path, &text, fail);
    struct span hex = buf_span(&text);
    if (outcome == OK && (hex.len == 0 || hex.ptr[hex.len - 1] != '\n' ||
                          !hex_read(span_of(hex.ptr, hex.len - 1), out_key, crypto_kdf_KEYBYTES)))
        outcome = fail_set(fail, BAD_INPUT, "vault.key",
                           "%s is not a data key (64 hex digits and a line feed)", key_path);
    if (text.bytes)
        sodium_memzero(text.bytes, text.len);
    buf_done(&text);
    return outcome;
}

enum outcome vault_open(const char *key_path, struct vault **out_vault, struct fail *fail)
{
    struct vault *vault = calloc(1, sizeof *vault);
    uint8_t *key = sodium_malloc(crypto_kdf_KEYBYTES);
    enum outcome outcome = OK;
    if (!vault || !key || !(vault->keys = sodium_malloc(sizeof *vault->keys)))
        outcome = fail_set(fail, BROKEN, "memory", "out of guarded memory");
    if (outcome == OK)
        outcome = read_key(key_path, key, fail);
    if (outcome == OK) {
        crypto_kdf_derive_from_key(vault->keys->seal, sizeof vault->keys->seal, 1, "bdpeople", key);
        crypto_kdf_derive_from_key(vault->keys->hash, sizeof vault->keys->hash, 2, "bdpeople", key);
        sodium_mprotect_readonly(vault->keys);
        *out_vault = vault;
    } else {
        vault_free(vault);
    }
    sodium_free(key);
    return outcome;
}

void vault_free(struct vault *vault)
{
    if (!vault)
        return;
    sodium_free(vault->keys);
    free(vault);
}

static void hash_part(crypto_generichash_state *state, struct span part)
{
    uint64_t len = part.len; /* stays on this machine: its byte order will do */
    crypto_generichash_update(state, (const uint8_t *)&len, sizeof len);
    crypto_generichash_update(state, part.ptr, part.len);
}

static void keyed_hash(const struct vault *vault, const char *use, const char *kind,
                       const char *field, struct span value, uint8_t out_hash[static HASH_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, vault->keys->hash, sizeof vault->keys->hash, HASH_BYTES);
    hash_part(&state, span_str(use));
    hash_part(&state, span_str(kind));
    hash_part(&state, span_str(field));
    hash_part(&state, value);
    crypto_generichash_final(&state, out_hash, HASH_BYTES);
}

void vault_row(const struct vault *vault, const char *kind, struct span name,
               uint8_t out_row[static HASH_BYTES])
{
    keyed_hash(vault, "row", kind, "", name, out_row);
}

void vault_mark(const struct vault *vault, const char *kind, const char *field, struct span value,
                uint8_t out_mark[static HASH_BYTES])
{
    keyed_hash(vault, "mark", kind, field, value, out_mark);
}

/* What a sealed value is bound to: its row, then its kind (the row's length is fixed). */
struct binding {
    uint8_t bytes[HASH_BYTES + PEOPLE_KIND_MAX];
    size_t len;
};

static struct binding bind_to(const char *kind, const uint8_t row[static HASH_BYTES])
{
    struct binding binding = {.len = HASH_BYTES + strlen(kind)};
    memcpy(binding.bytes, row, HASH_BYTES);
    memcpy(binding.bytes + HASH_BYTES, kind, strnlen(kind, PEOPLE_KIND_MAX));
    return binding;
}

enum outcome vault_seal(const struct vault *vault, const char *kind,
                        const uint8_t row[static HASH_BYTES], struct span value, struct buf *out,
                        struct fail *fail)
{
    if (value.len > PEOPLE_VALUE_MAX || strlen(kind) > PEOPLE_KIND_MAX)
        return fail_set(fail, TOO_LARGE, "people.value", "%s: %zu bytes, at most %d", kind,
                        value.len, PEOPLE_VALUE_MAX);
    struct binding binding = bind_to(kind, row);
    uint8_t *sealed = buf_extend(out, value.len + VAULT_OVERHEAD_BYTES);
    if (!sealed)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    randombytes_buf(sealed, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE_BYTES, NULL, value.ptr, value.len,
                                               binding.bytes, binding.len, NULL, sealed,
                                               vault->keys->seal);
    return OK;
}

enum outcome vault_unseal(const struct vault *vault, const char *kind,
                          const uint8_t row[static HASH_BYTES], struct span sealed, struct buf *out,
                          struct fail *fail)
{
    struct binding binding = bind_to(kind, row);
    size_t before = out->len;
    bool good = sealed.len >= VAULT_OVERHEAD_BYTES && strlen(kind) <= PEOPLE_KIND_MAX;
    uint8_t *value = good ? buf_extend(out, sealed.len - VAULT_OVERHEAD_BYTES) : NULL;
    if (good && !value && sealed.len > VAULT_OVERHEAD_BYTES)
        return buf_check(out, "value", fail);
    if (!good || crypto_aead_xchacha20poly1305_ietf_decrypt(
                     value, NULL, NULL, sealed.ptr + NONCE_BYTES, sealed.len - NONCE_BYTES,
                     binding.bytes, binding.len, sealed.ptr, vault->keys->seal) != 0) {
        out->len = before;
        return fail_set(fail, BROKEN, "people.sealed",
                        "people.db: a row of kind \"%s\" does not open: another key, or it was "
                        "altered",
                        kind);
    }
    return OK;
}
