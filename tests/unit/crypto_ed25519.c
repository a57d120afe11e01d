/* The edge cases are those of ed25519-speccheck ("Taming the many EdDSAs", Chalkias, Garillot,
 * Nikolaenko, 2020, table 5); each verdict is ours, docs/protocol.md section 2. */
#include "crypto/ed25519.h"

#include <sodium.h>

#include "base/code.h"
#include "check.h"

static void unhex(const char *text, uint8_t *out_bytes, size_t len)
{
    CHECK(hex_read(span_str(text), out_bytes, len));
}

static const struct {
    const char *name;
    const char *message;
    const char *key;
    const char *signature;
    bool holds;
} edges[] = {
    {"small order A and R", "8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6",
     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
     "0000000000000000000000000000000000000000000000000000000000000000",
     false},
    {"small order A", "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
     "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43"
     "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
     false},
    {"small order R", "aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab",
     "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
     "8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e",
     false},
    {"mixed order, both equations hold",
     "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
     "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
     "9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f"
     "87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009",
     true},
    {"holds with the cofactor only",
     "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
     "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
     "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed512"
     "5ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09",
     false},
    {"holds with a reduced scalar only",
     "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
     "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
     "21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7"
     "e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405",
     false},
    {"S over L", "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
     "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
     "e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e"
     "547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514",
     false},
    {"S far over L", "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
     "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
     "8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa1942"
     "7e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22",
     false},
    {"R not canonical", "fdaebc429f4a735932a160da1301080c13280eea8bc280d1b392c6b9e6ba3a5a",
     "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
     "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
     "454d370c8d9fc323a41450f8d513eafeb5b0697390c1e505a0d4ddc71f566607",
     false},
    {"R not canonical, hashed reduced",
     "84b698d39be126ff55fe45079e6c8bf64a0d7db6994560b4e96b7021eb39c1a1",
     "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
     "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
     "084d5b99c2a9463d9c8bd5026916996984eeec87ddf1d3be329006ace1b37b09",
     false},
};

static void test_edges(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(edges); i++) {
        uint8_t message[32], key[KEY_BYTES], signature[SIGNATURE_BYTES];
        unhex(edges[i].message, message, sizeof message);
        unhex(edges[i].key, key, sizeof key);
        unhex(edges[i].signature, signature, sizeof signature);
        check_case("%s", edges[i].name);
        CHECK_INT(ed25519_verify(key, SPAN_ARRAY(message), signature), edges[i].holds);
    }
}

/* RFC 8032, section 7.1, test 3. */
static void test_rfc8032(void)
{
    uint8_t seed[KEY_BYTES], want_key[KEY_BYTES], want[SIGNATURE_BYTES];
    uint8_t key[KEY_BYTES], secret[ED25519_SECRET_BYTES], signature[SIGNATURE_BYTES];
    const uint8_t message[] = {0xaf, 0x82};
    unhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", seed, 32);
    unhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", want_key, 32);
    unhex("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
          "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
          want, 64);
    check_case("RFC 8032 test 3");
    ed25519_pair(seed, key, secret);
    CHECK_BYTES(key, want_key, 32);
    ed25519_sign(secret, SPAN_ARRAY(message), signature);
    CHECK_BYTES(signature, want, 64);
    CHECK(ed25519_verify(key, SPAN_ARRAY(message), signature));
    CHECK(!ed25519_verify(key, span_of(message, 1), signature));
    for (size_t i = 0; i < sizeof signature; i++) {
        check_case("signature byte %zu altered", i);
        signature[i] ^= 1;
        CHECK(!ed25519_verify(key, SPAN_ARRAY(message), signature));
        signature[i] ^= 1;
    }
}

static void add_order(uint8_t scalar[static 32])
{
    uint8_t order[32];
    unhex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", order, 32);
    unsigned carry = 0;
    for (size_t i = 0; i < 32; i++) {
        carry += (unsigned)scalar[i] + order[i];
        scalar[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

static void test_second_encoding(void)
{
    uint8_t seed[KEY_BYTES] = {7}, key[KEY_BYTES], secret[ED25519_SECRET_BYTES];
    uint8_t signature[SIGNATURE_BYTES];
    check_case("S + L");
    ed25519_pair(seed, key, secret);
    ed25519_sign(secret, SPAN_LIT("ballot"), signature);
    CHECK(ed25519_verify(key, SPAN_LIT("ballot"), signature));
    add_order(signature + 32);
    CHECK(!ed25519_verify(key, SPAN_LIT("ballot"), signature));
}

static void test_keys(void)
{
    static const struct {
        const char *name, *key;
        bool sound;
    } keys[] = {
        {"identity", "0100000000000000000000000000000000000000000000000000000000000000", false},
        {"identity, x negative zero",
         "0100000000000000000000000000000000000000000000000000000000000080", false},
        {"order 2", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false},
        {"order 4", "0000000000000000000000000000000000000000000000000000000000000000", false},
        {"order 4, x negative", "0000000000000000000000000000000000000000000000000000000000000080",
         false},
        {"order 8", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", false},
        {"order 8, x negative", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
         false},
        {"y = p", "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false},
        {"y = p + 1", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false},
        {"y = 2^255 - 1", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
         false},
        {"not on the curve", "0200000000000000000000000000000000000000000000000000000000000000",
         false},
        {"mixed order", "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d", false},
        {"RFC 8032 test 1", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
         true},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(keys); i++) {
        uint8_t key[KEY_BYTES];
        unhex(keys[i].key, key, sizeof key);
        check_case("key %s", keys[i].name);
        CHECK_INT(ed25519_key_is_sound(key), keys[i].sound);
    }
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    test_rfc8032();
    test_edges();
    test_second_encoding();
    test_keys();
    return check_end("crypto_ed25519");
}
