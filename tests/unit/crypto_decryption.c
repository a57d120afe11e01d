/* Decryption: k of n shares give the messages; every altered byte and statement is refused; and
 * false shares that would pass with weights from each entry alone do not pass here. Pitfall 1. */
#include "crypto/decryption.c" /* NOLINT(bugprone-suspicious-include) */

#include "check.h"

enum { N = 5, W = 2, PAIRS = N * W, TRUSTEES = 3, K = 2 };

struct world {
    uint8_t ctx3[HASH_BYTES];
    struct scalar secrets[TRUSTEES];
    struct point keys[TRUSTEES];
    struct point public;
    struct point messages[PAIRS];
    struct ciphertext pairs[PAIRS];
    struct cipherlist list;
    uint8_t blobs[TRUSTEES][PAIRS * POINT_BYTES + DECRYPTION_PROOF_BYTES];
};

static struct decryption_place place_of(const struct world *world, unsigned trustee)
{
    return (struct decryption_place){.ctx3 = world->ctx3,
                                     .box = SPAN_LIT("chair"),
                                     .trustee = trustee,
                                     .key = &world->keys[trustee - 1]};
}

static void world_make(struct world *world)
{
    struct scalar coefficients[K];
    randombytes_buf(world->ctx3, sizeof world->ctx3);
    scalar_random(&coefficients[0]);
    scalar_random(&coefficients[1]);
    world->public = point_mul_base(&coefficients[0]);
    for (unsigned j = 1; j <= TRUSTEES; j++) {
        world->secrets[j - 1] = threshold_evaluate(coefficients, K, j);
        world->keys[j - 1] = point_mul_base(&world->secrets[j - 1]);
    }
    for (unsigned m = 0; m < PAIRS; m++) {
        struct scalar r;
        struct scalar log = scalar_from_u64(m); /* the first message is the identity */
        scalar_random(&r);
        world->messages[m] = point_mul_base(&log);
        world->pairs[m] = elgamal_encrypt(&world->public, &world->messages[m], &r);
    }
    world->list = (struct cipherlist){.at = world->pairs, .count = N, .width = W};
    for (unsigned j = 1; j <= TRUSTEES; j++) {
        struct decryption_place place = place_of(world, j);
        decryption_make(&place, &world->list, &world->secrets[j - 1], NULL, world->blobs[j - 1]);
    }
}

static enum outcome check_blob(const struct world *world, unsigned trustee)
{
    struct decryption_place place = place_of(world, trustee);
    return decryption_check(&place, &world->list, SPAN_ARRAY(world->blobs[trustee - 1]), NULL,
                            NULL);
}

static void honest(void)
{
    static const unsigned quorums[][K] = {{1, 2}, {1, 3}, {2, 3}};
    struct world world;
    world_make(&world);
    check_case("length");
    CHECK_UINT(decryption_blob_bytes(&world.list), sizeof world.blobs[0]);
    for (unsigned j = 1; j <= TRUSTEES; j++) {
        check_case("trustee %u", j);
        CHECK_INT(check_blob(&world, j), OK);
    }
    for (size_t q = 0; q < CHECK_COUNT_OF(quorums); q++) {
        struct point points[PAIRS];
        struct span blobs[K];
        for (unsigned i = 0; i < K; i++) {
            blobs[i] = SPAN_ARRAY(world.blobs[quorums[q][i] - 1]);
        }
        check_case("trustees %u and %u", quorums[q][0], quorums[q][1]);
        decryption_combine(&world.list, blobs, quorums[q], K, NULL, points);
        CHECK_BYTES(points, world.messages, sizeof points);
    }
}

