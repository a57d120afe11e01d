/* Any bytes as an age file; and any alteration of a good one, which must never open: the bytes say
 * where (two each, little-endian) and what is flipped. What is refused leaves nothing behind. */
#include <sodium.h>
#include <stdlib.h>

#include "crypto/age.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static enum outcome opens(const uint8_t *secret, struct span file)
{
    struct buf opened;
    buf_init(&opened, 1 << 20);
    enum outcome outcome = age_open_bytes(secret, file, &opened, NULL);
    if (outcome != OK && opened.len > 0)
        abort();
    buf_done(&opened);
    return outcome;
}

static void alter(const uint8_t *secret, const uint8_t key[1][KEY_BYTES], const uint8_t *bytes,
                  size_t len)
{
    static const uint8_t plain[100];
    struct buf file, before;
    buf_init(&file, 1 << 16);
    buf_init(&before, 1 << 16);
    if (age_seal_bytes((const uint8_t(*)[KEY_BYTES])key, 1, SPAN_ARRAY(plain), &file, NULL) != OK)
        abort();
    buf_add(&before, buf_span(&file));
    for (size_t i = 0; i + 3 <= len; i += 3)
        file.bytes[(bytes[i] | (size_t)bytes[i + 1] << 8) % file.len] ^= bytes[i + 2];
    bool same = span_equal(buf_span(&file), buf_span(&before));
    if ((opens(secret, buf_span(&file)) == OK) != same)
        abort();
    buf_done(&file);
    buf_done(&before);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const uint8_t seed[KEY_BYTES] = {7};
    uint8_t key[1][KEY_BYTES], secret[ED25519_SECRET_BYTES];
    if (sodium_init() < 0)
        abort();
    ed25519_pair(seed, key[0], secret);
    (void)opens(secret, span_of(bytes, len));
    alter(secret, (const uint8_t(*)[KEY_BYTES])key, bytes, len);
    return 0;
}
