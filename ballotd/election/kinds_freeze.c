/* The kind freeze: which ballots count, and in which boxes (docs/protocol.md section 9). */
#include "election/kind.h"

#include "crypto/context.h"
#include "crypto/hash.h"
#include "election/boxes.h"

#include <stdlib.h>

/* -- reading ---------------------------------------------------------------------------------- */

struct freeze_entry {
    uint64_t size;
    uint8_t root[HASH_BYTES];
    const json_t *boxes, *checkpoint;
    struct blob_ref admitted;
};

static enum outcome read_freeze(const struct turn *turn, struct freeze_entry *out,
                                struct fail *fail)
{
    uint8_t annex[HASH_BYTES], access[HASH_BYTES];
    struct json_take take = statement_take(turn->statement, fail);
    out->size = (uint64_t)json_take_integer(&take, "size", 0, INT64_MAX);
    json_take_hex(&take, "root", out->root, HASH_BYTES);
    out->boxes = json_take_array(&take, "boxes");
    const json_t *admitted = json_take_object(&take, "admitted");
    json_take_hex(&take, "annex", annex, HASH_BYTES);
    json_take_hex(&take, "access", access, HASH_BYTES);
    out->checkpoint = json_take_object(&take, "checkpoint");
    enum outcome outcome = json_take_end(&take);
    return outcome == OK ? blob_ref_read(admitted, &out->admitted, fail) : outcome;
}

/* No file stands for the blob of no bytes. The caller calls buf_done whatever the outcome. */
static enum outcome read_admitted(const struct turn *turn, const struct blob_ref *ref,
                                  struct buf *out, struct fail *fail)
{
    uint8_t none[HASH_BYTES];
    if (ref->size > 0)
        return turn_blob(turn, ref, out, fail);
    buf_init(out, 0);
    sha256(SPAN_LIT(""), none);
    return memcmp(none, ref->sha256, HASH_BYTES) == 0
               ? OK
               : fail_set(fail, BAD_INPUT, "freeze.admitted", "not the hash of no bytes");
}

/* -- checking --------------------------------------------------------------------------------- */

static enum outcome check_tree(const struct turn *turn, uint64_t size, const uint8_t *root,
                               struct fail *fail)
{
    struct merkle_hash now;
    merkle_root(&turn->state->tree, &now);
    if (size != turn->state->tree.size || memcmp(root, now.bytes, HASH_BYTES) != 0)
        return fail_set(fail, CONFLICT, "freeze.tree",
                        "the freeze must name the log as it stands before it: %llu entries",
                        (unsigned long long)turn->state->tree.size);
    return OK;
}

/* Whether they had to be admitted follows from the annex; that they could be is seen here. */
static enum outcome check_admitted(const struct state *state, struct span keys, struct fail *fail)
{
    if (keys.len % KEY_BYTES != 0)
        return fail_set(fail, BAD_INPUT, "freeze.admitted", "keys are %d bytes each", KEY_BYTES);
    for (size_t at = 0; at < keys.len; at += KEY_BYTES) {
        const struct credential *credential = electorate_find(&state->electorate, keys.ptr + at);
        if (at > 0 && memcmp(keys.ptr + at - KEY_BYTES, keys.ptr + at, KEY_BYTES) >= 0)
            return fail_set(fail, BAD_INPUT, "freeze.admitted", "not in ascending order");
        if (!credential || credential->killed || credential->ballots == 0 ||
            credential->standing != CREDENTIAL_PROVISIONAL)
            return fail_set(fail, CONFLICT, "freeze.admitted",
                            "what is admitted is no provisional ballot");
    }
    return OK;
}

static enum outcome check_boxes(const struct turn *turn, const json_t *stated, struct span admitted,
                                struct fail *fail)
{
    struct boxes boxes;
    enum outcome outcome = boxes_gather(turn->state, turn->sources, admitted, &boxes, fail);
    if (outcome == OK) {
        json_t *expected = boxes_json(&boxes);
        if (!json_equal(expected, stated))
            outcome = fail_set(fail, CONFLICT, "freeze.boxes",
                               "the boxes listed are not what the ballots give");
        json_decref(expected);
    }
    boxes_done(&boxes);
    return outcome;
}

