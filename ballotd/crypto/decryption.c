#include "crypto/decryption.h"

#include <assert.h>

#include "crypto/equality.h"
#include "crypto/threshold.h"
#include "labels.h"
#include "limit.h"

_Static_assert(sizeof(struct equality) == DECRYPTION_PROOF_BYTES, "a proof is its bytes");

size_t decryption_blob_bytes(const struct cipherlist *list)
{
    return cipherlist_pairs(list) * POINT_BYTES + DECRYPTION_PROOF_BYTES;
}

/* s = H("dec-batch", …): everything that the shares claim. */
static void batch_seed(const struct decryption_place *place, const struct cipherlist *list,
                       const struct point *shares, uint8_t out_seed[static HASH_WIDE_BYTES])
{
    struct hash hash;
    hash_start(&hash, LABEL_DEC_BATCH);
    hash_part(&hash, span_of(place->ctx3, HASH_BYTES));
    hash_part(&hash, place->box);
    hash_integer(&hash, place->trustee);
    hash_part(&hash, point_span(place->key));
    hash_integer(&hash, list->count);
    hash_integer(&hash, list->width);
    hash_part(&hash, cipherlist_span(list));
    hash_part(&hash, span_of(shares, cipherlist_pairs(list) * POINT_BYTES));
    hash_end(&hash, out_seed);
}

static struct hash seeded(const char *label, const uint8_t seed[static HASH_WIDE_BYTES])
{
    struct hash hash;
    hash_start(&hash, label);
    hash_part(&hash, span_of(seed, HASH_WIDE_BYTES));
    return hash;
}

/* d_m; `start` holds label and seed. */
static struct scalar weight(const struct hash *start, uint64_t m)
{
    struct hash hash = *start;
    uint8_t half[HASH_BYTES];
    hash_integer(&hash, m);
    hash_end32(&hash, half);
    return scalar_from_16_bytes(half);
}

struct batch {
    const struct ciphertext *pairs;
    const struct point *shares;
    struct hash weights;
    bool is_maker; /* who knows x has Z = xA and need not add it up */
    struct point a[PARALLEL_SLICES];
    struct point z[PARALLEL_SLICES];
};

static void fold_range(void *context, unsigned slice, size_t from, size_t to)
{
    struct batch *batch = context;
    for (size_t m = from; m < to; m++) {
        struct scalar d = weight(&batch->weights, m);
        point_add_product(&batch->a[slice], &d, &batch->pairs[m].alpha);
        if (!batch->is_maker) {
            point_add_product(&batch->z[slice], &d, &batch->shares[m]);
        }
    }
}

/* A, and Z unless the maker asks. */
static void fold(const struct cipherlist *list, const struct point *shares, bool is_maker,
                 const uint8_t seed[static HASH_WIDE_BYTES], struct parallel_progress *progress,
                 struct point *out_a, struct point *out_z)
{
    struct batch batch = {.pairs = list->at,
                          .shares = shares,
                          .weights = seeded(LABEL_DEC_WEIGHT, seed),
                          .is_maker = is_maker};
    parallel_run(fold_range, &batch, cipherlist_pairs(list), progress);
    *out_a = point_add(&batch.a[0], &batch.a[1]);
    *out_z = point_add(&batch.z[0], &batch.z[1]);
}

static struct hash batch_statement(const uint8_t seed[static HASH_WIDE_BYTES],
                                   const struct point *a, const struct point *z)
{
    struct hash hash = seeded(LABEL_DEC_PROOF, seed);
    hash_part(&hash, point_span(a));
    hash_part(&hash, point_span(z));
    return hash;
}

struct sharing {
    const struct ciphertext *pairs;
    const struct scalar *secret;
    struct point *shares;
};

static void share_range(void *context, unsigned slice, size_t from, size_t to)
{
    struct sharing *sharing = context;
    (void)slice;
    for (size_t m = from; m < to; m++) {
        sharing->shares[m] = point_mul(sharing->secret, &sharing->pairs[m].alpha);
    }
}

