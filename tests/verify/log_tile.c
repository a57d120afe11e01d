/* Tiles: names and widths as in the specification, entry bundles, and tiles made from leaves. */
#include "log/tile.h"

#include "check.h"

static void test_paths(void)
{
    static const struct {
        int level;
        unsigned width;
        uint64_t index;
        const char *path;
    } cases[] = {
        {0, 256, 1234067, "tile/0/x001/x234/067"},
        {0, 256, 0, "tile/0/000"},
        {0, 1, 999, "tile/0/999.p/1"},
        {7, 255, 1000, "tile/7/x001/000.p/255"},
        {TILE_ENTRIES, 112, 5, "tile/entries/005.p/112"},
        {TILE_ENTRIES, 255, UINT64_MAX / 256, "tile/entries/x072/x057/x594/x037/x927/935.p/255"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        char path[TILE_PATH_BYTES];
        check_case("%s", cases[i].path);
        tile_path(cases[i].level, cases[i].index, cases[i].width, path);
        CHECK_STR(path, cases[i].path);
    }
}

/* The specification's example of 70,000 entries, and the sizes around a full tile. */
static void test_counts(void)
{
    static const struct {
        uint64_t size;
        int level;
        unsigned last_width;
        uint64_t count;
    } cases[] = {
        {70000, 0, 112, 274}, {70000, TILE_ENTRIES, 112, 274},
        {70000, 1, 17, 2},    {70000, 2, 1, 1},
        {70000, 3, 0, 0},     {256, 0, 256, 1},
        {256, 1, 1, 1},       {255, 0, 255, 1},
        {255, 1, 0, 0},       {257, 0, 1, 2},
        {0, 0, 0, 0},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        check_case("size %" PRIu64 ", level %d", cases[i].size, cases[i].level);
        CHECK_UINT(tile_count(cases[i].size, cases[i].level), cases[i].count);
        if (cases[i].count > 0)
            CHECK_UINT(tile_width(cases[i].size, cases[i].level, cases[i].count - 1),
                       cases[i].last_width);
        if (cases[i].count > 1)
            CHECK_UINT(tile_width(cases[i].size, cases[i].level, 0), 256);
    }
}

static void test_entries(void)
{
    static const uint8_t bytes[] = {0, 3, 'a', 'b', 'c', 0, 0, 1, 0, 'x'};
    struct span entries[TILE_WIDTH];
    struct span good = span_of(bytes, 7);
    check_case("entries");
    CHECK_INT(tile_entries(good, 2, entries, NULL), GOOD);
    CHECK_TEXT(entries[0], "abc");
    CHECK_UINT(entries[1].len, 0);
    CHECK_INT(tile_entries(good, 1, entries, NULL), BAD);
    CHECK_INT(tile_entries(good, 3, entries, NULL), BAD);
    CHECK_INT(tile_entries(good, 0, entries, NULL), BAD);
    CHECK_INT(tile_entries((struct span){0}, 0, entries, NULL), GOOD);
    for (size_t len = 0; len < 7; len++)
        CHECK_INT(tile_entries(span_of(bytes, len), 2, entries, NULL), BAD);
    CHECK_INT(tile_entries(span_of(bytes, sizeof bytes), 3, entries, NULL), BAD);
}

struct seen {
    uint64_t size;
    unsigned tiles;
    enum outcome answer;
};

static struct merkle_hash leaf_of(uint64_t index)
{
    struct merkle_hash leaf;
    merkle_leaf(span_of(&index, sizeof index), &leaf);
    return leaf;
}

/* Each tile must have the width that the size asks for, and its last hash must cover the leaves
 * that it stands for. */
static enum outcome take_tile(void *context, int level, uint64_t index,
                              const struct merkle_hash *hashes, unsigned width, struct fail *fail)
{
    (void)fail;
    struct seen *seen = context;
    struct merkle merkle;
    struct merkle_hash root;
    uint64_t span = (uint64_t)1 << 8 * level, first = (index * TILE_WIDTH + width - 1) * span;
    merkle_init(&merkle);
    for (uint64_t i = first; i < first + span; i++) {
        struct merkle_hash leaf = leaf_of(i);
        merkle_append(&merkle, &leaf);
    }
    merkle_root(&merkle, &root);
    CHECK_UINT(width, tile_width(seen->size, level, index));
    CHECK(merkle_equal(&root, &hashes[width - 1]));
    seen->tiles++;
    return seen->answer;
}

static void test_tiles(void)
{
    static const uint64_t sizes[] = {0, 1, 255, 256, 257, 70000};
    for (size_t n = 0; n < CHECK_COUNT_OF(sizes); n++) {
        static struct tiles tiles;
        struct seen seen = {.size = sizes[n]};
        check_case("tiles of %" PRIu64, sizes[n]);
        tiles_init(&tiles, take_tile, &seen);
        bool good = true;
        for (uint64_t i = 0; i < sizes[n]; i++) {
            struct merkle_hash leaf = leaf_of(i);
            good = good && tiles_append(&tiles, &leaf, NULL) == GOOD;
        }
        CHECK(good);
        CHECK_INT(tiles_end(&tiles, NULL), GOOD);
        uint64_t want = 0;
        for (int level = 0; level < TILE_LEVELS; level++)
            want += tile_count(sizes[n], level);
        CHECK_UINT(seen.tiles, want);
    }
}

static void test_sink_refuses(void)
{
    static struct tiles tiles;
    struct seen seen = {.size = 1, .answer = BAD};
    struct merkle_hash leaf = leaf_of(0);
    check_case("a sink that refuses");
    tiles_init(&tiles, take_tile, &seen);
    CHECK_INT(tiles_append(&tiles, &leaf, NULL), GOOD);
    CHECK_INT(tiles_end(&tiles, NULL), BAD);
}

int main(void)
{
    test_paths();
    test_counts();
    test_entries();
    test_tiles();
    test_sink_refuses();
    return check_end("log_tile");
}
