#include "log/tiles.h"

#include <sodium.h>

#include "check.h"

static void test_paths(void)
{
    static const struct {
        struct tile tile;
        const char *path;
    } cases[] = {
        {{false, 0, 0, 256}, "tile/0/000"},
        {{false, 0, 0, 255}, "tile/0/000.p/255"},
        {{false, 7, 999, 1}, "tile/7/999.p/1"},
        {{false, 1, 1000, 256}, "tile/1/x001/000"},
        {{false, 0, 1234067, 256}, "tile/0/x001/x234/067"},
        {{true, 0, 1234067, 8}, "tile/entries/x001/x234/067.p/8"},
        {{false, 0, UINT64_MAX, 256}, "tile/0/x018/x446/x744/x073/x709/x551/615"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        struct buf out;
        struct tile tile;
        buf_init(&out, TILE_PATH_MAX);
        check_case("%s", cases[i].path);
        tile_print_path(&cases[i].tile, &out);
        CHECK_TEXT(buf_span(&out), cases[i].path);
        if (CHECK_INT(tile_read_path(span_str(cases[i].path), &tile, NULL), OK)) {
            CHECK_INT(tile.entries, cases[i].tile.entries);
            CHECK_UINT(tile.level, cases[i].tile.level);
            CHECK_UINT(tile.index, cases[i].tile.index);
            CHECK_UINT(tile.width, cases[i].tile.width);
        }
        buf_done(&out);
    }
}

static void test_bad_paths(void)
{
    static const char *const bad[] = {
        "",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/8/000",
        "tile/-1/000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/x001/x000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000/",
        "tile/0/00a",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/entries/000.p/300",
        "tile/data/000",
        "/tile/0/000",
        "tile/0/../../people.db",
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(bad); i++) {
        struct tile tile;
        check_case("path %s", bad[i]);
        CHECK_INT(tile_read_path(span_str(bad[i]), &tile, NULL), BAD_INPUT);
    }
}

struct count {
    unsigned full[TILE_LEVELS + 1];
    unsigned width[TILE_LEVELS + 1]; /* of the partial tile */
};

static enum outcome count_tile(void *ctx, const struct tile *tile, struct fail *fail)
{
    struct count *count = ctx;
    unsigned row = tile->entries ? 0 : tile->level + 1;
    (void)fail;
    if (tile->width == TILE_WIDTH)
        count->full[row]++;
    else
        count->width[row] = tile->width;
    return OK;
}

/* The two examples of the text of tlog-tiles. */
static void test_widths(void)
{
    struct count count = {.full = {0}};
    check_case("70,000 entries");
    CHECK_INT(tile_each(70000, count_tile, &count, NULL), OK);
    CHECK_UINT(count.full[0], 273);
    CHECK_UINT(count.width[0], 112);
    CHECK_UINT(count.full[1], 273);
    CHECK_UINT(count.width[1], 112);
    CHECK_UINT(count.full[2], 1);
    CHECK_UINT(count.width[2], 17);
    CHECK_UINT(count.full[3], 0);
    CHECK_UINT(count.width[3], 1);
    CHECK_UINT(count.width[4], 0);
    check_case("256 entries");
    CHECK_UINT(tile_width(256, 0, 0), 256);
    CHECK_UINT(tile_width(256, 0, 1), 0);
    CHECK_UINT(tile_width(256, 1, 0), 1);
    CHECK_UINT(tile_width(0, 0, 0), 0);
    check_case("older partial tiles stand, later ones do not");
    CHECK(tile_exists(&(struct tile){false, 0, 273, 112}, 70000));
    CHECK(tile_exists(&(struct tile){false, 0, 273, 5}, 70000));
    CHECK(!tile_exists(&(struct tile){false, 0, 273, 113}, 70000));
    CHECK(!tile_exists(&(struct tile){false, 0, 274, 1}, 70000));
}

static enum outcome numbered(void *ctx, unsigned level, uint64_t index,
                             struct merkle_hash *out_hash, struct fail *fail)
{
    (void)ctx, (void)fail;
    *out_hash = (struct merkle_hash){.bytes = {(uint8_t)level, (uint8_t)index}};
    return OK;
}

static void test_hashes(void)
{
    struct merkle_reader reader = {NULL, numbered};
    struct buf out;
    buf_init(&out, TILE_BYTES_MAX);
    check_case("tile content");
    CHECK_INT(tile_print_hashes(&(struct tile){false, 1, 0, 17}, &reader, &out, NULL), OK);
    CHECK_UINT(out.len, 17 * HASH_BYTES);
    CHECK_UINT(out.bytes[16 * HASH_BYTES], 8);
    CHECK_UINT(out.bytes[16 * HASH_BYTES + 1], 16);
    buf_done(&out);
}

static void test_bundles(void)
{
    struct buf out;
    struct span rest, entry;
    static const uint8_t large[65536];
    buf_init(&out, TILE_BUNDLE_BYTES_MAX);
    check_case("bundle");
    CHECK_INT(tile_bundle_add(SPAN_LIT("ab"), &out, NULL), OK);
    CHECK_INT(tile_bundle_add(SPAN_LIT(""), &out, NULL), OK);
    CHECK_INT(tile_bundle_add(span_of(large, 65535), &out, NULL), OK);
    CHECK_INT(tile_bundle_add(span_of(large, 65536), &out, NULL), TOO_LARGE);
    CHECK_BYTES(out.bytes,
                "\x00\x02"
                "ab\x00\x00\xff\xff",
                8);
    rest = buf_span(&out);
    CHECK_INT(tile_bundle_next(&rest, &entry, NULL), OK);
    CHECK_TEXT(entry, "ab");
    CHECK_INT(tile_bundle_next(&rest, &entry, NULL), OK);
    CHECK_UINT(entry.len, 0);
    rest.len--;
    CHECK_INT(tile_bundle_next(&rest, &entry, NULL), BAD_INPUT);
    rest.len = 1;
    CHECK_INT(tile_bundle_next(&rest, &entry, NULL), BAD_INPUT);
    buf_done(&out);
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    test_paths();
    test_bad_paths();
    test_widths();
    test_hashes();
    test_bundles();
    return check_end("log_tiles");
}
