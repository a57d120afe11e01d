#include "log/tiles.h"

#include <inttypes.h>

/* 1234067 as "x001/x234/067": groups of three digits, all but the last marked. */
static void print_index(uint64_t index, struct buf *out)
{
    unsigned groups[7];
    unsigned count = 0;
    do {
        groups[count++] = (unsigned)(index % 1000);
        index /= 1000;
    } while (index > 0);
    while (count-- > 0)
        buf_add_format(out, count ? "x%03u/" : "%03u", groups[count]);
}

void tile_print_path(const struct tile *tile, struct buf *out)
{
    if (tile->entries)
        buf_add_str(out, "tile/entries/");
    else
        buf_add_format(out, "tile/%u/", tile->level);
    print_index(tile->index, out);
    if (tile->width < TILE_WIDTH)
        buf_add_format(out, ".p/%u", tile->width);
}

static bool skip(struct span *text, struct span prefix)
{
    if (!span_starts(*text, prefix))
        return false;
    *text = span_of(text->ptr + prefix.len, text->len - prefix.len);
    return true;
}

static bool take_digits(struct span *text, uint64_t *index)
{
    if (text->len < 3)
        return false;
    for (size_t i = 0; i < 3; i++) {
        unsigned digit = (unsigned)text->ptr[i] - '0';
        if (digit > 9 || __builtin_mul_overflow(*index, 10, index) ||
            __builtin_add_overflow(*index, digit, index))
            return false;
    }
    *text = span_of(text->ptr + 3, text->len - 3);
    return true;
}

static bool take_index(struct span *text, uint64_t *out_index)
{
    *out_index = 0;
    while (skip(text, SPAN_LIT("x")))
        if (!take_digits(text, out_index) || !skip(text, SPAN_LIT("/")))
            return false;
    return take_digits(text, out_index);
}

static bool take_level(struct span *text, struct tile *tile)
{
    struct span level;
    uint64_t number;
    if (skip(text, SPAN_LIT("entries/"))) {
        tile->entries = true;
        return true;
    }
    if (!span_cut(text, '/', &level) || !span_decimal(level, &number) || number >= TILE_LEVELS)
        return false;
    tile->level = (unsigned)number;
    return true;
}

static bool take_width(struct span text, struct tile *tile)
{
    uint64_t width;
    tile->width = TILE_WIDTH;
    if (text.len == 0)
        return true;
    if (!skip(&text, SPAN_LIT(".p/")) || !span_decimal(text, &width) || width == 0 ||
        width >= TILE_WIDTH)
        return false;
    tile->width = (unsigned)width;
    return true;
}

/* Prints what was read and compares, so that leading groups of zeros, say, are refused too. */
static bool prints_back(const struct tile *tile, struct span path)
{
    struct buf text;
    buf_init(&text, TILE_PATH_MAX);
    tile_print_path(tile, &text);
    bool same = buf_ok(&text) && span_equal(buf_span(&text), path);
    buf_done(&text);
    return same;
}

enum outcome tile_read_path(struct span path, struct tile *out_tile, struct fail *fail)
{
    struct tile tile = {.level = 0};
    struct span rest = path;
    if (path.len > TILE_PATH_MAX || !skip(&rest, SPAN_LIT("tile/")) || !take_level(&rest, &tile) ||
        !take_index(&rest, &tile.index) || !take_width(rest, &tile) || !prints_back(&tile, path))
        return fail_set(fail, BAD_INPUT, "tile.path", "\"%.*s\" is not the path of a tile",
                        (int)(path.len > TILE_PATH_MAX ? TILE_PATH_MAX : path.len),
                        (const char *)path.ptr);
    *out_tile = tile;
    return OK;
}

unsigned tile_width(uint64_t size, unsigned level, uint64_t index)
{
    uint64_t nodes = level < TILE_LEVELS ? size >> (8 * level) : 0;
    if (nodes / TILE_WIDTH > index)
        return TILE_WIDTH;
    return nodes / TILE_WIDTH == index ? (unsigned)(nodes % TILE_WIDTH) : 0;
}

bool tile_exists(const struct tile *tile, uint64_t size)
{
    return tile->width > 0 && tile->width <= tile_width(size, tile->level, tile->index);
}

enum outcome tile_each(uint64_t size,
                       enum outcome (*each)(void *ctx, const struct tile *tile, struct fail *fail),
                       void *ctx, struct fail *fail)
{
    for (unsigned row = 0; row <= TILE_LEVELS; row++) { /* row 0: bundles, then the hash levels */
        struct tile tile = {.entries = row == 0, .level = row ? row - 1 : 0};
        for (;; tile.index++) {
            tile.width = tile_width(size, tile.level, tile.index);
            if (tile.width == 0)
                break;
            enum outcome outcome = each(ctx, &tile, fail);
            if (outcome)
                return outcome;
        }
    }
    return OK;
}

enum outcome tile_print_hashes(const struct tile *tile, const struct merkle_reader *reader,
                               struct buf *out, struct fail *fail)
{
    for (unsigned i = 0; i < tile->width; i++) {
        struct merkle_hash hash;
        enum outcome outcome =
            reader->read(reader->ctx, 8 * tile->level, tile->index * TILE_WIDTH + i, &hash, fail);
        if (outcome)
            return outcome;
        buf_add(out, SPAN_ARRAY(hash.bytes));
    }
    return buf_check(out, "tile", fail);
}

enum outcome tile_bundle_add(struct span entry, struct buf *out, struct fail *fail)
{
    if (entry.len > UINT16_MAX)
        return fail_set(fail, TOO_LARGE, "tile.entry", "entry of %zu bytes, at most %d", entry.len,
                        UINT16_MAX);
    buf_add_byte(out, (uint8_t)(entry.len >> 8));
    buf_add_byte(out, (uint8_t)entry.len);
    buf_add(out, entry);
    return buf_check(out, "entry bundle", fail);
}

enum outcome tile_bundle_next(struct span *rest, struct span *out_entry, struct fail *fail)
{
    size_t len = rest->len < 2 ? 0 : (size_t)rest->ptr[0] << 8 | rest->ptr[1];
    if (rest->len < 2 || rest->len - 2 < len)
        return fail_set(fail, BAD_INPUT, "tile.bundle", "entry bundle: cut short");
    *out_entry = span_of(rest->ptr + 2, len);
    *rest = span_of(rest->ptr + 2 + len, rest->len - 2 - len);
    return OK;
}
