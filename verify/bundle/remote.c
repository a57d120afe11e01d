#include "bundle/remote.h"

#include "base/text.h"
#include "fetch/fetch.h"
#include "limit.h"
#include "log/checkpoint.h"
#include "log/tile.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* How a blob reference looks in the canonical JSON of an entry (docs/protocol.md section 4). Within
 * a string its quotes would be escaped, so it can't be mistaken for anything else. */
#define REFERENCE "{\"sha256\":\""

enum {
    CHECKPOINT_BYTES_MOST = 1 << 16,
    HASH_TILE_BYTES = TILE_WIDTH * HASH_BYTES,
    ENTRY_TILE_BYTES = TILE_WIDTH * (2 + LIMIT_ENTRY_BYTES),
    NOT_FOUND = 404,
    GONE = 410,
};

static const uint64_t COPY_BYTES_MOST = (uint64_t)1 << 35;

struct remote {
    const char *url;
    char *folder;
    struct fetch *fetch;
    bundle_progress_fn *progress;
    void *context;
    struct bundle_progress done;
    FILE *file; /* that is being written */
};

static bool name_in(const struct remote *remote, const char *path, char out_name[FETCH_URL_BYTES])
{
    int len = snprintf(out_name, FETCH_URL_BYTES, "%s/%s", remote->folder, path);
    return len > 0 && len < FETCH_URL_BYTES;
}

