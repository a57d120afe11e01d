#include "roll/annex.h"

#include "base/text.h"
#include "crypto/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define MANIFEST_TITLE "ballotd annex v1\n"
#define MANIFEST_PATH  "manifest"

/* -- the files -------------------------------------------------------------------------------- */

static int compare_files(const void *a, const void *b)
{
    const struct annex_file *left = a, *right = b;
    return span_compare(left->path, right->path);
}

enum outcome annex_from(const struct annex_file *files, size_t count, struct annex *out_annex,
                        struct fail *fail)
{
    struct annex annex = {.count = 0};
    annex.files = arena_zeroed(&annex.arena, count, sizeof *annex.files);
    if (annex.files == NULL)
        return fail_unable(fail, "no memory for the annex");
    for (size_t i = 0; i < count; i++) {
        if (span_equal(files[i].path, span_text(MANIFEST_PATH)))
            annex.manifest = files[i].bytes;
        else
            annex.files[annex.count++] =
                (struct annex_file){.path = files[i].path, .bytes = files[i].bytes};
    }
    qsort(annex.files, annex.count, sizeof *annex.files, compare_files);
    *out_annex = annex;
    return GOOD;
}

/* Maps every file; those that are open are released by the caller in any case. */
static enum outcome map_files(const struct bundle *bundle, struct annex_file *files,
                              struct bundle_file *open, struct fail *fail)
{
    enum outcome outcome = GOOD;
    for (size_t i = 0; outcome == GOOD && i < bundle_count(bundle); i++) {
        files[i].path = bundle_path(bundle, i);
        outcome = bundle_read(bundle, files[i].path, SIZE_MAX, &open[i], fail);
        files[i].bytes = open[i].bytes;
    }
    return outcome;
}

enum outcome annex_open(const struct bundle *bundle, struct annex *out_annex, struct fail *fail)
{
    size_t count = bundle_count(bundle);
    struct annex annex = {.count = 0};
    struct annex_file *files = calloc(count + 1, sizeof *files);
    struct bundle_file *open = calloc(count + 1, sizeof *open);
    enum outcome outcome = files == NULL || open == NULL
                               ? fail_unable(fail, "no memory for the annex")
                               : map_files(bundle, files, open, fail);
    if (outcome == GOOD)
        outcome = annex_from(files, count, &annex, fail);
    annex.open = open;
    annex.open_count = open == NULL ? 0 : count;
    free(files);
    if (outcome == GOOD)
        *out_annex = annex;
    else
        annex_done(&annex);
    return outcome;
}

void annex_done(struct annex *annex)
{
    if (annex == NULL)
        return;
    for (size_t i = 0; i < annex->open_count; i++)
        bundle_close(&annex->open[i]);
    free(annex->open);
    arena_done(&annex->arena);
    *annex = (struct annex){.count = 0};
}

static struct annex_file *find(const struct annex *annex, struct span path)
{
    struct annex_file key = {.path = path};
    if (annex->count == 0)
        return NULL;
    return bsearch(&key, annex->files, annex->count, sizeof key, compare_files);
}

struct annex_file *annex_find(const struct annex *annex, const char *path)
{
    return find(annex, span_text(path));
}

void annex_commitment(const char *label, const struct annex_file *file,
                      uint8_t out_commitment[HASH_BYTES])
{
    struct hash hash;
    hash_start(&hash, label);
    hash_bytes(&hash, file->salt, sizeof file->salt);
    hash_part(&hash, file->bytes);
    hash_end(&hash, out_commitment);
}

/* -- the manifest ----------------------------------------------------------------------------- */

struct listed {
    uint8_t sha256[HASH_BYTES];
    bool salted;
    uint8_t salt[ROLL_SALT_BYTES];
    uint64_t bytes;
    struct span path;
};

/* "<sha256> <salt or -> <size> <path>", without its line feed. */
static bool read_line(struct span line, struct listed *out_listed)
{
    struct span sha256, salt, size;
    if (!span_cut(&line, ' ', &sha256) || !span_cut(&line, ' ', &salt) ||
        !span_cut(&line, ' ', &size))
        return false;
    out_listed->path = line;
    out_listed->salted = !span_equal(salt, span_text("-"));
    return hex_decode(sha256, out_listed->sha256, HASH_BYTES) &&
           (!out_listed->salted || hex_decode(salt, out_listed->salt, ROLL_SALT_BYTES)) &&
           decimal_decode(size, &out_listed->bytes) && line.len >= 1 &&
           line.len <= ANNEX_PATH_BYTES;
}

static void name_path(struct span path, char out_path[ANNEX_PATH_BYTES + 1])
{
    size_t len = path.len < ANNEX_PATH_BYTES ? path.len : ANNEX_PATH_BYTES;
    memcpy(out_path, path.ptr, len);
    out_path[len] = 0;
}

/* The file against its line; what the line says is noted. */
static enum outcome take_line(struct annex *annex, struct span line, const struct listed *listed,
                              struct fail *fail)
{
    uint8_t sha256[HASH_BYTES];
    struct annex_file *file = find(annex, listed->path);
    if (file == NULL)
        return fail_bad(fail, "the manifest lists this file, and it is not there");
    file->line = line;
    file->salted = listed->salted;
    memcpy(file->salt, listed->salt, sizeof file->salt);
    if (file->bytes.len != listed->bytes)
        return fail_bad(fail, "%zu bytes long, %" PRIu64 " in the manifest", file->bytes.len,
                        listed->bytes);
    hash_sha256(file->bytes, sha256);
    if (memcmp(sha256, listed->sha256, sizeof sha256) != 0)
        return fail_bad(fail, "its SHA-256 is another than in the manifest");
    return GOOD;
}

