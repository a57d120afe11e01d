/* The checking half of shuffle.h: all equations folded into one sum with random weights. */
#include <assert.h>
#include <stdlib.h>

#include "crypto/shuffle.h"
#include "limit.h"

enum { WEIGHT_BYTES = 16 };

struct checker {
    const struct mix_place *place;
    const struct bases *bases;
    const struct cipherlist *before;
    const struct cipherlist *after;
    struct mixproof proof;
    struct scalar *u;
    struct scalar x;
    struct scalar rho[3]; /* ρ1, ρ2, ρ3 */
    struct scalar rho_alpha[LIMIT_CHUNKS];
    struct scalar rho_beta[LIMIT_CHUNKS];
    uint8_t (*sigma)[WEIGHT_BYTES];
    struct point sums[PARALLEL_SLICES];
    struct scalar base_sums[PARALLEL_SLICES]; /* Σ σ_i ŝ_i */
};

static struct scalar random_weight(void)
{
    uint8_t bytes[WEIGHT_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    return scalar_from_16_bytes(bytes);
}

/* Only after the whole proof was read: weights known beforehand could be solved for. */
static void draw_weights(struct checker *checker)
{
    for (int i = 0; i < 3; i++) {
        checker->rho[i] = random_weight();
    }
    for (size_t l = 0; l < checker->proof.w; l++) {
        checker->rho_alpha[l] = random_weight();
        checker->rho_beta[l] = random_weight();
    }
    randombytes_buf(checker->sigma, checker->proof.n * sizeof *checker->sigma);
}

/* -a·b */
static struct scalar neg_mul(const struct scalar *a, const struct scalar *b)
{
    struct scalar product = scalar_mul(a, b);
    return scalar_neg(&product);
}

/* (ρ1 x + ρ3 s'_i) H_i - x (ρ1 + ρ3 u_i) C_i */
static void fold_permutation(const struct checker *checker, size_t i, struct point *sum)
{
    struct scalar h = scalar_mul(&checker->rho[0], &checker->x);
    h = scalar_mul_add(&checker->rho[2], &checker->proof.s_prime[i], &h);
    struct scalar c = scalar_mul_add(&checker->rho[2], &checker->u[i], &checker->rho[0]);
    c = neg_mul(&checker->x, &c);
    point_add_product(sum, &h, &checker->bases->at[i + 1]);
    point_add_product(sum, &c, &checker->proof.c[i]);
}

/* (σ_(i+1) s'_(i+1) - σ_i x) Ĉ_i - σ_i T̂_i; for the last, -ρ2 x stands for σ_(i+1) s'_(i+1). */
static void fold_chain(const struct checker *checker, size_t i, struct point *sum)
{
    struct scalar sigma = scalar_from_16_bytes(checker->sigma[i]);
    struct scalar minus_sigma = scalar_neg(&sigma);
    struct scalar next = neg_mul(&checker->rho[1], &checker->x);
    if (i + 1 < checker->proof.n) {
        struct scalar next_sigma = scalar_from_16_bytes(checker->sigma[i + 1]);
        next = scalar_mul(&next_sigma, &checker->proof.s_prime[i + 1]);
    }
    struct scalar link = scalar_mul_add(&minus_sigma, &checker->x, &next);
    point_add_product(sum, &link, &checker->proof.c_hat[i]);
    point_add_product(sum, &minus_sigma, &checker->proof.t_hat[i]);
}

/* ρ (s'_i new - x u_i old) */
static void fold_pair(const struct scalar *rho, const struct scalar *s_prime,
                      const struct scalar *minus_xu, const struct point *new,
                      const struct point *old, struct point *sum)
{
    struct scalar weight = scalar_mul(rho, s_prime);
    point_add_product(sum, &weight, new);
    weight = scalar_mul(rho, minus_xu);
    point_add_product(sum, &weight, old);
}

static void fold_entry(const struct checker *checker, size_t i, struct point *sum)
{
    size_t w = checker->proof.w;
    const struct scalar *s_prime = &checker->proof.s_prime[i];
    struct scalar minus_xu = neg_mul(&checker->x, &checker->u[i]);
    for (size_t l = 0; l < w; l++) {
        const struct ciphertext *new = &checker->after->at[i * w + l];
        const struct ciphertext *old = &checker->before->at[i * w + l];
        fold_pair(&checker->rho_alpha[l], s_prime, &minus_xu, &new->alpha, &old->alpha, sum);
        fold_pair(&checker->rho_beta[l], s_prime, &minus_xu, &new->beta, &old->beta, sum);
    }
}

static void fold_range(void *context, unsigned slice, size_t from, size_t to)
{
    struct checker *checker = context;
    struct point *sum = &checker->sums[slice];
    struct scalar *base = &checker->base_sums[slice];
    for (size_t i = from; i < to; i++) {
        struct scalar sigma = scalar_from_16_bytes(checker->sigma[i]);
        *base = scalar_mul_add(&sigma, &checker->proof.s_hat[i], base);
        fold_permutation(checker, i, sum);
        fold_chain(checker, i, sum);
        fold_entry(checker, i, sum);
    }
}

/* ρ1 s1 + ρ2 s2 + ρ3 s3 - Σ ρα_l s4_l + Σ σ_i ŝ_i */
static struct scalar base_coefficient(const struct checker *checker)
{
    const struct scalar *s = checker->proof.s;
    struct scalar sum = scalar_add(&checker->base_sums[0], &checker->base_sums[1]);
    for (int i = 0; i < 3; i++) {
        sum = scalar_mul_add(&checker->rho[i], &s[i], &sum);
    }
    for (size_t l = 0; l < checker->proof.w; l++) {
        struct scalar part = scalar_mul(&checker->rho_alpha[l], &s[MIX_S4 + l]);
        sum = scalar_sub(&sum, &part);
    }
    return sum;
}

static struct scalar key_coefficient(const struct checker *checker)
{
    struct scalar sum = {0};
    for (size_t l = 0; l < checker->proof.w; l++) {
        sum = scalar_mul_add(&checker->rho_beta[l], &checker->proof.s[MIX_S4 + l], &sum);
    }
    return scalar_neg(&sum);
}

/* ρ2 x u + σ1 s'1, with u the product of all u_i */
static struct scalar first_base_coefficient(const struct checker *checker)
{
    struct scalar product = scalar_mul(&checker->rho[1], &checker->x);
    for (size_t i = 0; i < checker->proof.n; i++) {
        product = scalar_mul(&product, &checker->u[i]);
    }
    struct scalar sigma = scalar_from_16_bytes(checker->sigma[0]);
    return scalar_mul_add(&sigma, &checker->proof.s_prime[0], &product);
}

static void subtract_product(struct point *sum, const struct scalar *scalar,
                             const struct point *point)
{
    struct point product = point_mul(scalar, point);
    *sum = point_sub(sum, &product);
}

/* Everything that occurs once in a proof. */
static void fold_rest(const struct checker *checker, struct point *sum)
{
    const struct point *t = checker->proof.t;
    struct scalar base = base_coefficient(checker);
    struct scalar key = key_coefficient(checker);
    struct scalar first = first_base_coefficient(checker);
    struct point product = point_mul_base(&base);
    *sum = point_add(sum, &product);
    point_add_product(sum, &key, checker->place->key);
    point_add_product(sum, &first, &checker->bases->at[0]);
    for (int i = 0; i < 3; i++) {
        subtract_product(sum, &checker->rho[i], &t[i]);
    }
    for (size_t l = 0; l < checker->proof.w; l++) {
        subtract_product(sum, &checker->rho_alpha[l], &t[MIX_T_ALPHA + 2 * l]);
        subtract_product(sum, &checker->rho_beta[l], &t[MIX_T_BETA + 2 * l]);
    }
}

static bool proof_holds(struct checker *checker, struct parallel_progress *progress)
{
    uint8_t state[HASH_WIDE_BYTES];
    mixproof_state(checker->place, checker->before, checker->after, checker->proof.c, state);
    mixproof_weights(state, checker->proof.n, progress, checker->u);
    checker->x = mixproof_challenge(state, &checker->proof);
    draw_weights(checker);
    parallel_run(fold_range, checker, checker->proof.n, progress);
    struct point sum = point_add(&checker->sums[0], &checker->sums[1]);
    fold_rest(checker, &sum);
    struct point identity = point_identity();
    return point_equal(&sum, &identity);
}

static enum outcome refuse(const struct mix_place *place, const char *code, const char *what,
                           struct fail *fail)
{
    return fail_set(fail, BAD_PROOF, code, "mix %llu of box %.*s by trustee %llu: %s",
                    (unsigned long long)place->step, (int)place->box.len,
                    (const char *)place->box.ptr, (unsigned long long)place->mixer, what);
}

static bool scalars_are_canonical(const struct scalar *scalars, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!scalar_is_canonical(&scalars[i])) {
            return false;
        }
    }
    return true;
}

