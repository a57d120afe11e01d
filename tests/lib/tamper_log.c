/* Alterations of the log itself. */
#include "tamper.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const uint8_t tamper_order[SCALAR_BYTES] = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

void tamper_add_order(uint8_t value[static SCALAR_BYTES])
{
    unsigned carry = 0;
    for (unsigned i = 0; i < SCALAR_BYTES; i++) {
        carry += (unsigned)value[i] + tamper_order[i];
        value[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

void tamper_remove_file(const char *folder, const char *path)
{
    char full[4096];
    snprintf(full, sizeof full, "%s/%s", folder, path);
    if (unlink(full) != 0) {
        perror(full);
        exit(1);
    }
}

static void rewrite(const char *folder, const char *path, void (*edit)(struct buf *bytes))
{
    char full[4096];
    struct buf bytes;
    struct fail fail;
    snprintf(full, sizeof full, "%s/%s", folder, path);
    buf_init(&bytes, LIMIT_BLOB_BYTES);
    rehearsal_must(file_read(full, &bytes, &fail), &fail, full);
    edit(&bytes);
    forge_write_file(folder, path, buf_span(&bytes));
    buf_done(&bytes);
}

static void tile_path(const struct forge *forge, const char *level, char out[static 64])
{
    snprintf(out, 64, "tile/%s/000.p/%zu", level, forge->entry_count);
}

static void flip_last(struct buf *bytes)
{
    bytes->bytes[bytes->len - 1] ^= 1;
}

static void flip_middle(struct buf *bytes)
{
    bytes->bytes[bytes->len / 2] ^= 1;
}

static void drop_last(struct buf *bytes)
{
    bytes->len--;
}

/* -- key and checkpoint ----------------------------------------------------------------------- */

static void print_key(const struct note_key *key, struct meant *out_meant)
{
    struct buf text;
    buf_init(&text, 1000);
    note_key_print(key, &text);
    out_meant->option = "--key";
    snprintf(out_meant->option_text, sizeof out_meant->option_text, "%s", buf_text(&text));
    buf_done(&text);
}

static void own_key(struct forge *forge, struct meant *out_meant)
{
    print_key(&forge->log.key, out_meant);
}

/* Whoever holds the right key of the log is given a whole other election. */
static void other_key(struct forge *forge, struct meant *out_meant)
{
    struct note_key key;
    struct fail fail;
    uint8_t bytes[KEY_BYTES];
    memcpy(bytes, forge->rehearsal->registrar.key.key, KEY_BYTES);
    rehearsal_must(note_key_make(span_str(forge->log.key.name), NOTE_ED25519, bytes, &key, &fail),
                   &fail, "key");
    print_key(&key, out_meant);
    out_meant->entry = forge->entries[0];
}

static void other_origin(struct forge *forge, struct meant *out_meant)
{
    struct fail fail;
    struct note_key key;
    (void)out_meant;
    rehearsal_must(note_key_make(SPAN_LIT("another.example.org/all"), NOTE_ED25519,
                                 forge->log.key.key, &key, &fail),
                   &fail, "key");
    forge->log.key = key;
}

static void signed_by_authority(struct forge *forge, struct meant *out_meant)
{
    (void)out_meant;
    forge->log.secret = forge->rehearsal->election->authority.secret;
}

static void cut_signature(struct forge *forge, const struct folders *folders)
{
    const uint8_t *end = memmem(forge->checkpoint.bytes, forge->checkpoint.len, "\n\n", 2);
    forge_write_file(folders->bundle, "checkpoint",
                     span_of(forge->checkpoint.bytes, (size_t)(end + 2 - forge->checkpoint.bytes)));
}

/* -- entries, root, tiles --------------------------------------------------------------------- */

/* The first entry of the bundle that is not what it must be. */
static void first_is_meant(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry = forge->entries[0];
}

static void lose_entries(struct forge *forge, const struct folders *folders)
{
    char path[64];
    tile_path(forge, "entries", path);
    tamper_remove_file(folders->bundle, path);
}

static void cut_entries(struct forge *forge, const struct folders *folders)
{
    char path[64];
    tile_path(forge, "entries", path);
    rewrite(folders->bundle, path, drop_last);
}

/* The log key signs a tree one entry short: the bundle holds one too many. */
static void checkpoint_short(struct forge *forge, const struct folders *folders)
{
    struct buf note;
    buf_init(&note, NOTE_BYTES_MAX);
    forge_checkpoint(forge, forge->entry_count - 1, &note);
    forge_write_file(folders->bundle, "checkpoint", buf_span(&note));
    buf_done(&note);
}

/* A ballot's entry exchanged after the checkpoint was signed. */
static void swap_in_bundle(struct forge *forge, const struct folders *folders)
{
    struct forge_entry *a = forge_entry(forge, KIND_BALLOT, 3);
    struct forge_entry *b = forge_entry(forge, KIND_BALLOT, 4);
    struct buf note = a->note;
    a->note = b->note;
    b->note = note;
    forge_write(forge, folders->bundle, folders->annex);
}

/* The log key signs another root over the same entries. */
static void lie_about_root(struct forge *forge)
{
    struct merkle_hash *leaf = &forge->tree.levels[0].nodes[3];
    leaf->bytes[0] ^= 1;
    for (unsigned level = 1; level < 4; level++)
        forge->tree.levels[level].nodes[3 >> level].bytes[0] ^= 1;
    for (unsigned level = 4; level < MERKLE_LEVELS && forge->tree.levels[level].count > 0; level++)
        forge->tree.levels[level].nodes[0].bytes[0] ^= 1;
    forge_checkpoint(forge, forge->entry_count, &forge->checkpoint);
}

static void other_root(struct forge *forge, struct meant *out_meant)
{
    (void)out_meant;
    forge->finish = lie_about_root;
}

static void wrong_tile(struct forge *forge, const struct folders *folders)
{
    char path[64];
    tile_path(forge, "0", path);
    rewrite(folders->bundle, path, flip_middle);
}

static void lose_tile(struct forge *forge, const struct folders *folders)
{
    char path[64];
    tile_path(forge, "0", path);
    tamper_remove_file(folders->bundle, path);
}

static void older_tile(struct forge *forge, const struct folders *folders)
{
    char path[64];
    snprintf(path, sizeof path, "tile/0/000.p/%zu", forge->entry_count - 1);
    forge_write_file(folders->bundle, path,
                     span_of(forge->tree.levels[0].nodes, (forge->entry_count - 1) * HASH_BYTES));
}

/* -- consistency ------------------------------------------------------------------------------ */

static void keep_older(struct forge *forge)
{
    forge_checkpoint(forge, 30, &forge->older);
}

static void older_is_true(struct forge *forge, struct meant *out_meant)
{
    forge->finish = keep_older;
    out_meant->option = "--older";
    out_meant->option_file = "older";
}

static void keep_other_older(struct forge *forge)
{
    struct merkle_hash *node = &forge->tree.levels[0].nodes[28];
    node->bytes[0] ^= 1;
    forge_checkpoint(forge, 29, &forge->older);
    node->bytes[0] ^= 1;
}

/* The log showed somebody another tree: a split view. */
static void older_differs(struct forge *forge, struct meant *out_meant)
{
    older_is_true(forge, out_meant);
    forge->finish = keep_other_older;
}

/* A log that was rolled back: somebody saw more than there is now. */
static void keep_longer(struct forge *forge)
{
    struct forge_entry *extra = forge->entries[forge->entry_count - 1];
    struct merkle_hash leaf;
    struct fail fail;
    merkle_leaf(buf_span(&extra->note), &leaf);
    uint64_t size = forge->tree.edge.size;
    rehearsal_must(tree_append(&forge->tree, &leaf, &fail), &fail, "tree");
    forge_checkpoint(forge, size + 1, &forge->older);
}

static void rolled_back(struct forge *forge, struct meant *out_meant)
{
    older_is_true(forge, out_meant);
    forge->finish = keep_longer;
}

/* -- witnesses -------------------------------------------------------------------------------- */

static const uint8_t *line_of(const struct buf *note, const char *name)
{
    char start[128];
    snprintf(start, sizeof start, "\xe2\x80\x94 %s ", name);
    return memmem(note->bytes, note->len, start, strlen(start));
}

static void drop_cosignature(struct forge *forge)
{
    const uint8_t *line = line_of(&forge->checkpoint, "witness1.example.org");
    forge->checkpoint.len = (size_t)(line - forge->checkpoint.bytes);
}

static void one_witness(struct forge *forge, struct meant *out_meant)
{
    (void)out_meant;
    forge->finish = drop_cosignature;
}

static void one_witness_at_close(struct forge *forge, struct forge_entry *entry)
{
    struct buf note;
    const struct buf *whole = forge_blob_of(forge, json_object_get(entry->object, "checkpoint"));
    buf_init(&note, NOTE_BYTES_MAX);
    buf_add(&note,
            span_of(whole->bytes, (size_t)(line_of(whole, "witness1.example.org") - whole->bytes)));
    forge_change_blob(forge, entry->object, "checkpoint", buf_span(&note));
    buf_done(&note);
}

static void close_unwitnessed(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_CLOSE, 0);
    entry->cheat = one_witness_at_close;
    out_meant->entry = entry;
}

/* -- blobs and extras ------------------------------------------------------------------------- */

static void mix_blob_path(const struct forge *forge, char out[static 128])
{
    const json_t *object = forge_entry(forge, KIND_MIX, 0)->object;
    snprintf(out, 128, "blob/sha256/%s",
             json_string_value(json_object_get(json_object_get(object, "proof"), "sha256")));
}

static void lose_blob(struct forge *forge, const struct folders *folders)
{
    char path[128];
    mix_blob_path(forge, path);
    tamper_remove_file(folders->bundle, path);
}

static void flip_blob(struct forge *forge, const struct folders *folders)
{
    char path[128];
    mix_blob_path(forge, path);
    rewrite(folders->bundle, path, flip_last);
}

static void mix_is_meant(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry = forge_entry(forge, KIND_MIX, 0);
}

static void lie_about_size(struct forge *forge, struct forge_entry *entry)
{
    json_t *box = json_array_get(json_object_get(entry->object, "boxes"), 0);
    (void)forge;
    json_t *reference = json_object_get(box, "sheet");
    json_put_integer(reference, "size", json_integer_value(json_object_get(reference, "size")) + 1);
}

static void wrong_size(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_RESULT, 0);
    entry->cheat = lie_about_size;
    out_meant->entry = entry;
}

static void extra_file(struct forge *forge, const struct folders *folders)
{
    (void)forge;
    forge_write_file(folders->bundle, "readme.txt", SPAN_LIT("hello\n"));
}

static void unreadable(struct forge *forge, struct meant *out_meant)
{
    (void)forge;
    out_meant->code = 2;
}

static void strange_name(struct forge *forge, const struct folders *folders)
{
    (void)forge;
    forge_write_file(folders->bundle, "Read Me", SPAN_LIT("hello\n"));
}

static void extra_blob(struct forge *forge, const struct folders *folders)
{
    (void)forge;
    forge_write_file(folders->bundle,
                     "blob/sha256/"
                     "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
                     SPAN_LIT("hello\n"));
}

/* -- receipts --------------------------------------------------------------------------------- */

static void keep_receipt(struct forge *forge)
{
    size_t index = forge_index(forge, forge_entry(forge, KIND_BALLOT, 5));
    forge_receipt(forge, index, &forge->receipt);
}

static void good_receipt(struct forge *forge, struct meant *out_meant)
{
    forge->finish = keep_receipt;
    out_meant->option = "--receipt";
    out_meant->option_file = "receipt";
}

/* A log that another key signed gave this receipt: the ballot never came to this one. */
static void keep_other_receipt(struct forge *forge)
{
    struct buf honest = forge->checkpoint;
    const uint8_t *secret = forge->log.secret;
    buf_init(&forge->checkpoint, NOTE_BYTES_MAX);
    forge->log.secret = forge->rehearsal->election->authority.secret;
    forge_checkpoint(forge, forge->entry_count, &forge->checkpoint);
    forge->log.secret = secret;
    keep_receipt(forge);
    buf_done(&forge->checkpoint);
    forge->checkpoint = honest;
}

static void other_receipt(struct forge *forge, struct meant *out_meant)
{
    good_receipt(forge, out_meant);
    forge->finish = keep_other_receipt;
}

/* Acknowledged, then taken out of the log: the receipt is of a tree that is no more. */
static void keep_dropped_receipt(struct forge *forge)
{
    struct tree_level *level = &forge->tree.levels[0];
    size_t index = forge_index(forge, forge_entry(forge, KIND_BALLOT, 5));
    index += index % 2; /* so that the root is made of this leaf, and not of a node kept above it */
    struct buf honest = forge->checkpoint;
    struct merkle_hash node = level->nodes[index];
    buf_init(&forge->checkpoint, NOTE_BYTES_MAX);
    uint64_t size = index + 1; /* a tree whose last leaf is the ballot that vanished */
    level->nodes[index].bytes[3] ^= 1;
    forge_checkpoint(forge, size, &forge->checkpoint);
    forge_receipt_of(forge, index, size, &forge->receipt);
    level->nodes[index] = node;
    buf_done(&forge->checkpoint);
    forge->checkpoint = honest;
}

static void dropped_receipt(struct forge *forge, struct meant *out_meant)
{
    good_receipt(forge, out_meant);
    forge->finish = keep_dropped_receipt;
}

/* A receipt that is no ballot's counts for nothing. */
static void keep_notice_receipt(struct forge *forge)
{
    forge_receipt(forge, forge_index(forge, forge_entry(forge, KIND_OPEN, 0)), &forge->receipt);
}

static void receipt_of_open(struct forge *forge, struct meant *out_meant)
{
    good_receipt(forge, out_meant);
    forge->finish = keep_notice_receipt;
    out_meant->outcome = "not run"; /* which counts as a failure */
}

const struct tampering tamper_log[] = {
    {"unaltered", "", "", SHAPE_PLAIN, NULL, NULL},
    {"unaltered-changing", "", "", SHAPE_CHANGING, NULL, NULL},
    {"unaltered-witnessed", "", "", SHAPE_WITNESSED, NULL, NULL},
    {"unaltered-wide", "", "", SHAPE_WIDE, NULL, NULL},
    {"unaltered-own-key", "", "", SHAPE_PLAIN, own_key, NULL},
    {"unaltered-older-checkpoint", "", "", SHAPE_PLAIN, older_is_true, NULL},
    {"unaltered-receipt", "", "", SHAPE_PLAIN, good_receipt, NULL},
    {"key-of-another-log", "TRUST.key", "LOG.checkpoint", SHAPE_PLAIN, other_key, NULL},
    {"checkpoint-of-another-origin", "LOG.checkpoint", "", SHAPE_PLAIN, other_origin, NULL},
    {"checkpoint-signed-by-authority", "LOG.checkpoint", "", SHAPE_PLAIN, signed_by_authority,
     NULL},
    {"checkpoint-without-signature", "LOG.checkpoint", "", SHAPE_PLAIN, NULL, cut_signature},
    {"entry-bundle-missing", "LOG.entries", "", SHAPE_PLAIN, first_is_meant, lose_entries},
    {"entry-bundle-cut-short", "LOG.entries", "", SHAPE_PLAIN, first_is_meant, cut_entries},
    {"checkpoint-one-entry-short", "LOG.entries", "", SHAPE_PLAIN, first_is_meant,
     checkpoint_short},
    {"ballots-swapped-unsigned", "LOG.root", "LOG.tiles FREEZE.tree", SHAPE_PLAIN, NULL,
     swap_in_bundle},
    {"root-of-another-tree", "LOG.root", "LOG.tiles", SHAPE_PLAIN, other_root, NULL},
    {"tile-wrong", "LOG.tiles", "", SHAPE_PLAIN, NULL, wrong_tile},
    {"tile-missing", "LOG.tiles", "", SHAPE_PLAIN, NULL, lose_tile},
    {"tile-of-smaller-tree-left", "LOG.extra", "", SHAPE_PLAIN, NULL, older_tile},
    {"split-view", "LOG.consistency", "", SHAPE_PLAIN, older_differs, NULL},
    {"rolled-back", "LOG.consistency", "", SHAPE_PLAIN, rolled_back, NULL},
    {"one-witness-of-two", "LOG.witness", "", SHAPE_WITNESSED, one_witness, NULL},
    {"close-before-witnesses", "STATE.timetable", "", SHAPE_WITNESSED, close_unwitnessed, NULL},
    {"blob-missing", "LOG.blobs",
     "MIX.form MIX.quorum DECRYPT.form DECRYPT.quorum DECRYPT.plaintext", SHAPE_PLAIN, mix_is_meant,
     lose_blob},
    {"blob-altered", "LOG.blobs", "MIX.proof", SHAPE_PLAIN, mix_is_meant, flip_blob},
    {"blob-size-wrong", "LOG.blobs", "COUNT.sheet", SHAPE_PLAIN, wrong_size, NULL},
    {"extra-file", "LOG.extra", "", SHAPE_PLAIN, NULL, extra_file},
    {"extra-file-of-strange-name", "(exit status 2)", "", SHAPE_PLAIN, unreadable, strange_name},
    {"extra-blob", "LOG.extra", "", SHAPE_PLAIN, NULL, extra_blob},
    {"receipt-of-another-log", "RECEIPT.proof", "", SHAPE_PLAIN, other_receipt, NULL},
    {"ballot-dropped-after-receipt", "RECEIPT.proof", "", SHAPE_PLAIN, dropped_receipt, NULL},
    {"receipt-of-no-ballot", "RECEIPT.counted", "", SHAPE_PLAIN, receipt_of_open, NULL},
    {0},
};
