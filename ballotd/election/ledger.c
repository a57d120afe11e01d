#include "election/ledger.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/report.h"
#include "log/proof.h"
#include "log/tiles.h"

struct ledger {
    struct writer *writer;
    struct board_hooks hooks; /* the election's */

    /* The writer's thread's own. */
    struct conn *conn;
    struct signer *signer;
    struct merkle_tree tree;      /* with what the open transaction placed */
    struct merkle_tree committed; /* as of the last commit */
    bool unsigned_tree;           /* signing failed: write no more */

    pthread_mutex_t mutex; /* guards what follows */
    uint64_t size;
    struct buf checkpoint;
};

/* -- the tree's nodes ------------------------------------------------------------------------ */

static enum outcome read_node(void *ctx, unsigned level, uint64_t index,
                              struct merkle_hash *out_hash, struct fail *fail)
{
    return board_node(ctx, level, index, out_hash->bytes, fail);
}

static enum outcome write_node(void *ctx, unsigned level, uint64_t index,
                               const struct merkle_hash *hash, struct fail *fail)
{
    return board_put_node(ctx, level, index, hash->bytes, fail);
}

struct merkle_reader ledger_nodes(struct conn *conn)
{
    return (struct merkle_reader){conn, read_node};
}

/* -- around a commit, on the writer's thread ------------------------------------------------- */

static enum outcome before_commit(void *ctx, struct txn *txn, struct fail *fail)
{
    struct ledger *ledger = ctx;
    if (ledger->unsigned_tree)
        return fail_set(fail, BROKEN, "ledger.unsigned",
                        "the last checkpoint could not be signed: nothing more is written");
    return ledger->hooks.before_commit ? ledger->hooks.before_commit(ledger->hooks.ctx, txn, fail)
                                       : OK;
}

static enum outcome placed(void *ctx, struct txn *txn, uint64_t index,
                           const uint8_t leaf[static HASH_BYTES], struct fail *fail)
{
    struct ledger *ledger = ctx;
    struct merkle_sink sink = {txn, write_node};
    struct merkle_hash hash;
    memcpy(hash.bytes, leaf, HASH_BYTES);
    if (index != ledger->tree.size)
        return fail_set(fail, BROKEN, "ledger.index", "board.db and the tree in memory differ");
    enum outcome outcome = merkle_append(&ledger->tree, &hash, &sink, fail);
    if (outcome == OK && ledger->hooks.placed)
        outcome = ledger->hooks.placed(ledger->hooks.ctx, txn, index, leaf, fail);
    return outcome;
}

static enum outcome take_checkpoint(struct ledger *ledger, uint64_t size, struct span note,
                                    struct fail *fail)
{
    pthread_mutex_lock(&ledger->mutex);
    buf_clear(&ledger->checkpoint);
    buf_add(&ledger->checkpoint, note);
    enum outcome outcome = buf_check(&ledger->checkpoint, "checkpoint", fail);
    if (outcome == OK)
        ledger->size = size;
    pthread_mutex_unlock(&ledger->mutex);
    return outcome;
}

static enum outcome sign_tree(struct ledger *ledger, uint64_t size, struct fail *fail)
{
    struct merkle_reader reader = ledger_nodes(ledger->conn);
    struct buf note;
    buf_init(&note, NOTE_BYTES_MAX);
    enum outcome outcome = signer_sign(ledger->signer, size, &reader, &note, fail);
    if (outcome == OK)
        outcome = take_checkpoint(ledger, size, buf_span(&note), fail);
    buf_done(&note);
    return outcome;
}

static void ended(void *ctx, bool committed)
{
    struct ledger *ledger = ctx;
    struct fail fail;
    if (!committed)
        ledger->tree = ledger->committed;
    if (ledger->tree.size > ledger->committed.size &&
        sign_tree(ledger, ledger->tree.size, &fail) != OK) {
        ledger->unsigned_tree = true;
        report_line(REPORT_ERROR, "checkpoint not signed: %s", fail.text);
    }
    ledger->committed = ledger->tree;
    if (ledger->hooks.ended)
        ledger->hooks.ended(ledger->hooks.ctx, committed);
}

