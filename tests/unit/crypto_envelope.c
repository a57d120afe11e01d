/* Ballot chunks: what is sealed checks, opens and audits; every single change is refused. */
#include "check.h"
#include "crypto/chunk.h"
#include "crypto/envelope.h"
#include "crypto/equality.h"

#include "labels.h"

struct world {
    uint8_t ctx2[HASH_BYTES];
    uint8_t credential[KEY_BYTES];
    uint8_t chunk[CHUNK_BYTES];
    struct scalar secret;
    struct point key;
    struct envelope_place place;
    struct envelope envelope;
    struct scalar r;
};

static void world_make(struct world *world)
{
    randombytes_buf(world->ctx2, sizeof world->ctx2);
    randombytes_buf(world->credential, sizeof world->credential);
    randombytes_buf(world->chunk, sizeof world->chunk);
    scalar_random(&world->secret);
    world->key = point_mul_base(&world->secret);
    world->place = (struct envelope_place){.ctx2 = world->ctx2,
                                           .contest = SPAN_LIT("chair"),
                                           .credential = world->credential,
                                           .position = 1,
                                           .key = &world->key};
    envelope_seal(&world->place, world->chunk, &world->envelope, &world->r);
}

static void honest(void)
{
    struct world world;
    uint8_t opened[CHUNK_BYTES];
    world_make(&world);
    check_case("honest");
    CHECK(envelope_check(&world.place, &world.envelope));
    CHECK(envelope_holds(&world.place, &world.envelope, world.chunk, &world.r));
    struct point mask = point_mul(&world.secret, &world.envelope.ciphertext.alpha);
    struct point message = point_sub(&world.envelope.ciphertext.beta, &mask);
    CHECK(chunk_open(&message, opened));
    CHECK_BYTES(opened, world.chunk, CHUNK_BYTES);

    check_case("audit of something else");
    world.chunk[3] ^= 1;
    CHECK(!envelope_holds(&world.place, &world.envelope, world.chunk, &world.r));
    world.chunk[3] ^= 1;
    world.r.bytes[0] ^= 1;
    CHECK(!envelope_holds(&world.place, &world.envelope, world.chunk, &world.r));
    memset(&world.r, 0xff, sizeof world.r);
    CHECK(!envelope_holds(&world.place, &world.envelope, world.chunk, &world.r));
}

