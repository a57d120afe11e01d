/* Mixes: honest ones hold, every altered byte and every altered statement is refused, and so are
 * makers who cheat while they make the proof. Pitfalls 1, 2, 8 and 9.
 *
 * The maker's file is included, so that the cheats can step in between mixing and proving: their
 * proofs are of the right statement, and only the equations can refuse them.
 */
#include "crypto/shuffle.c" /* NOLINT(bugprone-suspicious-include) */

#include "check.h"
#include "crypto/decryption.h"

enum { N_MAX = 300, W_MAX = 3 };

struct world {
    uint8_t ctx3[HASH_BYTES];
    struct scalar secret;
    struct point key;
    struct mix_place place;
    struct point messages[N_MAX * W_MAX];
    struct ciphertext before_at[N_MAX * W_MAX];
    struct ciphertext after_at[N_MAX * W_MAX];
    struct cipherlist before;
    struct cipherlist after;
    uint8_t proof[160 * N_MAX + 192 + 96 * W_MAX];
    struct span blob;
};

static struct world world;
static struct bases bases;

static void world_list(size_t n, size_t w)
{
    randombytes_buf(world.ctx3, sizeof world.ctx3);
    scalar_random(&world.secret);
    world.key = point_mul_base(&world.secret);
    world.place = (struct mix_place){.ctx3 = world.ctx3,
                                     .box = SPAN_LIT("chair/north"),
                                     .mixer = 2,
                                     .step = 1,
                                     .key = &world.key};
    for (size_t m = 0; m < n * w; m++) {
        struct scalar r;
        struct scalar log = scalar_from_u64(m + 1);
        scalar_random(&r);
        world.messages[m] = point_mul_base(&log);
        world.before_at[m] = elgamal_encrypt(&world.key, &world.messages[m], &r);
    }
    world.before = (struct cipherlist){.at = world.before_at, .count = n, .width = w};
    world.after = (struct cipherlist){.at = world.after_at, .count = n, .width = w};
    world.blob = span_of(world.proof, mixproof_bytes(n, w));
}

static void world_mix(size_t n, size_t w)
{
    world_list(n, w);
    CHECK_INT(
        shuffle_make(&world.place, &bases, &world.before, NULL, world.after_at, world.proof, NULL),
        OK);
}

static enum outcome check_world(void)
{
    return shuffle_check(&world.place, &bases, &world.before, &world.after, world.blob, NULL, NULL);
}

/* Which entry of the list before stands at place i after? Its columns must all agree. */
static size_t origin_of(size_t i)
{
    size_t w = world.before.width;
    for (size_t j = 0; j < world.before.count; j++) {
        size_t l = 0;
        for (; l < w; l++) {
            const struct ciphertext *pair = &world.after_at[i * w + l];
            struct point mask = point_mul(&world.secret, &pair->alpha);
            struct point message = point_sub(&pair->beta, &mask);
            if (!point_equal(&message, &world.messages[j * w + l])) {
                break;
            }
        }
        if (l == w) {
            return j;
        }
    }
    return SIZE_MAX;
}

static void same_messages(void)
{
    bool seen[N_MAX] = {false};
    for (size_t i = 0; i < world.before.count; i++) {
        size_t j = origin_of(i);
        if (CHECK(j < world.before.count && !seen[j])) {
            seen[j] = true;
        }
    }
}

static void honest(void)
{
    static const size_t counts[] = {1, 2, 5, 50};
    for (size_t w = 1; w <= W_MAX; w++) {
        for (size_t c = 0; c < CHECK_COUNT_OF(counts); c++) {
            check_case("honest, N = %zu, w = %zu", counts[c], w);
            world_mix(counts[c], w);
            CHECK_INT(check_world(), OK);
            if (counts[c] <= 5) {
                same_messages();
            }
        }
    }
    check_case("honest, two threads");
    world_mix(N_MAX, 1);
    CHECK_INT(check_world(), OK);
}

/* Two mixes of one list differ, and of two entries both orders come up. */
static void orders_vary(void)
{
    unsigned straight = 0;
    world_list(2, 1);
    for (int i = 0; i < 40; i++) {
        uint32_t order[2];
        draw_order(order, 2);
        straight += order[0] == 0;
    }
    check_case("both orders of two");
    CHECK(straight > 5 && straight < 35);
    unsigned first[3] = {0};
    for (int i = 0; i < 3000; i++) {
        uint32_t order[3];
        draw_order(order, 3);
        first[order[0]]++;
    }
    check_case("each of three comes first");
    for (int i = 0; i < 3; i++) {
        CHECK(first[i] > 850 && first[i] < 1150);
    }
}

