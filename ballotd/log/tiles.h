/* C2SP tiles (c2sp.org/tlog-tiles): the static form in which a log is read, height 8.
 *
 * A hash tile of level L holds up to 256 nodes of level 8 L of the tree; an entry bundle holds the
 * entries under a tile of level 0, each preceded by its length as 16 bits, big-endian. A tile that
 * is not full has its width in its path and never changes under that path.
 */
#ifndef LOG_TILES_H
#define LOG_TILES_H

#include "log/merkle.h"

#include "base/buf.h"

enum {
    TILE_WIDTH = 256, /* of a full tile */
    TILE_LEVELS = 8,  /* of hash tiles that 64 bits can need */
    TILE_BYTES_MAX = TILE_WIDTH * HASH_BYTES,
    TILE_BUNDLE_BYTES_MAX = TILE_WIDTH * (2 + 65535),
    TILE_PATH_MAX = 64, /* bytes */
};

struct tile {
    bool entries; /* an entry bundle; its level is then 0 */
    unsigned level;
    uint64_t index;
    unsigned width; /* 1 to TILE_WIDTH */
};

/* "tile/0/x001/067" or "tile/entries/000.p/8", without a leading slash. */
void tile_print_path(const struct tile *tile, struct buf *out);
/* BAD_INPUT tile.path on anything that tile_print_path would not print. */
enum outcome tile_read_path(struct span path, struct tile *out_tile, struct fail *fail) MUST_USE;

/* How wide the tile is in a log of `size` entries: 0 (not there) to TILE_WIDTH. */
unsigned tile_width(uint64_t size, unsigned level, uint64_t index);
/* The tile, at its width, stands in a log of `size` entries. */
bool tile_exists(const struct tile *tile, uint64_t size);

/* Calls each for every tile and bundle of a log of `size` entries at that size exactly: all full
 * ones and the partial one of each level. Stops at the first outcome that is not OK. */
enum outcome tile_each(uint64_t size,
                       enum outcome (*each)(void *ctx, const struct tile *tile, struct fail *fail),
                       void *ctx, struct fail *fail) MUST_USE;

/* Appends a hash tile's content: tile->width hashes. */
enum outcome tile_print_hashes(const struct tile *tile, const struct merkle_reader *reader,
                               struct buf *out, struct fail *fail) MUST_USE;

/* Appends one entry of a bundle. TOO_LARGE tile.entry over 65,535 bytes. */
enum outcome tile_bundle_add(struct span entry, struct buf *out, struct fail *fail) MUST_USE;
/* Cuts the next entry off a bundle. BAD_INPUT tile.bundle when it is cut short. */
enum outcome tile_bundle_next(struct span *rest, struct span *out_entry,
                              struct fail *fail) MUST_USE;

#endif
