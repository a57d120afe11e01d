/* The log on disk: what is acknowledged has a receipt, what is served proves the checkpoint, and a
 * restart goes on where it stopped. */
#include "election/ledger.h"

#include <sodium.h>
#include <unistd.h>

#include "check.h"
#include "log/cosignature.h"
#include "log/proof.h"
#include "log/tiles.h"

static char folder[64], state_path[128];
static struct note_signer log_signer, witness;
static uint8_t log_secret[ED25519_SECRET_BYTES], witness_secret[ED25519_SECRET_BYTES];
static unsigned next_number;

static void make_signer(const char *name, enum note_type type, uint8_t *secret,
                        struct note_signer *out)
{
    uint8_t seed[KEY_BYTES] = {(uint8_t)type}, key[KEY_BYTES];
    ed25519_pair(seed, key, secret);
    CHECK_INT(note_key_make(span_str(name), type, key, &out->key, NULL), OK);
    out->secret = secret;
}

struct cast {
    char text[16];
    uint64_t index;
    enum outcome outcome;
};

static enum outcome cast_run(void *ctx, struct txn *txn, struct fail *fail)
{
    struct cast *cast = ctx;
    struct merkle_hash leaf;
    merkle_leaf(span_str(cast->text), &leaf);
    enum outcome outcome =
        board_append(txn, span_str(cast->text), leaf.bytes, BOARD_SHUFFLED, &cast->index, fail);
    return outcome ? outcome : fail_set(fail, cast->outcome, "test", "as asked");
}

static enum outcome cast(struct ledger *ledger, struct cast *cast)
{
    snprintf(cast->text, sizeof cast->text, "ballot %u", next_number++);
    return writer_run(ledger_writer(ledger), cast_run, cast, NULL);
}

static void check_receipt(struct ledger *ledger, struct conn *conn, const struct cast *cast)
{
    struct buf bytes;
    struct proof proof;
    struct merkle_hash leaf;
    buf_init(&bytes, PROOF_BYTES_MAX);
    merkle_leaf(span_str(cast->text), &leaf);
    CHECK_INT(ledger_receipt(ledger, conn, cast->index, &bytes, NULL), OK);
    CHECK_INT(proof_read(buf_span(&bytes), &proof, NULL), OK);
    CHECK_UINT(proof.index, cast->index);
    CHECK_INT(proof_verify(&proof, &leaf, &log_signer.key, NULL), OK);
    leaf.bytes[0] ^= 1;
    CHECK_INT(proof_verify(&proof, &leaf, &log_signer.key, NULL), BAD_PROOF);
    buf_done(&bytes);
}

static struct ledger *open_ledger(void)
{
    struct ledger *ledger = NULL;
    struct fail fail = {.text = ""};
    enum outcome outcome = ledger_new(folder, state_path, &log_signer, NULL, NULL, &ledger, &fail);
    check_case("open: %s", fail.text);
    CHECK_INT(outcome, OK);
    return ledger;
}

static void test_casting(void)
{
    struct ledger *ledger = open_ledger();
    struct conn *conn = NULL;
    CHECK_INT(board_open(folder, NULL, &conn, NULL), OK);
    for (unsigned i = 0; i < 20; i++) {
        struct cast good = {.outcome = OK}, bad = {.outcome = NOT_ALLOWED};
        check_case("cast %u", i);
        CHECK_INT(cast(ledger, &bad), NOT_ALLOWED);
        CHECK_INT(cast(ledger, &good), OK);
        CHECK_UINT(good.index, i);
        CHECK_UINT(ledger_size(ledger), i + 1);
        check_receipt(ledger, conn, &good);
    }
    conn_close(conn);
    ledger_free(ledger);
}

static void test_cosigning(void)
{
    struct ledger *ledger = open_ledger();
    struct buf bytes;
    struct note note, shown;
    int64_t time_s = 0;
    struct cast more = {.outcome = OK};
    buf_init(&bytes, NOTE_BYTES_MAX);
    check_case("a witness's cosignature");
    CHECK_INT(ledger_checkpoint(ledger, &bytes, NULL), OK);
    CHECK_INT(note_read(buf_span(&bytes), &note, NULL), OK);
    CHECK_INT(cosignature_add(note.text, 1000, &witness, &bytes, NULL), OK);
    CHECK_INT(note_read(buf_span(&bytes), &note, NULL), OK);
    CHECK_INT(ledger_cosign(ledger, &note, NULL), OK);
    ledger_free(ledger);

    check_case("it survives a restart");
    ledger = open_ledger();
    struct buf again;
    buf_init(&again, NOTE_BYTES_MAX);
    CHECK_INT(ledger_checkpoint(ledger, &again, NULL), OK);
    CHECK_INT(note_read(buf_span(&again), &shown, NULL), OK);
    CHECK_INT(cosignature_verify(&shown, &witness.key, &time_s, NULL), OK);
    CHECK_INT(time_s, 1000);
    CHECK_INT(note_verify(&shown, &log_signer.key, NULL), OK);
    check_case("too late for the next tree");
    CHECK_INT(cast(ledger, &more), OK);
    CHECK_INT(ledger_cosign(ledger, &note, NULL), CONFLICT);
    ledger_free(ledger);
    buf_done(&bytes), buf_done(&again);
}

