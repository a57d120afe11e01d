#include "roll/rowmark.h"

#include <sodium.h>
#include <stdlib.h>

uint64_t rowmark_rank(const uint8_t key[static ROWMARK_KEY_BYTES], struct span text)
{
    uint8_t mac[crypto_auth_hmacsha256_BYTES];
    uint64_t rank = 0;
    crypto_auth_hmacsha256(mac, text.ptr, text.len, key);
    for (unsigned i = 0; i < 8; i++)
        rank = rank << 8 | mac[i];
    return rank;
}

struct item {
    uint64_t rank; /* by the key; then its place in that order */
    uint64_t at;   /* in the fragment; then its place among those kept */
};

static int compare_rank(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    int by_rank = (x->rank > y->rank) - (x->rank < y->rank);
    return by_rank ? by_rank : (x->at > y->at) - (x->at < y->at);
}

static int compare_at(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

/* Of equal texts the first stays. Expects them sorted by rank; returns how many are left. */
static size_t drop_repeated(struct item *items, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || items[i].rank != items[kept - 1].rank)
            items[kept++] = items[i];
    return kept;
}

/* 1 - 6 S / (n (n^2 - 1)), S the sum of squares of how far each place is off. */
static int correlation(struct item *items, size_t count)
{
    uint64_t squares = 0;
    for (size_t i = 0; i < count; i++)
        items[i].rank = i;
    qsort(items, count, sizeof *items, compare_at);
    for (size_t i = 0; i < count; i++) {
        uint64_t off = items[i].rank > i ? items[i].rank - i : i - items[i].rank;
        squares += off * off;
    }
    int64_t n = (int64_t)count, whole = n * (n * n - 1);
    return (int)(1000 - 6000 * (int64_t)squares / whole);
}

enum outcome rowmark_measure(const uint8_t key[static ROWMARK_KEY_BYTES], const struct span *texts,
                             size_t count, struct rowmark_fit *out_fit, struct fail *fail)
{
    size_t used = 0;
    if (count > ROWMARK_ROWS_MAX)
        count = ROWMARK_ROWS_MAX;
    struct item *items = calloc(count + 1, sizeof *items);
    if (!items)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    for (size_t i = 0; i < count; i++)
        if (texts[i].len > 0)
            items[used++] = (struct item){rowmark_rank(key, texts[i]), i};
    qsort(items, used, sizeof *items, compare_rank);
    used = drop_repeated(items, used);
    *out_fit = (struct rowmark_fit){used >= 2 ? correlation(items, used) : 0, used};
    free(items);
    return OK;
}

/* t^2 >= 72 in whole numbers: r^2 (n - 2) >= 72 (1 - r^2), r in thousandths. */
bool rowmark_is_sure(const struct rowmark_fit *fit)
{
    int64_t square = (int64_t)fit->thousandths * fit->thousandths;
    return fit->rows >= ROWMARK_ROWS_MIN && fit->thousandths > 0 &&
           square * ((int64_t)fit->rows - 2) >= 72 * (1000000 - square);
}
