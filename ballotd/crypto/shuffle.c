#include "crypto/shuffle.h"

#include <assert.h>
#include <stdlib.h>

#include "limit.h"

/* What would give the order away. One piece of guarded memory; arrays count from 0. */
struct secret {
    struct scalar *omega;     /* ω1, ω2, ω3, ω4_l */
    struct scalar *r;         /* of C, by place in the list before */
    struct scalar *r_prime;   /* of the re-encryption, w for each place in the list after */
    struct scalar *r_hat;     /* this and the next two by place in the list after */
    struct scalar *omega_hat; /**/
    struct scalar *omega_prime;
    struct scalar *chain_base; /* Ĉ_i = chain_base_i B + chain_start_i H_0 */
    struct scalar *chain_start;
    uint32_t *order; /* after[i] is before[order[i]] */
};

struct maker {
    const struct mix_place *place;
    const struct bases *bases;
    const struct cipherlist *before;
    struct ciphertext *after;
    struct mixproof proof;
    struct secret secret;
    struct scalar *u;
    struct point sums[PARALLEL_SLICES][1 + 2 * LIMIT_CHUNKS]; /* Σ ω'_i of H_i, α'_il, β'_il */
};

/* The scalars that are drawn come first, in one run. Sizes are multiples of 4, so that
 * sodium_malloc aligns the order. */
static bool secret_init(struct secret *secret, size_t n, size_t w)
{
    size_t drawn = MIX_S4 + w + (4 + w) * n;
    struct scalar *at = sodium_malloc((drawn + 2 * n) * sizeof *at + n * sizeof *secret->order);
    if (!at) {
        return false;
    }
    for (size_t i = 0; i < drawn; i++) {
        scalar_random(&at[i]);
    }
    secret->omega = at;
    secret->r = secret->omega + MIX_S4 + w;
    secret->r_prime = secret->r + n;
    secret->r_hat = secret->r_prime + w * n;
    secret->omega_hat = secret->r_hat + n;
    secret->omega_prime = secret->omega_hat + n;
    secret->chain_base = secret->omega_prime + n;
    secret->chain_start = secret->chain_base + n;
    secret->order = (uint32_t *)(void *)(secret->chain_start + n);
    return true;
}

/* Fisher and Yates; randombytes_uniform has no bias. */
static void draw_order(uint32_t *order, size_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t j = randombytes_uniform(i + 1);
        order[i] = order[j];
        order[j] = i;
    }
}

/* a·B + b·P */
static struct point mul_base_and(const struct scalar *a, const struct scalar *b,
                                 const struct point *p)
{
    struct point sum = point_mul_base(a);
    point_add_product(&sum, b, p);
    return sum;
}

/* e'_i,l = e_{j_i},l + r'_il (B, Y), and C_{j_i} = r_{j_i} B + H_i */
static void mix_range(void *context, unsigned slice, size_t from, size_t to)
{
    struct maker *maker = context;
    size_t w = maker->before->width;
    (void)slice;
    for (size_t i = from; i < to; i++) {
        size_t j = maker->secret.order[i];
        for (size_t l = 0; l < w; l++) {
            maker->after[i * w + l] =
                elgamal_reencrypt(maker->place->key, &maker->before->at[j * w + l],
                                  &maker->secret.r_prime[i * w + l]);
        }
        struct point blind = point_mul_base(&maker->secret.r[j]);
        maker->proof.c[j] = point_add(&blind, &maker->bases->at[i + 1]);
    }
}

/* u'_i */
static const struct scalar *permuted_u(const struct maker *maker, size_t i)
{
    return &maker->u[maker->secret.order[i]];
}

/* The chain Ĉ_i = r̂_i B + u'_i Ĉ_{i-1} over B and H_0, so that its points need not be made one
 * after the other. */
static void make_chain_scalars(struct maker *maker)
{
    struct scalar base = scalar_from_u64(0);
    struct scalar start = scalar_from_u64(1);
    for (size_t i = 0; i < maker->before->count; i++) {
        base = scalar_mul_add(permuted_u(maker, i), &base, &maker->secret.r_hat[i]);
        start = scalar_mul(permuted_u(maker, i), &start);
        maker->secret.chain_base[i] = base;
        maker->secret.chain_start[i] = start;
    }
    sodium_memzero(&base, sizeof base);
    sodium_memzero(&start, sizeof start);
}

static void chain_range(void *context, unsigned slice, size_t from, size_t to)
{
    struct maker *maker = context;
    (void)slice;
    for (size_t i = from; i < to; i++) {
        maker->proof.c_hat[i] = mul_base_and(&maker->secret.chain_base[i],
                                             &maker->secret.chain_start[i], &maker->bases->at[0]);
    }
}

/* T̂_i, and the sums of T3, Tα_l and Tβ_l. */
static void commit_range(void *context, unsigned slice, size_t from, size_t to)
{
    struct maker *maker = context;
    struct point *sums = maker->sums[slice];
    size_t w = maker->before->width;
    for (size_t i = from; i < to; i++) {
        const struct scalar *omega = &maker->secret.omega_prime[i];
        const struct point *previous = i > 0 ? &maker->proof.c_hat[i - 1] : &maker->bases->at[0];
        maker->proof.t_hat[i] = mul_base_and(&maker->secret.omega_hat[i], omega, previous);
        point_add_product(&sums[0], omega, &maker->bases->at[i + 1]);
        for (size_t l = 0; l < w; l++) {
            point_add_product(&sums[1 + 2 * l], omega, &maker->after[i * w + l].alpha);
            point_add_product(&sums[2 + 2 * l], omega, &maker->after[i * w + l].beta);
        }
    }
}

