#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK_BYTES = 65536 };

static enum outcome fail_errno(struct fail *fail, const char *doing, const char *path)
{
    int error = errno;

    if (error == ENOENT || error == ENOTDIR)
        return fail_set(fail, NOT_FOUND, "file.missing", "%s %s: no such file or folder", doing,
                        path);
    return fail_set(fail, BROKEN, "file.broken", "%s %s: %s", doing, path, strerror(error));
}

/* Reads to the end, or says why not; whatever happens, out grows by what was read at most. */
static enum outcome read_all(int fd, const char *path, struct buf *out, struct fail *fail)
{
    uint8_t chunk[CHUNK_BYTES];

    for (;;) {
        ssize_t got = read(fd, chunk, sizeof(chunk));
        if (got == 0)
            return OK;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_errno(fail, "reading", path);
        if ((size_t)got > out->max - out->len)
            return fail_set(fail, TOO_LARGE, "file.too-large", "%s: over %zu bytes", path,
                            out->max);
        buf_add(out, span_of(chunk, (size_t)got));
        if (!buf_ok(out))
            return fail_set(fail, BROKEN, "file.broken", "%s: out of memory", path);
    }
}

static enum outcome open_for_reading(const char *path, int *out_fd, struct fail *fail)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return fail_errno(fail, "opening", path);
    if (fstat(fd, &status) != 0 || !(S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode))) {
        close(fd);
        return fail_set(fail, BAD_INPUT, "file.not-regular", "%s: neither a file nor a pipe", path);
    }
    *out_fd = fd;
    return OK;
}

enum outcome file_read(const char *path, struct buf *out, struct fail *fail)
{
    bool standard_input = strcmp(path, "-") == 0;
    size_t before = out->len;
    int fd = STDIN_FILENO;
    enum outcome outcome = standard_input ? OK : open_for_reading(path, &fd, fail);

    if (outcome != OK)
        return outcome;
    outcome = read_all(fd, standard_input ? "standard input" : path, out, fail);
    if (outcome != OK && out->bytes) {
        out->len = before;
        out->bytes[before] = 0;
    }
    if (!standard_input)
        close(fd);
    return outcome;
}

enum outcome file_path(char *out, size_t out_bytes, const char *folder, const char *name,
                       struct fail *fail)
{
    bool slash = folder[0] && folder[strlen(folder) - 1] == '/';
    char path[PATH_MAX];
    int len = snprintf(path, sizeof(path), "%s%s%s", folder, slash || !folder[0] ? "" : "/", name);

    if (len < 0 || (size_t)len >= sizeof(path) || (size_t)len >= out_bytes)
        return fail_set(fail, BROKEN, "file.path-too-long", "%s/%s: the path is too long", folder,
                        name);
    memcpy(out, path, (size_t)len + 1);
    return OK;
}

/* Makes a rename or a new name in the folder that holds `path` survive a power cut. */
static enum outcome sync_folder_of(const char *path, struct fail *fail)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) : 0;

    if (len >= sizeof(folder))
        return fail_set(fail, BROKEN, "file.path-too-long", "%s: the path is too long", path);
    memcpy(folder, path, len);
    folder[len] = 0;
    const char *name = len ? folder : slash ? "/" : ".";
    int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return fail_errno(fail, "opening folder", name);
    enum outcome outcome = fsync(fd) == 0 ? OK : fail_errno(fail, "syncing folder", name);
    close(fd);
    return outcome;
}

static bool write_all(int fd, struct span bytes)
{
    while (bytes.len) {
        ssize_t put = write(fd, bytes.ptr, bytes.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        bytes = span_of(bytes.ptr + put, bytes.len - (size_t)put);
    }
    return true;
}

/* Fills a new file beside `path` and leaves its name in `temporary`, safely on the disk. */
static enum outcome write_beside(const char *path, struct span bytes, unsigned mode,
                                 char temporary[static PATH_MAX], struct fail *fail)
{
    int len = snprintf(temporary, PATH_MAX, "%s.new-XXXXXX", path);

    if (len < 0 || len >= PATH_MAX)
        return fail_set(fail, BROKEN, "file.path-too-long", "%s: the path is too long", path);
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return fail_errno(fail, "creating", path);
    enum outcome outcome = OK;
    if (fchmod(fd, mode) != 0 || !write_all(fd, bytes) || fsync(fd) != 0)
        outcome = fail_errno(fail, "writing", path);
    if (close(fd) != 0 && outcome == OK)
        outcome = fail_errno(fail, "writing", path);
    if (outcome != OK)
        unlink(temporary);
    return outcome;
}

static enum outcome put_file(const char *path, struct span bytes, unsigned mode, bool only_new,
                             struct fail *fail)
{
    char temporary[PATH_MAX];
    enum outcome outcome = write_beside(path, bytes, mode, temporary, fail);

    if (outcome != OK)
        return outcome;
    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, only_new ? RENAME_NOREPLACE : 0) == 0)
        return sync_folder_of(path, fail);
    if (only_new && errno == EEXIST)
        outcome = fail_set(fail, CONFLICT, "file.exists",
                           "%s: exists already; choose another name or remove it", path);
    else
        outcome = fail_errno(fail, "replacing", path);
    unlink(temporary);
    return outcome;
}

enum outcome file_write(const char *path, struct span bytes, unsigned mode, struct fail *fail)
{
    return put_file(path, bytes, mode, false, fail);
}

enum outcome file_create(const char *path, struct span bytes, unsigned mode, struct fail *fail)
{
    return put_file(path, bytes, mode, true, fail);
}

static enum outcome make_one_folder(const char *path, struct fail *fail)
{
    struct stat status;

    if (mkdir(path, 0700) == 0)
        return sync_folder_of(path, fail);
    if (errno != EEXIST)
        return fail_errno(fail, "making folder", path);
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return OK;
    return fail_set(fail, CONFLICT, "file.not-folder", "%s: exists and is no folder", path);
}

enum outcome file_make_folder(const char *path, struct fail *fail)
{
    char part[PATH_MAX];
    size_t len = strlen(path);
    enum outcome outcome = OK;

    while (len > 1 && path[len - 1] == '/')
        len--;
    if (len == 0 || len >= sizeof(part))
        return fail_set(fail, BAD_INPUT, "file.path", "\"%s\": no usable path for a folder", path);
    memcpy(part, path, len);
    part[len] = 0;
    for (char *at = strchr(part + 1, '/'); at && outcome == OK; at = strchr(at + 1, '/')) {
        *at = 0;
        outcome = make_one_folder(part, fail);
        *at = '/';
    }
    return outcome == OK ? make_one_folder(part, fail) : outcome;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}
