#include "election/shuffle.h"

enum { ROWS_RUN = 32 };

size_t shuffle_proof_bytes(size_t n, unsigned w)
{
    return 160 * n + 192 + 96 * (size_t)w;
}

/* -- where the parts of a proof lie -------------------------------------------------------------
 */

static const uint8_t *part_c(const struct shuffle *shuffle, size_t i)
{
    return shuffle->proof.ptr + (i - 1) * POINT_BYTES;
}

static const uint8_t *part_chained(const struct shuffle *shuffle, size_t n, size_t i)
{
    return shuffle->proof.ptr + (n + i - 1) * POINT_BYTES;
}

/* T1, T2, T3, then Tα_1, Tβ_1, … */
static const uint8_t *part_t(const struct shuffle *shuffle, size_t n, size_t place)
{
    return shuffle->proof.ptr + (2 * n + place) * POINT_BYTES;
}

static const uint8_t *part_t_chained(const struct shuffle *shuffle, size_t n, unsigned w, size_t i)
{
    return part_t(shuffle, n, 3 + 2 * (size_t)w + i - 1);
}

/* s1, s2, s3, s4_1 … s4_w, then ŝ_1 … ŝ_N, then s'_1 … s'_N */
static const uint8_t *part_s(const struct shuffle *shuffle, size_t n, unsigned w, size_t place)
{
    return part_t(shuffle, n, 3 + 2 * (size_t)w + n + place);
}

/* -- preparation --------------------------------------------------------------------------------
 */

static void hash_statement(const struct election *election, const struct box *box,
                           const struct shuffle *shuffle, uint8_t out_st[HASH_WIDE_BYTES])
{
    struct hash hash;
    hash_start(&hash, LABEL_MIX);
    hash_bytes(&hash, election->contexts[3], HASH_BYTES);
    hash_part(&hash, box->name);
    hash_number(&hash, shuffle->mixer);
    hash_number(&hash, shuffle->step);
    hash_bytes(&hash, election->keys.public_bytes, POINT_BYTES);
    hash_number(&hash, box->count);
    hash_number(&hash, box->width);
    hash_part(&hash, shuffle->input);
    hash_part(&hash, shuffle->output);
    hash_bytes(&hash, part_c(shuffle, 1), box->count * POINT_BYTES);
    hash_end_wide(&hash, out_st);
}

static void hash_challenges(const struct box *box, const uint8_t st[HASH_WIDE_BYTES],
                            struct shuffle *shuffle)
{
    struct hash hash, start;
    hash_start(&hash, LABEL_MIX_X);
    hash_bytes(&hash, st, HASH_WIDE_BYTES);
    hash_bytes(&hash, part_chained(shuffle, box->count, 1), box->count * POINT_BYTES);
    hash_bytes(&hash, part_t(shuffle, box->count, 0),
               (3 + 2 * (size_t)box->width + box->count) * POINT_BYTES);
    hash_end_scalar(&hash, &shuffle->x);
    hash_start(&start, LABEL_MIX_U);
    hash_bytes(&start, st, HASH_WIDE_BYTES);
    shuffle->product = scalar_from_number(1);
    for (size_t i = 1; i <= box->count; i++) {
        hash = start;
        hash_number(&hash, i);
        hash_end_scalar(&hash, &shuffle->u[i]);
        scalar_multiply(&shuffle->product, &shuffle->u[i], &shuffle->product);
    }
}

static enum outcome draw_weights(const struct box *box, struct shuffle *shuffle, struct fail *fail)
{
    struct weights weights = {.left = 0};
    enum outcome outcome = GOOD;
    for (unsigned i = 0; i < 3 && outcome == GOOD; i++)
        outcome = weights_draw(&weights, &shuffle->rho[i], fail);
    for (unsigned l = 0; l < box->width && outcome == GOOD; l++) {
        outcome = weights_draw(&weights, &shuffle->rho_alpha[l], fail);
        if (outcome == GOOD)
            outcome = weights_draw(&weights, &shuffle->rho_beta[l], fail);
    }
    for (size_t i = 1; i <= box->count && outcome == GOOD; i++)
        outcome = weights_draw(&weights, &shuffle->weights[i], fail);
    return outcome;
}

