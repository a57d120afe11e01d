#include "cli/public_log.h"

#include "base/code.h"
#include "base/report.h"
#include "crypto/hash.h"
#include "log/tiles.h"

enum { BLOB_PATH_BYTES = 80 };

/* -- checkpoint ------------------------------------------------------------------------------- */

static enum outcome log_key(const struct desk *desk, struct note_key *out_key, struct fail *fail)
{
    uint8_t key[KEY_BYTES];
    enum outcome outcome = desk_status_hash(desk, "log_key", key, fail);
    return outcome == OK ? note_key_make(span_str(desk->origin), NOTE_ED25519, key, out_key, fail)
                         : outcome;
}

enum outcome public_log_open(struct desk *desk, struct public_log *out_log, struct fail *fail)
{
    struct note_key key;
    struct note note;
    *out_log = (struct public_log){.client = desk->client};
    buf_init(&out_log->note, NOTE_BYTES_MAX);
    tree_init(&out_log->tree);
    enum outcome outcome = log_key(desk, &key, fail);
    if (outcome == OK)
        outcome = client_get(desk->client, "checkpoint", &out_log->note, fail);
    if (outcome == OK)
        outcome =
            checkpoint_open(buf_span(&out_log->note), &key, &note, &out_log->checkpoint, fail);
    return outcome;
}

void public_log_done(struct public_log *log)
{
    buf_done(&log->note);
    tree_done(&log->tree);
}

/* -- entries and tiles ------------------------------------------------------------------------ */

struct reading {
    struct public_log *log;
    const struct public_log_reader *reader;
    bool tiles;
    struct progress progress;
};

static enum outcome take_entry(struct reading *reading, struct span entry, struct fail *fail)
{
    struct merkle_hash leaf;
    uint64_t index = reading->log->tree.edge.size;
    merkle_leaf(entry, &leaf);
    enum outcome outcome = tree_append(&reading->log->tree, &leaf, fail);
    if (outcome == OK && reading->reader->entry)
        outcome = reading->reader->entry(reading->reader->ctx, index, entry, fail);
    return outcome;
}

static enum outcome take_bundle(struct reading *reading, const struct tile *tile,
                                struct span bundle, struct fail *fail)
{
    enum outcome outcome = OK;
    struct span entry;
    for (unsigned i = 0; outcome == OK && i < tile->width; i++) {
        outcome = tile_bundle_next(&bundle, &entry, fail);
        if (outcome == OK)
            outcome = take_entry(reading, entry, fail);
    }
    if (outcome == OK && bundle.len > 0)
        outcome = fail_set(fail, BAD_INPUT, "public.bundle", "an entry bundle is too long");
    progress_step(&reading->progress, reading->log->tree.edge.size);
    return outcome;
}

static enum outcome check_tile(struct reading *reading, const struct tile *tile, struct span bytes,
                               struct fail *fail)
{
    struct buf expected;
    struct merkle_reader nodes = tree_reader(&reading->log->tree);
    buf_init(&expected, TILE_BYTES_MAX);
    enum outcome outcome = tile_print_hashes(tile, &nodes, &expected, fail);
    if (outcome == OK && !span_equal(bytes, buf_span(&expected)))
        outcome = fail_set(fail, BAD_PROOF, "public.tile",
                           "a hash tile is not what the entries give: the daemon serves a log that "
                           "does not fit together");
    buf_done(&expected);
    return outcome;
}

static enum outcome take_tile(void *ctx, const struct tile *tile, struct fail *fail)
{
    struct reading *reading = ctx;
    struct buf path, bytes;
    if (!tile->entries && !reading->tiles)
        return OK;
    buf_init(&path, TILE_PATH_MAX);
    buf_init(&bytes, tile->entries ? TILE_BUNDLE_BYTES_MAX : TILE_BYTES_MAX);
    tile_print_path(tile, &path);
    enum outcome outcome = client_get(reading->log->client, buf_text(&path), &bytes, fail);
    if (outcome == OK)
        outcome = tile->entries ? take_bundle(reading, tile, buf_span(&bytes), fail)
                                : check_tile(reading, tile, buf_span(&bytes), fail);
    if (outcome == OK && reading->reader->file)
        outcome =
            reading->reader->file(reading->reader->ctx, buf_text(&path), buf_span(&bytes), fail);
    buf_done(&path);
    buf_done(&bytes);
    return outcome;
}

enum outcome public_log_read(struct public_log *log, bool tiles,
                             const struct public_log_reader *reader, struct fail *fail)
{
    struct reading reading = {.log = log, .reader = reader, .tiles = tiles};
    struct merkle_hash root;
    progress_start(&reading.progress, "entries", log->checkpoint.size, !tiles);
    enum outcome outcome = tile_each(log->checkpoint.size, take_tile, &reading, fail);
    progress_end(&reading.progress);
    if (outcome != OK)
        return outcome;
    merkle_root(&log->tree.edge, &root);
    if (!merkle_hash_equal(&root, &log->checkpoint.root))
        return fail_set(fail, BAD_PROOF, "public.root",
                        "the entries do not give the root of the checkpoint: the daemon serves a "
                        "log that does not fit together");
    return OK;
}

/* -- blobs ------------------------------------------------------------------------------------ */

enum outcome public_log_blob(struct public_log *log, const uint8_t sha256_of[static HASH_BYTES],
                             uint64_t size, struct buf *out, struct fail *fail)
{
    char path[BLOB_PATH_BYTES] = "blob/sha256/";
    uint8_t hash[HASH_BYTES];
    size_t before = out->len;
    hex_print(span_of(sha256_of, HASH_BYTES), path + strlen(path));
    enum outcome outcome = client_get(log->client, path, out, fail);
    if (outcome != OK)
        return fail_within(fail, "%s", path);
    sha256(span_of(out->bytes + before, out->len - before), hash);
    if (out->len - before != size || memcmp(hash, sha256_of, HASH_BYTES) != 0)
        return fail_set(fail, BAD_PROOF, "public.blob", "%s: these are not the bytes of that name",
                        path);
    return OK;
}
