/* H of docs/protocol.md section 2: the bytes that go in, and that different parts differ. */
#include "crypto/hash.h"

#include "base/buffer.h"
#include "labels.h"
#include "verify/hex.h"

static void put_number(struct buffer *out, uint64_t number)
{
    for (int i = 0; i < 8; i++)
        buffer_append_byte(out, (uint8_t)(number >> 8 * i));
}

static void put_part(struct buffer *out, const char *part)
{
    put_number(out, strlen(part));
    buffer_append_text(out, part);
}

/* H over an integer, a text and a list, against SHA-512 over bytes joined here by hand. */
static void test_layout(void)
{
    struct buffer text;
    uint8_t want[HASH_WIDE_BYTES], got[HASH_WIDE_BYTES], half[HASH_BYTES];
    buffer_init(&text, 4096);
    put_part(&text, "ballotd/v1");
    put_part(&text, LABEL_MIX);
    put_number(&text, 8);
    put_number(&text, 0x0102030405060708);
    put_part(&text, "");
    put_number(&text, 2);
    put_part(&text, "one");
    put_part(&text, "two");
    hash_sha512(buffer_span(&text), want);
    buffer_done(&text);

    struct hash hash, copy;
    hash_start(&hash, LABEL_MIX);
    hash_number(&hash, 0x0102030405060708);
    hash_text(&hash, "");
    hash_list(&hash, 2);
    hash_text(&hash, "one");
    hash_bytes(&hash, "two", 3);
    copy = hash;
    check_case("layout");
    hash_end_wide(&hash, got);
    CHECK_BYTES(got, want, sizeof want);
    hash_end(&copy, half);
    CHECK_BYTES(half, want, sizeof half);
}

static void hash_two(const char *label, const char *a, const char *b, uint8_t out_hash[HASH_BYTES])
{
    struct hash hash;
    hash_start(&hash, label);
    hash_text(&hash, a);
    hash_text(&hash, b);
    hash_end(&hash, out_hash);
}

/* Moving a boundary or changing the label must change the hash. */
static void test_separation(void)
{
    static const char *const cases[][3] = {
        {"mix", "ab", "c"}, {"mix", "a", "bc"}, {"mix", "abc", ""},
        {"mix", "", "abc"}, {"mixa", "b", "c"}, {"x", "ab", "c"},
    };
    uint8_t hashes[CHECK_COUNT_OF(cases)][HASH_BYTES];
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        hash_two(cases[i][0], cases[i][1], cases[i][2], hashes[i]);
        for (size_t j = 0; j < i; j++) {
            check_case("separation %zu and %zu", i, j);
            CHECK(memcmp(hashes[i], hashes[j], HASH_BYTES) != 0);
        }
    }
}

static void test_derived(void)
{
    struct hash hash, other;
    uint8_t wide[HASH_WIDE_BYTES];
    struct scalar scalar, expected_scalar;
    struct point point, expected_point;
    hash_start(&hash, LABEL_BASE);
    other = hash;
    hash_end_wide(&other, wide);
    scalar_from_wide(wide, &expected_scalar);
    point_from_wide(wide, &expected_point);
    other = hash;
    hash_end_scalar(&other, &scalar);
    hash_end_point(&hash, &point);
    scalar_subtract(&scalar, &expected_scalar, &scalar);
    check_case("scalar and point of a hash");
    CHECK(scalar_is_zero(&scalar));
    CHECK(point_equal(&point, &expected_point));
}

/* FIPS 180-4: the empty text and "abc". */
static void test_plain(void)
{
    uint8_t want[HASH_BYTES], got[HASH_BYTES];
    check_case("SHA-256");
    from_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", want, 32);
    hash_sha256((struct span){0}, got);
    CHECK_BYTES(got, want, 32);
    from_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", want, 32);
    hash_sha256(span_text("abc"), got);
    CHECK_BYTES(got, want, 32);
}

int main(void)
{
    test_layout();
    test_separation();
    test_derived();
    test_plain();
    return check_end("crypto_hash");
}
