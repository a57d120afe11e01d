/* H against parts laid out by hand; SHA-256 against FIPS 180-4's "abc". */
#include "check.h"
#include "crypto/hash.h"

#include "labels.h"

struct bytes {
    uint8_t at[512];
    size_t len;
};

static void put_u64(struct bytes *bytes, uint64_t value)
{
    for (int i = 0; i < 8; i++) {
        bytes->at[bytes->len++] = (uint8_t)(value >> (8 * i));
    }
}

static void put_part(struct bytes *bytes, const char *text)
{
    put_u64(bytes, strlen(text));
    memcpy(bytes->at + bytes->len, text, strlen(text));
    bytes->len += strlen(text);
}

static void layout(void)
{
    struct bytes bytes = {.len = 0};
    uint8_t want[HASH_WIDE_BYTES];
    uint8_t got[HASH_WIDE_BYTES];
    put_part(&bytes, "ballotd/v1");
    put_part(&bytes, "tracker");
    put_part(&bytes, "part");
    put_u64(&bytes, 8);
    put_u64(&bytes, 0x0102030405060708);
    put_u64(&bytes, 2); /* a list: its count has no length before it */
    put_part(&bytes, "a");
    put_part(&bytes, "");
    put_part(&bytes, "in pieces");
    crypto_hash_sha512(want, bytes.at, bytes.len);

    struct hash hash;
    hash_start(&hash, LABEL_TRACKER);
    hash_text(&hash, "part");
    hash_integer(&hash, 0x0102030405060708);
    hash_count(&hash, 2);
    hash_part(&hash, SPAN_LIT("a"));
    hash_part(&hash, (struct span){0});
    hash_large_begin(&hash, 9);
    hash_raw(&hash, SPAN_LIT("in "));
    hash_raw(&hash, SPAN_LIT("pieces"));
    struct hash copy = hash;
    struct hash reduced = hash;
    hash_end(&hash, got);
    check_case("layout");
    CHECK_BYTES(got, want, HASH_WIDE_BYTES);
    CHECK(sodium_is_zero((const uint8_t *)&hash, sizeof hash));
    uint8_t half[HASH_BYTES];
    hash_end32(&copy, half);
    CHECK_BYTES(half, want, HASH_BYTES);
    uint8_t scalar[SCALAR_BYTES];
    uint8_t want_scalar[SCALAR_BYTES];
    hash_end_scalar(&reduced, scalar);
    crypto_core_ristretto255_scalar_reduce(want_scalar, want);
    CHECK_BYTES(scalar, want_scalar, SCALAR_BYTES);
}

static void hash_two(const char *a, const char *b, uint8_t out[static HASH_BYTES])
{
    struct hash hash;
    hash_start(&hash, LABEL_CTX0);
    hash_text(&hash, a);
    hash_text(&hash, b);
    hash_end32(&hash, out);
}

static void boundaries_count(void)
{
    uint8_t one[HASH_BYTES];
    uint8_t other[HASH_BYTES];
    hash_two("ab", "c", one);
    hash_two("a", "bc", other);
    check_case("where one part ends is part of the input");
    CHECK(memcmp(one, other, HASH_BYTES) != 0);
}

static void sha(void)
{
    static const uint8_t abc[HASH_BYTES] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea,
                                            0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
                                            0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
                                            0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
    uint8_t got[HASH_BYTES];
    check_case("sha256 abc");
    sha256(SPAN_LIT("abc"), got);
    CHECK_BYTES(got, abc, HASH_BYTES);
    struct sha256 hash;
    sha256_start(&hash);
    sha256_add(&hash, SPAN_LIT("a"));
    sha256_add(&hash, (struct span){0});
    sha256_add(&hash, SPAN_LIT("bc"));
    sha256_end(&hash, got);
    CHECK_BYTES(got, abc, HASH_BYTES);
}

int main(void)
{
    layout();
    boundaries_count();
    sha();
    return check_end("crypto_hash");
}
