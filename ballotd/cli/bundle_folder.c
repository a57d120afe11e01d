#include "cli/bundle_folder.h"

#include "base/file.h"
#include "base/tar.h"
#include "limit.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OPEN_FOLDERS_MAX = 16 };

/* -- paths ------------------------------------------------------------------------------------ */

static bool is_safe_path(const char *path)
{
    bool segment_begins = true;
    size_t len = strlen(path);
    if (len == 0 || len > TAR_PATH_MAX || path[len - 1] == '/')
        return false;
    for (const char *at = path; *at; at++) {
        bool word = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
                    (*at >= '0' && *at <= '9') || *at == '_' || *at == '-';
        if (segment_begins ? !word : !word && *at != '.' && *at != '/')
            return false;
        segment_begins = *at == '/';
    }
    return true;
}

static enum outcome remember(struct bundle_folder *bundle, const char *path, struct fail *fail)
{
    char **wider = reallocarray(bundle->paths, bundle->path_count + 1, sizeof *wider);
    char *copy = strdup(path);
    if (wider)
        bundle->paths = wider;
    if (!wider || !copy) {
        free(copy);
        return fail_set(fail, BROKEN, "memory", "out of memory");
    }
    bundle->paths[bundle->path_count++] = copy;
    return OK;
}

/* -- begin and add ---------------------------------------------------------------------------- */

enum outcome bundle_folder_begin(const char *output, struct bundle_folder *out_bundle,
                                 struct fail *fail)
{
    int len, temporary_len;
    *out_bundle = (struct bundle_folder){.paths = NULL};
    len = snprintf(out_bundle->output, BUNDLE_PATH_BYTES, "%s", output);
    while (len > 1 && len < BUNDLE_PATH_BYTES && out_bundle->output[len - 1] == '/')
        out_bundle->output[--len] = '\0';
    if (len <= 0 || len >= BUNDLE_PATH_BYTES)
        return fail_set(fail, BAD_INPUT, "bundle.output",
                        "the output has no name, or too long a one");
    if (file_exists(out_bundle->output))
        return fail_set(fail, CONFLICT, "bundle.exists", "\"%s\" is there already", output);
    char *folder = out_bundle->folder;
    temporary_len = snprintf(folder, BUNDLE_PATH_BYTES, "%.4000s.part-XXXXXX", out_bundle->output);
    if (temporary_len < 0 || temporary_len >= BUNDLE_PATH_BYTES || !mkdtemp(folder)) {
        folder[0] = '\0';
        return fail_set(fail, BROKEN, "bundle.folder", "\"%s\": %s", output, strerror(errno));
    }
    return OK;
}

enum outcome bundle_folder_add(struct bundle_folder *bundle, const char *path, struct span bytes,
                               struct fail *fail)
{
    char full[BUNDLE_PATH_BYTES];
    if (!is_safe_path(path))
        return fail_set(fail, BAD_INPUT, "bundle.path", "\"%s\" is no path of a bundle", path);
    enum outcome outcome = file_path(full, sizeof full, bundle->folder, path, fail);
    char *slash = strrchr(full, '/');
    if (outcome == OK && slash) {
        *slash = '\0';
        outcome = file_make_folder(full, fail);
        *slash = '/';
    }
    if (outcome == OK)
        outcome = file_create(full, bytes, 0600, fail);
    return outcome == OK ? remember(bundle, path, fail) : outcome;
}

/* -- finish ----------------------------------------------------------------------------------- */

static int compare_paths(const void *a, const void *b)
{
    const char *const *x = a;
    const char *const *y = b;
    return strcmp(*x, *y);
}

static enum outcome put(FILE *to, struct span bytes, struct fail *fail)
{
    if (bytes.len == 0 || fwrite(bytes.ptr, 1, bytes.len, to) == bytes.len)
        return OK;
    return fail_set(fail, BROKEN, "bundle.write", "writing the archive: %s", strerror(errno));
}

static enum outcome put_file(const struct bundle_folder *bundle, const char *path, FILE *to,
                             struct fail *fail)
{
    static const uint8_t zeros[TAR_BLOCK_BYTES];
    char full[BUNDLE_PATH_BYTES];
    struct buf bytes, header;
    buf_init(&bytes, LIMIT_BLOB_BYTES);
    buf_init(&header, TAR_BLOCK_BYTES);
    enum outcome outcome = file_path(full, sizeof full, bundle->folder, path, fail);
    if (outcome == OK)
        outcome = file_read(full, &bytes, fail);
    if (outcome == OK)
        outcome = tar_add_header(&header, path, bytes.len, fail);
    if (outcome == OK)
        outcome = put(to, buf_span(&header), fail);
    if (outcome == OK)
        outcome = put(to, buf_span(&bytes), fail);
    if (outcome == OK)
        outcome = put(to, span_of(zeros, tar_padding(bytes.len)), fail);
    buf_done(&bytes);
    buf_done(&header);
    return outcome;
}

static enum outcome put_all(struct bundle_folder *bundle, FILE *to, struct fail *fail)
{
    struct buf end;
    enum outcome outcome = OK;
    qsort(bundle->paths, bundle->path_count, sizeof *bundle->paths, compare_paths);
    for (size_t i = 0; outcome == OK && i < bundle->path_count; i++)
        outcome = put_file(bundle, bundle->paths[i], to, fail);
    buf_init(&end, 2 * TAR_BLOCK_BYTES);
    tar_end(&end);
    if (outcome == OK)
        outcome = put(to, buf_span(&end), fail);
    buf_done(&end);
    if (outcome == OK && (fflush(to) != 0 || fsync(fileno(to)) != 0))
        outcome =
            fail_set(fail, BROKEN, "bundle.write", "writing the archive: %s", strerror(errno));
    return outcome;
}

static enum outcome give_name(const char *from, const char *to, struct fail *fail)
{
    if (rename(from, to) == 0)
        return OK;
    return fail_set(fail, BROKEN, "bundle.rename", "\"%s\": %s", to, strerror(errno));
}

/* The archive is written inside the temporary folder, so that half of one is removed with it. */
static enum outcome finish_tar(struct bundle_folder *bundle, struct fail *fail)
{
    char path[BUNDLE_PATH_BYTES];
    enum outcome outcome = file_path(path, sizeof path, bundle->folder, ".tar", fail);
    if (outcome != OK)
        return outcome;
    FILE *to = fopen(path, "wbx");
    if (!to)
        return fail_set(fail, BROKEN, "bundle.write", "\"%s\": %s", path, strerror(errno));
    outcome = put_all(bundle, to, fail);
    fclose(to);
    return outcome == OK ? give_name(path, bundle->output, fail) : outcome;
}

enum outcome bundle_folder_finish(struct bundle_folder *bundle, struct fail *fail)
{
    if (span_ends(span_str(bundle->output), SPAN_LIT(".tar")))
        return finish_tar(bundle, fail);
    enum outcome outcome = give_name(bundle->folder, bundle->output, fail);
    if (outcome == OK)
        bundle->folder[0] = '\0';
    return outcome;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

void bundle_folder_done(struct bundle_folder *bundle)
{
    if (bundle->folder[0])
        (void)nftw(bundle->folder, remove_one, OPEN_FOLDERS_MAX, FTW_DEPTH | FTW_PHYS);
    for (size_t i = 0; i < bundle->path_count; i++)
        free(bundle->paths[i]);
    free(bundle->paths);
    *bundle = (struct bundle_folder){.paths = NULL};
}
