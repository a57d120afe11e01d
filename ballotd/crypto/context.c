#include "crypto/context.h"

#include "labels.h"

/* A list of 32-byte values: keys and leaf hashes. */
static void hash_list(struct hash *hash, const uint8_t (*values)[HASH_BYTES], size_t count)
{
    hash_count(hash, count);
    for (size_t i = 0; i < count; i++) {
        hash_part(hash, SPAN_ARRAY(values[i]));
    }
}

void context_definition(struct span origin, struct span definition,
                        const uint8_t (*keys)[KEY_BYTES], size_t trustees,
                        uint8_t out_ctx0[static HASH_BYTES])
{
    struct hash hash;
    hash_start(&hash, LABEL_CTX0);
    hash_part(&hash, origin);
    hash_part(&hash, definition);
    hash_list(&hash, keys, 2 * trustees);
    hash_end32(&hash, out_ctx0);
}

void context_key(const uint8_t ctx0[static HASH_BYTES], const uint8_t transcript[static HASH_BYTES],
                 const struct point *public, uint8_t out_ctx1[static HASH_BYTES])
{
    struct hash hash;
    hash_start(&hash, LABEL_CTX1);
    hash_part(&hash, span_of(ctx0, HASH_BYTES));
    hash_part(&hash, span_of(transcript, HASH_BYTES));
    hash_part(&hash, point_span(public));
    hash_end32(&hash, out_ctx1);
}

void context_open(const uint8_t ctx1[static HASH_BYTES], const uint8_t (*contests)[HASH_BYTES],
                  size_t count, const uint8_t root[static HASH_BYTES],
                  uint8_t out_ctx2[static HASH_BYTES])
{
    struct hash hash;
    hash_start(&hash, LABEL_CTX2);
    hash_part(&hash, span_of(ctx1, HASH_BYTES));
    hash_list(&hash, contests, count);
    hash_part(&hash, span_of(root, HASH_BYTES));
    hash_end32(&hash, out_ctx2);
}

void context_freeze(const uint8_t ctx2[static HASH_BYTES], const uint8_t freeze[static HASH_BYTES],
                    uint8_t out_ctx3[static HASH_BYTES])
{
    struct hash hash;
    hash_start(&hash, LABEL_CTX3);
    hash_part(&hash, span_of(ctx2, HASH_BYTES));
    hash_part(&hash, span_of(freeze, HASH_BYTES));
    hash_end32(&hash, out_ctx3);
}