static enum outcome check_form(const struct checker *checker, struct parallel_progress *progress,
                               struct fail *fail)
{
    const struct mixproof *proof = &checker->proof;
    size_t n = proof->n;
    size_t w = proof->w;
    size_t bad = 0;
    if (!cipherlist_points_are_valid(&checker->after->at->alpha, 2 * n * w, true, progress, &bad)) {
        return refuse(checker->place, "mix.point", "its list has what is no proper point", fail);
    }
    if (!cipherlist_points_are_valid(proof->c, 3 * n + MIX_T_ALPHA + 2 * w, false, progress,
                                     &bad)) {
        return refuse(checker->place, "mix.point", "its proof has what is no point", fail);
    }
    if (!scalars_are_canonical(proof->s, MIX_S4 + w + 2 * n)) {
        return refuse(checker->place, "mix.scalar", "its proof has a scalar of L or more", fail);
    }
    return OK;
}

static enum outcome check_sizes(const struct mix_place *place, const struct cipherlist *before,
                                const struct cipherlist *after, struct span proof,
                                struct fail *fail)
{
    if (before->count < 1 || after->count != before->count || after->width != before->width) {
        return refuse(place, "mix.length", "its list has not the shape of the one before", fail);
    }
    if (proof.len != mixproof_bytes(before->count, before->width)) {
        return refuse(place, "mix.length", "its proof is not as long as it must be", fail);
    }
    return OK;
}

enum outcome shuffle_check(const struct mix_place *place, const struct bases *bases,
                           const struct cipherlist *before, const struct cipherlist *after,
                           struct span proof, struct parallel_progress *progress, struct fail *fail)
{
    enum outcome outcome = check_sizes(place, before, after, proof, fail);
    if (outcome != OK) {
        return outcome;
    }
    assert(bases->count > before->count && before->width <= LIMIT_CHUNKS);
    size_t n = before->count;
    struct checker checker = {.place = place, .bases = bases, .before = before, .after = after};
    /* The view is for makers too; nothing in this file writes through it. */
    checker.proof = mixproof_over((uint8_t *)(uintptr_t)proof.ptr, n, before->width);
    checker.u = calloc(n, sizeof *checker.u);
    checker.sigma = calloc(n, sizeof *checker.sigma);
    if (!checker.u || !checker.sigma) {
        outcome = fail_set(fail, BROKEN, "memory", "mix: no memory for %zu entries", n);
    } else {
        outcome = check_form(&checker, progress, fail);
    }
    if (outcome == OK && !proof_holds(&checker, progress)) {
        outcome = refuse(place, "mix.proof", "its proof does not hold", fail);
    }
    free(checker.sigma);
    free(checker.u);
    return outcome;
}
