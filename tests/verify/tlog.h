/* A small log made for a test: entries, roots, proofs (RFC 6962 section 2.1, by its recursive
 * definitions), signed checkpoints, and its published files. */
#ifndef TESTS_VERIFY_TLOG_H
#define TESTS_VERIFY_TLOG_H

#include "log/tile.h"
#include "verify/sign.h"

#include <errno.h>
#include <sys/stat.h>

enum { TLOG_ENTRIES = 700, TLOG_ENTRY_BYTES = 256, TLOG_TEXT_BYTES = 8192 };

struct tlog {
    struct signer signer;
    const char *origin;
    size_t count;
    char entries[TLOG_ENTRIES][TLOG_ENTRY_BYTES];
    struct merkle_hash leaves[TLOG_ENTRIES];
};

__attribute__((unused)) static void tlog_add(struct tlog *tlog, const char *entry)
{
    snprintf(tlog->entries[tlog->count], TLOG_ENTRY_BYTES, "%s", entry);
    merkle_leaf(span_text(tlog->entries[tlog->count]), &tlog->leaves[tlog->count]);
    tlog->count++;
}

/* More entries until there are `count`; another flavour makes other entries. */
__attribute__((unused)) static void tlog_grow(struct tlog *tlog, size_t count, const char *flavour)
{
    char entry[TLOG_ENTRY_BYTES];
    while (tlog->count < count) {
        snprintf(entry, sizeof entry, "%s entry %zu", flavour, tlog->count);
        tlog_add(tlog, entry);
    }
}

__attribute__((unused)) static void tlog_init(struct tlog *tlog, const char *origin, uint8_t seed)
{
    memset(tlog, 0, sizeof *tlog);
    tlog->origin = origin;
    tlog->signer = signer_make(origin, seed, NOTE_ED25519);
}

/* The greatest power of two below n > 1. */
static size_t tlog_split(size_t n)
{
    size_t split = 1;
    while (split * 2 < n)
        split *= 2;
    return split;
}

__attribute__((unused)) static struct merkle_hash tlog_root(const struct merkle_hash *leaves,
                                                            size_t n)
{
    struct merkle_hash hash;
    struct merkle nothing;
    if (n == 1)
        return leaves[0];
    if (n == 0) {
        merkle_init(&nothing);
        merkle_root(&nothing, &hash);
        return hash;
    }
    size_t split = tlog_split(n);
    struct merkle_hash left = tlog_root(leaves, split);
    struct merkle_hash right = tlog_root(leaves + split, n - split);
    merkle_node(&left, &right, &hash);
    return hash;
}

/* SUBPROOF(m, D[n], whole) */
static size_t tlog_subproof(const struct merkle_hash *leaves, size_t m, size_t n, bool whole,
                            struct merkle_hash *out_path)
{
    if (m == n) {
        if (!whole)
            *out_path = tlog_root(leaves, n);
        return whole ? 0 : 1;
    }
    size_t split = tlog_split(n), len;
    if (m <= split) {
        len = tlog_subproof(leaves, m, split, whole, out_path);
        out_path[len] = tlog_root(leaves + split, n - split);
    } else {
        len = tlog_subproof(leaves + split, m - split, n - split, false, out_path);
        out_path[len] = tlog_root(leaves, split);
    }
    return len + 1;
}

__attribute__((unused)) static size_t tlog_proof(const struct tlog *tlog, size_t m, size_t n,
                                                 struct merkle_hash *out_path)
{
    return m == 0 || m >= n ? 0 : tlog_subproof(tlog->leaves, m, n, true, out_path);
}

/* Appends the text of a checkpoint of this size with this root. */
__attribute__((unused)) static void tlog_text(const struct tlog *tlog, size_t size,
                                              const struct merkle_hash *root, char *text)
{
    char coded[64];
    base64_encode(span_of(root->bytes, HASH_BYTES), coded);
    check_append(text, TLOG_TEXT_BYTES, "%s\n%zu\n%s\n", tlog->origin, size, coded);
}

