/* The annex and the sealed leaves, as they are handed over. Declared in election/custody.h. */
#include "election/custody_inside.h"

#include "base/tar.h"

#include <stdlib.h>

enum outcome custody_leaves(struct custody *custody, const struct state *state, struct buf *out,
                            struct fail *fail)
{
    uint8_t salt[SALT_BYTES];
    struct hash32 root = {0};
    (void)state;
    pthread_mutex_lock(&custody->lock);
    bool sealed = custody->version_count > 0;
    if (sealed)
        root = custody->versions[custody->version_count - 1];
    pthread_mutex_unlock(&custody->lock);
    return sealed ? custody_files_get(&custody->files, FILES_LEAVES, root.bytes, salt, out, fail)
                  : fail_set(fail, NOT_ALLOWED, "roll.unsealed", "the roll is not sealed");
}

static enum outcome add_annex_file(struct custody *custody, const struct kept *kept,
                                   struct buf *out, struct fail *fail)
{
    struct buf bytes;
    uint8_t salt[SALT_BYTES];
    buf_init(&bytes, LIMIT_BLOB_BYTES);
    enum outcome outcome =
        custody_files_get(&custody->files, kept->kind, kept->name, salt, &bytes, fail);
    if (outcome == OK)
        outcome = tar_add(out, kept->path, buf_span(&bytes), fail);
    buf_done(&bytes);
    return outcome;
}

/* In the byte order of their paths, the manifest in its place among them. */
static enum outcome add_annex_files(struct custody *custody, const struct kept *files,
                                    uint32_t count, struct span manifest, struct buf *out,
                                    struct fail *fail)
{
    bool listed = false;
    enum outcome outcome = OK;
    for (uint32_t i = 0; outcome == OK && i < count; i++) {
        if (!listed && strcmp(files[i].path, "manifest") > 0) {
            outcome = tar_add(out, "manifest", manifest, fail);
            listed = true;
        }
        if (outcome == OK)
            outcome = add_annex_file(custody, &files[i], out, fail);
    }
    if (outcome == OK && !listed)
        outcome = tar_add(out, "manifest", manifest, fail);
    return outcome;
}

static int compare_kept(const void *a, const void *b)
{
    return strcmp(((const struct kept *)a)->path, ((const struct kept *)b)->path);
}

/* Manifest and files as they stand at one moment; the caller frees. */
static enum outcome list_annex(struct custody *custody, const struct state *state,
                               struct buf *manifest, struct kept **out_files, uint32_t *out_count,
                               struct fail *fail)
{
    pthread_mutex_lock(&custody->lock);
    uint32_t count = custody->kept_count;
    struct kept *files = calloc(count + 1, sizeof *files);
    if (files)
        memcpy(files, custody->kept, count * sizeof *files);
    annex_print(&custody->annex, span_str(state->origin), manifest);
    pthread_mutex_unlock(&custody->lock);
    if (!files)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    qsort(files, count, sizeof *files, compare_kept);
    *out_files = files;
    *out_count = count;
    return buf_check(manifest, "manifest", fail);
}

/* Read without the lock: it takes its time, and what is kept never changes. */
enum outcome custody_annex(struct custody *custody, const struct state *state, struct buf *out,
                           struct fail *fail)
{
    struct buf manifest;
    struct kept *files = NULL;
    uint32_t count = 0;
    buf_init(&manifest, LIMIT_BLOB_BYTES);
    enum outcome outcome = list_annex(custody, state, &manifest, &files, &count, fail);
    if (outcome == OK)
        outcome = add_annex_files(custody, files, count, buf_span(&manifest), out, fail);
    free(files);
    buf_done(&manifest);
    tar_end(out);
    return outcome == OK ? buf_check(out, "annex", fail) : outcome;
}
