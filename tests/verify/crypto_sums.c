/* Sums of products against the plain way, and folds that must and must not vanish. */
#include "crypto/fold.h"
#include "crypto/hash.h"
#include "crypto/msm.h"

#include "check.h"

enum { TERMS = 700 };

static struct scalar scalars[TERMS];
static struct point points[TERMS];

static struct scalar negative(struct scalar scalar)
{
    struct scalar zero = scalar_from_number(0);
    scalar_subtract(&zero, &scalar, &scalar);
    return scalar;
}

/* Full, short, negative short, tiny and extreme scalars by turns. */
static void make_terms(void)
{
    for (size_t i = 0; i < TERMS; i++) {
        struct hash hash, other;
        uint8_t wide[HASH_WIDE_BYTES];
        hash_start(&hash, "test");
        hash_number(&hash, i);
        other = hash;
        hash_end_point(&other, &points[i]);
        hash_end_wide(&hash, wide);
        scalar_from_wide(wide, &scalars[i]);
        if (i % 5 == 1)
            scalar_from_16(wide, &scalars[i]);
        if (i % 5 == 2)
            scalars[i] = scalar_from_number(i);
        if (i % 5 == 3)
            scalars[i] = negative(scalar_from_number(i % 3));
        if (i % 35 == 4) /* 2^252 - 1, 2^251: the longest sizes on either side */
            for (scalars[i] = scalar_from_number(2), wide[0] = 1; wide[0] < 251; wide[0]++)
                scalar_add(&scalars[i], &scalars[i], &scalars[i]);
    }
}

static void sum_plainly(size_t n, struct point *out_sum)
{
    struct point sum = point_identity(), product;
    for (size_t i = 0; i < n; i++) {
        point_scale(&points[i], &scalars[i], &product);
        point_add(&sum, &product, &sum);
    }
    *out_sum = sum;
}

static void test_sums(void)
{
    static const size_t sizes[] = {0, 1, 2, 3, 5, 10, 33, 64, 150, 311, TERMS};
    struct msm_space *space = msm_space_new(TERMS);
    if (!CHECK(space != NULL))
        return;
    for (size_t i = 0; i < CHECK_COUNT_OF(sizes); i++) {
        struct point want, got;
        check_case("%zu terms", sizes[i]);
        sum_plainly(sizes[i], &want);
        msm_sum(space, scalars, points, sizes[i], &got);
        CHECK(point_equal(&got, &want));
    }
    msm_space_free(space);
}

/* Each of many scalars alone, at every width that the number of terms brings about. */
static void test_edges(void)
{
    struct msm_space *space = msm_space_new(TERMS);
    struct scalar power = scalar_from_number(1), kept[TERMS];
    struct point want, got;
    memcpy(kept, scalars, sizeof kept);
    for (size_t i = 0; i < 253; i++) {
        scalars[2 * i] = power;
        scalars[2 * i + 1] = negative(power);
        check_case("2^%zu", i);
        msm_sum(space, &power, points, 1, &got);
        point_scale(points, &power, &want);
        CHECK(point_equal(&got, &want));
        scalar_add(&power, &power, &power);
    }
    for (size_t n = 2; n <= 506; n += 84) {
        check_case("powers of two, %zu terms", n);
        sum_plainly(n, &want);
        msm_sum(space, scalars, points, n, &got);
        CHECK(point_equal(&got, &want));
    }
    memcpy(scalars, kept, sizeof kept);
    msm_space_free(space);
}

static void base_of(size_t slot, const void *context, struct point *out_point)
{
    const struct point *bases = context;
    *out_point = bases[slot];
}

/* Appends 70,000 terms that cancel, block after block, and `off` times the first point. */
static enum outcome fold_cancelling(struct fold *fold, uint64_t off)
{
    struct scalar extra = scalar_from_number(off);
    for (size_t i = 0; i < 35000; i++) {
        struct scalar opposite = negative(scalars[i % TERMS]);
        fold_term(fold, &scalars[i % TERMS], &points[i % TERMS]);
        fold_term(fold, &opposite, &points[i % TERMS]);
    }
    fold_term(fold, &extra, &points[0]);
    return fold_end(fold, base_of, points);
}

static void test_fold_terms(void)
{
    for (unsigned threads = 1; threads <= 3; threads++) {
        struct fold *fold = fold_new(threads, 0);
        check_case("%u threads", threads);
        if (!CHECK(fold != NULL))
            return;
        CHECK_INT(fold_end(fold, base_of, points), GOOD);
        CHECK_INT(fold_cancelling(fold, 0), GOOD);
        CHECK_INT(fold_cancelling(fold, 1), BAD);
        CHECK_INT(fold_cancelling(fold, 0), GOOD);
        fold_free(fold);
    }
}

/* Slots: s_i on slot i, taken back by a term; and in two parts. */
static void test_fold_slots(void)
{
    for (unsigned threads = 1; threads <= 2; threads++) {
        struct fold *fold = fold_new(threads, TERMS);
        struct scalar one = scalar_from_number(1);
        for (size_t i = 0; i < TERMS; i++) {
            struct scalar opposite = negative(scalars[i]);
            fold_slot(fold, &scalars[i], i);
            fold_slot(fold, &one, i);
            fold_term(fold, &opposite, &points[i]);
        }
        struct scalar minus_one = negative(one);
        for (size_t i = 0; i < TERMS; i++)
            fold_term(fold, &minus_one, &points[i]);
        check_case("slots, %u threads", threads);
        CHECK_INT(fold_end(fold, base_of, points), GOOD);
        fold_slot(fold, &one, TERMS - 1);
        CHECK_INT(fold_end(fold, base_of, points), BAD);
        CHECK_INT(fold_end(fold, base_of, points), GOOD);
        fold_free(fold);
    }
    fold_free(NULL);
}

int main(void)
{
    make_terms();
    test_sums();
    test_edges();
    test_fold_terms();
    test_fold_slots();
    return check_end("crypto_sums");
}
