#include "trustee/follow.h"

#include "base/clock.h"
#include "base/code.h"
#include "base/report.h"
#include "crypto/hash.h"
#include "log/checkpoint.h"
#include "log/policy.h"
#include "log/tiles.h"

#include <stdio.h>

enum outcome follow_open(const struct wire *wire, struct span origin, uint64_t pinned_size,
                         const uint8_t *pinned_root, bool quiet, struct follow *out_follow,
                         struct fail *fail)
{
    *out_follow = (struct follow){
        .wire = wire, .pinned_size = pinned_size, .grown_ms = clock_monotonic_ms(), .quiet = quiet};
    if (pinned_size > 0)
        memcpy(out_follow->pinned_root, pinned_root, HASH_BYTES);
    enum outcome outcome = state_new(origin, &out_follow->state, fail);
    if (outcome == OK)
        outcome = spool_open(&out_follow->spool, fail);
    if (outcome != OK)
        follow_close(out_follow);
    return outcome;
}

void follow_close(struct follow *follow)
{
    state_free(follow->state);
    spool_close(&follow->spool);
    *follow = (struct follow){0};
}

/* -- what the election room reads ---------------------------------------------------------------
 */

static enum outcome read_entry(void *ctx, uint64_t index, struct buf *out, struct fail *fail)
{
    return spool_entry(&((struct follow *)ctx)->spool, index, out, fail);
}

static enum outcome download_blob(struct follow *follow, const uint8_t *sha256_of, uint64_t size,
                                  struct buf *out, struct fail *fail)
{
    char path[sizeof "blob/sha256/" + 2 * HASH_BYTES] = "blob/sha256/";
    struct buf blob;
    uint8_t hash[HASH_BYTES];
    hex_print(span_of(sha256_of, HASH_BYTES), path + strlen(path));
    buf_init(&blob, size);
    enum outcome outcome = follow->wire->get(follow->wire->ctx, path, &blob, fail);
    sha256(buf_span(&blob), hash);
    if (outcome == OK && (blob.len != size || memcmp(hash, sha256_of, HASH_BYTES) != 0))
        outcome = fail_set(fail, BAD_PROOF, "follow.blob", "%s: the bytes are not those", path);
    if (outcome == OK)
        outcome = spool_add_blob(&follow->spool, sha256_of, buf_span(&blob), fail);
    if (outcome == OK)
        buf_add(out, buf_span(&blob));
    buf_done(&blob);
    return outcome == OK ? buf_check(out, path, fail) : outcome;
}

static enum outcome read_blob(void *ctx, const uint8_t sha256_of[static HASH_BYTES], uint64_t size,
                              struct buf *out, struct fail *fail)
{
    struct follow *follow = ctx;
    size_t before = out->len;
    enum outcome outcome = spool_blob(&follow->spool, sha256_of, out, fail);
    if (outcome == NOT_FOUND)
        return download_blob(follow, sha256_of, size, out, fail);
    if (outcome == OK && out->len - before != size)
        outcome = fail_set(fail, BAD_PROOF, "follow.blob", "a blob is named with a wrong size");
    return outcome;
}

struct sources follow_sources(struct follow *follow)
{
    return (struct sources){.ctx = follow, .blob = read_blob, .entry = read_entry};
}

/* -- entries ---------------------------------------------------------------------------------- */

static enum outcome check_pin(const struct follow *follow, struct fail *fail)
{
    struct merkle_hash root;
    if (follow->state->tree.size != follow->pinned_size)
        return OK;
    merkle_root(&follow->state->tree, &root);
    if (memcmp(root.bytes, follow->pinned_root, HASH_BYTES) != 0)
        return fail_set(fail, CONFLICT, "follow.fork",
                        "the log's first %llu entries are not those this key file has seen before: "
                        "keep both, and tell the officers and the other trustees",
                        (unsigned long long)follow->pinned_size);
    return OK;
}

static enum outcome take_entry(struct follow *follow, struct span bytes, struct fail *fail)
{
    struct state *state = follow->state;
    struct sources sources = follow_sources(follow);
    struct statement statement;
    uint64_t index = state->tree.size;
    enum outcome outcome = statement_read(bytes, span_str(state->origin), &statement, fail);
    if (outcome == OK) {
        outcome = state_check(state, &statement, &sources, TRUST_NOTHING, fail);
        if (outcome == OK)
            outcome = spool_add_entry(&follow->spool, bytes, fail);
        if (outcome == OK)
            outcome = state_apply(state, &statement, &sources, fail);
        if (outcome == OK && statement_is(&statement, KIND_FREEZE))
            follow->freeze_index = index;
        statement_done(&statement);
    }
    if (outcome != OK)
        return fail_within(fail, "entry %llu", (unsigned long long)index);
    return check_pin(follow, fail);
}

