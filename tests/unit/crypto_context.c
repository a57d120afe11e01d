/* Contexts: each depends on everything that it names, and on its own stage. */
#include "check.h"
#include "crypto/context.h"

enum { VALUES = 16 };

static uint8_t seen[VALUES][HASH_BYTES];
static unsigned count;

/* Every context made here must be new. */
static void is_new(const uint8_t context[static HASH_BYTES])
{
    for (unsigned i = 0; i < count; i++) {
        CHECK(memcmp(seen[i], context, HASH_BYTES) != 0);
    }
    memcpy(seen[count++], context, HASH_BYTES);
}

static void definition(void)
{
    const uint8_t keys[4][KEY_BYTES] = {{1}, {2}, {3}, {4}};
    uint8_t out[HASH_BYTES];
    check_case("ctx0");
    context_definition(SPAN_LIT("a.org/x"), SPAN_LIT("{}\n"), keys, 2, out);
    is_new(out);
    context_definition(SPAN_LIT("a.org/y"), SPAN_LIT("{}\n"), keys, 2, out);
    is_new(out);
    context_definition(SPAN_LIT("a.org/x"), SPAN_LIT("{}"), keys, 2, out);
    is_new(out);
    context_definition(SPAN_LIT("a.org/x"), SPAN_LIT("{}\n"), keys, 1, out);
    is_new(out);
    context_definition(SPAN_LIT("a.org/x"), SPAN_LIT("{}\n"), keys + 1, 2, out);
    is_new(out);
}

static void later_stages(void)
{
    const uint8_t zero[HASH_BYTES] = {0};
    const uint8_t one[HASH_BYTES] = {1};
    const uint8_t contests[2][HASH_BYTES] = {{0}, {1}};
    struct scalar scalar = scalar_from_u64(1);
    struct point base = point_mul_base(&scalar);
    struct point none = point_identity();
    uint8_t out[HASH_BYTES];
    check_case("ctx1");
    context_key(zero, zero, &none, out);
    is_new(out);
    context_key(one, zero, &none, out);
    is_new(out);
    context_key(zero, one, &none, out);
    is_new(out);
    context_key(zero, zero, &base, out);
    is_new(out);
    check_case("ctx2");
    context_open(zero, contests, 1, zero, out);
    is_new(out);
    context_open(one, contests, 1, zero, out);
    is_new(out);
    context_open(zero, contests, 2, zero, out);
    is_new(out);
    context_open(zero, contests + 1, 1, zero, out);
    is_new(out);
    context_open(zero, contests, 1, one, out);
    is_new(out);
    check_case("ctx3");
    context_freeze(zero, one, out);
    is_new(out);
    context_freeze(one, zero, out);
    is_new(out);
}

int main(void)
{
    definition();
    later_stages();
    CHECK_UINT(count, VALUES);
    return check_end("crypto_context");
}
