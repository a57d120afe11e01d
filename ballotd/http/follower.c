#include "http/follower.h"

#include "base/code.h"
#include "crypto/hash.h"
#include "log/checkpoint.h"
#include "log/tiles.h"

#include <stdlib.h>

struct follower {
    struct client *client;
    struct state *state;
    struct sources sources;
    bool has_key;
    uint8_t log_key[KEY_BYTES];
    uint64_t size; /* of the log, as its latest checkpoint says */
    struct buf checkpoint;
    struct buf tile; /* the one read last, for proofs */
    struct tile tile_is;
};

/* -- the static tree -------------------------------------------------------------------------- */

static enum outcome get_tile(struct follower *follower, const struct tile *tile, struct buf *out,
                             struct fail *fail)
{
    struct buf path;
    buf_init(&path, TILE_PATH_MAX);
    tile_print_path(tile, &path);
    enum outcome outcome = client_get(follower->client, buf_text(&path), out, fail);
    buf_done(&path);
    return outcome;
}

static struct tile bundle_at(uint64_t index, uint64_t size)
{
    return (struct tile){.entries = true, .index = index, .width = tile_width(size, 0, index)};
}

static enum outcome get_blob(void *ctx, const uint8_t sha256_of[static HASH_BYTES], uint64_t size,
                             struct buf *out, struct fail *fail)
{
    struct follower *follower = ctx;
    char path[12 + 2 * HASH_BYTES + 1] = "blob/sha256/";
    uint8_t hash[HASH_BYTES];
    size_t before = out->len;
    hex_print(span_of(sha256_of, HASH_BYTES), path + 12);
    enum outcome outcome = client_get(follower->client, path, out, fail);
    if (outcome != OK)
        return outcome;
    struct span bytes = span_of(out->bytes + before, out->len - before);
    sha256(bytes, hash);
    if (bytes.len != size || memcmp(hash, sha256_of, HASH_BYTES) != 0)
        return fail_set(fail, CONFLICT, "follower.blob", "%s has other bytes than its name says",
                        path);
    return OK;
}

static enum outcome get_entry(void *ctx, uint64_t index, struct buf *out, struct fail *fail)
{
    struct follower *follower = ctx;
    struct tile tile = bundle_at(index / TILE_WIDTH, follower->size);
    struct buf bundle;
    struct span entry = {0};
    buf_init(&bundle, TILE_BUNDLE_BYTES_MAX);
    enum outcome outcome = get_tile(follower, &tile, &bundle, fail);
    struct span rest = buf_span(&bundle);
    for (uint64_t i = 0; outcome == OK && i <= index % TILE_WIDTH; i++)
        outcome = tile_bundle_next(&rest, &entry, fail);
    if (outcome == OK)
        buf_add(out, entry);
    buf_done(&bundle);
    return outcome == OK ? buf_check(out, "entry", fail) : outcome;
}

/* -- proofs ----------------------------------------------------------------------------------- */

static enum outcome load_tile(struct follower *follower, const struct tile *tile, struct fail *fail)
{
    if (follower->tile.len > 0 && follower->tile_is.level == tile->level &&
        follower->tile_is.index == tile->index)
        return OK;
    buf_clear(&follower->tile);
    enum outcome outcome = get_tile(follower, tile, &follower->tile, fail);
    if (outcome == OK && follower->tile.len != (size_t)tile->width * HASH_BYTES)
        outcome = fail_set(fail, BAD_INPUT, "follower.tile", "a hash tile has a wrong length");
    if (outcome != OK)
        buf_clear(&follower->tile);
    follower->tile_is = *tile;
    return outcome;
}

/* A node stands in the tile of the level below it that is a multiple of eight, as a subtree. */
static enum outcome read_node(void *ctx, unsigned level, uint64_t index,
                              struct merkle_hash *out_hash, struct fail *fail)
{
    struct follower *follower = ctx;
    struct merkle_tree subtree = {0};
    unsigned within = level % 8;
    uint64_t first = index << within;
    struct tile tile = {.level = level / 8, .index = first / TILE_WIDTH};
    tile.width = tile_width(follower->size, tile.level, tile.index);
    size_t from = first % TILE_WIDTH, count = (size_t)1 << within;
    if (from + count > tile.width)
        return fail_set(fail, NOT_FOUND, "follower.node", "the log has no such node");
    enum outcome outcome = load_tile(follower, &tile, fail);
    for (size_t i = from; outcome == OK && i < from + count; i++) {
        struct merkle_hash hash;
        memcpy(hash.bytes, follower->tile.bytes + i * HASH_BYTES, HASH_BYTES);
        outcome = merkle_append(&subtree, &hash, NULL, fail);
    }
    merkle_root(&subtree, out_hash);
    return outcome;
}

/* What was read is the beginning of the log that the key has signed. */
static enum outcome check_prefix(struct follower *follower, const struct checkpoint *checkpoint,
                                 struct fail *fail)
{
    const struct merkle_reader reader = {follower, read_node};
    uint64_t size = follower->state->tree.size;
    struct merkle_proof proof = {0};
    struct merkle_hash root;
    merkle_root(&follower->state->tree, &root);
    buf_clear(&follower->tile);
    enum outcome outcome = merkle_consistency(&reader, size, checkpoint->size, &proof, fail);
    if (outcome != OK)
        return outcome;
    if (!merkle_consistency_holds(size, &root, checkpoint->size, &checkpoint->root, &proof))
        return fail_set(fail, CONFLICT, "follower.fork",
                        "the board shows entries that are not those of its signed tree; keep what "
                        "it showed and tell the officers");
    return OK;
}

