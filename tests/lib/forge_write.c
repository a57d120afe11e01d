/* The bundle and the annex as an auditor gets them: tiles, checkpoint, blobs, manifest. */
#include "forge.h"

#include "base/code.h"
#include "base/file.h"
#include "crypto/hash.h"
#include "log/checkpoint.h"
#include "log/cosignature.h"
#include "log/proof.h"
#include "log/tiles.h"
#include "roll/annex.h"

#include <stdio.h>
#include <stdlib.h>

/* -- witnesses -------------------------------------------------------------------------------- */

static struct note_signer witness_signer(unsigned number)
{
    static uint8_t secrets[FORGE_WITNESSES][ED25519_SECRET_BYTES];
    uint8_t seed[KEY_BYTES] = {(uint8_t)(number + 77)}, key[KEY_BYTES];
    struct note_signer signer;
    struct fail fail;
    char name[64];
    snprintf(name, sizeof name, "witness%u.example.org", number);
    ed25519_pair(seed, key, secrets[number]);
    rehearsal_must(note_key_make(span_str(name), NOTE_COSIGNATURE, key, &signer.key, &fail), &fail,
                   name);
    signer.secret = secrets[number];
    return signer;
}

void forge_ask_witnesses(struct forge *forge)
{
    struct buf policy;
    buf_init(&policy, 4096);
    for (unsigned i = 0; i < FORGE_WITNESSES; i++) {
        struct note_signer signer = witness_signer(i);
        buf_add_format(&policy, "witness W%u ", i);
        note_key_print(&signer.key, &policy);
        buf_add_str(&policy, "\n");
    }
    buf_add_str(&policy, "group both all W0 W1\nquorum both\n");
    forge_set_text(forge_entry(forge, KIND_ELECTION, 0)->object, "witnesses", buf_text(&policy));
    buf_done(&policy);
}

void forge_cosign(struct forge *forge, struct span checkpoint_text, struct buf *note)
{
    struct fail fail;
    (void)forge;
    for (unsigned i = 0; i < FORGE_WITNESSES; i++) {
        struct note_signer signer = witness_signer(i);
        rehearsal_must(cosignature_add(checkpoint_text, 1990000000, &signer, note, &fail), &fail,
                       "cosignature");
    }
}

/* -- checkpoint and receipt ------------------------------------------------------------------- */

void forge_checkpoint(struct forge *forge, uint64_t size, struct buf *out)
{
    struct merkle_reader reader = tree_reader(&forge->tree);
    struct checkpoint checkpoint = {.origin = span_str(forge->log.key.name), .size = size};
    struct buf text;
    struct fail fail;
    rehearsal_must(merkle_root_at(&reader, size, &checkpoint.root, &fail), &fail, "root");
    buf_init(&text, NOTE_BYTES_MAX);
    checkpoint_print(&checkpoint, &text);
    buf_clear(out);
    note_print_text(buf_span(&text), out);
    note_sign(buf_span(&text), &forge->log, out);
    if (forge->state->definition && forge->state->definition->witnesses[0])
        forge_cosign(forge, buf_span(&text), out);
    buf_done(&text);
}

void forge_receipt_of(struct forge *forge, uint64_t index, uint64_t size, struct buf *out)
{
    struct merkle_reader reader = tree_reader(&forge->tree);
    struct proof proof = {.index = index, .checkpoint = buf_span(&forge->checkpoint)};
    struct fail fail;
    rehearsal_must(merkle_inclusion(&reader, index, size, &proof.path, &fail), &fail, "inclusion");
    buf_clear(out);
    proof_print(&proof, out);
}

void forge_receipt(struct forge *forge, uint64_t index, struct buf *out)
{
    forge_receipt_of(forge, index, forge->entry_count, out);
}

/* -- files ------------------------------------------------------------------------------------ */

void forge_write_file(const char *folder, const char *path, struct span bytes)
{
    char full[4096];
    struct fail fail;
    snprintf(full, sizeof full, "%s/%s", folder, path);
    char *slash = strrchr(full, '/');
    *slash = '\0';
    rehearsal_must(file_make_folder(full, &fail), &fail, full);
    *slash = '/';
    FILE *file = fopen(full, "wb"); /* without the fsync of file_write: it is a test's */
    if (!file || fwrite(bytes.ptr, 1, bytes.len, file) != bytes.len || fclose(file) != 0) {
        perror(full);
        exit(1);
    }
}

struct writing {
    struct forge *forge;
    const char *folder;
};

