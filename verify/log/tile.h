/*
 * tile: how a log of a given size lies in files: C2SP tlog-tiles.
 *
 * Names run one way only, from level, index and width to a path: the verifier says which files a
 * log of this size must have and asks for exactly those. Entry bundles hold up to 256 entries,
 * each after its length in two bytes, most significant first. A struct tiles makes the hash tiles
 * again from the leaves, to be compared with those that a bundle holds.
 */
#ifndef VERIFY_LOG_TILE_H
#define VERIFY_LOG_TILE_H

#include "base/fail.h"
#include "log/merkle.h"

enum {
    TILE_WIDTH = 256,
    TILE_LEVELS = 8,
    TILE_ENTRIES = -1, /* the level of entry bundles: "entries" instead of a number */
    TILE_PATH_BYTES = 64,
};

/* How many tiles (the last one perhaps partial) a level has, and how wide one of them is. */
uint64_t tile_count(uint64_t log_size, int level);
unsigned tile_width(uint64_t log_size, int level, uint64_t index);

/* "tile/0/x001/x234/067", "tile/entries/000.p/3" and so on; width 1 to 256. */
void tile_path(int level, uint64_t index, unsigned width, char out_path[TILE_PATH_BYTES]);

/* Cuts a bundle into exactly `count` entries and nothing more. The spans point into `bytes`. */
enum outcome tile_entries(struct span bytes, unsigned count, struct span out_entries[TILE_WIDTH],
                          struct fail *fail) __attribute__((warn_unused_result));

/* Takes each tile as it is complete, and the partial ones at the end. Not GOOD ends the walk. */
typedef enum outcome tile_sink_fn(void *context, int level, uint64_t index,
                                  const struct merkle_hash *hashes, unsigned width,
                                  struct fail *fail);

struct tiles {
    uint64_t count[TILE_LEVELS]; /* hashes seen at each level */
    struct merkle_hash hashes[TILE_LEVELS][TILE_WIDTH];
    tile_sink_fn *sink;
    void *context;
};

void tiles_init(struct tiles *tiles, tile_sink_fn *sink, void *context);
enum outcome tiles_append(struct tiles *tiles, const struct merkle_hash *leaf, struct fail *fail)
    __attribute__((warn_unused_result));
enum outcome tiles_end(struct tiles *tiles, struct fail *fail) __attribute__((warn_unused_result));

#endif