void decryption_make(const struct decryption_place *place, const struct cipherlist *list,
                     const struct scalar *secret, struct parallel_progress *progress,
                     uint8_t *out_blob)
{
    struct point *shares = (struct point *)out_blob;
    struct sharing sharing = {.pairs = list->at, .secret = secret, .shares = shares};
    uint8_t seed[HASH_WIDE_BYTES];
    struct point a;
    struct point z;
    parallel_run(share_range, &sharing, cipherlist_pairs(list), progress);
    batch_seed(place, list, shares, seed);
    fold(list, shares, true, seed, progress, &a, &z);
    z = point_mul(secret, &a);
    struct hash statement = batch_statement(seed, &a, &z);
    struct equality proof = equality_prove(&statement, &a, secret);
    memcpy(&shares[cipherlist_pairs(list)], &proof, sizeof proof);
}

static enum outcome check_form(const struct decryption_place *place, const struct cipherlist *list,
                               struct span blob, struct parallel_progress *progress,
                               struct fail *fail)
{
    size_t bad = 0;
    if (blob.len != decryption_blob_bytes(list)) {
        return fail_set(fail, BAD_PROOF, "decryption.length",
                        "decryption by trustee %u: %zu bytes, but it takes %zu", place->trustee,
                        blob.len, decryption_blob_bytes(list));
    }
    if (!cipherlist_points_are_valid((const struct point *)blob.ptr, cipherlist_pairs(list), true,
                                     progress, &bad)) {
        return fail_set(fail, BAD_PROOF, "decryption.point",
                        "decryption by trustee %u: share %zu (from 0) is not a proper point",
                        place->trustee, bad);
    }
    return OK;
}

enum outcome decryption_check(const struct decryption_place *place, const struct cipherlist *list,
                              struct span blob, struct parallel_progress *progress,
                              struct fail *fail)
{
    enum outcome outcome = check_form(place, list, blob, progress, fail);
    if (outcome != OK) {
        return outcome;
    }
    const struct point *shares = (const struct point *)blob.ptr;
    const struct equality *proof = (const struct equality *)&shares[cipherlist_pairs(list)];
    uint8_t seed[HASH_WIDE_BYTES];
    struct point a;
    struct point z;
    batch_seed(place, list, shares, seed);
    fold(list, shares, false, seed, progress, &a, &z);
    struct hash statement = batch_statement(seed, &a, &z);
    if (!equality_check(&statement, &a, place->key, &z, proof)) {
        return fail_set(fail, BAD_PROOF, "decryption.proof",
                        "decryption by trustee %u: the proof of its shares does not hold",
                        place->trustee);
    }
    return OK;
}

struct combination {
    const struct ciphertext *pairs;
    const struct span *blobs;
    struct scalar minus_lambda[LIMIT_TRUSTEES];
    unsigned k;
    struct point *points;
};

static void combine_range(void *context, unsigned slice, size_t from, size_t to)
{
    struct combination *combination = context;
    (void)slice;
    for (size_t m = from; m < to; m++) {
        struct point message = combination->pairs[m].beta;
        for (unsigned j = 0; j < combination->k; j++) {
            const struct point *shares = (const struct point *)combination->blobs[j].ptr;
            point_add_product(&message, &combination->minus_lambda[j], &shares[m]);
        }
        combination->points[m] = message;
    }
}

void decryption_combine(const struct cipherlist *list, const struct span *blobs,
                        const unsigned *indices, unsigned k, struct parallel_progress *progress,
                        struct point *out_points)
{
    struct combination combination = {
        .pairs = list->at, .blobs = blobs, .k = k, .points = out_points};
    assert(k >= 1 && k <= LIMIT_TRUSTEES);
    for (unsigned j = 0; j < k; j++) {
        struct scalar lambda = threshold_lagrange(indices, k, j);
        combination.minus_lambda[j] = scalar_neg(&lambda);
    }
    parallel_run(combine_range, &combination, cipherlist_pairs(list), progress);
}