/* Flips every bit of the 128 bytes in turn. */
static void every_bit(void)
{
    struct world world;
    uint8_t bytes[CHUNK_BALLOT_BYTES];
    world_make(&world);
    memcpy(bytes, &world.envelope, sizeof bytes);
    for (unsigned bit = 0; bit < 8 * CHUNK_BALLOT_BYTES; bit++) {
        struct envelope altered;
        check_case("bit %u", bit);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        memcpy(&altered, bytes, sizeof altered);
        CHECK(!envelope_check(&world.place, &altered));
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

/* Another place: the proof binds each member. Pitfalls 1 and 5. */
static void every_place(void)
{
    struct world world;
    uint8_t other[HASH_BYTES];
    world_make(&world);
    randombytes_buf(other, sizeof other);
    struct scalar two = scalar_from_u64(2);
    struct point other_key = point_mul(&two, &world.key);
    struct envelope_place places[5];
    for (int i = 0; i < 5; i++) {
        places[i] = world.place;
    }
    places[0].ctx2 = other;
    places[1].contest = SPAN_LIT("chairs");
    places[2].credential = other;
    places[3].position = 0;
    places[4].key = &other_key;
    for (int i = 0; i < 5; i++) {
        check_case("place %d", i);
        CHECK(!envelope_check(&places[i], &world.envelope));
    }
}

/* A copy with other randomness, and its proof shifted to match as far as it can be. */
static void copied(void)
{
    struct world world;
    struct scalar s;
    world_make(&world);
    scalar_random(&s);
    struct envelope copy = world.envelope;
    copy.ciphertext = elgamal_reencrypt(&world.key, &world.envelope.ciphertext, &s);
    check_case("copied and re-randomised");
    CHECK(!envelope_check(&world.place, &copy));
    copy.proof.z = scalar_add(&copy.proof.z, &s);
    CHECK(!envelope_check(&world.place, &copy));
}

static void identities(void)
{
    struct world world;
    world_make(&world);
    struct envelope altered = world.envelope;
    check_case("identity");
    altered.ciphertext.alpha = point_identity();
    CHECK(!envelope_check(&world.place, &altered));
    altered = world.envelope;
    altered.ciphertext.beta = point_identity();
    CHECK(!envelope_check(&world.place, &altered));
    check_case("z + L");
    static const uint8_t order[SCALAR_BYTES] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                                0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                                0,    0,    0,    0,    0,    0,    0,    0,
                                                0,    0,    0,    0,    0,    0,    0,    0x10};
    altered = world.envelope;
    sodium_add(altered.proof.z.bytes, order, SCALAR_BYTES);
    CHECK(!envelope_check(&world.place, &altered));
}

/* With t = 0 the equation holds and T is the identity, which a ballot may not have (section 2): a
 * ballot that the daemon took and the verifier refused would spoil the whole election. */
static void no_nonce(void)
{
    struct world world;
    struct hash hash;
    world_make(&world);
    struct envelope altered = world.envelope;
    altered.proof.t = point_identity();
    hash_start(&hash, LABEL_BALLOT_PROOF);
    hash_part(&hash, span_of(world.place.ctx2, HASH_BYTES));
    hash_part(&hash, world.place.contest);
    hash_part(&hash, span_of(world.place.credential, KEY_BYTES));
    hash_integer(&hash, world.place.position);
    hash_part(&hash, point_span(world.place.key));
    hash_part(&hash, point_span(&altered.ciphertext.alpha));
    hash_part(&hash, point_span(&altered.ciphertext.beta));
    hash_part(&hash, point_span(&altered.proof.t));
    struct scalar c = scalar_from_hash(&hash);
    altered.proof.z = scalar_mul(&c, &world.r);
    struct point left = point_mul_base(&altered.proof.z);
    struct point right = point_mul(&c, &altered.ciphertext.alpha);
    check_case("T is the identity");
    CHECK(point_equal(&left, &right));
    CHECK(!envelope_check(&world.place, &altered));
}

static struct hash equality_statement(const struct point *a, const struct point *x,
                                      const struct point *z)
{
    struct hash hash;
    hash_start(&hash, LABEL_DEC_PROOF);
    hash_part(&hash, point_span(a));
    hash_part(&hash, point_span(x));
    hash_part(&hash, point_span(z));
    return hash;
}

static void equality(void)
{
    struct scalar secret;
    struct scalar log;
    scalar_random(&secret);
    scalar_random(&log);
    struct point a = point_mul_base(&log);
    struct point x = point_mul_base(&secret);
    struct point z = point_mul(&secret, &a);
    struct hash statement = equality_statement(&a, &x, &z);
    struct equality proof = equality_prove(&statement, &a, &secret);
    check_case("equality");
    CHECK(equality_check(&statement, &a, &x, &z, &proof));
    check_case("equality of something else");
    CHECK(!equality_check(&statement, &x, &x, &z, &proof));
    CHECK(!equality_check(&statement, &a, &a, &z, &proof));
    CHECK(!equality_check(&statement, &a, &x, &a, &proof));
    uint8_t bytes[sizeof proof];
    memcpy(bytes, &proof, sizeof bytes);
    for (unsigned byte = 0; byte < sizeof bytes; byte++) {
        struct equality altered;
        bytes[byte] ^= 2;
        memcpy(&altered, bytes, sizeof altered);
        bytes[byte] ^= 2;
        check_case("equality, byte %u", byte);
        CHECK(!equality_check(&statement, &a, &x, &z, &altered));
    }
    check_case("a false statement, proved as well as can be");
    struct point false_z = point_add(&z, &a);
    statement = equality_statement(&a, &x, &false_z);
    proof = equality_prove(&statement, &a, &secret);
    CHECK(!equality_check(&statement, &a, &x, &false_z, &proof));
}

int main(void)
{
    if (sodium_init() < 0) {
        return 1;
    }
    honest();
    every_bit();
    every_place();
    copied();
    identities();
    no_nonce();
    equality();
    return check_end("crypto_envelope");
}