/* -- opening --------------------------------------------------------------------------------- */

/* If the last note with cosignatures is of the tree last signed, it is the better one to show. */
static enum outcome recall_cosignatures(struct ledger *ledger, struct fail *fail)
{
    struct note ours, kept;
    struct buf note, merged;
    uint64_t size = 0;
    buf_init(&note, NOTE_BYTES_MAX);
    buf_init(&merged, NOTE_BYTES_MAX);
    enum outcome outcome = board_last_checkpoint(ledger->conn, &size, &note, fail);
    if (outcome == OK && size == ledger->size)
        outcome = note_read(buf_span(&note), &kept, fail);
    if (outcome == OK && size == ledger->size)
        outcome = note_read(buf_span(&ledger->checkpoint), &ours, fail);
    if (outcome == OK && size == ledger->size)
        outcome = note_merge(&ours, &kept, &merged, fail);
    if (outcome == OK && size == ledger->size)
        outcome = take_checkpoint(ledger, size, buf_span(&merged), fail);
    buf_done(&note);
    buf_done(&merged);
    return outcome == NOT_FOUND ? OK : outcome;
}

/* Signs what was committed but not yet signed when the machine stopped, and the empty tree. */
static enum outcome recover(struct ledger *ledger, const char *state_path,
                            const struct note_signer *log, struct fail *fail)
{
    struct merkle_reader reader = ledger_nodes(ledger->conn);
    uint64_t size = 0;
    enum outcome outcome = board_count(ledger->conn, &size, fail);
    if (outcome == OK)
        outcome = merkle_load(&reader, size, &ledger->tree, fail);
    if (outcome == OK)
        outcome = signer_new(state_path, log, size, &reader, &ledger->signer, fail);
    if (outcome == OK)
        outcome = sign_tree(ledger, size, fail);
    if (outcome == OK)
        outcome = recall_cosignatures(ledger, fail);
    ledger->committed = ledger->tree;
    return outcome;
}

/* The writer comes first, as it makes the database; no job can reach it before this returns. */
enum outcome ledger_new(const char *folder, const char *state_path, const struct note_signer *log,
                        const struct store_options *options, const struct board_hooks *hooks,
                        struct ledger **out_ledger, struct fail *fail)
{
    struct ledger *ledger = calloc(1, sizeof *ledger);
    if (!ledger)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    struct board_hooks own = {ledger, before_commit, placed, ended};
    pthread_mutex_init(&ledger->mutex, NULL);
    buf_init(&ledger->checkpoint, NOTE_BYTES_MAX);
    if (hooks)
        ledger->hooks = *hooks;
    enum outcome outcome = board_writer_new(folder, options, &own, &ledger->writer, fail);
    if (outcome == OK)
        outcome = board_open(folder, options, &ledger->conn, fail);
    if (outcome == OK)
        outcome = recover(ledger, state_path, log, fail);
    if (outcome == OK)
        *out_ledger = ledger;
    else
        ledger_free(ledger);
    return outcome;
}

void ledger_free(struct ledger *ledger)
{
    if (!ledger)
        return;
    writer_free(ledger->writer);
    conn_close(ledger->conn);
    signer_free(ledger->signer);
    buf_done(&ledger->checkpoint);
    pthread_mutex_destroy(&ledger->mutex);
    free(ledger);
}

struct writer *ledger_writer(struct ledger *ledger)
{
    return ledger->writer;
}

/* -- the checkpoint in hand ------------------------------------------------------------------ */

uint64_t ledger_size(struct ledger *ledger)
{
    pthread_mutex_lock(&ledger->mutex);
    uint64_t size = ledger->size;
    pthread_mutex_unlock(&ledger->mutex);
    return size;
}

static enum outcome copy_checkpoint(struct ledger *ledger, uint64_t *out_size, struct buf *out,
                                    struct fail *fail)
{
    pthread_mutex_lock(&ledger->mutex);
    *out_size = ledger->size;
    buf_add(out, buf_span(&ledger->checkpoint));
    pthread_mutex_unlock(&ledger->mutex);
    return buf_check(out, "checkpoint", fail);
}