enum outcome shuffle_prepare(const struct election *election, const struct box *box,
                             struct arena *arena, struct shuffle *shuffle, struct fail *fail)
{
    uint8_t st[HASH_WIDE_BYTES];
    size_t n = box->count;
    shuffle->u = arena_zeroed(arena, n + 1, sizeof *shuffle->u);
    shuffle->responses = arena_zeroed(arena, n + 1, sizeof *shuffle->responses);
    shuffle->weights = arena_zeroed(arena, n + 1, sizeof *shuffle->weights);
    if (shuffle->u == NULL || shuffle->responses == NULL || shuffle->weights == NULL)
        return fail_unable(fail, "no memory for a mix of %zu", n);
    for (size_t i = 1; i <= n; i++)
        if (!scalar_decode(part_s(shuffle, n, box->width, 3 + box->width + n + i - 1),
                           &shuffle->responses[i]))
            return fail_bad(fail, "response %zu is no scalar below the order", i);
    hash_statement(election, box, shuffle, st);
    hash_challenges(box, st, shuffle);
    return draw_weights(box, shuffle, fail);
}

/* -- terms --------------------------------------------------------------------------------------
 */

static void malform(struct shuffle *shuffle)
{
    __atomic_store_n(&shuffle->malformed, true, __ATOMIC_RELAXED);
}

/* factor * point, or `malformed`. */
static void fold_bytes(struct fold *fold, const struct scalar *factor, const uint8_t *bytes,
                       struct shuffle *shuffle)
{
    struct point point;
    if (point_decode_any(bytes, &point))
        fold_term(fold, factor, &point);
    else
        malform(shuffle);
}

static struct scalar negative(const struct scalar *scalar)
{
    struct scalar zero = scalar_from_number(0), minus;
    scalar_subtract(&zero, scalar, &minus);
    return minus;
}

/* H_i with what all mixes of the chain ask of it: Σ (ρ1 x + ρ3 s'_i). */
static void fold_base(const struct chain *chain, struct fold *fold, size_t i)
{
    struct scalar factor = scalar_from_number(0);
    struct hash hash;
    struct point base;
    for (size_t t = 0; t < chain->count; t++) {
        const struct shuffle *shuffle = &chain->shuffles[t];
        scalar_accumulate(&factor, &shuffle->rho[0], &shuffle->x);
        scalar_accumulate(&factor, &shuffle->rho[2], &shuffle->responses[i]);
    }
    hash_start(&hash, LABEL_BASE);
    hash_number(&hash, i);
    hash_end_point(&hash, &base);
    fold_term(fold, &factor, &base);
}

/* C_i, Ĉ_i, T̂_i and ŝ_i of one mix. */
static void fold_commitments(struct fold *fold, const struct box *box, struct shuffle *shuffle,
                             size_t i)
{
    const size_t n = box->count;
    struct scalar factor, s, minus_x = negative(&shuffle->x);
    factor = shuffle->rho[0];
    scalar_accumulate(&factor, &shuffle->rho[2], &shuffle->u[i]);
    scalar_multiply(&factor, &minus_x, &factor);
    fold_bytes(fold, &factor, part_c(shuffle, i), shuffle);
    if (i < n)
        scalar_multiply(&shuffle->weights[i + 1], &shuffle->responses[i + 1], &factor);
    else
        scalar_multiply(&shuffle->rho[1], &minus_x, &factor);
    scalar_accumulate(&factor, &shuffle->weights[i], &minus_x);
    fold_bytes(fold, &factor, part_chained(shuffle, n, i), shuffle);
    factor = negative(&shuffle->weights[i]);
    fold_bytes(fold, &factor, part_t_chained(shuffle, n, box->width, i), shuffle);
    if (!scalar_decode(part_s(shuffle, n, box->width, 3 + box->width + i - 1), &s)) {
        malform(shuffle);
        return;
    }
    scalar_multiply(&shuffle->weights[i], &s, &factor);
    fold_slot(fold, &factor, 0);
}

