#include "crypto/hkdf.h"

#include <sodium.h>
#include <string.h>

static void hmac(struct span key, struct span first, struct span second,
                 uint8_t out[static KEY_BYTES])
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key.ptr, key.len);
    crypto_auth_hmacsha256_update(&state, first.ptr, first.len);
    crypto_auth_hmacsha256_update(&state, second.ptr, second.len);
    crypto_auth_hmacsha256_final(&state, out);
    sodium_memzero(&state, sizeof state);
}

/* An empty salt is a key of zeros (section 2.2), and HMAC pads every key with zeros. */
void hkdf_sha256(struct span secret, struct span salt, const char *info,
                 uint8_t out_key[static KEY_BYTES])
{
    uint8_t extracted[KEY_BYTES];
    hmac(salt, secret, SPAN_LIT(""), extracted);
    hmac(SPAN_ARRAY(extracted), span_str(info), SPAN_LIT("\x01"), out_key);
    sodium_memzero(extracted, sizeof extracted);
}
