/*
 * A bundle in a directory. Links are never followed, so nothing outside the directory is read, and
 * the walk goes no deeper than a valid path can.
 */
#include "bundle/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static enum outcome walk(struct bundle *bundle, DIR *directory, const char *path,
                         struct fail *fail);

static enum outcome walk_subdirectory(struct bundle *bundle, int parent, const char *name,
                                      const char *path, struct fail *fail)
{
    int descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *directory = descriptor < 0 ? NULL : fdopendir(descriptor);
    if (directory == NULL) {
        if (descriptor >= 0)
            close(descriptor);
        return fail_unable(fail, "bundle: %s can't be read: %s", path, strerror(errno));
    }
    enum outcome outcome = walk(bundle, directory, path, fail);
    closedir(directory);
    return outcome;
}

/* One name in the directory `path` ("" at the top). Every component takes two bytes of the path at
 * least, so the recursion ends where path_valid() refuses. */
static enum outcome take_name(struct bundle *bundle, int parent, const char *name, const char *path,
                              struct fail *fail)
{
    char full[PATH_BYTES + 2];
    struct stat status;
    int len = snprintf(full, sizeof full, "%s%s%s", path, path[0] == '\0' ? "" : "/", name);
    if (len < 0 || (size_t)len >= sizeof full || !path_valid(span_text(full)))
        return fail_bad(fail, "bundle: a file has the name \"%s\" in \"%s\", which no bundle holds",
                        name, path);
    if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return fail_unable(fail, "bundle: %s: %s", full, strerror(errno));
    if (S_ISDIR(status.st_mode))
        return walk_subdirectory(bundle, parent, name, full, fail);
    if (!S_ISREG(status.st_mode))
        return fail_bad(fail, "bundle: %s is neither a regular file nor a directory", full);
    return bundle_add(bundle, span_text(full), 0, (uint64_t)status.st_size, fail);
}

static enum outcome walk(struct bundle *bundle, DIR *directory, const char *path, struct fail *fail)
{
    for (;;) {
        errno = 0;
        const struct dirent *found = readdir(directory);
        if (found == NULL)
            return errno == 0 ? GOOD : fail_unable(fail, "bundle: %s: %s", path, strerror(errno));
        if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0)
            continue;
        enum outcome outcome = take_name(bundle, dirfd(directory), found->d_name, path, fail);
        if (outcome != GOOD)
            return outcome;
    }
}

/* Opens a valid path one component after the other, so that no component can be a link. */
static int open_below(int directory, const char *path)
{
    char name[PATH_BYTES + 1];
    int at = dup(directory);
    while (at >= 0) {
        const char *slash = strchr(path, '/');
        size_t len = slash == NULL ? strlen(path) : (size_t)(slash - path);
        memcpy(name, path, len);
        name[len] = '\0';
        int kind = slash == NULL ? O_NONBLOCK : O_DIRECTORY;
        int next = openat(at, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | kind);
        int why = errno;
        close(at);
        errno = why;
        if (slash == NULL)
            return next;
        at = next;
        path = slash + 1;
    }
    return -1;
}

static enum outcome directory_read(const struct bundle *bundle, const struct bundle_entry *entry,
                                   size_t limit_bytes, struct bundle_file *out_file,
                                   struct fail *fail)
{
    int descriptor = open_below(bundle->directory, entry->path);
    if (descriptor < 0)
        return fail_unable(fail, "can't be opened: %s", strerror(errno));
    struct span bytes;
    enum outcome outcome = source_map(descriptor, limit_bytes, &bytes, fail);
    close(descriptor);
    if (outcome == GOOD)
        *out_file = (struct bundle_file){.bytes = bytes, .mapping = (void *)(uintptr_t)bytes.ptr};
    return outcome;
}

static void directory_done(struct bundle *bundle)
{
    close(bundle->directory);
}

enum outcome directory_open(struct bundle *bundle, int descriptor, struct fail *fail)
{
    static const struct bundle_source source = {directory_read, directory_done};
    bundle->source = &source;
    bundle->directory = descriptor;
    return walk_subdirectory(bundle, descriptor, ".", "", fail);
}