/* The bundle that holds the next entry, at the width it has in a log of this size. */
static enum outcome take_bundle(struct follow *follow, uint64_t size, struct fail *fail)
{
    uint64_t from = follow->state->tree.size, index = from / TILE_WIDTH;
    struct tile tile = {.entries = true, .index = index, .width = tile_width(size, 0, index)};
    struct buf path, bundle;
    struct span entry;
    buf_init(&path, TILE_PATH_MAX);
    buf_init(&bundle, TILE_BUNDLE_BYTES_MAX);
    tile_print_path(&tile, &path);
    enum outcome outcome = follow->wire->get(follow->wire->ctx, buf_text(&path), &bundle, fail);
    struct span rest = buf_span(&bundle);
    for (uint64_t i = index * TILE_WIDTH; outcome == OK && i < index * TILE_WIDTH + tile.width;
         i++) {
        outcome = tile_bundle_next(&rest, &entry, fail);
        if (outcome == OK && i >= from)
            outcome = take_entry(follow, entry, fail);
    }
    if (outcome == OK && rest.len > 0)
        outcome = fail_set(fail, BAD_INPUT, "follow.bundle", "%s: more than its entries",
                           buf_text(&path));
    buf_done(&path);
    buf_done(&bundle);
    return outcome;
}

static enum outcome take_entries(struct follow *follow, uint64_t size, struct fail *fail)
{
    struct progress progress;
    enum outcome outcome = OK;
    bool quiet = follow->quiet || size - follow->state->tree.size < TILE_WIDTH;
    progress_start(&progress, "checking the log", size, quiet);
    while (outcome == OK && follow->state->tree.size < size) {
        outcome = take_bundle(follow, size, fail);
        progress_step(&progress, follow->state->tree.size);
    }
    progress_end(&progress);
    return outcome;
}

/* -- checkpoints ------------------------------------------------------------------------------ */

static enum outcome judge_witnesses(struct follow *follow, const struct note *note, uint64_t size,
                                    struct fail *fail)
{
    struct policy *policy;
    struct policy_view view;
    const char *witnesses = follow->state->definition->witnesses;
    if (witnesses[0] == '\0')
        return OK;
    enum outcome outcome = policy_new(span_str(witnesses), &policy, fail);
    if (outcome != OK)
        return outcome;
    outcome = policy_judge(policy, note, &view, fail);
    if (outcome == OK && view.quorum && size > follow->witnessed_size)
        follow->witnessed_size = size;
    policy_free(policy);
    return outcome;
}

bool follow_is_witnessed(const struct follow *follow, uint64_t index)
{
    const struct definition *definition = follow->state->definition;
    return definition && (definition->witnesses[0] == '\0' || follow->witnessed_size > index);
}

/* The signature, and the root over what was read to this size. */
static enum outcome check_checkpoint(struct follow *follow, struct span bytes, struct fail *fail)
{
    struct note_key key;
    struct note note;
    struct checkpoint checkpoint;
    struct merkle_hash root;
    const struct state *state = follow->state;
    enum outcome outcome =
        definition_key(state->origin, "", "", state->definition->log_key, &key, fail);
    if (outcome == OK)
        outcome = checkpoint_open(bytes, &key, &note, &checkpoint, fail);
    if (outcome != OK)
        return fail_within(fail, "checkpoint");
    merkle_root(&state->tree, &root);
    if (checkpoint.size != state->tree.size || !merkle_hash_equal(&root, &checkpoint.root))
        return fail_set(fail, BAD_PROOF, "follow.root",
                        "the checkpoint of size %llu is not of the entries that the daemon gave "
                        "out: tell the officers and the other trustees",
                        (unsigned long long)checkpoint.size);
    follow->verified_size = checkpoint.size;
    return judge_witnesses(follow, &note, checkpoint.size, fail);
}

static enum outcome check_growth(const struct follow *follow, uint64_t size, struct fail *fail)
{
    uint64_t least =
        follow->verified_size > follow->pinned_size ? follow->verified_size : follow->pinned_size;
    if (size >= least)
        return OK;
    return fail_set(fail, CONFLICT, "follow.rollback",
                    "the log has %llu entries and had %llu before: entries were taken back; tell "
                    "the officers and the other trustees",
                    (unsigned long long)size, (unsigned long long)least);
}

static enum outcome follow_to(struct follow *follow, struct span bytes, struct fail *fail)
{
    struct note note;
    struct checkpoint checkpoint;
    enum outcome outcome = note_read(bytes, &note, fail);
    if (outcome == OK)
        outcome = checkpoint_read(note.text, &checkpoint, fail);
    if (outcome == OK)
        outcome = check_growth(follow, checkpoint.size, fail);
    if (outcome != OK || checkpoint.size == 0)
        return outcome;
    /* An earlier attempt may have been cut off beyond this checkpoint only by a fork. */
    if (checkpoint.size > follow->state->tree.size)
        follow->grown_ms = clock_monotonic_ms();
    outcome = take_entries(follow, checkpoint.size, fail);
    return outcome == OK ? check_checkpoint(follow, bytes, fail) : outcome;
}

enum outcome follow_update(struct follow *follow, struct fail *fail)
{
    struct buf checkpoint;
    buf_init(&checkpoint, NOTE_BYTES_MAX);
    enum outcome outcome = follow->wire->get(follow->wire->ctx, "checkpoint", &checkpoint, fail);
    if (outcome == OK)
        outcome = follow_to(follow, buf_span(&checkpoint), fail);
    else if (outcome == NOT_FOUND && follow->verified_size == 0 && follow->pinned_size == 0)
        outcome = OK; /* nothing has been stated yet */
    buf_done(&checkpoint);
    return outcome;
}