static void print_entries(const struct forge *forge, const struct tile *tile, struct buf *out)
{
    struct fail fail;
    size_t first = (size_t)tile->index * TILE_WIDTH;
    for (size_t i = first; i < first + tile->width; i++)
        rehearsal_must(tile_bundle_add(buf_span(&forge->entries[i]->note), out, &fail), &fail,
                       "entry");
}

static enum outcome write_tile(void *ctx, const struct tile *tile, struct fail *fail)
{
    const struct writing *writing = ctx;
    struct merkle_reader reader = tree_reader(&writing->forge->tree);
    struct buf path, bytes;
    enum outcome outcome = OK;
    buf_init(&path, TILE_PATH_MAX);
    buf_init(&bytes, TILE_BUNDLE_BYTES_MAX);
    tile_print_path(tile, &path);
    if (tile->entries)
        print_entries(writing->forge, tile, &bytes);
    else
        outcome = tile_print_hashes(tile, &reader, &bytes, fail);
    forge_write_file(writing->folder, buf_text(&path), buf_span(&bytes));
    buf_done(&path);
    buf_done(&bytes);
    return outcome;
}

static void write_blob(struct forge *forge, const char *folder, const json_t *reference)
{
    char path[128];
    uint8_t hash[HASH_BYTES];
    const char *hex = json_string_value(json_object_get(reference, "sha256"));
    if (!hex || !hex_read(span_str(hex), hash, sizeof hash) || !forge_find_blob(forge, hash))
        return;
    snprintf(path, sizeof path, "blob/sha256/%s", hex);
    forge_write_file(folder, path, buf_span(forge_find_blob(forge, hash)));
}

/* Blobs that entries name; what nobody names has no business in a bundle. */
static void write_blobs(struct forge *forge, const char *folder, const json_t *value)
{
    const char *key;
    const json_t *member;
    size_t i;
    if (json_integer_value(json_object_get(value, "size")) > 0)
        write_blob(forge, folder, value);
    json_object_foreach((json_t *)value, key, member) write_blobs(forge, folder, member);
    json_array_foreach(value, i, member) write_blobs(forge, folder, member);
}

/* -- annex ------------------------------------------------------------------------------------ */

/* Whether the entry that a file belongs to was made. */
static bool stands(const struct forge *forge, const struct forge_file *file)
{
    const struct {
        const char *folder;
        unsigned made;
    } numbered[] = {{"snapshots/", forge->snapshots}, {"mappings/", forge->snapshots},
                    {"cases/", forge->cases},         {"roll/", forge->rolls},
                    {"issue/", forge->issues},        {"reissue/", forge->reissues}};
    for (size_t i = 0; i < sizeof numbered / sizeof *numbered; i++) {
        size_t len = strlen(numbered[i].folder);
        if (strncmp(file->path, numbered[i].folder, len) == 0)
            return strtoul(file->path + len, NULL, 10) <= numbered[i].made;
    }
    return file->named || strcmp(file->path, ANNEX_PATH_ROLL_KEY) == 0;
}

void forge_manifest(struct forge *forge, bool final, struct buf *out)
{
    struct annex annex;
    struct fail fail;
    annex_init(&annex);
    for (size_t i = 0; i < forge->file_count; i++) {
        const struct forge_file *file = &forge->files[i];
        if (final || stands(forge, file))
            rehearsal_must(annex_add(&annex, file->path, buf_span(&file->bytes),
                                     file->salted ? file->salt : NULL, &fail),
                           &fail, file->path);
    }
    annex_print(&annex, span_str(forge->rehearsal->election->origin), out);
    annex_done(&annex);
}

static void write_annex(struct forge *forge, const char *folder)
{
    struct buf manifest;
    buf_init(&manifest, 1 << 20);
    forge_manifest(forge, true, &manifest);
    forge_write_file(folder, "manifest", buf_span(&manifest));
    for (size_t i = 0; i < forge->file_count; i++)
        forge_write_file(folder, forge->files[i].path, buf_span(&forge->files[i].bytes));
    buf_done(&manifest);
}

void forge_write(struct forge *forge, const char *bundle, const char *annex)
{
    struct writing writing = {forge, bundle};
    struct fail fail;
    forge_write_file(bundle, "checkpoint", buf_span(&forge->checkpoint));
    rehearsal_must(tile_each(forge->entry_count, write_tile, &writing, &fail), &fail, "tiles");
    for (size_t i = 0; i < forge->entry_count; i++)
        write_blobs(forge, bundle, forge->entries[i]->object);
    write_annex(forge, annex);
}
