/* ristretto255 and its scalars against RFC 9496, appendix A, and against what must be refused. */
#include "crypto/group.h"

#include "crypto/hash.h"
#include "verify/hex.h"

/* Appendix A.1: 0 B to 15 B. */
static const char *const MULTIPLES[16] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76",
    "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919",
    "94741f5d5d52755ece4f23f044ee27d5d1ea1e2bd196b462166b16152a9d0259",
    "da80862773358b466ffadfe0b3293ab3d9fd53c5ea6c955358f568322daf6a57",
    "e882b131016b52c1d3337080187cf768423efccbb517bb495ab812c4160ff44e",
    "f64746d3c92b13050ed8d80236a7f0007c3b3f962f5ba793d19a601ebb1df403",
    "44f53520926ec81fbd5a387845beb7df85a96a24ece18738bdcfa6a7822a176d",
    "903293d8f2287ebe10e2374dc1a53e0bc887e592699f02d077d5263cdd55601c",
    "02622ace8f7303a31cafc63f8fc48fdc16e1c8c8d234b2f0d6685282a9076031",
    "20706fd788b2720a1ed2a5dad4952b01f413bcf0e7564de8cdc816689e2db95f",
    "bce83f8ba5dd2fa572864c24ba1810f9522bc6004afe95877ac73241cafdab42",
    "e4549ee16b9aa03099ca208c67adafcafa4c3f3e4e5303de6026e3ca8ff84460",
    "aa52e000df2e16f55fb1032fc33bc42742dad6bd5a8fc0be0167436c5948501f",
    "46376b80f409b29dc2b5f6f0c52591990896e5716f41477cd30085ab7f10301e",
    "e0c418f7c8d9c4cdd7395b93ea124f3ad99021bb681dfc3302a9d99a2e53e64e",
};

/* Appendix A.2, and at the end the top bit set, which some libraries ignore. */
static const char *const REFUSED[] = {
    "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
    "c34c4e1826e5d403b78e246e88aa051c36ccf0aafebffe137d148a2bf9104562",
    "c940e5a4404157cfb1628b108db051a8d439e1a421394ec4ebccb9ec92a8ac78",
    "47cfc5497c53dc8e61c91d17fd626ffb1c49e2bca94eed052281b510b1117a24",
    "f1c6165d33367351b0da8f6e4511010c68174a03b6581212c71c0e1d026c3c72",
    "87260f7a2f12495118360f02c26a470f450dadf34a413d21042b43b9d93e1309",
    "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
    "4eac077a713c57b4f4397629a4145982c661f48044dd3f96427d40b147d9742f",
    "de6a7b00deadc788eb6b6c8d20c0ae96c2f2019078fa604fee5b87d6e989ad7b",
    "bcab477be20861e01e4a0e295284146a510150d9817763caf1a6f4b422d67042",
    "2a292df7e32cababbd9de088d1d1abec9fc0440f637ed2fba145094dc14bea08",
    "f4a9e534fc0d216c44b218fa0c42d99635a0127ee2e53c712f70609649fdff22",
    "8268436f8c4126196cf64b3c7ddbda90746a378625f9813dd9b8457077256731",
    "2810e5cbc2cc4d4eece54f61c6f69758e289aa7ab440b3cbeaa21995c2f4232b",
    "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e",
    "a45fdc55c76448c049a1ab33f17023edfb2be3581e9c7aade8a6125215e04220",
    "d483fe813c6ba647ebbfd3ec41adca1c6130c2beeee9d9bf065c8d151c5f396e",
    "8a2e1d30050198c65a54483123960ccc38aef6848e1ec8f5f780e8523769ba32",
    "32888462f8b486c68ad7dd9610be5192bbeaf3b443951ac1a8118419d9fa097b",
    "227142501b9d4355ccba290404bde41575b037693cef1f438c47f8fbf35d1165",
    "5c37cc491da847cfeb9281d407efc41e15144c876e0170b499a96a22ed31e01e",
    "445425117cb8c90edcbc7c1cc0e74f747f2c1efa5630a967c64f287792a48a4b",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2df6",
};

/* Appendix A.3: SHA-512 of a label, mapped. */
static const struct {
    const char *label, *point;
} MAPPED[] = {
    {"Ristretto is traditionally a short shot of espresso coffee",
     "3066f82a1a747d45120d1740f14358531a8f04bbffe6a819f86dfe50f44a0a46"},
    {"made with the normal amount of ground coffee but extracted with",
     "f26e5b6f7d362d2d2a94c5d0e7602cb4773c95a2e5c31a64f133189fa76ed61b"},
    {"about half the amount of water in the same amount of time",
     "006ccd2a9e6867e6a2c5cea83d3302cc9de128dd2a9a57dd8ee7b9d7ffe02826"},
    {"by using a finer grind.", "f8f0c87cf237953c5890aec3998169005dae3eca1fbb04548c635953c817f92a"},
    {"This produces a concentrated shot of coffee per volume.",
     "ae81e7dedf20a497e10c304a765c1767a42d6e06029758d2d7e8ef7cc4c41179"},
    {"Just pulling a normal shot short will produce a weaker shot",
     "e2705652ff9f5e44d3e841bf1c251cf7dddb77d140870d1ab2ed64f1a9ce8628"},
    {"and is not a Ristretto as some believe.",
     "80bd07262511cdde4863f8a7434cef696750681cb9510eea557088f76d9e5065"},
};