static void every_part_of_the_blob(void)
{
    struct world world;
    world_make(&world);
    struct scalar one = scalar_from_u64(1);
    struct point base = point_mul_base(&one);
    for (size_t i = 0; i < PAIRS + 3; i++) {
        uint8_t saved[32];
        uint8_t *at = world.blobs[0] + 32 * i;
        memcpy(saved, at, 32);
        check_case("part %zu", i);
        if (i < PAIRS + 2) {
            *(struct point *)at = point_add((struct point *)at, &base);
        } else {
            *(struct scalar *)at = scalar_add((struct scalar *)at, &one);
        }
        CHECK_INT(check_blob(&world, 1), BAD_PROOF);
        memset(at, 0, 32);
        CHECK_INT(check_blob(&world, 1), BAD_PROOF);
        memset(at, 0xff, 32);
        CHECK_INT(check_blob(&world, 1), BAD_PROOF);
        memcpy(at, saved, 32);
    }
    check_case("two shares exchanged");
    struct point *shares = (struct point *)world.blobs[0];
    struct point saved = shares[0];
    shares[0] = shares[1];
    shares[1] = saved;
    CHECK_INT(check_blob(&world, 1), BAD_PROOF);
}

static void every_part_of_the_statement(void)
{
    struct world world;
    world_make(&world);
    struct scalar one = scalar_from_u64(1);
    struct point base = point_mul_base(&one);
    struct span blob = SPAN_ARRAY(world.blobs[0]);
    uint8_t other[HASH_BYTES] = {0};
    struct decryption_place places[4];
    for (int i = 0; i < 4; i++) {
        places[i] = place_of(&world, 1);
    }
    places[0].ctx3 = other;
    places[1].box = SPAN_LIT("chairs");
    places[2].trustee = 2;
    places[3].key = &world.keys[1];
    for (int i = 0; i < 4; i++) {
        check_case("place %d", i);
        CHECK_INT(decryption_check(&places[i], &world.list, blob, NULL, NULL), BAD_PROOF);
    }
    for (size_t i = 0; i < 2 * PAIRS; i++) {
        struct point *point = &((struct point *)world.pairs)[i];
        check_case("list, point %zu", i);
        *point = point_add(point, &base);
        CHECK_INT(check_blob(&world, 1), BAD_PROOF);
        *point = point_sub(point, &base);
    }
    check_case("shape");
    CHECK_INT(check_blob(&world, 1), OK);
    blob.len--;
    CHECK_INT(decryption_check(&places[0], &world.list, blob, NULL, NULL), BAD_PROOF);
    struct cipherlist turned = {.at = world.pairs, .count = W, .width = N};
    places[0] = place_of(&world, 1);
    blob.len++;
    CHECK_INT(decryption_check(&places[0], &turned, blob, NULL, NULL), BAD_PROOF);
}

/* -- Grinding. A toy in which weights have 16 bits and depend on their entry alone. --------------
 *
 * Two shares are falsified: D_0 = x alpha_0 + a B and D_1 = x alpha_1 - b B. With weights d(D) of
 * the entry alone, a d(D_0) and b d(D_1) can be tabulated apart, and a pair a, b with
 * a d(D_0) = b d(D_1) passes every batch check. */

enum { TOY_TRIES = 1 << 16 };

struct candidate {
    uint64_t product; /* shift · weight */
    uint32_t shift;
};

static uint64_t toy_weight(const struct ciphertext *pair, const struct point *share)
{
    struct hash hash;
    uint8_t half[HASH_BYTES];
    hash_start(&hash, "toy");
    hash_part(&hash, span_of(pair, sizeof *pair));
    hash_part(&hash, point_span(share));
    hash_end32(&hash, half);
    return (uint64_t)half[0] << 8 | half[1];
}

static int by_product(const void *a, const void *b)
{
    uint64_t x = ((const struct candidate *)a)->product;
    uint64_t y = ((const struct candidate *)b)->product;
    return x < y ? -1 : x > y;
}

static void tabulate(const struct ciphertext *pair, struct point share, const struct point *step,
                     struct candidate *out)
{
    for (uint32_t shift = 1; shift <= TOY_TRIES; shift++) {
        share = point_add(&share, step);
        out[shift - 1] =
            (struct candidate){.product = shift * toy_weight(pair, &share), .shift = shift};
    }
    qsort(out, TOY_TRIES, sizeof *out, by_product);
}