/* Appends a signed checkpoint with a root of any kind. */
__attribute__((unused)) static void tlog_sign(const struct tlog *tlog, size_t size,
                                              const struct merkle_hash *root, char *note)
{
    char text[TLOG_TEXT_BYTES] = "";
    tlog_text(tlog, size, root, text);
    check_append(note, TLOG_TEXT_BYTES, "%s\n", text);
    signer_add(&tlog->signer, text, 0, note, TLOG_TEXT_BYTES);
}

__attribute__((unused)) static void tlog_checkpoint(const struct tlog *tlog, size_t size,
                                                    char *note)
{
    struct merkle_hash root = tlog_root(tlog->leaves, size);
    tlog_sign(tlog, size, &root, note);
}

/* The body of an add-checkpoint, with the right proof if there is one. */
__attribute__((unused)) static void tlog_request(const struct tlog *tlog, size_t old, size_t size,
                                                 char out_body[static TLOG_TEXT_BYTES])
{
    struct merkle_hash path[64];
    char coded[64];
    size_t len = tlog_proof(tlog, old, size, path);
    out_body[0] = '\0';
    check_append(out_body, TLOG_TEXT_BYTES, "old %zu\n", old);
    for (size_t i = 0; i < len; i++) {
        base64_encode(span_of(path[i].bytes, HASH_BYTES), coded);
        check_append(out_body, TLOG_TEXT_BYTES, "%s\n", coded);
    }
    check_append(out_body, TLOG_TEXT_BYTES, "\n");
    tlog_checkpoint(tlog, size, out_body);
}

/* Writes a file of a folder, and the folders above it. */
__attribute__((unused)) static void tlog_write(const char *folder, const char *path,
                                               struct span bytes)
{
    char name[1024];
    snprintf(name, sizeof name, "%s/%s", folder, path);
    for (char *slash = strchr(name + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        CHECK(mkdir(name, 0700) == 0 || errno == EEXIST);
        *slash = '/';
    }
    FILE *file = fopen(name, "wb");
    if (!CHECK(file != NULL))
        return;
    CHECK_UINT(bytes.len == 0 ? 0 : fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    CHECK_INT(fclose(file), 0);
}

static enum outcome tlog_write_tile(void *folder, int level, uint64_t index,
                                    const struct merkle_hash *hashes, unsigned width,
                                    struct fail *fail)
{
    char path[TILE_PATH_BYTES];
    (void)fail;
    tile_path(level, index, width, path);
    tlog_write(folder, path, span_of(hashes, width * sizeof *hashes));
    return GOOD;
}

__attribute__((unused)) static void tlog_write_entries(const struct tlog *tlog, size_t size,
                                                       const char *folder)
{
    static uint8_t bytes[TILE_WIDTH * (2 + TLOG_ENTRY_BYTES)];
    for (size_t index = 0; index < tile_count(size, TILE_ENTRIES); index++) {
        char path[TILE_PATH_BYTES];
        size_t len = 0;
        unsigned width = tile_width(size, TILE_ENTRIES, index);
        for (size_t i = index * TILE_WIDTH; i < index * TILE_WIDTH + width; i++) {
            size_t entry = strlen(tlog->entries[i]);
            bytes[len++] = (uint8_t)(entry >> 8);
            bytes[len++] = (uint8_t)entry;
            memcpy(bytes + len, tlog->entries[i], entry);
            len += entry;
        }
        tile_path(TILE_ENTRIES, index, width, path);
        tlog_write(folder, path, span_of(bytes, len));
    }
}

/* The files of the log at this size, beside those of earlier sizes. */
__attribute__((unused)) static void tlog_publish(const struct tlog *tlog, size_t size, char *folder)
{
    static struct tiles tiles;
    char note[TLOG_TEXT_BYTES] = "";
    tiles_init(&tiles, tlog_write_tile, folder);
    for (size_t i = 0; i < size; i++)
        CHECK_INT(tiles_append(&tiles, &tlog->leaves[i], NULL), GOOD);
    CHECK_INT(tiles_end(&tiles, NULL), GOOD);
    tlog_write_entries(tlog, size, folder);
    tlog_checkpoint(tlog, size, note);
    tlog_write(folder, "checkpoint", span_text(note));
}

#endif
