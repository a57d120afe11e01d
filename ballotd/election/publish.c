/* What everybody can read: the static tree, the status, receipts. Declared in election/election.h.
 */
#include "election/inside.h"

#include "base/code.h"
#include "log/proof.h"
#include "log/tiles.h"
#include "store/blob.h"

#include <stdlib.h>

/* -- receipts --------------------------------------------------------------------------------- */

enum outcome election_receipt(struct election *election, uint64_t index, struct buf *out,
                              struct fail *fail)
{
    struct proof proof = {.index = index};
    pthread_rwlock_rdlock(&election->lock);
    struct merkle_reader reader = tree_reader(&election->tree);
    enum outcome outcome =
        merkle_inclusion(&reader, index, election->checkpoint_size, &proof.path, fail);
    if (outcome == OK) {
        proof.checkpoint = buf_span(&election->checkpoint);
        proof_print(&proof, out);
    }
    pthread_rwlock_unlock(&election->lock);
    return outcome == OK ? buf_check(out, "receipt", fail) : outcome;
}

/* -- the tree --------------------------------------------------------------------------------- */

static enum outcome read_checkpoint(struct election *election, struct buf *out, struct fail *fail)
{
    pthread_rwlock_rdlock(&election->lock);
    buf_add(out, buf_span(&election->checkpoint));
    pthread_rwlock_unlock(&election->lock);
    return out->len ? buf_check(out, "checkpoint", fail)
                    : fail_set(fail, NOT_FOUND, "board.empty", "the log has no entry yet");
}

static enum outcome add_to_bundle(void *ctx, const struct board_entry *entry, struct fail *fail)
{
    return tile_bundle_add(entry->bytes, ctx, fail);
}

static enum outcome read_bundle(struct election *election, const struct tile *tile, struct buf *out,
                                struct fail *fail)
{
    struct conn *conn = election_reader(election, fail);
    if (!conn)
        return fail->outcome;
    uint64_t from = tile->index * TILE_WIDTH;
    enum outcome outcome = board_range(conn, from, from + tile->width, add_to_bundle, out, fail);
    election_reader_back(election, conn);
    return outcome;
}

static enum outcome read_tile(struct election *election, struct span path, struct buf *out,
                              bool *out_final, struct fail *fail)
{
    struct tile tile;
    enum outcome outcome = tile_read_path(path, &tile, fail);
    if (outcome != OK)
        return fail_set(fail, NOT_FOUND, "board.path", "there is no such tile");
    pthread_rwlock_rdlock(&election->lock);
    bool exists = tile_exists(&tile, election->checkpoint_size);
    struct merkle_reader reader = tree_reader(&election->tree);
    if (!exists)
        outcome = fail_set(fail, NOT_FOUND, "board.tile", "the log does not reach so far");
    else if (!tile.entries)
        outcome = tile_print_hashes(&tile, &reader, out, fail);
    pthread_rwlock_unlock(&election->lock);
    if (outcome == OK && tile.entries)
        outcome = read_bundle(election, &tile, out, fail);
    *out_final = true;
    return outcome == OK ? buf_check(out, "tile", fail) : outcome;
}

static enum outcome read_named_blob(struct election *election, struct span name, struct buf *out,
                                    struct fail *fail)
{
    uint8_t hash[HASH_BYTES];
    if (!hex_read(name, hash, HASH_BYTES))
        return fail_set(fail, NOT_FOUND, "board.blob", "there is no such blob");
    return blob_get(election->folder, hash, out, fail);
}

enum outcome election_read(struct election *election, struct span path, struct buf *out,
                           bool *out_final, struct fail *fail)
{
    static const char blobs[] = "blob/sha256/";
    struct span prefix = span_of(blobs, sizeof blobs - 1);
    *out_final = false;
    if (span_is(path, "checkpoint"))
        return read_checkpoint(election, out, fail);
    if (span_starts(path, SPAN_LIT("tile/")))
        return read_tile(election, path, out, out_final, fail);
    if (!span_starts(path, prefix))
        return fail_set(fail, NOT_FOUND, "board.path", "the board has no \"%.*s\"", (int)path.len,
                        path.ptr);
    *out_final = true;
    struct span name = span_of(path.ptr + prefix.len, path.len - prefix.len);
    return read_named_blob(election, name, out, fail);
}

/* -- status ----------------------------------------------------------------------------------- */

static void put_hash(json_t *object, const char *key, const uint8_t *hash)
{
    json_put_hex(object, key, span_of(hash, HASH_BYTES));
}

static void put_box(json_t *list, const struct box *box)
{
    json_t *object = json_object();
    json_put_string(object, "box", span_str(box->name));
    json_put_integer(object, "count", (int64_t)box->count);
    json_put_integer(object, "width", box->width);
    json_put_integer(object, "steps", box->steps);
    json_put_integer(object, "mixers", box->mixers);
    json_put_integer(object, "decryptors", box->decryptors);
    json_array_append_new(list, object);
}