static bool match(const struct candidate *a, const struct candidate *b, uint32_t *out_a,
                  uint32_t *out_b)
{
    for (size_t i = 0, j = 0; i < TOY_TRIES && j < TOY_TRIES;) {
        if (a[i].product == b[j].product && a[i].product > 0) {
            *out_a = a[i].shift;
            *out_b = b[j].shift;
            return true;
        }
        if (a[i].product <= b[j].product) {
            i++;
        } else {
            j++;
        }
    }
    return false;
}

/* Does Z = x A hold with toy weights? */
static bool toy_accepts(const struct world *world, const struct point *shares)
{
    struct point a = point_identity();
    struct point z = point_identity();
    for (size_t m = 0; m < PAIRS; m++) {
        struct scalar d = scalar_from_u64(toy_weight(&world->pairs[m], &shares[m]));
        point_add_product(&a, &d, &world->pairs[m].alpha);
        point_add_product(&z, &d, &shares[m]);
    }
    a = point_mul(&world->secrets[0], &a);
    return point_equal(&a, &z);
}

/* The best that a cheat can do for false shares under the real weights: prove with x anyway. */
static void prove_anyway(struct world *world)
{
    struct decryption_place place = place_of(world, 1);
    struct point *shares = (struct point *)world->blobs[0];
    uint8_t seed[HASH_WIDE_BYTES];
    struct point a;
    struct point z;
    batch_seed(&place, &world->list, shares, seed);
    fold(&world->list, shares, false, seed, NULL, &a, &z);
    struct hash statement = batch_statement(seed, &a, &z);
    struct equality proof = equality_prove(&statement, &a, &world->secrets[0]);
    memcpy(&shares[PAIRS], &proof, sizeof proof);
}

static void grinding(void)
{
    static struct candidate plus[TOY_TRIES];
    static struct candidate minus[TOY_TRIES];
    struct world world;
    uint32_t a = 0;
    uint32_t b = 0;
    bool found = false;
    struct scalar one = scalar_from_u64(1);
    struct point up = point_mul_base(&one);
    struct point identity = point_identity();
    struct point down = point_sub(&identity, &up);
    struct point *shares = (struct point *)world.blobs[0];
    while (!found) { /* about two in three lists have a pair */
        world_make(&world);
        tabulate(&world.pairs[0], shares[0], &up, plus);
        tabulate(&world.pairs[1], shares[1], &down, minus);
        found = match(plus, minus, &a, &b);
    }
    struct scalar shift_a = scalar_from_u64(a);
    struct scalar shift_b = scalar_from_u64(b);
    point_add_product(&shares[0], &shift_a, &up);
    point_add_product(&shares[1], &shift_b, &down);
    check_case("weights from entries alone take false shares");
    CHECK(toy_accepts(&world, shares));
    prove_anyway(&world);
    check_case("weights from the whole list do not");
    CHECK_INT(check_blob(&world, 1), BAD_PROOF);
}

/* Why they do not: one altered share changes the weight of every entry. */
static void weights_come_from_everything(void)
{
    struct world world;
    world_make(&world);
    struct decryption_place place = place_of(&world, 1);
    struct point *shares = (struct point *)world.blobs[0];
    uint8_t seed[HASH_WIDE_BYTES];
    batch_seed(&place, &world.list, shares, seed);
    struct hash before = seeded(LABEL_DEC_WEIGHT, seed);
    shares[PAIRS - 1] = shares[0];
    batch_seed(&place, &world.list, shares, seed);
    struct hash after = seeded(LABEL_DEC_WEIGHT, seed);
    for (uint64_t m = 0; m < PAIRS; m++) {
        struct scalar x = weight(&before, m);
        struct scalar y = weight(&after, m);
        check_case("weight %d", (int)m);
        CHECK(memcmp(&x, &y, sizeof x) != 0);
        CHECK(sodium_is_zero(x.bytes + DECRYPTION_WEIGHT_BYTES, 16));
    }
}

int main(void)
{
    if (sodium_init() < 0) {
        return 1;
    }
    honest();
    every_part_of_the_blob();
    every_part_of_the_statement();
    weights_come_from_everything();
    grinding();
    return check_end("crypto_decryption");
}