/* Makes the folders above a file of the copy. */
static bool make_folders(const struct remote *remote, char *name)
{
    for (char *slash = strchr(name + strlen(remote->folder) + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool right = mkdir(name, 0700) == 0 || errno == EEXIST;
        *slash = '/';
        if (!right)
            return false;
    }
    return true;
}

static bool write_piece(void *context, struct span bytes)
{
    struct remote *remote = context;
    remote->done.bytes += bytes.len;
    return remote->done.bytes <= COPY_BYTES_MOST &&
           fwrite(bytes.ptr, 1, bytes.len, remote->file) == bytes.len;
}

static enum outcome write_answer(struct remote *remote, const char *name, const char *path,
                                 size_t limit_bytes, long *out_status, struct fail *fail)
{
    remote->file = fopen(name, "wbxe");
    if (remote->file == NULL)
        return fail_unable(fail, "%s can't be made: %s", name, strerror(errno));
    enum outcome outcome = fetch_get(remote->fetch, remote->url, path, limit_bytes, write_piece,
                                     remote, out_status, fail);
    bool written = ferror(remote->file) == 0;
    if ((fclose(remote->file) != 0 || !written) && outcome != BAD)
        outcome = fail_unable(fail, "%s can't be written: %s", name, strerror(errno));
    if (remote->done.bytes > COPY_BYTES_MOST)
        outcome = fail_bad(fail, "%s holds more than 2^35 bytes", remote->url);
    return outcome;
}

/* One file of the election. That the server has none is for the checks of the log to find. */
static enum outcome copy_file(struct remote *remote, const char *path, size_t limit_bytes,
                              struct fail *fail)
{
    char name[FETCH_URL_BYTES];
    long status = 0;
    if (!name_in(remote, path, name) || !make_folders(remote, name))
        return fail_unable(fail, "no folder for %s in %s", path, remote->folder);
    if (++remote->done.files > BUNDLE_FILES)
        return fail_bad(fail, "%s holds more than %d files", remote->url, BUNDLE_FILES);
    enum outcome outcome = write_answer(remote, name, path, limit_bytes, &status, fail);
    if (outcome != GOOD)
        (void)unlink(name);
    if (outcome == BAD && (status == NOT_FOUND || status == GONE)) {
        remote->done.missing++;
        outcome = GOOD;
    }
    if (remote->progress != NULL)
        remote->progress(remote->context, &remote->done);
    return outcome;
}

/* The whole file of the copy; false if there is none, or it can't be read. */
static bool read_copy(const struct remote *remote, const char *path, struct buffer *out_bytes)
{
    char name[FETCH_URL_BYTES];
    uint8_t block[65536];
    size_t got;
    FILE *file = name_in(remote, path, name) ? fopen(name, "rbe") : NULL;
    if (file == NULL)
        return false;
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        buffer_append(out_bytes, span_of(block, got));
    bool right = ferror(file) == 0 && !buffer_full(out_bytes);
    (void)fclose(file);
    return right;
}

static enum outcome copy_checkpoint(struct remote *remote, uint64_t *out_size, struct fail *fail)
{
    struct buffer bytes;
    struct note note;
    struct checkpoint checkpoint;
    enum outcome outcome = copy_file(remote, "checkpoint", CHECKPOINT_BYTES_MOST, fail);
    if (outcome != GOOD)
        return outcome;
    buffer_init(&bytes, CHECKPOINT_BYTES_MOST);
    outcome = read_copy(remote, "checkpoint", &bytes)
                  ? note_parse(buffer_span(&bytes), &note, fail)
                  : fail_bad(fail, "%s/checkpoint is missing: is this an election's address?",
                             remote->url);
    if (outcome == GOOD)
        outcome = checkpoint_parse(note.text, &checkpoint, fail);
    if (outcome == GOOD)
        *out_size = checkpoint.size;
    buffer_done(&bytes);
    return outcome;
}

/* A blob that several entries name is fetched once. */
static enum outcome copy_blob(struct remote *remote, struct span hex, struct fail *fail)
{
    char path[PATH_BYTES + 1], name[FETCH_URL_BYTES];
    uint8_t hash[HASH_BYTES];
    if (!hex_decode(hex, hash, sizeof hash))
        return GOOD;
    (void)snprintf(path, sizeof path, "blob/sha256/%.*s", (int)hex.len, (const char *)hex.ptr);
    if (name_in(remote, path, name) && access(name, F_OK) == 0)
        return GOOD;
    return copy_file(remote, path, LIMIT_BLOB_BYTES, fail);
}

/* Every {"sha256":"...","size":N} of an entry, but for those of size 0, which name nothing. */
static enum outcome copy_blobs_of(struct remote *remote, struct span entry, struct fail *fail)
{
    const size_t start = strlen(REFERENCE), hex = 2 * HASH_BYTES;
    enum outcome outcome = GOOD;
    while (outcome == GOOD && entry.len > start + hex) {
        const uint8_t *found = memmem(entry.ptr, entry.len, REFERENCE, start);
        if (found == NULL)
            break;
        entry = span_after(entry, (size_t)(found - entry.ptr) + start);
        if (entry.len < hex)
            break;
        struct span rest = span_after(entry, hex);
        if (span_starts(rest, span_text("\",\"size\":")) &&
            !span_starts(rest, span_text("\",\"size\":0")))
            outcome = copy_blob(remote, span_of(entry.ptr, hex), fail);
        entry = rest;
    }
    return outcome;
}

/* A bundle that is missing or malformed names no blobs; the board will say what is wrong. */
static enum outcome copy_blobs_of_bundle(struct remote *remote, const char *path, unsigned width,
                                         struct fail *fail)
{
    struct span entries[TILE_WIDTH];
    struct buffer bytes;
    enum outcome outcome = GOOD;
    buffer_init(&bytes, ENTRY_TILE_BYTES);
    if (read_copy(remote, path, &bytes) &&
        tile_entries(buffer_span(&bytes), width, entries, NULL) == GOOD)
        for (unsigned i = 0; outcome == GOOD && i < width; i++)
            outcome = copy_blobs_of(remote, entries[i], fail);
    buffer_done(&bytes);
    return outcome;
}

typedef enum outcome tile_step_fn(struct remote *remote, const char *path, unsigned width,
                                  struct fail *fail);

static enum outcome copy_hashes(struct remote *remote, const char *path, unsigned width,
                                struct fail *fail)
{
    (void)width;
    return copy_file(remote, path, HASH_TILE_BYTES, fail);
}

static enum outcome copy_entries(struct remote *remote, const char *path, unsigned width,
                                 struct fail *fail)
{
    (void)width;
    return copy_file(remote, path, ENTRY_TILE_BYTES, fail);
}

static enum outcome each_tile(struct remote *remote, uint64_t size, int level, tile_step_fn *step,
                              struct fail *fail)
{
    enum outcome outcome = GOOD;
    uint64_t count = tile_count(size, level);
    for (uint64_t i = 0; outcome == GOOD && i < count; i++) {
        char path[TILE_PATH_BYTES];
        unsigned width = tile_width(size, level, i);
        tile_path(level, i, width, path);
        outcome = step(remote, path, width, fail);
    }
    return outcome;
}

static enum outcome copy_all(struct remote *remote, struct fail *fail)
{
    uint64_t size;
    enum outcome outcome = copy_checkpoint(remote, &size, fail);
    if (outcome == GOOD)
        outcome = each_tile(remote, size, TILE_ENTRIES, copy_entries, fail);
    for (int level = 0; outcome == GOOD && level < TILE_LEVELS; level++)
        outcome = each_tile(remote, size, level, copy_hashes, fail);
    if (outcome == GOOD)
        outcome = each_tile(remote, size, TILE_ENTRIES, copy_blobs_of_bundle, fail);
    return outcome;
}

static char *make_folder(void)
{
    char name[1024];
    const char *where = getenv("TMPDIR");
    int len = snprintf(name, sizeof name, "%s/verify-XXXXXX", where == NULL ? "/tmp" : where);
    if (len < 0 || (size_t)len >= sizeof name || mkdtemp(name) == NULL)
        return NULL;
    char *kept = strdup(name);
    if (kept == NULL)
        (void)rmdir(name);
    return kept;
}

enum outcome remote_copy(const char *url, bundle_progress_fn *progress, void *context,
                         char **out_folder, struct fail *fail)
{
    struct remote remote = {.url = url, .progress = progress, .context = context};
    enum outcome outcome = fetch_new(NULL, &remote.fetch, fail);
    if (outcome != GOOD)
        return outcome;
    remote.folder = make_folder();
    outcome = remote.folder == NULL ? fail_unable(fail, "no temporary folder: %s", strerror(errno))
                                    : copy_all(&remote, fail);
    fetch_free(remote.fetch);
    if (outcome == GOOD)
        *out_folder = remote.folder;
    else
        remote_remove(remote.folder);
    return outcome;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status, (void)type, (void)place;
    (void)remove(path);
    return 0;
}

void remote_remove(char *folder)
{
    if (folder == NULL)
        return;
    (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    free(folder);
}