enum outcome follower_log_key(const struct follower *follower, struct note_key *out_key,
                              struct fail *fail)
{
    const struct state *state = follower->state;
    if (!follower->has_key && !state->definition)
        return fail_set(fail, NOT_FOUND, "follower.empty", "the log has no entry yet");
    return definition_key(state->origin, "", "",
                          follower->has_key ? follower->log_key : state->definition->log_key,
                          out_key, fail);
}

static enum outcome check_tree(struct follower *follower, struct fail *fail)
{
    struct note note;
    struct note_key key;
    struct checkpoint checkpoint;
    enum outcome outcome = follower_log_key(follower, &key, fail);
    if (outcome == OK && memcmp(key.key, follower->state->definition->log_key, KEY_BYTES) != 0)
        outcome = fail_set(fail, CONFLICT, "follower.key",
                           "the election names another log key than the one given");
    if (outcome == OK)
        outcome = checkpoint_open(buf_span(&follower->checkpoint), &key, &note, &checkpoint, fail);
    return outcome == OK ? check_prefix(follower, &checkpoint, fail) : outcome;
}

/* -- replay ----------------------------------------------------------------------------------- */

static enum outcome take_entry(struct follower *follower, struct span bytes, struct fail *fail)
{
    struct state *state = follower->state;
    struct statement statement;
    uint64_t index = state->tree.size;
    enum outcome outcome = statement_read(bytes, span_str(state->origin), &statement, fail);
    if (outcome == OK) {
        enum trust trust = statement_is(&statement, KIND_BALLOT) ? TRUST_PROOFS : TRUST_NOTHING;
        outcome = state_check(state, &statement, &follower->sources, trust, fail);
        if (outcome == OK)
            outcome = state_apply(state, &statement, &follower->sources, fail);
        statement_done(&statement);
    }
    if (outcome != OK)
        fail_within(fail, "entry %llu", (unsigned long long)index);
    return outcome;
}

static bool is_enough(const struct follower *follower, enum follow_how how)
{
    bool opened = !(follower->state->phase & (PHASE_EMPTY | PHASE_PREPARING));
    return follower->state->tree.size >= follower->size || (how == FOLLOW_TO_OPEN && opened);
}

/* The rest of the bundle in which the follower stands. */
static enum outcome read_bundle(struct follower *follower, enum follow_how how, struct fail *fail)
{
    uint64_t first = follower->state->tree.size / TILE_WIDTH * TILE_WIDTH;
    struct tile tile = bundle_at(first / TILE_WIDTH, follower->size);
    struct buf bundle;
    struct span entry;
    buf_init(&bundle, TILE_BUNDLE_BYTES_MAX);
    enum outcome outcome = get_tile(follower, &tile, &bundle, fail);
    struct span rest = buf_span(&bundle);
    for (uint64_t at = first; outcome == OK && at < first + tile.width; at++) {
        outcome = tile_bundle_next(&rest, &entry, fail);
        if (outcome == OK && at == follower->state->tree.size && !is_enough(follower, how))
            outcome = take_entry(follower, entry, fail);
    }
    buf_done(&bundle);
    return outcome;
}

/* Its signature is checked once the definition has been read. */
static enum outcome get_checkpoint(struct follower *follower, struct fail *fail)
{
    struct note note;
    struct checkpoint checkpoint;
    buf_clear(&follower->checkpoint);
    enum outcome outcome = client_get(follower->client, "checkpoint", &follower->checkpoint, fail);
    if (outcome == OK)
        outcome = note_read(buf_span(&follower->checkpoint), &note, fail);
    if (outcome == OK)
        outcome = checkpoint_read(note.text, &checkpoint, fail);
    if (outcome != OK)
        return outcome;
    if (checkpoint.size < follower->size)
        return fail_set(fail, CONFLICT, "follower.shrunk", "the log has become shorter");
    follower->size = checkpoint.size;
    return OK;
}

enum outcome follower_read(struct follower *follower, enum follow_how how, struct fail *fail)
{
    enum outcome outcome = get_checkpoint(follower, fail);
    while (outcome == OK && !is_enough(follower, how))
        outcome = read_bundle(follower, how, fail);
    return outcome == OK ? check_tree(follower, fail) : outcome;
}

/* -- life ------------------------------------------------------------------------------------- */

enum outcome follower_new(struct client *client, struct span origin, const uint8_t *log_key,
                          struct follower **out_follower, struct fail *fail)
{
    struct follower *follower = calloc(1, sizeof *follower);
    if (!follower)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    enum outcome outcome = state_new(origin, &follower->state, fail);
    if (outcome != OK) {
        free(follower);
        return outcome;
    }
    follower->client = client;
    follower->sources = (struct sources){follower, get_blob, get_entry};
    if (log_key)
        memcpy(follower->log_key, log_key, KEY_BYTES);
    follower->has_key = log_key != NULL;
    buf_init(&follower->checkpoint, NOTE_BYTES_MAX);
    buf_init(&follower->tile, TILE_BYTES_MAX);
    *out_follower = follower;
    return OK;
}

void follower_free(struct follower *follower)
{
    if (!follower)
        return;
    state_free(follower->state);
    buf_done(&follower->checkpoint);
    buf_done(&follower->tile);
    free(follower);
}

const struct state *follower_state(const struct follower *follower)
{
    return follower->state;
}

const struct sources *follower_sources(const struct follower *follower)
{
    return &follower->sources;
}
