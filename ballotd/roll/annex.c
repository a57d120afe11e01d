#include "roll/annex.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/code.h"
#include "crypto/hash.h"

enum { MANIFEST_BYTES_MAX = 256 * 1024 * 1024 };

void annex_init(struct annex *annex)
{
    *annex = (struct annex){0};
}

void annex_done(struct annex *annex)
{
    if (annex == NULL)
        return;
    free(annex->files);
    *annex = (struct annex){0};
}

/* Letters, digits, dots and one slash: nothing that could leave the annex's folder. */
static bool is_path(const char *path)
{
    size_t len = strlen(path);
    if (len == 0 || len >= ANNEX_PATH_BYTES || path[0] == '.' || path[0] == '/')
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = path[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '.' && c != '/')
            return false;
    }
    return strstr(path, "..") == NULL;
}

enum outcome annex_add_hashed(struct annex *annex, const char *path,
                              const uint8_t sha256_hash[static HASH_BYTES], uint64_t size_bytes,
                              const uint8_t *salt, struct fail *fail)
{
    if (!is_path(path))
        return fail_set(fail, BAD_INPUT, "annex.path", "\"%s\" is no path of an annex", path);
    for (uint32_t i = 0; i < annex->count; i++) {
        if (strcmp(annex->files[i].path, path) == 0)
            return fail_set(fail, CONFLICT, "annex.path", "\"%s\" is in the annex already", path);
    }
    if (annex->count == annex->room) {
        uint32_t room = annex->room == 0 ? 16 : annex->room * 2;
        struct annex_file *files = realloc(annex->files, room * sizeof(*files));
        if (files == NULL)
            return fail_set(fail, BROKEN, "roll.memory", "out of memory for the annex");
        annex->files = files;
        annex->room = room;
    }
    struct annex_file *file = &annex->files[annex->count++];
    *file = (struct annex_file){.salted = salt != NULL, .size_bytes = size_bytes};
    memcpy(file->path, path, strlen(path) + 1);
    memcpy(file->sha256, sha256_hash, HASH_BYTES);
    if (salt != NULL)
        memcpy(file->salt, salt, SALT_BYTES);
    return OK;
}

enum outcome annex_add(struct annex *annex, const char *path, struct span bytes,
                       const uint8_t *salt, struct fail *fail)
{
    uint8_t hash[HASH_BYTES];
    sha256(bytes, hash);
    return annex_add_hashed(annex, path, hash, bytes.len, salt, fail);
}

static int compare_files(const void *a, const void *b)
{
    const struct annex_file *x = a;
    const struct annex_file *y = b;
    return strcmp(x->path, y->path);
}

void annex_print(struct annex *annex, struct span origin, struct buf *out)
{
    if (annex->count > 0)
        qsort(annex->files, annex->count, sizeof(*annex->files), compare_files);
    buf_add_str(out, "ballotd annex v1\n");
    buf_add(out, origin);
    buf_add_byte(out, '\n');
    for (uint32_t i = 0; i < annex->count; i++) {
        const struct annex_file *file = &annex->files[i];
        hex_add(out, SPAN_ARRAY(file->sha256));
        buf_add_byte(out, ' ');
        if (file->salted)
            hex_add(out, SPAN_ARRAY(file->salt));
        else
            buf_add_byte(out, '-');
        buf_add_format(out, " %" PRIu64 " %s\n", file->size_bytes, file->path);
    }
}

enum outcome annex_digest(struct annex *annex, struct span origin,
                          uint8_t out_digest[static HASH_BYTES], struct fail *fail)
{
    struct buf manifest;
    buf_init(&manifest, MANIFEST_BYTES_MAX);
    annex_print(annex, origin, &manifest);
    enum outcome outcome = buf_check(&manifest, "the annex's manifest", fail);
    if (outcome == OK)
        sha256(buf_span(&manifest), out_digest);
    buf_done(&manifest);
    return outcome;
}

void annex_path_snapshot(uint32_t number, char out[static ANNEX_PATH_BYTES])
{
    snprintf(out, ANNEX_PATH_BYTES, "snapshots/%u.csv", number);
}

void annex_path_mapping(uint32_t number, char out[static ANNEX_PATH_BYTES])
{
    snprintf(out, ANNEX_PATH_BYTES, "mappings/%u.json", number);
}

void annex_path_case(uint32_t number, char out[static ANNEX_PATH_BYTES])
{
    snprintf(out, ANNEX_PATH_BYTES, "cases/%04u.note", number);
}

void annex_path_evidence(const uint8_t commitment[static HASH_BYTES],
                         char out[static ANNEX_PATH_BYTES])
{
    char name[2 * HASH_BYTES + 1];
    hex_print(span_of(commitment, HASH_BYTES), name);
    snprintf(out, ANNEX_PATH_BYTES, "evidence/%s.bin", name);
}

void annex_path_roll(uint32_t version, char out[static ANNEX_PATH_BYTES])
{
    snprintf(out, ANNEX_PATH_BYTES, "roll/%u.jsonl", version);
}

void annex_path_issue(uint32_t number, char out[static ANNEX_PATH_BYTES])
{
    snprintf(out, ANNEX_PATH_BYTES, "issue/%u.bin", number);
}

void annex_path_reissue(uint32_t number, char out[static ANNEX_PATH_BYTES])
{
    snprintf(out, ANNEX_PATH_BYTES, "reissue/%u.bin", number);
}

void annex_print_binding(const uint8_t leaf[static HASH_BYTES],
                         const uint8_t credential[static KEY_BYTES], uint16_t style,
                         uint8_t channel, const uint8_t salt[static SALT_BYTES], struct buf *out)
{
    buf_add(out, span_of(leaf, HASH_BYTES));
    buf_add(out, span_of(credential, KEY_BYTES));
    buf_add_u16le(out, style);
    buf_add_byte(out, channel);
    buf_add(out, span_of(salt, SALT_BYTES));
}

void annex_commit(const char *label, const uint8_t salt[static SALT_BYTES], struct span bytes,
                  uint8_t out_commitment[static HASH_BYTES])
{
    struct hash hash;
    hash_start(&hash, label);
    hash_part(&hash, span_of(salt, SALT_BYTES));
    hash_part(&hash, bytes);
    hash_end32(&hash, out_commitment);
}