/* T1, T2, T3, Tα_l, Tβ_l, from both threads' sums. */
static void finish_commitments(struct maker *maker)
{
    const struct scalar *omega = maker->secret.omega;
    struct point *t = maker->proof.t;
    size_t w = maker->before->width;
    for (size_t i = 0; i < 1 + 2 * w; i++) {
        t[2 + i] = point_add(&maker->sums[0][i], &maker->sums[1][i]);
    }
    t[0] = point_mul_base(&omega[0]);
    t[1] = point_mul_base(&omega[1]);
    struct point blind = point_mul_base(&omega[2]);
    t[2] = point_add(&t[2], &blind);
    for (size_t l = 0; l < w; l++) {
        blind = point_mul_base(&omega[MIX_S4 + l]);
        t[MIX_T_ALPHA + 2 * l] = point_sub(&t[MIX_T_ALPHA + 2 * l], &blind);
        blind = point_mul(&omega[MIX_S4 + l], maker->place->key);
        t[MIX_T_BETA + 2 * l] = point_sub(&t[MIX_T_BETA + 2 * l], &blind);
    }
}

/* ω + x·sum */
static void respond(struct scalar *out, const struct scalar *omega, const struct scalar *x,
                    const struct scalar *sum)
{
    *out = scalar_mul_add(x, sum, omega);
}

/* ŝ_i and s'_i, and s2 with its v_i, from the last to the first. */
static void respond_entries(struct maker *maker, const struct scalar *x)
{
    const struct secret *secret = &maker->secret;
    struct scalar v = scalar_from_u64(1);
    struct scalar sum = {0};
    for (size_t i = maker->before->count; i-- > 0;) {
        sum = scalar_mul_add(&secret->r_hat[i], &v, &sum);
        v = scalar_mul(permuted_u(maker, i), &v);
        respond(&maker->proof.s_hat[i], &secret->omega_hat[i], x, &secret->r_hat[i]);
        respond(&maker->proof.s_prime[i], &secret->omega_prime[i], x, permuted_u(maker, i));
    }
    respond(&maker->proof.s[1], &secret->omega[1], x, &sum);
    sodium_memzero(&sum, sizeof sum);
    sodium_memzero(&v, sizeof v);
}

/* s1, s3 and s4_l. */
static void respond_sums(struct maker *maker, const struct scalar *x)
{
    const struct secret *secret = &maker->secret;
    size_t w = maker->before->width;
    struct scalar sum_r = {0};
    struct scalar sum_ru = {0};
    struct scalar sums[LIMIT_CHUNKS] = {0};
    for (size_t i = 0; i < maker->before->count; i++) {
        sum_r = scalar_add(&sum_r, &secret->r[i]);
        sum_ru = scalar_mul_add(&secret->r[i], &maker->u[i], &sum_ru);
        for (size_t l = 0; l < w; l++) {
            sums[l] = scalar_mul_add(&secret->r_prime[i * w + l], permuted_u(maker, i), &sums[l]);
        }
    }
    respond(&maker->proof.s[0], &secret->omega[0], x, &sum_r);
    respond(&maker->proof.s[2], &secret->omega[2], x, &sum_ru);
    for (size_t l = 0; l < w; l++) {
        respond(&maker->proof.s[MIX_S4 + l], &secret->omega[MIX_S4 + l], x, &sums[l]);
    }
    sodium_memzero(&sum_r, sizeof sum_r);
    sodium_memzero(&sum_ru, sizeof sum_ru);
    sodium_memzero(sums, sizeof sums);
}

static void mix(struct maker *maker, struct parallel_progress *progress)
{
    draw_order(maker->secret.order, maker->before->count);
    parallel_run(mix_range, maker, maker->before->count, progress);
}

static void prove(struct maker *maker, struct parallel_progress *progress)
{
    const struct cipherlist *before = maker->before;
    struct cipherlist after = {.at = maker->after, .count = before->count, .width = before->width};
    uint8_t state[HASH_WIDE_BYTES];
    mixproof_state(maker->place, before, &after, maker->proof.c, state);
    mixproof_weights(state, before->count, progress, maker->u);
    make_chain_scalars(maker);
    parallel_run(chain_range, maker, before->count, progress);
    parallel_run(commit_range, maker, before->count, progress);
    finish_commitments(maker);
    struct scalar x = mixproof_challenge(state, &maker->proof);
    respond_entries(maker, &x);
    respond_sums(maker, &x);
}

enum outcome shuffle_make(const struct mix_place *place, const struct bases *bases,
                          const struct cipherlist *before, struct parallel_progress *progress,
                          struct ciphertext *out_list, uint8_t *out_proof, struct fail *fail)
{
    size_t n = before->count;
    size_t w = before->width;
    assert(n >= 1 && w >= 1 && w <= LIMIT_CHUNKS && bases->count > n);
    struct maker maker = {.place = place, .bases = bases, .before = before, .after = out_list};
    enum outcome outcome = OK;
    maker.proof = mixproof_over(out_proof, n, w);
    maker.u = calloc(n, sizeof *maker.u);
    if (maker.u && secret_init(&maker.secret, n, w)) {
        mix(&maker, progress);
        prove(&maker, progress);
    } else {
        outcome = fail_set(fail, BROKEN, "memory", "mix: no memory for %zu entries", n);
    }
    sodium_free(maker.secret.omega); /* the whole piece, wiped */
    sodium_memzero(&maker.sums, sizeof maker.sums);
    free(maker.u);
    return outcome;
}
