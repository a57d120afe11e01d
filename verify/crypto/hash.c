#include "crypto/hash.h"

#include "labels.h"

static void hash_raw_number(struct hash *hash, uint64_t number)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(number >> 8 * i);
    SHA512_Update(&hash->state, bytes, sizeof bytes);
}

void hash_bytes(struct hash *hash, const void *at, size_t len)
{
    hash_raw_number(hash, len);
    SHA512_Update(&hash->state, at, len);
}

void hash_part(struct hash *hash, struct span part)
{
    hash_bytes(hash, part.ptr, part.len);
}

void hash_text(struct hash *hash, const char *part)
{
    hash_part(hash, span_text(part));
}

void hash_start(struct hash *hash, const char *label)
{
    SHA512_Init(&hash->state);
    hash_text(hash, LABEL_DOMAIN);
    hash_text(hash, label);
}

void hash_number(struct hash *hash, uint64_t number)
{
    hash_raw_number(hash, 8);
    hash_raw_number(hash, number);
}

void hash_list(struct hash *hash, uint64_t count)
{
    hash_raw_number(hash, count);
}

void hash_end_wide(struct hash *hash, uint8_t out_bytes[HASH_WIDE_BYTES])
{
    SHA512_Final(out_bytes, &hash->state);
}

void hash_end(struct hash *hash, uint8_t out_bytes[HASH_BYTES])
{
    uint8_t wide[HASH_WIDE_BYTES];
    hash_end_wide(hash, wide);
    memcpy(out_bytes, wide, HASH_BYTES);
}

void hash_end_scalar(struct hash *hash, struct scalar *out_scalar)
{
    uint8_t wide[HASH_WIDE_BYTES];
    hash_end_wide(hash, wide);
    scalar_from_wide(wide, out_scalar);
}

void hash_end_point(struct hash *hash, struct point *out_point)
{
    uint8_t wide[HASH_WIDE_BYTES];
    hash_end_wide(hash, wide);
    point_from_wide(wide, out_point);
}

void hash_sha512(struct span text, uint8_t out_bytes[HASH_WIDE_BYTES])
{
    SHA512_CTX state; /* SHA512() would fetch its implementation anew each time */
    SHA512_Init(&state);
    SHA512_Update(&state, text.ptr, text.len);
    SHA512_Final(out_bytes, &state);
}

void hash_sha256(struct span text, uint8_t out_bytes[HASH_BYTES])
{
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, text.ptr, text.len);
    SHA256_Final(out_bytes, &state);
}
