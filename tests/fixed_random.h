/* libsodium's randomness made repeatable, for programs that print vectors: blocks of ChaCha20 by
 * number, under a seed of up to 24 characters. For tests alone; the products have no such door. */
#ifndef TESTS_FIXED_RANDOM_H
#define TESTS_FIXED_RANDOM_H

#include <assert.h>
#include <sodium.h>
#include <stdint.h>
#include <string.h>

enum { FIXED_NAME_BYTES = 24 };

static struct {
    uint8_t seed[randombytes_SEEDBYTES];
    uint64_t block;
} fixed_random;

static void fixed_random_bytes(void *const bytes, const size_t len)
{
    memcpy(fixed_random.seed + FIXED_NAME_BYTES, &fixed_random.block, sizeof fixed_random.block);
    fixed_random.block++;
    randombytes_buf_deterministic(bytes, len, fixed_random.seed);
}

static uint32_t fixed_random_number(void)
{
    uint32_t number;
    fixed_random_bytes(&number, sizeof number);
    return number;
}

static const char *fixed_random_name(void)
{
    return "fixed";
}

/* Before anything else of libsodium; every later draw follows from `name`. False: no libsodium. */
static bool fixed_random_begin(const char *name)
{
    static struct randombytes_implementation fixed = {.implementation_name = fixed_random_name,
                                                      .random = fixed_random_number,
                                                      .buf = fixed_random_bytes};
    assert(strlen(name) <= FIXED_NAME_BYTES);
    memcpy(fixed_random.seed, name, strlen(name));
    randombytes_set_implementation(&fixed);
    return sodium_init() >= 0;
}

#endif