/* Row i of list t of the chain: the output of mix t and the input of mix t + 1. */
static void fold_row(const struct chain *chain, struct fold *fold, size_t t, size_t i)
{
    const struct box *box = chain->box;
    struct shuffle *made = t > 0 ? &chain->shuffles[t - 1] : NULL;
    struct shuffle *taken = t < chain->count ? &chain->shuffles[t] : NULL;
    struct span list = t == 0 ? chain->shuffles[0].input : chain->shuffles[t - 1].output;
    struct scalar in = scalar_from_number(0);
    struct point point;
    if (taken != NULL) {
        struct scalar minus_x = negative(&taken->x);
        scalar_multiply(&minus_x, &taken->u[i], &in);
    }
    for (size_t half = 0; half < 2 * (size_t)box->width; half++) {
        size_t l = half / 2;
        const uint8_t *bytes = list.ptr + ((i - 1) * 2 * box->width + half) * POINT_BYTES;
        struct scalar factor = scalar_from_number(0);
        if (taken != NULL)
            scalar_accumulate(&factor, half % 2 == 0 ? &taken->rho_alpha[l] : &taken->rho_beta[l],
                              &in);
        if (made != NULL)
            scalar_accumulate(&factor, half % 2 == 0 ? &made->rho_alpha[l] : &made->rho_beta[l],
                              &made->responses[i]);
        if (point_decode(bytes, &point))
            fold_term(fold, &factor, &point);
        else
            malform(&chain->shuffles[t == 0 ? 0 : t - 1]);
    }
}

static void fold_rows(void *context, unsigned worker, size_t place)
{
    const struct chain *chain = context;
    struct fold *fold = chain->folds[worker];
    size_t i = place + 1;
    fold_base(chain, fold, i);
    for (size_t t = 0; t < chain->count; t++)
        fold_commitments(fold, chain->box, &chain->shuffles[t], i);
    for (size_t t = 0; t <= chain->count; t++)
        fold_row(chain, fold, t, i);
}

/* What a mix has once: H_0, the T, s1 to s4. */
static void fold_head(struct fold *fold, const struct box *box, struct shuffle *shuffle)
{
    const size_t n = box->count;
    struct scalar s, factor, minus;
    struct hash hash;
    struct point base;
    scalar_multiply(&shuffle->rho[1], &shuffle->x, &factor);
    scalar_multiply(&factor, &shuffle->product, &factor);
    scalar_accumulate(&factor, &shuffle->weights[1], &shuffle->responses[1]);
    hash_start(&hash, LABEL_BASE);
    hash_number(&hash, 0);
    hash_end_point(&hash, &base);
    fold_term(fold, &factor, &base);
    for (size_t k = 0; k < 3 + (size_t)box->width; k++) {
        if (!scalar_decode(part_s(shuffle, n, box->width, k), &s)) {
            malform(shuffle);
            return;
        }
        const struct scalar *rho = k < 3 ? &shuffle->rho[k] : &shuffle->rho_alpha[k - 3];
        minus = negative(rho);
        scalar_multiply(k < 3 ? rho : &minus, &s, &factor);
        fold_slot(fold, &factor, 0);
        if (k < 3) {
            fold_bytes(fold, &minus, part_t(shuffle, n, k), shuffle);
            continue;
        }
        fold_bytes(fold, &minus, part_t(shuffle, n, 3 + 2 * (k - 3)), shuffle);
        minus = negative(&shuffle->rho_beta[k - 3]);
        fold_bytes(fold, &minus, part_t(shuffle, n, 4 + 2 * (k - 3)), shuffle);
        scalar_multiply(&minus, &s, &factor);
        fold_slot(fold, &factor, 1);
    }
}

void chain_fold(const struct chain *chain)
{
    for (size_t t = 0; t < chain->count; t++)
        fold_head(chain->folds[0], chain->box, &chain->shuffles[t]);
    parallel_for(chain->election->threads, chain->box->count, ROWS_RUN, fold_rows,
                 (void *)(uintptr_t)chain);
}

static void slot_point(size_t slot, const void *context, struct point *out_point)
{
    const struct election *election = context;
    *out_point = slot == 0 ? point_base() : election->keys.public;
}

enum outcome chain_end(const struct election *election, struct fold *const *folds)
{
    struct point sum = point_identity(), part;
    for (unsigned i = 0; i < election->threads; i++) {
        fold_sum(folds[i], slot_point, election, &part);
        point_add(&sum, &part, &sum);
    }
    return point_is_identity(&sum) ? GOOD : BAD;
}
