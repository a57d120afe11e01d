#include "crypto/msm.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    WIDTH_LEAST = 2,
    WIDTH_MOST = 13, /* 2^12 buckets are 1 MB: wider ones fall out of the caches */
    BUCKETS_MOST = 1 << (WIDTH_MOST - 1),
    SCALAR_WORDS = 4,
    SIZE_WORDS = 6, /* a scalar, its offset's last place, and one word to read past the end */
};

struct size {
    uint64_t word[SIZE_WORDS]; /* |s|, least word first; then |s| plus the offset */
    bool negative;
};

struct msm_space {
    size_t terms;
    struct size *sizes;
    struct point buckets[BUCKETS_MOST];
    bool filled[BUCKETS_MOST];
};

struct msm_space *msm_space_new(size_t terms)
{
    struct msm_space *space = aligned_alloc(64, (sizeof *space + 63) / 64 * 64);
    struct size *sizes = calloc(terms, sizeof *sizes);
    if (space == NULL || sizes == NULL) {
        free(space);
        free(sizes);
        return NULL;
    }
    space->terms = terms;
    space->sizes = sizes;
    return space;
}

void msm_space_free(struct msm_space *space)
{
    if (space == NULL)
        return;
    free(space->sizes);
    free(space);
}

static unsigned bit_length(const uint64_t word[SCALAR_WORDS])
{
    for (unsigned i = SCALAR_WORDS; i-- > 0;)
        if (word[i] != 0)
            return 64 * i + 64 - (unsigned)__builtin_clzll(word[i]);
    return 0;
}

static void scalar_words(const struct scalar *scalar, uint64_t out_word[SCALAR_WORDS])
{
    uint8_t bytes[SCALAR_BYTES];
    scalar_encode(scalar, bytes);
    for (unsigned i = 0; i < SCALAR_WORDS; i++) {
        out_word[i] = 0;
        for (unsigned j = 8; j-- > 0;)
            out_word[i] = out_word[i] << 8 | bytes[8 * i + j];
    }
}

/* The shorter of s and L - s; returns its length in bits. */
static unsigned measure_scalar(const struct scalar *scalar, struct size *out_size)
{
    struct scalar zero = scalar_from_number(0), opposite;
    uint64_t other[SCALAR_WORDS];
    scalar_subtract(&zero, scalar, &opposite);
    scalar_words(&opposite, other);
    *out_size = (struct size){0};
    scalar_words(scalar, out_size->word);
    unsigned bits = bit_length(out_size->word), other_bits = bit_length(other);
    if (other_bits >= bits)
        return bits;
    memcpy(out_size->word, other, sizeof other);
    out_size->negative = true;
    return other_bits;
}

/*
 * The cheapest width. In c-bit digits there are about total_bits/c additions into buckets, and
 * longest/c places whose 2^(c-1) buckets cost two additions each.
 */
static unsigned choose_width(uint64_t total_bits, unsigned longest)
{
    unsigned best = WIDTH_LEAST;
    uint64_t best_cost = UINT64_MAX;
    for (unsigned c = WIDTH_LEAST; c <= WIDTH_MOST; c++) {
        uint64_t cost = (total_bits + ((uint64_t)longest << c)) / c;
        if (cost < best_cost) {
            best_cost = cost;
            best = c;
        }
    }
    return best;
}

/*
 * Adding 2^(c-1) at every place makes the digits independent of each other: each is then the c
 * bits of its place less 2^(c-1), and places above the scalar come out as zero.
 */
static void add_offset(struct size *size, unsigned width, unsigned places)
{
    uint64_t offset[SIZE_WORDS] = {0};
    for (unsigned place = 0; place < places; place++) {
        unsigned bit = place * width + width - 1;
        offset[bit / 64] |= (uint64_t)1 << bit % 64;
    }
    unsigned carry = 0;
    for (unsigned i = 0; i < SIZE_WORDS; i++) {
        unsigned __int128 sum = (unsigned __int128)size->word[i] + offset[i] + carry;
        size->word[i] = (uint64_t)sum;
        carry = (unsigned)(sum >> 64);
    }
}

static int digit_at(const struct size *size, unsigned place, unsigned width)
{
    unsigned bit = place * width, shift = bit % 64;
    uint64_t bits = size->word[bit / 64] >> shift;
    if (shift + width > 64)
        bits |= size->word[bit / 64 + 1] << (64 - shift);
    int digit = (int)(bits & (((uint64_t)1 << width) - 1)) - (1 << (width - 1));
    return size->negative ? -digit : digit;
}

static void put_in_bucket(struct msm_space *space, int digit, const struct point *point)
{
    size_t index = (size_t)(digit < 0 ? -digit : digit) - 1;
    struct point *bucket = &space->buckets[index];
    if (!space->filled[index])
        *bucket = point_identity();
    space->filled[index] = true;
    if (digit < 0)
        point_subtract(bucket, point, bucket);
    else
        point_add(bucket, point, bucket);
}

/* 1 b_1 + 2 b_2 + .. : from the top, the running sum is added once at every step. */
static void sum_buckets(const struct msm_space *space, size_t count, struct point *out_sum)
{
    struct point running = point_identity(), sum = running;
    bool any = false;
    for (size_t i = count; i-- > 0;) {
        if (space->filled[i]) {
            point_add(&running, &space->buckets[i], &running);
            any = true;
        }
        if (any)
            point_add(&sum, &running, &sum);
    }
    *out_sum = sum;
}

static void sum_place(struct msm_space *space, const struct point *points, size_t n, unsigned place,
                      unsigned width, struct point *out_sum)
{
    size_t count = (size_t)1 << (width - 1);
    memset(space->filled, 0, count * sizeof *space->filled);
    for (size_t i = 0; i < n; i++) {
        int digit = digit_at(&space->sizes[i], place, width);
        if (digit != 0)
            put_in_bucket(space, digit, &points[i]);
    }
    sum_buckets(space, count, out_sum);
}

void msm_sum(struct msm_space *space, const struct scalar *scalars, const struct point *points,
             size_t n, struct point *out_sum)
{
    assert(n <= space->terms);
    uint64_t total_bits = 0;
    unsigned longest = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned bits = measure_scalar(&scalars[i], &space->sizes[i]);
        total_bits += bits;
        longest = bits > longest ? bits : longest;
    }
    unsigned width = choose_width(total_bits, longest);
    unsigned places = (longest + 1) / width + 1; /* so that s + offset < 2^(width places) */
    for (size_t i = 0; i < n; i++)
        add_offset(&space->sizes[i], width, places);

    struct point sum = point_identity();
    for (unsigned place = places; place-- > 0;) {
        struct point part;
        for (unsigned bit = 0; bit < width; bit++)
            decaf_255_point_double(sum.value, sum.value);
        sum_place(space, points, n, place, width, &part);
        point_add(&sum, &part, &sum);
    }
    *out_sum = sum;
}
