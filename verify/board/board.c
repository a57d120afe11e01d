#include "board/board.h"

#include "base/text.h"
#include "crypto/hash.h"
#include "log/tile.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    CHECKPOINT_BYTES = 64 * 1024,
    ENTRY_BUNDLE_BYTES = TILE_WIDTH * (2 + LIMIT_ENTRY_BYTES),
    LEAVES_RUN = 64,
};

/* Opens a file, and keeps it open until the board is done. */
static enum outcome keep_file(struct board *board, struct span path, size_t limit_bytes,
                              struct span *out_bytes, struct fail *fail)
{
    if (board->file_count == board->file_room) {
        size_t room = board->file_room == 0 ? 256 : 2 * board->file_room;
        struct bundle_file *files = realloc(board->files, room * sizeof *files);
        if (files == NULL)
            return fail_unable(fail, "no memory for %zu files", room);
        board->files = files;
        board->file_room = room;
    }
    struct bundle_file *file = &board->files[board->file_count];
    enum outcome outcome = bundle_read(board->bundle, path, limit_bytes, file, fail);
    if (outcome != GOOD)
        return outcome;
    size_t index;
    if (bundle_find(board->bundle, path, &index))
        board->seen[index] = true;
    board->file_count++;
    *out_bytes = file->bytes;
    return GOOD;
}

static enum outcome read_checkpoint(struct board *board, struct fail *fail)
{
    struct span bytes;
    enum outcome outcome =
        keep_file(board, span_text("checkpoint"), CHECKPOINT_BYTES, &bytes, fail);
    if (outcome == GOOD)
        outcome = note_parse(bytes, &board->checkpoint_note, fail);
    if (outcome == GOOD)
        outcome = checkpoint_parse(board->checkpoint_note.text, &board->checkpoint, fail);
    return outcome;
}

static enum outcome read_entry_bundle(struct board *board, uint64_t index, struct fail *fail)
{
    char path[TILE_PATH_BYTES];
    struct span bytes, entries[TILE_WIDTH];
    unsigned width = tile_width(board->checkpoint.size, TILE_ENTRIES, index);
    tile_path(TILE_ENTRIES, index, width, path);
    enum outcome outcome = keep_file(board, span_text(path), ENTRY_BUNDLE_BYTES, &bytes, fail);
    if (outcome == GOOD)
        outcome = tile_entries(bytes, width, entries, fail);
    if (outcome != GOOD) {
        fail_at(fail, "%s: ", path);
        return outcome;
    }
    for (unsigned i = 0; i < width; i++)
        board->entries[index * TILE_WIDTH + i].bytes = entries[i];
    return GOOD;
}

static enum outcome read_entries(struct board *board, uint64_t *out_index, struct fail *fail)
{
    uint64_t size = board->checkpoint.size;
    *out_index = NO_ENTRY;
    if (size == 0)
        return fail_bad(fail, "the log is empty");
    if (size > (uint64_t)BUNDLE_FILES * TILE_WIDTH)
        return fail_bad(fail, "the checkpoint's size %" PRIu64 " is past every limit", size);
    uint64_t tiles = tile_count(size, TILE_ENTRIES);
    if (tiles > bundle_count(board->bundle))
        return fail_bad(fail, "the bundle has fewer files than the log needs entry bundles");
    board->entries = calloc(size, sizeof *board->entries);
    if (board->entries == NULL)
        return fail_unable(fail, "no memory for %" PRIu64 " entries", size);
    for (uint64_t i = 0; i < tiles; i++) {
        enum outcome outcome = read_entry_bundle(board, i, fail);
        *out_index = i * TILE_WIDTH;
        if (outcome != GOOD)
            return outcome;
    }
    board->count = size;
    return GOOD;
}

static void hash_leaf(void *context, unsigned worker, size_t index)
{
    struct board *board = context;
    (void)worker;
    merkle_leaf(board->entries[index].bytes, &board->entries[index].leaf);
}

struct tile_check {
    struct board *board;
    struct report *report;
};

/* One tile as the entries give it, against the one in the bundle. */
static enum outcome compare_tile(void *context, int level, uint64_t index,
                                 const struct merkle_hash *hashes, unsigned width,
                                 struct fail *fail)
{
    struct tile_check *check = context;
    struct bundle_file file = {0};
    char path[TILE_PATH_BYTES];
    size_t place, bytes = (size_t)width * HASH_BYTES;
    tile_path(level, index, width, path);
    enum outcome outcome = bundle_read(check->board->bundle, span_text(path), bytes, &file, fail);
    if (outcome == UNABLE)
        return UNABLE;
    if (bundle_find(check->board->bundle, span_text(path), &place))
        check->board->seen[place] = true;
    if (outcome == GOOD && !span_equal(file.bytes, span_of(hashes, bytes)))
        outcome = fail_bad(fail, "%s is not what the entries give", path);
    (void)report_take(check->report, LOG_TILES, NO_ENTRY, outcome, fail);
    bundle_close(&file);
    return GOOD; /* go on, so that every tile that is there was asked for */
}

