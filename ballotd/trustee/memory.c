#include "trustee/memory.h"

/* The layout: this mark, the fixed part, then each note with its length before it. Integers are 8
 * bytes, little-endian. */
static const char mark[8] = {'t', 'r', 'u', 's', 't', 'e', 'e', '1'};

enum {
    FIXED = sizeof mark + 3 * HASH_BYTES + 2 * 8 + LIMIT_TRUSTEES * SCALAR_BYTES + HASH_BYTES,
    LENGTH = 8,
};

static enum outcome no_memory(struct fail *fail)
{
    return fail_set(fail, BROKEN, "memory", "out of memory");
}

/* -- reading ---------------------------------------------------------------------------------- */

static void take(struct span *rest, void *out, size_t len)
{
    memcpy(out, rest->ptr, len);
    *rest = span_of(rest->ptr + len, rest->len - len);
}

static uint64_t take_u64(struct span *rest)
{
    uint8_t bytes[8];
    uint64_t value = 0;
    take(rest, bytes, sizeof bytes);
    for (unsigned i = 0; i < sizeof bytes; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

static bool take_notes(struct span rest, struct memory *memory)
{
    for (unsigned i = 0; i < SAID_COUNT; i++) {
        uint64_t len = rest.len >= LENGTH ? take_u64(&rest) : UINT64_MAX;
        if (len > LIMIT_ENTRY_BYTES || len > rest.len)
            return false;
        buf_add(&memory->said[i], span_of(rest.ptr, (size_t)len));
        rest = span_of(rest.ptr + len, rest.len - (size_t)len);
    }
    return rest.len == 0;
}

static bool read_state(struct span state, struct memory *memory)
{
    if (state.len < FIXED || memcmp(state.ptr, mark, sizeof mark) != 0)
        return false;
    struct span rest = span_of(state.ptr + sizeof mark, state.len - sizeof mark);
    take(&rest, memory->definition, HASH_BYTES);
    memory->seen_size = take_u64(&rest);
    take(&rest, memory->seen_root, HASH_BYTES);
    take(&rest, memory->freeze, HASH_BYTES);
    memory->attempt = take_u64(&rest);
    take(&rest, memory->secret.coefficients, LIMIT_TRUSTEES * SCALAR_BYTES);
    take(&rest, memory->secret.lots, HASH_BYTES);
    for (unsigned l = 0; l < LIMIT_TRUSTEES; l++)
        if (!scalar_is_canonical(&memory->secret.coefficients[l]))
            return false;
    return take_notes(rest, memory);
}

enum outcome memory_new(const struct keyfile *keyfile, struct memory **out_memory,
                        struct fail *fail)
{
    struct memory *memory = sodium_malloc(sizeof *memory);
    if (!memory)
        return no_memory(fail);
    sodium_memzero(memory, sizeof *memory);
    for (unsigned i = 0; i < SAID_COUNT; i++)
        buf_init(&memory->said[i], LIMIT_ENTRY_BYTES);
    if (keyfile->state_len > 0 &&
        !read_state(span_of(keyfile->state, keyfile->state_len), memory)) {
        memory_free(memory);
        return fail_set(fail, BAD_INPUT, "trustee.memory",
                        "the key file holds a state that this program did not write");
    }
    *out_memory = memory;
    return OK;
}

void memory_free(struct memory *memory)
{
    if (!memory)
        return;
    for (unsigned i = 0; i < SAID_COUNT; i++)
        buf_done(&memory->said[i]);
    sodium_free(memory);
}

/* -- writing ---------------------------------------------------------------------------------- */

static void put(uint8_t **at, const void *bytes, size_t len)
{
    if (len > 0)
        memcpy(*at, bytes, len);
    *at += len;
}

static void put_u64(uint8_t **at, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        *(*at)++ = (uint8_t)(value >> (8 * i));
}

static void lay_out(const struct memory *memory, uint8_t *at)
{
    put(&at, mark, sizeof mark);
    put(&at, memory->definition, HASH_BYTES);
    put_u64(&at, memory->seen_size);
    put(&at, memory->seen_root, HASH_BYTES);
    put(&at, memory->freeze, HASH_BYTES);
    put_u64(&at, memory->attempt);
    put(&at, memory->secret.coefficients, LIMIT_TRUSTEES * SCALAR_BYTES);
    put(&at, memory->secret.lots, HASH_BYTES);
    for (unsigned i = 0; i < SAID_COUNT; i++) {
        put_u64(&at, memory->said[i].len);
        put(&at, memory->said[i].bytes, memory->said[i].len);
    }
}

enum outcome memory_keep(const struct memory *memory, struct keyfile *keyfile, struct fail *fail)
{
    size_t len = FIXED;
    for (unsigned i = 0; i < SAID_COUNT; i++)
        len += LENGTH + memory->said[i].len;
    uint8_t *bytes = sodium_malloc(len);
    if (!bytes)
        return no_memory(fail);
    lay_out(memory, bytes);
    enum outcome outcome = keyfile_set_state(keyfile, span_of(bytes, len), fail);
    sodium_free(bytes);
    return outcome;
}