/* Only a copy that was handed over has it; it is no part of what was sealed. */
static bool stands_apart(const struct annex_file *file)
{
    return file->line.ptr == NULL && span_equal(file->path, span_text(ANNEX_HANDOVER));
}

/* The first failure is the answer, but every line is read: other checks need the salts. */
struct first_fault {
    enum outcome outcome;
    char *path;
    struct fail *fail;
};

static void note_fault(struct first_fault *fault, enum outcome outcome, struct span path,
                       const struct fail *why)
{
    if (outcome == GOOD || fault->outcome != GOOD)
        return;
    fault->outcome = outcome;
    name_path(path, fault->path);
    if (fault->fail != NULL)
        *fault->fail = *why;
}

static void take_lines(struct annex *annex, struct span rest, struct first_fault *fault)
{
    struct span line, before = {0};
    struct fail why = {""};
    for (size_t n = 3; rest.len > 0; n++) {
        struct listed listed = {.salted = false};
        const uint8_t *start = rest.ptr;
        enum outcome outcome = GOOD;
        if (!span_cut(&rest, '\n', &line) || !read_line(line, &listed)) {
            outcome = fail_bad(&why, "line %zu is malformed", n);
            note_fault(fault, outcome, span_text(MANIFEST_PATH), &why);
            return;
        }
        if (before.ptr != NULL && span_compare(before, listed.path) >= 0)
            outcome = fail_bad(&why, "line %zu is out of order", n);
        note_fault(fault, outcome, span_text(MANIFEST_PATH), &why);
        before = listed.path;
        outcome = take_line(annex, span_of(start, line.len + 1), &listed, &why);
        note_fault(fault, outcome, listed.path, &why);
    }
}

/* Title and origin off the front. */
static enum outcome take_head(struct span origin, struct span *rest, struct fail *fail)
{
    struct span line;
    if (rest->ptr == NULL)
        return fail_bad(fail, "the annex has no manifest");
    if (!span_starts(*rest, span_text(MANIFEST_TITLE)))
        return fail_bad(fail, "does not begin as a manifest of version 1 does");
    *rest = span_after(*rest, strlen(MANIFEST_TITLE));
    if (!span_cut(rest, '\n', &line) || !span_equal(line, origin))
        return fail_bad(fail, "is of another election");
    return GOOD;
}

enum outcome annex_read_manifest(struct annex *annex, struct span origin,
                                 char out_path[ANNEX_PATH_BYTES + 1], struct fail *fail)
{
    struct first_fault fault = {GOOD, out_path, fail};
    struct span rest = annex->manifest;
    struct fail why = {""};
    enum outcome outcome = take_head(origin, &rest, &why);
    note_fault(&fault, outcome, span_text(MANIFEST_PATH), &why);
    if (outcome == GOOD)
        take_lines(annex, rest, &fault);
    for (size_t i = 0; i < annex->count; i++) {
        if (annex->files[i].line.ptr != NULL || stands_apart(&annex->files[i]))
            continue;
        outcome = fail_bad(&why, "the manifest does not list this file");
        note_fault(&fault, outcome, annex->files[i].path, &why);
    }
    return fault.outcome;
}

/* -- what the board calls for ----------------------------------------------------------------- */

void annex_claim(struct annex *annex, const char *path, uint64_t since)
{
    struct annex_file *file = annex_find(annex, path);
    if (file == NULL)
        return;
    if (!file->claimed || since < file->since)
        file->since = since;
    file->claimed = true;
}

enum outcome annex_take(const struct annex *annex, const char *path, bool salted,
                        const struct annex_file **out_file, struct fail *fail)
{
    const struct annex_file *file = annex_find(annex, path);
    if (file == NULL)
        return fail_bad(fail, "the file is not in the annex");
    if (file->line.ptr == NULL)
        return fail_bad(fail, "the file is not in the manifest");
    if (file->salted != salted)
        return fail_bad(fail, "the file %s a salt in the manifest",
                        salted ? "does not have" : "must not have");
    *out_file = file;
    return GOOD;
}

void annex_digest(const struct annex *annex, struct span origin, uint64_t entry,
                  uint8_t out_digest[HASH_BYTES])
{
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, MANIFEST_TITLE, strlen(MANIFEST_TITLE));
    SHA256_Update(&state, origin.ptr, origin.len);
    SHA256_Update(&state, "\n", 1);
    for (size_t i = 0; i < annex->count; i++) {
        const struct annex_file *file = &annex->files[i];
        if (file->claimed && file->since <= entry && file->line.ptr != NULL)
            SHA256_Update(&state, file->line.ptr, file->line.len);
    }
    SHA256_Final(out_digest, &state);
}

const struct annex_file *annex_unclaimed(const struct annex *annex)
{
    for (size_t i = 0; i < annex->count; i++)
        if (!annex->files[i].claimed && !stands_apart(&annex->files[i]))
            return &annex->files[i];
    return NULL;
}