static void check_tiles(struct board *board, struct report *report)
{
    struct tile_check check = {board, report};
    struct tiles *tiles = calloc(1, sizeof *tiles);
    struct fail fail;
    if (tiles == NULL) {
        report_not_run(report, LOG_TILES, "no memory");
        return;
    }
    enum outcome outcome = GOOD;
    tiles_init(tiles, compare_tile, &check);
    for (size_t i = 0; i < board->count && outcome == GOOD; i++)
        outcome = tiles_append(tiles, &board->entries[i].leaf, &fail);
    if (outcome == GOOD)
        outcome = tiles_end(tiles, &fail);
    if (report_take(report, LOG_TILES, NO_ENTRY, outcome, &fail))
        report_pass(report, LOG_TILES);
    free(tiles);
}

static void check_root(const struct board *board, struct report *report)
{
    struct merkle_hash root;
    board_root_at(board, board->count, &root);
    if (!merkle_equal(&root, &board->checkpoint.root))
        report_fail(report, LOG_ROOT, NO_ENTRY,
                    "the %zu entries of the bundle do not give the checkpoint's root",
                    board->count);
    report_pass(report, LOG_ROOT);
}

bool board_open(struct bundle *bundle, unsigned threads, struct report *report,
                struct board *out_board)
{
    struct fail fail;
    uint64_t index;
    *out_board = (struct board){.bundle = bundle, .threads = threads};
    out_board->seen = calloc(bundle_count(bundle) + 1, sizeof *out_board->seen);
    enum outcome outcome = out_board->seen == NULL ? fail_unable(&fail, "no memory")
                                                   : read_checkpoint(out_board, &fail);
    if (!report_take(report, LOG_CHECKPOINT, NO_ENTRY, outcome, &fail))
        return false;
    outcome = read_entries(out_board, &index, &fail);
    if (!report_take(report, LOG_ENTRIES, index, outcome, &fail))
        return false;
    report_pass(report, LOG_ENTRIES);
    parallel_for(threads, out_board->count, LEAVES_RUN, hash_leaf, out_board);
    check_root(out_board, report);
    check_tiles(out_board, report);
    return true;
}

void board_done(struct board *board)
{
    if (board == NULL)
        return;
    for (size_t i = 0; i < board->file_count; i++)
        bundle_close(&board->files[i]);
    for (unsigned i = 0; i < PARALLEL_THREADS_MOST; i++)
        arena_done(&board->arenas[i]);
    free(board->files);
    free(board->entries);
    free(board->seen);
    bundle_free(board->bundle);
    *board = (struct board){0};
}

void board_root_at(const struct board *board, uint64_t size, struct merkle_hash *out_root)
{
    struct merkle merkle;
    merkle_init(&merkle);
    for (uint64_t i = 0; i < size; i++)
        merkle_append(&merkle, &board->entries[i].leaf);
    merkle_root(&merkle, out_root);
}

bool blob_is_none(const struct blob *blob)
{
    static const uint8_t zeros[HASH_BYTES];
    return blob->size == 0 && memcmp(blob->sha256, zeros, HASH_BYTES) == 0;
}

/* A reference of size 0 has no file: it must name the hash of no bytes. */
static enum outcome no_bytes(const struct blob *blob, struct span *out_bytes, struct fail *fail)
{
    uint8_t hash[HASH_BYTES];
    hash_sha256(span_of(NULL, 0), hash);
    if (memcmp(hash, blob->sha256, HASH_BYTES) != 0)
        return fail_bad(fail, "a reference of size 0 does not name the hash of no bytes");
    *out_bytes = span_of("", 0);
    return GOOD;
}

enum outcome board_blob(struct board *board, const struct blob *blob, struct span *out_bytes,
                        struct fail *fail)
{
    char path[PATH_BYTES + 1] = "blob/sha256/";
    struct span bytes;
    if (blob->size == 0)
        return no_bytes(blob, out_bytes, fail);
    hex_encode(span_of(blob->sha256, HASH_BYTES), path + strlen(path));
    enum outcome outcome = keep_file(board, span_text(path), LIMIT_BLOB_BYTES, &bytes, fail);
    if (outcome != GOOD)
        return outcome;
    if (bytes.len != blob->size)
        return fail_bad(fail, "%s has %zu bytes; the entry says %" PRIu64, path, bytes.len,
                        blob->size);
    *out_bytes = bytes;
    return GOOD;
}