static enum outcome check_lists(const struct turn *turn, const struct freeze_entry *entry,
                                struct fail *fail)
{
    struct buf admitted;
    enum outcome outcome = read_admitted(turn, &entry->admitted, &admitted, fail);
    if (outcome == OK)
        outcome = check_admitted(turn->state, buf_span(&admitted), fail);
    if (outcome == OK && turn->trust == TRUST_NOTHING)
        outcome = check_boxes(turn, entry->boxes, buf_span(&admitted), fail);
    buf_done(&admitted);
    return outcome;
}

enum outcome check_freeze(const struct turn *turn, struct fail *fail)
{
    struct freeze_entry entry;
    enum outcome outcome = kind_answers(turn, turn->state->close_leaf, "the close", fail);
    if (outcome == OK)
        outcome = read_freeze(turn, &entry, fail);
    if (outcome == OK)
        outcome = check_tree(turn, entry.size, entry.root, fail);
    if (outcome == OK)
        outcome = turn_checkpoint(turn, entry.checkpoint, turn->state->close_index, fail);
    return outcome == OK ? check_lists(turn, &entry, fail) : outcome;
}

/* -- applying --------------------------------------------------------------------------------- */

static unsigned contest_of_box(const struct state *state, const char *name)
{
    size_t len = strcspn(name, "/");
    for (unsigned i = 0; i < state->contest_count; i++)
        if (strlen(state->contests[i].id) == len && strncmp(state->contests[i].id, name, len) == 0)
            return i;
    return 0;
}

static enum outcome apply_box(struct state *state, const json_t *object, struct box *box,
                              struct fail *fail)
{
    struct json_take take = json_take_from(object, "box", fail);
    struct span name = json_take_string(&take, "box");
    box->count = (uint64_t)json_take_integer(&take, "count", 0, LIMIT_CREDENTIALS);
    box->width = (unsigned)json_take_integer(&take, "width", 1, LIMIT_CHUNKS);
    json_take_hex(&take, "list", box->list, HASH_BYTES);
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK && name.len >= sizeof box->name)
        outcome = fail_set(fail, BAD_INPUT, "freeze.boxes", "a box's name is too long");
    if (outcome != OK)
        return outcome;
    memcpy(box->name, name.ptr, name.len);
    box->contest = contest_of_box(state, box->name);
    box->list_bytes = box->count * box->width * CIPHERTEXT_BYTES;
    memcpy(box->last_leaf, state->freeze_leaf, HASH_BYTES);
    return OK;
}

static enum outcome apply_boxes(struct state *state, const json_t *list, struct fail *fail)
{
    size_t count = json_array_size(list);
    enum outcome outcome = OK;
    state->boxes = calloc(count ? count : 1, sizeof *state->boxes);
    if (!state->boxes)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    for (size_t i = 0; outcome == OK && i < count; i++)
        outcome = apply_box(state, json_array_get(list, i), &state->boxes[i], fail);
    state->box_count = (unsigned)count;
    return outcome;
}

static enum outcome apply_admitted(const struct turn *turn, const struct blob_ref *ref,
                                   struct fail *fail)
{
    struct buf admitted;
    enum outcome outcome = read_admitted(turn, ref, &admitted, fail);
    if (outcome == OK) {
        buf_add(&turn->state->admitted, buf_span(&admitted));
        outcome = buf_check(&turn->state->admitted, "admitted", fail);
    }
    buf_done(&admitted);
    return outcome;
}

enum outcome apply_freeze(const struct turn *turn, struct fail *fail)
{
    struct state *state = turn->state;
    struct freeze_entry entry;
    enum outcome outcome = read_freeze(turn, &entry, fail);
    if (outcome == OK)
        outcome = apply_admitted(turn, &entry.admitted, fail);
    if (outcome != OK)
        return outcome;
    memcpy(state->freeze_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    context_freeze(state->ctx2, state->freeze_leaf, state->ctx3);
    state->phase = PHASE_FROZEN;
    return apply_boxes(state, entry.boxes, fail);
}