/* Every point and scalar of the blob, replaced by a neighbour that is as well formed. */
static void every_part_of_the_proof(size_t n, size_t w)
{
    struct scalar one = scalar_from_u64(1);
    struct point base = point_mul_base(&one);
    world_mix(n, w);
    size_t parts = world.blob.len / 32;
    size_t points = 3 * n + MIX_T_ALPHA + 2 * w;
    for (size_t i = 0; i < parts; i++) {
        uint8_t saved[32];
        uint8_t *at = world.proof + 32 * i;
        memcpy(saved, at, 32);
        if (i < points) {
            *(struct point *)at = point_add((struct point *)at, &base);
        } else {
            *(struct scalar *)at = scalar_add((struct scalar *)at, &one);
        }
        check_case("N = %zu, w = %zu, part %zu", n, w, i);
        CHECK_INT(check_world(), BAD_PROOF);
        memset(at, 0xff, 32); /* neither a point nor a scalar */
        CHECK_INT(check_world(), BAD_PROOF);
        memcpy(at, saved, 32);
    }
    check_case("as it was");
    CHECK_INT(check_world(), OK);
}

static void every_part_of_the_lists(void)
{
    struct scalar one = scalar_from_u64(1);
    struct point base = point_mul_base(&one);
    world_mix(3, 2);
    for (size_t i = 0; i < 3 * 2 * 2; i++) {
        struct point *after = &((struct point *)world.after_at)[i];
        struct point *before = &((struct point *)world.before_at)[i];
        check_case("list, point %zu", i);
        *after = point_add(after, &base);
        CHECK_INT(check_world(), BAD_PROOF);
        *after = point_sub(after, &base);
        *before = point_add(before, &base);
        CHECK_INT(check_world(), BAD_PROOF);
        *before = point_sub(before, &base);
        struct point saved = *after;
        *after = point_identity();
        CHECK_INT(check_world(), BAD_PROOF);
        *after = saved;
        after->bytes[31] |= 0x80;
        CHECK_INT(check_world(), BAD_PROOF);
        *after = saved;
    }
    CHECK_INT(check_world(), OK);
}

static void every_part_of_the_place(void)
{
    world_mix(3, 1);
    struct scalar two = scalar_from_u64(2);
    struct point other_key = point_mul(&two, &world.key);
    uint8_t other[HASH_BYTES] = {0};
    struct mix_place places[] = {world.place, world.place, world.place, world.place, world.place};
    places[0].ctx3 = other;
    places[1].box = SPAN_LIT("chair/south");
    places[2].mixer = 3;
    places[3].step = 2;
    places[4].key = &other_key;
    for (size_t i = 0; i < CHECK_COUNT_OF(places); i++) {
        check_case("place %zu", i);
        CHECK_INT(
            shuffle_check(&places[i], &bases, &world.before, &world.after, world.blob, NULL, NULL),
            BAD_PROOF);
    }
}

static void shapes(void)
{
    struct cipherlist list;
    world_mix(4, 2);
    struct world saved = world;
    check_case("lengths");
    for (size_t cut = 1; cut <= 160; cut += 31) {
        world.blob.len = saved.blob.len - cut;
        CHECK_INT(check_world(), BAD_PROOF);
    }
    world.blob = saved.blob;
    world.after.count = 3;
    CHECK_INT(check_world(), BAD_PROOF);
    world.after = saved.after;
    world.after.width = 1;
    CHECK_INT(check_world(), BAD_PROOF);
    world.after = saved.after;
    world.before.count = 8; /* the same bytes, read with another width */
    world.before.width = 1;
    world.after.count = 8;
    world.after.width = 1;
    CHECK_INT(check_world(), BAD_PROOF);
    check_case("no ballots, no columns, torn lists");
    CHECK_INT(cipherlist_over(span_of(world.before_at, 0), 0, 1, &list, NULL), BAD_INPUT);
    CHECK_INT(cipherlist_over(span_of(world.before_at, 0), 1, 0, &list, NULL), BAD_INPUT);
    CHECK_INT(cipherlist_over(span_of(world.before_at, 640), 1, 10, &list, NULL), BAD_INPUT);
    CHECK_INT(cipherlist_over(span_of(world.before_at, 63), 1, 1, &list, NULL), BAD_INPUT);
    CHECK_INT(cipherlist_over(span_of(world.before_at, 128), 1, 1, &list, NULL), BAD_INPUT);
    CHECK_INT(cipherlist_over(span_of(world.before_at, 128), 1, 2, &list, NULL), OK);
    CHECK_INT(cipherlist_check(&list, NULL, NULL), OK);
    world.before_at[1].beta = point_identity();
    CHECK_INT(cipherlist_check(&list, NULL, NULL), BAD_INPUT);
}