struct rebuilt {
    struct ledger *ledger;
    struct conn *conn;
    struct merkle_tree tree;
    unsigned files;
};

static enum outcome drop(void *ctx, unsigned level, uint64_t index, const struct merkle_hash *hash,
                         struct fail *fail)
{
    (void)ctx, (void)level, (void)index, (void)hash, (void)fail;
    return OK;
}

/* Reads a tile by its path; of the bundles the tree is built again. */
static enum outcome rebuild(void *ctx, const struct tile *tile, struct fail *fail)
{
    struct rebuilt *rebuilt = ctx;
    struct merkle_sink sink = {NULL, drop};
    struct buf path, bytes;
    bool final = false;
    buf_init(&path, TILE_PATH_MAX), buf_init(&bytes, TILE_BUNDLE_BYTES_MAX);
    tile_print_path(tile, &path);
    enum outcome outcome =
        ledger_read(rebuilt->ledger, rebuilt->conn, buf_span(&path), &bytes, &final, fail);
    struct span rest = buf_span(&bytes), entry;
    CHECK(final);
    if (!tile->entries)
        CHECK_UINT(rest.len, tile->width * HASH_BYTES);
    while (outcome == OK && tile->entries && rest.len > 0) {
        struct merkle_hash leaf;
        outcome = tile_bundle_next(&rest, &entry, fail);
        merkle_leaf(entry, &leaf);
        if (outcome == OK)
            outcome = merkle_append(&rebuilt->tree, &leaf, &sink, fail);
    }
    rebuilt->files++;
    buf_done(&path), buf_done(&bytes);
    return outcome;
}

static void test_tree(void)
{
    struct ledger *ledger = open_ledger();
    struct rebuilt rebuilt = {.ledger = ledger};
    struct checkpoint checkpoint;
    struct merkle_hash root;
    struct note note;
    struct buf bytes;
    bool final = true;
    buf_init(&bytes, NOTE_BYTES_MAX);
    CHECK_INT(board_open(folder, NULL, &rebuilt.conn, NULL), OK);
    while (ledger_size(ledger) < 300) {
        struct cast more = {.outcome = OK};
        CHECK_INT(cast(ledger, &more), OK);
    }
    check_case("the public tree gives the checkpoint's root");
    CHECK_INT(ledger_read(ledger, rebuilt.conn, SPAN_LIT("checkpoint"), &bytes, &final, NULL), OK);
    CHECK(!final);
    CHECK_INT(checkpoint_open(buf_span(&bytes), &log_signer.key, &note, &checkpoint, NULL), OK);
    CHECK_INT(tile_each(checkpoint.size, rebuild, &rebuilt, NULL), OK);
    CHECK_UINT(rebuilt.files, 2 + 2 + 1);
    merkle_root(&rebuilt.tree, &root);
    CHECK_BYTES(root.bytes, checkpoint.root.bytes, HASH_BYTES);
    static const char *const absent[] = {
        "tile/0/002", "tile/0/001", "tile/0/001.p/45", "tile/entries/002.p/1",
        "people.db",  "",           "tile/0/x"};
    for (size_t i = 0; i < CHECK_COUNT_OF(absent); i++) {
        check_case("absent: %s", absent[i]);
        CHECK_INT(ledger_read(ledger, rebuilt.conn, span_str(absent[i]), &bytes, &final, NULL),
                  NOT_FOUND);
    }
    conn_close(rebuilt.conn);
    ledger_free(ledger);
    buf_done(&bytes);
}

static void test_lost_memory(void)
{
    struct ledger *ledger = NULL;
    struct fail fail;
    check_case("the signer's memory is gone");
    unlink(state_path);
    CHECK_INT(ledger_new(folder, state_path, &log_signer, NULL, NULL, &ledger, &fail), BROKEN);
    CHECK_STR(fail.code, "signer.state-missing");
}

int main(void)
{
    static const char *const names[] = {"board.db", "board.db-wal", "board.db-shm",
                                        "board.db.lock"};
    if (sodium_init() < 0)
        return 1;
    snprintf(folder, sizeof folder, "/tmp/election_ledger.XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
    snprintf(state_path, sizeof state_path, "%s/signer.state", folder);
    make_signer("example.com/log", NOTE_ED25519, log_secret, &log_signer);
    make_signer("witness.example/w", NOTE_COSIGNATURE, witness_secret, &witness);
    test_casting();
    test_cosigning();
    test_tree();
    test_lost_memory();
    for (size_t i = 0; i < CHECK_COUNT_OF(names); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
    return check_end("election_ledger");
}
