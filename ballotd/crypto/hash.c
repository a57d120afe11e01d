#include "crypto/hash.h"

#include "labels.h"

static void put_u64(uint8_t out[static 8], uint64_t value)
{
    for (int i = 0; i < 8; i++) {
        out[i] = (uint8_t)(value >> (8 * i));
    }
}

void hash_count(struct hash *hash, uint64_t count)
{
    uint8_t bytes[8];
    put_u64(bytes, count);
    hash_raw(hash, SPAN_ARRAY(bytes));
}

/* Only what follows differs: elements with their own lengths, or the bytes of one part. */
void hash_large_begin(struct hash *hash, uint64_t bytes)
{
    hash_count(hash, bytes);
}

void hash_raw(struct hash *hash, struct span piece)
{
    if (piece.len > 0) {
        crypto_hash_sha512_update(&hash->state, piece.ptr, piece.len);
    }
}

void hash_part(struct hash *hash, struct span part)
{
    hash_large_begin(hash, part.len);
    hash_raw(hash, part);
}

void hash_text(struct hash *hash, const char *text)
{
    hash_part(hash, span_str(text));
}

void hash_integer(struct hash *hash, uint64_t value)
{
    uint8_t bytes[8];
    put_u64(bytes, value);
    hash_part(hash, SPAN_ARRAY(bytes));
    sodium_memzero(bytes, sizeof bytes);
}

void hash_start(struct hash *hash, const char *label)
{
    crypto_hash_sha512_init(&hash->state);
    hash_text(hash, LABEL_DOMAIN);
    hash_text(hash, label);
}

void hash_end(struct hash *hash, uint8_t out_wide[static HASH_WIDE_BYTES])
{
    crypto_hash_sha512_final(&hash->state, out_wide);
    sodium_memzero(hash, sizeof *hash);
}

void hash_end32(struct hash *hash, uint8_t out_half[static HASH_BYTES])
{
    uint8_t wide[HASH_WIDE_BYTES];
    hash_end(hash, wide);
    memcpy(out_half, wide, HASH_BYTES);
    sodium_memzero(wide, sizeof wide);
}

void hash_end_scalar(struct hash *hash, uint8_t out_scalar[static SCALAR_BYTES])
{
    uint8_t wide[HASH_WIDE_BYTES];
    hash_end(hash, wide);
    crypto_core_ristretto255_scalar_reduce(out_scalar, wide);
    sodium_memzero(wide, sizeof wide);
}

void hash_end_point(struct hash *hash, uint8_t out_point[static POINT_BYTES])
{
    uint8_t wide[HASH_WIDE_BYTES];
    hash_end(hash, wide);
    crypto_core_ristretto255_from_hash(out_point, wide);
    sodium_memzero(wide, sizeof wide);
}

void sha256_start(struct sha256 *hash)
{
    crypto_hash_sha256_init(&hash->state);
}

void sha256_add(struct sha256 *hash, struct span piece)
{
    if (piece.len > 0) {
        crypto_hash_sha256_update(&hash->state, piece.ptr, piece.len);
    }
}

void sha256_end(struct sha256 *hash, uint8_t out_hash[static HASH_BYTES])
{
    crypto_hash_sha256_final(&hash->state, out_hash);
    sodium_memzero(hash, sizeof *hash);
}

void sha256(struct span bytes, uint8_t out_hash[static HASH_BYTES])
{
    struct sha256 hash;
    sha256_start(&hash);
    sha256_add(&hash, bytes);
    sha256_end(&hash, out_hash);
}