/* Runs the maker, with a cheat between mixing and proving. */
static void cheat(size_t n, size_t w, void (*step_in)(struct maker *maker))
{
    world_list(n, w);
    struct maker maker = {.place = &world.place,
                          .bases = &bases,
                          .before = &world.before,
                          .after = world.after_at,
                          .proof = mixproof_over(world.proof, n, w),
                          .u = calloc(n, sizeof(struct scalar))};
    CHECK(secret_init(&maker.secret, n, w));
    mix(&maker, NULL);
    step_in(&maker);
    prove(&maker, NULL);
    sodium_free(maker.secret.omega);
    free(maker.u);
}

static void nothing(struct maker *maker)
{
    (void)maker;
}

static void alter_a_vote(struct maker *maker)
{
    struct scalar one = scalar_from_u64(1);
    struct point base = point_mul_base(&one);
    maker->after[0].beta = point_add(&maker->after[0].beta, &base);
}

static void alter_two_votes_by_opposites(struct maker *maker)
{
    struct scalar one = scalar_from_u64(1);
    struct point base = point_mul_base(&one);
    maker->after[0].beta = point_add(&maker->after[0].beta, &base);
    maker->after[1].beta = point_sub(&maker->after[1].beta, &base);
}

static void exchange_in_one_column(struct maker *maker)
{
    struct ciphertext saved = maker->after[1];
    struct scalar r = maker->secret.r_prime[1];
    maker->after[1] = maker->after[3];
    maker->after[3] = saved;
    maker->secret.r_prime[1] = maker->secret.r_prime[3];
    maker->secret.r_prime[3] = r;
}

static void copy_an_entry(struct maker *maker)
{
    maker->secret.order[0] = maker->secret.order[1];
    mix_range(maker, 0, 0, maker->before->count);
}

static void cheats(void)
{
    static const struct {
        const char *name;
        size_t w;
        void (*step_in)(struct maker *maker);
        enum outcome outcome;
    } rows[] = {
        {"no cheat", 2, nothing, OK},
        {"a vote altered", 1, alter_a_vote, BAD_PROOF},
        {"two votes altered by opposites", 1, alter_two_votes_by_opposites, BAD_PROOF},
        {"another order in one column", 2, exchange_in_one_column, BAD_PROOF},
        {"one entry twice, another dropped", 1, copy_an_entry, BAD_PROOF},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(rows); i++) {
        check_case("%s", rows[i].name);
        memset(world.proof, 0, sizeof world.proof);
        cheat(5, rows[i].w, rows[i].step_in);
        CHECK_INT(check_world(), rows[i].outcome);
    }
}

/* The checker's own bases decide: derived, all different, and not exchangeable. */
static void bases_are_their_own(void)
{
    check_case("bases");
    for (size_t i = 0; i < bases.count; i++) {
        struct hash hash;
        hash_start(&hash, "base");
        hash_integer(&hash, i);
        struct point want = point_from_hash(&hash);
        CHECK_BYTES(&bases.at[i], &want, POINT_BYTES);
        CHECK(point_is_proper(&want));
        CHECK(i == 0 || !point_equal(&bases.at[i], &bases.at[i - 1]));
    }
    world_mix(3, 1);
    for (size_t i = 0; i < 3; i++) {
        struct point saved = bases.at[i];
        check_case("bases %zu and %zu exchanged", i, i + 1);
        bases.at[i] = bases.at[i + 1];
        bases.at[i + 1] = saved;
        CHECK_INT(check_world(), BAD_PROOF);
        bases.at[i + 1] = bases.at[i];
        bases.at[i] = saved;
    }
    CHECK_INT(check_world(), OK);
}

static void count_steps(void *context, uint64_t done)
{
    uint64_t *last = context;
    CHECK(done >= 1);
    *last = done;
}

static void progress_is_told(void)
{
    uint64_t last = 0;
    struct parallel_progress progress = {.step = count_steps, .context = &last};
    world_list(N_MAX, 1);
    check_case("progress");
    CHECK_INT(shuffle_make(&world.place, &bases, &world.before, &progress, world.after_at,
                           world.proof, NULL),
              OK);
    CHECK(progress.done == 4 * N_MAX && last > 0);
}

int main(void)
{
    if (sodium_init() < 0 || bases_init(&bases, N_MAX, NULL, NULL) != OK) {
        return 1;
    }
    honest();
    orders_vary();
    every_part_of_the_proof(1, 1);
    every_part_of_the_proof(2, 2);
    every_part_of_the_lists();
    every_part_of_the_place();
    shapes();
    cheats();
    bases_are_their_own();
    progress_is_told();
    bases_done(&bases);
    return check_end("crypto_shuffle");
}
