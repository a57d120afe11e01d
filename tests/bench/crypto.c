/* What the daemon's cryptography costs, in CPU time: a multiplication of the library in the same
 * run, a ballot's proof, and mix, check and decryption of lists of 1,000 and 10,000 (or the count
 * given), whose cost per ballot must not grow.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "crypto/decryption.h"
#include "crypto/envelope.h"
#include "crypto/shuffle.h"

enum { ROUNDS = 2000 };

static double since_us(int64_t start_us, size_t count)
{
    return (double)(clock_cpu_us() - start_us) / (double)count;
}

static void bench_multiplication(void)
{
    struct scalar s;
    struct point p;
    scalar_random(&s);
    p = point_mul_base(&s);
    int64_t start = clock_cpu_us();
    for (int i = 0; i < ROUNDS; i++) {
        p = point_mul(&s, &p);
    }
    printf("multiplication        %8.1f us\n", since_us(start, ROUNDS));
    start = clock_cpu_us();
    for (int i = 0; i < ROUNDS; i++) {
        p = point_mul_base(&s);
    }
    printf("  of the base         %8.1f us\n", since_us(start, ROUNDS));
    start = clock_cpu_us();
    for (int i = 0; i < ROUNDS; i++) {
        p = point_add(&p, &p);
    }
    printf("addition              %8.1f us\n", since_us(start, ROUNDS));
    start = clock_cpu_us();
    int valid = 0;
    for (int i = 0; i < ROUNDS; i++) {
        valid += point_is_proper(&p);
    }
    printf("decoding              %8.1f us (%d proper)\n", since_us(start, ROUNDS), valid);
}

static void bench_ballot(void)
{
    uint8_t bytes[KEY_BYTES] = {1};
    uint8_t chunk[CHUNK_BYTES] = {1, 2, 3};
    struct scalar secret;
    struct scalar r;
    struct envelope envelope;
    scalar_random(&secret);
    struct point key = point_mul_base(&secret);
    struct envelope_place place = {
        .ctx2 = bytes, .contest = SPAN_LIT("chair"), .credential = bytes, .key = &key};
    int64_t start = clock_cpu_us();
    for (int i = 0; i < ROUNDS / 4; i++) {
        envelope_seal(&place, chunk, &envelope, &r);
    }
    printf("ballot chunk, sealed  %8.1f us\n", since_us(start, ROUNDS / 4));
    bool right = true;
    start = clock_cpu_us();
    for (int i = 0; i < ROUNDS / 4; i++) {
        right = envelope_check(&place, &envelope) && right;
    }
    printf("ballot chunk, checked %8.1f us%s\n", since_us(start, ROUNDS / 4),
           right ? "" : " WRONG");
}

/* Prints a step's CPU time in all and for each ballot, and starts the clock again. */
static void lap(const char *what, size_t n, int64_t *start_us)
{
    int64_t spent = clock_cpu_us() - *start_us;
    printf("%-14s %7zu %8.2f s, %7.1f us a ballot\n", what, n, (double)spent / 1e6,
           (double)spent / (double)n);
    *start_us = clock_cpu_us();
}

struct bench {
    size_t n;
    struct scalar secret;
    struct point key;
    struct ciphertext *before;
    struct ciphertext *after;
    uint8_t *proof;
    uint8_t *shares;
};

static void bench_mix(const struct bench *bench, const struct cipherlist *before,
                      const struct cipherlist *after)
{
    uint8_t ctx3[HASH_BYTES] = {3};
    struct bases bases;
    struct mix_place place = {
        .ctx3 = ctx3, .box = SPAN_LIT("chair"), .mixer = 1, .step = 1, .key = &bench->key};
    int64_t start = clock_cpu_us();
    if (bases_init(&bases, bench->n, NULL, NULL) != OK) {
        return;
    }
    lap("bases", bench->n, &start);
    enum outcome outcome =
        shuffle_make(&place, &bases, before, NULL, bench->after, bench->proof, NULL);
    lap(outcome == OK ? "mix and prove" : "MIX FAILED", bench->n, &start);
    outcome = shuffle_check(&place, &bases, before, after,
                            span_of(bench->proof, mixproof_bytes(bench->n, 1)), NULL, NULL);
    lap(outcome == OK ? "check mix" : "CHECK FAILED", bench->n, &start);
    bases_done(&bases);
}

static void bench_decryption(const struct bench *bench, const struct cipherlist *list)
{
    uint8_t ctx3[HASH_BYTES] = {3};
    struct decryption_place place = {
        .ctx3 = ctx3, .box = SPAN_LIT("chair"), .trustee = 1, .key = &bench->key};
    int64_t start = clock_cpu_us();
    decryption_make(&place, list, &bench->secret, NULL, bench->shares);
    lap("share", bench->n, &start);
    struct span blob = span_of(bench->shares, decryption_blob_bytes(list));
    enum outcome outcome = decryption_check(&place, list, blob, NULL, NULL);
    lap(outcome == OK ? "check share" : "CHECK FAILED", bench->n, &start);
}

static void bench_list(size_t n)
{
    struct bench bench = {.n = n,
                          .before = calloc(n, sizeof *bench.before),
                          .after = calloc(n, sizeof *bench.after),
                          .proof = calloc(1, mixproof_bytes(n, 1)),
                          .shares = calloc(n + 3, POINT_BYTES)};
    if (bench.before && bench.after && bench.proof && bench.shares) {
        struct cipherlist before = {.at = bench.before, .count = n, .width = 1};
        struct cipherlist after = {.at = bench.after, .count = n, .width = 1};
        scalar_random(&bench.secret);
        bench.key = point_mul_base(&bench.secret);
        for (size_t i = 0; i < n; i++) {
            struct scalar r;
            scalar_random(&r);
            bench.before[i] = elgamal_encrypt(&bench.key, &bench.key, &r);
        }
        bench_mix(&bench, &before, &after);
        bench_decryption(&bench, &after);
    }
    free(bench.before);
    free(bench.after);
    free(bench.proof);
    free(bench.shares);
}

int main(int argc, char **argv)
{
    if (sodium_init() < 0) {
        return 1;
    }
    bench_multiplication();
    bench_ballot();
    if (argc > 1) {
        bench_list(strtoul(argv[1], NULL, 10));
    } else {
        bench_list(1000);
        bench_list(10000);
    }
    return 0;
}