static void test_multiples(void)
{
    struct point sum = point_identity(), base = point_base(), decoded, product;
    for (unsigned i = 0; i < 16; i++) {
        uint8_t want[POINT_BYTES], got[POINT_BYTES];
        check_case("%u B", i);
        from_hex(MULTIPLES[i], want, sizeof want);
        point_encode(&sum, got);
        CHECK_BYTES(got, want, sizeof want);
        CHECK(point_decode_any(want, &decoded) && point_equal(&decoded, &sum));
        CHECK(point_decode(want, &decoded) == (i != 0));
        CHECK(point_is_identity(&sum) == (i == 0));
        struct scalar by = scalar_from_number(i), zero = scalar_from_number(0);
        point_scale(&base, &by, &product);
        CHECK(point_equal(&product, &sum));
        point_combine(&by, &zero, &base, &product);
        CHECK(point_equal(&product, &sum));
        point_add(&sum, &base, &sum);
    }
    point_subtract(&sum, &sum, &sum);
    CHECK(point_is_identity(&sum));
}

/* s B + t P with zeros on either side, where the library has a pitfall. */
static void test_combine(void)
{
    struct point base = point_base(), p, want, part, got;
    struct scalar seven = scalar_from_number(7);
    point_scale(&base, &seven, &p);
    for (uint64_t s = 0; s < 4; s++) {
        for (uint64_t t = 0; t < 4; t++) {
            struct scalar first = scalar_from_number(s), second = scalar_from_number(t);
            check_case("%d B + %d P", (int)s, (int)t);
            point_scale(&base, &first, &want);
            point_scale(&p, &second, &part);
            point_add(&want, &part, &want);
            point_combine(&first, &second, &p, &got);
            CHECK(point_equal(&got, &want));
        }
    }
}

static void test_refused(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(REFUSED); i++) {
        uint8_t bytes[POINT_BYTES];
        struct point point;
        check_case("%s", REFUSED[i]);
        from_hex(REFUSED[i], bytes, sizeof bytes);
        CHECK(!point_decode(bytes, &point));
        CHECK(!point_decode_any(bytes, &point));
    }
}

static void test_mapped(void)
{
    for (size_t i = 0; i < CHECK_COUNT_OF(MAPPED); i++) {
        uint8_t wide[HASH_WIDE_BYTES], want[POINT_BYTES], got[POINT_BYTES];
        struct point point;
        check_case("%s", MAPPED[i].label);
        from_hex(MAPPED[i].point, want, sizeof want);
        hash_sha512(span_text(MAPPED[i].label), wide);
        point_from_wide(wide, &point);
        point_encode(&point, got);
        CHECK_BYTES(got, want, sizeof want);
    }
}

static void test_scalars(void)
{
    static const struct {
        const char *bytes;
        bool canonical;
    } cases[] = {
        {"0000000000000000000000000000000000000000000000000000000000000000", true},
        {"ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", true}, /* L - 1 */
        {"edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", false},
        {"eed3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", false},
        {"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0f", true},
        {"0000000000000000000000000000000000000000000000000000000000000020", false},
        {"0000000000000000000000000000000000000000000000000000000000000080", false},
        {"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", false},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        uint8_t bytes[SCALAR_BYTES], again[SCALAR_BYTES];
        struct scalar scalar;
        check_case("%s", cases[i].bytes);
        from_hex(cases[i].bytes, bytes, sizeof bytes);
        if (!CHECK(scalar_decode(bytes, &scalar) == cases[i].canonical) || !cases[i].canonical)
            continue;
        scalar_encode(&scalar, again);
        CHECK_BYTES(again, bytes, sizeof bytes);
    }
}

static void test_arithmetic(void)
{
    struct scalar three = scalar_from_number(3), five = scalar_from_number(5), x, y;
    struct scalar one = scalar_from_number(1), fifteen = scalar_from_number(15);
    struct point a, b, base = point_base();
    uint8_t sixteen[16] = {15};
    check_case("arithmetic");
    scalar_multiply(&three, &five, &x);
    scalar_subtract(&x, &fifteen, &y);
    CHECK(scalar_is_zero(&y) && !scalar_is_zero(&x));
    scalar_from_16(sixteen, &y);
    scalar_subtract(&x, &y, &y);
    CHECK(scalar_is_zero(&y));
    CHECK(scalar_invert(&three, &x));
    scalar_multiply(&x, &three, &x);
    scalar_subtract(&x, &one, &x);
    CHECK(scalar_is_zero(&x));
    CHECK(!scalar_invert(&x, &y));
    scalar_accumulate(&x, &three, &five);
    point_scale(&base, &fifteen, &a);
    point_scale(&base, &x, &b);
    CHECK(point_equal(&a, &b));
    struct scalar zero = scalar_from_number(0), minus;
    scalar_subtract(&zero, &one, &minus);
    point_scale(&base, &minus, &b);
    point_add(&b, &base, &b);
    CHECK(point_is_identity(&b));
}

/* Weights must differ, stay below 2^128, and come from two batches alike. */
static void test_weights(void)
{
    struct weights weights = {0};
    uint8_t seen[2 * WEIGHTS_BATCH][SCALAR_BYTES];
    static const uint8_t zeros[16];
    check_case("weights");
    for (size_t i = 0; i < CHECK_COUNT_OF(seen); i++) {
        struct scalar weight;
        CHECK_INT(weights_draw(&weights, &weight, NULL), GOOD);
        scalar_encode(&weight, seen[i]);
        CHECK_BYTES(seen[i] + 16, zeros, 16);
        for (size_t j = 0; j < i; j++)
            if (memcmp(seen[i], seen[j], SCALAR_BYTES) == 0)
                CHECK_UINT(i, j); /* two weights are equal */
    }
    weights_forget(&weights);
    CHECK_UINT(weights.left, 0);
}

int main(void)
{
    test_multiples();
    test_combine();
    test_refused();
    test_mapped();
    test_scalars();
    test_arithmetic();
    test_weights();
    return check_end("crypto_group");
}
