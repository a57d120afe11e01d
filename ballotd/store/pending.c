#include "store/pending.h"

#include <sodium.h>

static bool grow(struct pending *pending)
{
    size_t cap = pending->cap ? pending->cap * 2 : 64;
    struct pending_entry *entries = realloc(pending->entries, cap * sizeof *entries);
    if (!entries)
        return false;
    pending->entries = entries;
    pending->cap = cap;
    return true;
}

enum outcome pending_add(struct pending *pending, struct span bytes,
                         const uint8_t leaf[static HASH_BYTES], bool shuffled, uint64_t *out_index,
                         struct fail *fail)
{
    struct pending_entry entry = {
        .bytes = malloc(bytes.len), .len = bytes.len, .shuffled = shuffled, .out_index = out_index};
    if (!entry.bytes || (pending->count == pending->cap && !grow(pending))) {
        free(entry.bytes);
        return fail_set(fail, BROKEN, "memory", "out of memory");
    }
    memcpy(entry.bytes, bytes.ptr, bytes.len);
    memcpy(entry.leaf, leaf, HASH_BYTES);
    pending->entries[pending->count++] = entry;
    return OK;
}

/* Few at a time: a commit holds a few hundred entries at most, and most compare unequal in the
 * first bytes. */
bool pending_has(const struct pending *pending, const uint8_t leaf[static HASH_BYTES])
{
    for (size_t i = 0; i < pending->count; i++)
        if (memcmp(pending->entries[i].leaf, leaf, HASH_BYTES) == 0)
            return true;
    return false;
}

void pending_cut(struct pending *pending, size_t count)
{
    while (pending->count > count)
        free(pending->entries[--pending->count].bytes);
}

/* Fisher and Yates, with libsodium's unbiased choice. */
static void shuffle_run(struct pending_entry *entries, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = randombytes_uniform((uint32_t)i);
        struct pending_entry kept = entries[i - 1];
        entries[i - 1] = entries[other];
        entries[other] = kept;
    }
}

void pending_shuffle(struct pending *pending)
{
    for (size_t start = 0; start < pending->count; start++) {
        size_t end = start;
        while (end < pending->count && pending->entries[end].shuffled)
            end++;
        shuffle_run(pending->entries + start, end - start);
        start = end;
    }
}

void pending_done(struct pending *pending)
{
    pending_cut(pending, 0);
    free(pending->entries);
}