enum outcome ledger_checkpoint(struct ledger *ledger, struct buf *out, struct fail *fail)
{
    uint64_t size;
    return copy_checkpoint(ledger, &size, out, fail);
}

struct cosigning {
    uint64_t size;
    struct buf note;
};

static enum outcome put_cosigned(void *ctx, struct txn *txn, struct fail *fail)
{
    struct cosigning *cosigning = ctx;
    return board_put_checkpoint(txn, cosigning->size, buf_span(&cosigning->note), fail);
}

/* Merges under the lock, so that two witnesses at once both get in. */
static enum outcome merge_in_hand(struct ledger *ledger, const struct note *note,
                                  struct cosigning *cosigning, struct fail *fail)
{
    struct note ours;
    pthread_mutex_lock(&ledger->mutex);
    enum outcome outcome = note_read(buf_span(&ledger->checkpoint), &ours, fail);
    if (outcome == OK)
        outcome = note_merge(&ours, note, &cosigning->note, fail);
    if (outcome == OK) {
        cosigning->size = ledger->size;
        buf_clear(&ledger->checkpoint);
        buf_add(&ledger->checkpoint, buf_span(&cosigning->note));
        outcome = buf_check(&ledger->checkpoint, "checkpoint", fail);
    }
    pthread_mutex_unlock(&ledger->mutex);
    return outcome;
}

enum outcome ledger_cosign(struct ledger *ledger, const struct note *note, struct fail *fail)
{
    struct cosigning cosigning;
    buf_init(&cosigning.note, NOTE_BYTES_MAX);
    enum outcome outcome = merge_in_hand(ledger, note, &cosigning, fail);
    if (outcome == OK)
        outcome = writer_run(ledger->writer, put_cosigned, &cosigning, fail);
    buf_done(&cosigning.note);
    return outcome;
}

/* -- what is shown --------------------------------------------------------------------------- */

enum outcome ledger_receipt(struct ledger *ledger, struct conn *conn, uint64_t index,
                            struct buf *out, struct fail *fail)
{
    struct merkle_reader reader = ledger_nodes(conn);
    struct proof proof = {.index = index};
    uint64_t size = 0;
    struct buf note;
    buf_init(&note, NOTE_BYTES_MAX);
    enum outcome outcome = copy_checkpoint(ledger, &size, &note, fail);
    if (outcome == OK && index >= size)
        outcome = fail_set(fail, BROKEN, "ledger.unsigned",
                           "no checkpoint covers this entry yet: ask again later");
    if (outcome == OK)
        outcome = merkle_inclusion(&reader, index, size, &proof.path, fail);
    if (outcome == OK) {
        proof.checkpoint = buf_span(&note);
        proof_print(&proof, out);
        outcome = buf_check(out, "receipt", fail);
    }
    buf_done(&note);
    return outcome;
}

static enum outcome add_to_bundle(void *ctx, const struct board_entry *entry, struct fail *fail)
{
    return tile_bundle_add(entry->bytes, ctx, fail);
}

static enum outcome read_tile(struct conn *conn, const struct tile *tile, struct buf *out,
                              struct fail *fail)
{
    struct merkle_reader reader = ledger_nodes(conn);
    uint64_t first = tile->index * TILE_WIDTH;
    if (tile->entries)
        return board_range(conn, first, first + tile->width, add_to_bundle, out, fail);
    return tile_print_hashes(tile, &reader, out, fail);
}

enum outcome ledger_read(struct ledger *ledger, struct conn *conn, struct span path,
                         struct buf *out, bool *out_final, struct fail *fail)
{
    struct tile tile;
    if (span_is(path, "checkpoint")) {
        *out_final = false;
        return ledger_checkpoint(ledger, out, fail);
    }
    if (tile_read_path(path, &tile, NULL) != OK || !tile_exists(&tile, ledger_size(ledger)))
        return fail_set(fail, NOT_FOUND, "ledger.path", "the log has no such file");
    *out_final = true;
    return read_tile(conn, &tile, out, fail);
}