/* Who takes part, and what two officers need for the next attempt: what it answers, whom it leaves
 * out (0: whoever stays away). */
static void put_participants(json_t *object, const struct state *state)
{
    const struct key_ceremony *ceremony = &state->ceremony;
    json_t *list = json_array();
    for (unsigned i = 1; i <= state->definition->trustee_count; i++)
        if (ceremony->dealings[i].taking_part)
            json_array_append_new(list, json_integer(i));
    json_put(object, "participants", list);
    json_put_integer(object, "culprit", ceremony->over ? ceremony->culprit : 0);
    json_put_integer(object, "accused", ceremony->over ? ceremony->accused : 0);
    put_hash(object, "ceremony_entry",
             ceremony->over ? ceremony->complaint_leaf : ceremony->begun_by);
}

static void put_ceremony(json_t *object, const struct state *state)
{
    const struct key_ceremony *ceremony = &state->ceremony;
    json_put_integer(object, "attempt", ceremony->attempt);
    json_put_bool(object, "ceremony_over", ceremony->over);
    json_put_bool(object, "ceremony_complete", ceremony->complete);
    put_participants(object, state);
    if (ceremony->complete)
        put_hash(object, "public", ceremony->key.bytes);
}

static void put_defined(json_t *object, const struct state *state)
{
    json_put_bool(object, "rehearsal", state->definition->rehearsal);
    json_put_integer(object, "opens_at", state->definition->opens_s);
    json_put_integer(object, "closes_at", state->closes_s);
    put_hash(object, "definition", state->definition_leaf);
    put_hash(object, "ctx0", state->definition->ctx0);
    put_ceremony(object, state);
    json_put_integer(object, "contests", state->contest_count);
    json_put_integer(object, "snapshots", state->snapshots);
    json_put_bool(object, "compared", state->difference_from == 0);
    json_put_integer(object, "cases", state->cases);
    json_put_integer(object, "roll", state->roll);
    json_put_bool(object, "issued", state->issued);
    json_put_integer(object, "credentials", (int64_t)state->electorate.count);
    if (state->snapshots)
        put_hash(object, "snapshot", state->snapshot_leaf);
    if (state->roll)
        put_hash(object, "roll_entry", state->roll_leaf);
    put_hash(object, "amended", state->amend_leaf);
    json_put_bool(object, "reissue_ordered", state->reissue_ordered);
    if (state->reissue_ordered) {
        json_put_bool(object, "reissue_tendered", state->reissue_tendered);
        put_hash(object, "reissue_order", state->reissue_order_leaf);
        put_hash(object, "reissue_credential", state->reissue_order_key);
    }
}

static void put_voting(json_t *object, const struct state *state)
{
    put_hash(object, "ctx2", state->ctx2);
    put_hash(object, "open", state->open_leaf);
    json_put_integer(object, "ballots", (int64_t)state->electorate.ballots);
    if (!(state->phase & (PHASE_FROZEN | PHASE_COUNTED | PHASE_ENDED)))
        return;
    put_hash(object, "ctx3", state->ctx3);
    put_hash(object, "freeze", state->freeze_leaf);
    json_t *list = json_array();
    for (unsigned i = 0; i < state->box_count; i++)
        put_box(list, &state->boxes[i]);
    json_put(object, "boxes", list);
}

/* As witnesses and verifiers are given it: name+id+key (C2SP signed notes). */
static void put_log_vkey(json_t *object, const struct note_key *key)
{
    struct buf text;
    buf_init(&text, NOTE_SIGNATURE_TEXT_MAX);
    note_key_print(key, &text);
    json_put_string(object, "log_vkey", buf_span(&text));
    buf_done(&text);
}

enum outcome election_status(struct election *election, struct buf *out, struct fail *fail)
{
    json_t *object = json_object();
    pthread_rwlock_rdlock(&election->lock);
    const struct state *state = election->state;
    json_put_string(object, "origin", span_str(state->origin));
    json_put_string(object, "phase", span_str(phase_name(state->phase)));
    json_put_integer(object, "size", (int64_t)state->tree.size);
    put_hash(object, "log_key", election->log_key.sign);
    put_log_vkey(object, &election->log.key);
    put_hash(object, "authority_key", election->authority_key.sign);
    if (state->definition)
        put_defined(object, state);
    if (state->definition && state->definition->witnesses[0] != '\0')
        json_put_integer(object, "cosigned", (int64_t)election->cosigned_size);
    if (state->phase & (PHASE_OPEN | PHASE_CLOSED | PHASE_FROZEN | PHASE_COUNTED | PHASE_ENDED))
        put_voting(object, state);
    pthread_rwlock_unlock(&election->lock);
    json_print(object, out);
    json_decref(object);
    return buf_check(out, "status", fail);
}
