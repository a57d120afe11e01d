#include "log/tile.h"

#include <assert.h>
#include <stdio.h>

/* How many hashes or entries stand at a level: floor(size / 256^level). */
static uint64_t hashes_at(uint64_t log_size, int level)
{
    assert(level < TILE_LEVELS);
    return level == TILE_ENTRIES ? log_size : log_size >> 8 * level;
}

uint64_t tile_count(uint64_t log_size, int level)
{
    uint64_t hashes = hashes_at(log_size, level);
    return hashes / TILE_WIDTH + (hashes % TILE_WIDTH != 0);
}

unsigned tile_width(uint64_t log_size, int level, uint64_t index)
{
    uint64_t hashes = hashes_at(log_size, level);
    assert(index < tile_count(log_size, level));
    return index < hashes / TILE_WIDTH ? TILE_WIDTH : (unsigned)(hashes % TILE_WIDTH);
}

void tile_path(int level, uint64_t index, unsigned width, char out_path[TILE_PATH_BYTES])
{
    unsigned groups[7], count = 0; /* of three digits, the last first: 2^64 has seven */
    do {
        groups[count++] = (unsigned)(index % 1000);
        index /= 1000;
    } while (index > 0);

    const size_t room = TILE_PATH_BYTES; /* the longest path, of seven groups, takes 53 */
    int at = level == TILE_ENTRIES ? snprintf(out_path, room, "tile/entries")
                                   : snprintf(out_path, room, "tile/%d", level);
    while (count-- > 0)
        at += snprintf(out_path + at, room - (size_t)at, "/%s%03u", count > 0 ? "x" : "",
                       groups[count]);
    if (width < TILE_WIDTH)
        (void)snprintf(out_path + at, room - (size_t)at, ".p/%u", width);
}

enum outcome tile_entries(struct span bytes, unsigned count, struct span out_entries[TILE_WIDTH],
                          struct fail *fail)
{
    assert(count <= TILE_WIDTH);
    for (unsigned i = 0; i < count; i++) {
        if (bytes.len < 2)
            return fail_bad(fail, "an entry bundle ends before entry %u of %u", i, count);
        size_t len = (size_t)bytes.ptr[0] << 8 | bytes.ptr[1];
        if (bytes.len - 2 < len)
            return fail_bad(fail, "entry %u of a bundle is cut short", i);
        out_entries[i] = span_of(bytes.ptr + 2, len);
        bytes = span_after(bytes, 2 + len);
    }
    if (bytes.len > 0)
        return fail_bad(fail, "%zu bytes follow the last entry of a bundle", bytes.len);
    return GOOD;
}

void tiles_init(struct tiles *tiles, tile_sink_fn *sink, void *context)
{
    memset(tiles->count, 0, sizeof tiles->count);
    tiles->sink = sink;
    tiles->context = context;
}

/* The root over a full tile: the hash that stands for it one level up. */
static void tile_root(const struct merkle_hash hashes[TILE_WIDTH], struct merkle_hash *out_root)
{
    struct merkle merkle;
    merkle_init(&merkle);
    for (unsigned i = 0; i < TILE_WIDTH; i++)
        merkle_append(&merkle, &hashes[i]);
    merkle_root(&merkle, out_root);
}

enum outcome tiles_append(struct tiles *tiles, const struct merkle_hash *leaf, struct fail *fail)
{
    struct merkle_hash hash = *leaf;
    for (int level = 0; level < TILE_LEVELS; level++) {
        struct merkle_hash *hashes = tiles->hashes[level];
        uint64_t index = tiles->count[level]++;
        hashes[index % TILE_WIDTH] = hash;
        if (index % TILE_WIDTH != TILE_WIDTH - 1)
            break;
        enum outcome outcome =
            tiles->sink(tiles->context, level, index / TILE_WIDTH, hashes, TILE_WIDTH, fail);
        if (outcome != GOOD)
            return outcome;
        tile_root(hashes, &hash);
    }
    return GOOD;
}

enum outcome tiles_end(struct tiles *tiles, struct fail *fail)
{
    for (int level = 0; level < TILE_LEVELS; level++) {
        unsigned width = (unsigned)(tiles->count[level] % TILE_WIDTH);
        if (width == 0)
            continue;
        enum outcome outcome = tiles->sink(tiles->context, level, tiles->count[level] / TILE_WIDTH,
                                           tiles->hashes[level], width, fail);
        if (outcome != GOOD)
            return outcome;
    }
    return GOOD;
}
