#include "bundle/source.h"

#include "bundle/remote.h"
#include "fetch/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int compare_entries(const void *a, const void *b)
{
    const struct bundle_entry *left = a, *right = b;
    return strcmp(left->path, right->path);
}

enum outcome bundle_add(struct bundle *bundle, struct span path, uint64_t at, uint64_t len,
                        struct fail *fail)
{
    if (!path_valid(path))
        return fail_bad(fail, "bundle: a file has the name \"%.*s\", which no bundle holds",
                        (int)(path.len < PATH_BYTES ? path.len : PATH_BYTES),
                        (const char *)path.ptr);
    if (bundle->count == BUNDLE_FILES)
        return fail_bad(fail, "bundle: more than %d files", BUNDLE_FILES);
    if (bundle->count == bundle->room) {
        size_t room = bundle->room == 0 ? 1024 : 2 * bundle->room;
        struct bundle_entry *entries = realloc(bundle->entries, room * sizeof *entries);
        if (entries == NULL)
            return fail_unable(fail, "bundle: no memory for %zu files", room);
        bundle->entries = entries;
        bundle->room = room;
    }
    struct bundle_entry *entry = &bundle->entries[bundle->count++];
    *entry = (struct bundle_entry){.at = at, .len = len};
    memcpy(entry->path, path.ptr, path.len);
    return GOOD;
}

enum outcome source_map(int descriptor, uint64_t limit_bytes, struct span *out_bytes,
                        struct fail *fail)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
        return fail_bad(fail, "not a regular file");
    uint64_t len = (uint64_t)status.st_size;
    if (len > limit_bytes)
        return fail_bad(fail, "longer than %llu bytes", (unsigned long long)limit_bytes);
    if (len == 0) {
        *out_bytes = (struct span){0};
        return GOOD;
    }
    void *mapping = mmap(NULL, len, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (mapping == MAP_FAILED)
        return fail_unable(fail, "can't be mapped: %s", strerror(errno));
    *out_bytes = span_of(mapping, len);
    return GOOD;
}

static enum outcome open_source(struct bundle *bundle, const char *where, struct fail *fail)
{
    struct stat status;
    int descriptor = open(where, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0 || fstat(descriptor, &status) != 0) {
        if (descriptor >= 0)
            close(descriptor);
        return fail_unable(fail, "%s can't be opened: %s", where, strerror(errno));
    }
    return S_ISDIR(status.st_mode) ? directory_open(bundle, descriptor, fail)
                                   : tar_open(bundle, descriptor, fail);
}

bool bundle_is_url(const char *where)
{
    return fetch_is_url(where);
}

enum outcome bundle_open_url(const char *where, bundle_progress_fn *progress, void *context,
                             struct bundle **out_bundle, struct fail *fail)
{
    char *folder;
    enum outcome outcome = remote_copy(where, progress, context, &folder, fail);
    if (outcome != GOOD)
        return outcome;
    outcome = bundle_open(folder, out_bundle, fail);
    if (outcome == GOOD)
        (*out_bundle)->copy = folder;
    else
        remote_remove(folder);
    return outcome;
}

enum outcome bundle_open(const char *where, struct bundle **out_bundle, struct fail *fail)
{
    if (bundle_is_url(where))
        return bundle_open_url(where, NULL, NULL, out_bundle, fail);
    struct bundle *bundle = calloc(1, sizeof *bundle);
    if (bundle == NULL)
        return fail_unable(fail, "bundle: no memory");
    bundle->directory = -1;
    enum outcome outcome = open_source(bundle, where, fail);
    if (outcome != GOOD) {
        bundle_free(bundle);
        return outcome;
    }
    if (bundle->count > 0)
        qsort(bundle->entries, bundle->count, sizeof *bundle->entries, compare_entries);
    *out_bundle = bundle;
    return GOOD;
}

void bundle_free(struct bundle *bundle)
{
    if (bundle == NULL)
        return;
    if (bundle->source != NULL)
        bundle->source->done(bundle);
    remote_remove(bundle->copy);
    free(bundle->entries);
    free(bundle);
}

size_t bundle_count(const struct bundle *bundle)
{
    return bundle->count;
}

struct span bundle_path(const struct bundle *bundle, size_t index)
{
    return span_text(bundle->entries[index].path);
}

bool bundle_find(const struct bundle *bundle, struct span path, size_t *out_index)
{
    if (!path_valid(path) || bundle->count == 0)
        return false;
    struct bundle_entry wanted = {0};
    memcpy(wanted.path, path.ptr, path.len);
    const struct bundle_entry *found =
        bsearch(&wanted, bundle->entries, bundle->count, sizeof *bundle->entries, compare_entries);
    if (found == NULL)
        return false;
    *out_index = (size_t)(found - bundle->entries);
    return true;
}

enum outcome bundle_read(const struct bundle *bundle, struct span path, size_t limit_bytes,
                         struct bundle_file *out_file, struct fail *fail)
{
    size_t index;
    if (!bundle_find(bundle, path, &index))
        return fail_bad(fail, "%.*s is missing from the bundle", (int)path.len,
                        (const char *)path.ptr);
    enum outcome outcome =
        bundle->source->read(bundle, &bundle->entries[index], limit_bytes, out_file, fail);
    if (outcome != GOOD)
        fail_at(fail, "%.*s: ", (int)path.len, (const char *)path.ptr);
    return outcome;
}

void bundle_close(struct bundle_file *file)
{
    if (file == NULL)
        return;
    if (file->mapping != NULL)
        munmap(file->mapping, file->bytes.len);
    *file = (struct bundle_file){0};
}
