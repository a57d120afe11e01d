#include "trustee/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum outcome spool_open(struct spool *out_spool, struct fail *fail)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/ballotd-XXXXXX", folder && *folder ? folder : "/tmp");
    int fd = len > 0 && (size_t)len < sizeof path ? mkostemp(path, O_CLOEXEC) : -1;
    if (fd < 0)
        return fail_set(fail, BROKEN, "spool.file", "%s: no temporary file: %s", path,
                        strerror(errno));
    (void)unlink(path);
    *out_spool = (struct spool){.fd = fd};
    return OK;
}

void spool_close(struct spool *spool)
{
    if (spool->fd > 0)
        (void)close(spool->fd);
    free(spool->entries);
    free(spool->blobs);
    *spool = (struct spool){0};
}

static enum outcome write_all(struct spool *spool, struct span bytes, struct spool_place *out_place,
                              struct fail *fail)
{
    for (size_t done = 0; done < bytes.len;) {
        ssize_t wrote =
            pwrite(spool->fd, bytes.ptr + done, bytes.len - done, (off_t)(spool->end + done));
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return fail_set(fail, BROKEN, "spool.write", "the temporary file: %s", strerror(errno));
        done += (size_t)wrote;
    }
    *out_place = (struct spool_place){spool->end, bytes.len};
    spool->end += bytes.len;
    return OK;
}

/* Room for one more item; NULL when there is none. */
static void *grow(void *items, size_t count, size_t *capacity, size_t item_bytes)
{
    if (count < *capacity)
        return items;
    size_t wanted = *capacity ? 2 * *capacity : 256;
    void *grown = reallocarray(items, wanted, item_bytes);
    if (grown)
        *capacity = wanted;
    return grown;
}

static enum outcome no_memory(struct fail *fail)
{
    return fail_set(fail, BROKEN, "memory", "out of memory");
}

enum outcome spool_add_entry(struct spool *spool, struct span entry, struct fail *fail)
{
    struct spool_place *entries =
        grow(spool->entries, spool->entry_count, &spool->entry_capacity, sizeof *entries);
    if (!entries)
        return no_memory(fail);
    spool->entries = entries;
    enum outcome outcome = write_all(spool, entry, &entries[spool->entry_count], fail);
    if (outcome == OK)
        spool->entry_count++;
    return outcome;
}

enum outcome spool_add_blob(struct spool *spool, const uint8_t sha256[static HASH_BYTES],
                            struct span blob, struct fail *fail)
{
    struct spool_blob *blobs =
        grow(spool->blobs, spool->blob_count, &spool->blob_capacity, sizeof *blobs);
    if (!blobs)
        return no_memory(fail);
    spool->blobs = blobs;
    enum outcome outcome = write_all(spool, blob, &blobs[spool->blob_count].place, fail);
    if (outcome == OK)
        memcpy(blobs[spool->blob_count++].sha256, sha256, HASH_BYTES);
    return outcome;
}

static enum outcome read_all(const struct spool *spool, const struct spool_place *place,
                             struct buf *out, struct fail *fail)
{
    uint8_t *to = buf_extend(out, place->len);
    if (!to)
        return buf_check(out, "what was downloaded", fail);
    for (size_t done = 0; done < place->len;) {
        ssize_t got = pread(spool->fd, to + done, place->len - done, (off_t)(place->at + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fail_set(fail, BROKEN, "spool.read", "the temporary file cannot be read");
        done += (size_t)got;
    }
    return OK;
}

enum outcome spool_entry(const struct spool *spool, uint64_t index, struct buf *out,
                         struct fail *fail)
{
    if (index >= spool->entry_count)
        return fail_set(fail, NOT_FOUND, "spool.entry", "entry %llu was not downloaded",
                        (unsigned long long)index);
    return read_all(spool, &spool->entries[index], out, fail);
}

enum outcome spool_blob(const struct spool *spool, const uint8_t sha256[static HASH_BYTES],
                        struct buf *out, struct fail *fail)
{
    for (size_t i = 0; i < spool->blob_count; i++)
        if (memcmp(spool->blobs[i].sha256, sha256, HASH_BYTES) == 0)
            return read_all(spool, &spool->blobs[i].place, out, fail);
    return fail_set(fail, NOT_FOUND, "spool.blob", "this blob was not downloaded");
}
