/* A disk that loses power: an SQLite VFS over the default one, for tests only.
 *
 * What is written to a database or its WAL is seen by every later read, as an operating system's
 * cache would show it, but reaches the file only when it is synced. At the cut, what is not yet
 * synced is lost in part: in random order each write or truncation is dropped, kept, or torn (only
 * some of its 512-byte sectors, the last of them perhaps cut short). From then on every call fails,
 * as if the machine were gone; the files hold what the disk would.
 *
 * Names, locks and shared memory go straight to the default VFS.
 */
#ifndef TESTS_POWER_VFS_H
#define TESTS_POWER_VFS_H

#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { POWER_SECTOR = 512, POWER_DISKS = 4 };

struct power_write {
    struct power_write *next;
    sqlite3_int64 at;
    int len; /* -1: a truncation to `at` bytes */
    uint8_t bytes[];
};

/* One file, as the process sees it (cache) and as the disk holds it. */
struct power_disk {
    char *name;
    uint8_t *cache, *disk;
    size_t cache_len, disk_len;
    struct power_write *first, **last; /* not yet synced, in order */
};

static struct power {
    struct power_disk disks[POWER_DISKS];
    uint64_t random;
    long calls_left; /* writes and syncs until the cut; negative: never */
    long calls;      /* so far */
    bool cut;
    unsigned lost_writes, torn_writes, kept_writes;
} power;

/* Files are used by several threads; the power goes for all at once. */
static pthread_mutex_t power_guard = PTHREAD_MUTEX_INITIALIZER;

struct power_file {
    sqlite3_file base;
    struct power_disk *disk; /* NULL: passed through */
    sqlite3_file *real;
};

static uint64_t power_random(void)
{
    power.random ^= power.random << 13;
    power.random ^= power.random >> 7;
    power.random ^= power.random << 17;
    return power.random;
}

static void power_resize(uint8_t **bytes, size_t *len, size_t to)
{
    uint8_t *grown = realloc(*bytes, to ? to : 1);
    assert(grown);
    if (to > *len)
        memset(grown + *len, 0, to - *len);
    *bytes = grown;
    *len = to;
}

static void power_apply(uint8_t **bytes, size_t *len, const struct power_write *write, size_t from,
                        size_t to)
{
    if (write->len < 0) {
        power_resize(bytes, len, (size_t)write->at);
        return;
    }
    size_t end = (size_t)write->at + to;
    if (end > *len)
        power_resize(bytes, len, end);
    memcpy(*bytes + write->at + from, write->bytes + from, to - from);
}

/* What the disk got of one write that was under way. */
static void power_tear(struct power_disk *disk, const struct power_write *write)
{
    size_t len = write->len < 0 ? 1 : (size_t)write->len;
    uint64_t fate = power_random() % 4;
    if (fate < 2) {
        power.lost_writes++;
        return;
    }
    if (fate == 2 || write->len < 0) {
        power.kept_writes++;
        power_apply(&disk->disk, &disk->disk_len, write, 0, len);
        return;
    }
    power.torn_writes++;
    for (size_t from = 0; from < len; from += POWER_SECTOR) {
        size_t to = from + POWER_SECTOR < len ? from + POWER_SECTOR : len;
        if (power_random() % 8 == 0)
            to = from + 1 + power_random() % (to - from);
        if (power_random() % 2)
            power_apply(&disk->disk, &disk->disk_len, write, from, to);
    }
}

static void power_forget(struct power_disk *disk)
{
    while (disk->first) {
        struct power_write *next = disk->first->next;
        free(disk->first);
        disk->first = next;
    }
    disk->last = &disk->first;
}

static size_t power_list(const struct power_disk *disk, struct power_write **out, size_t max)
{
    size_t count = 0;
    for (struct power_write *write = disk->first; write && count < max; write = write->next)
        out[count++] = write;
    return count;
}

static void power_write_out(const struct power_disk *disk)
{
    FILE *file = fopen(disk->name, "w");
    if (!file)
        return; /* removed meanwhile */
    size_t written = fwrite(disk->disk, 1, disk->disk_len, file);
    assert(written == disk->disk_len);
    fclose(file);
}

static void power_cut(void)
{
    enum { MAX = 100000 };
    static struct power_write *writes[MAX];
    power.cut = true;
    for (size_t d = 0; d < POWER_DISKS; d++) {
        struct power_disk *disk = &power.disks[d];
        if (!disk->name)
            continue;
        size_t count = power_list(disk, writes, MAX);
        for (size_t i = count; i > 0; i--) {
            size_t chosen = power_random() % i;
            struct power_write *write = writes[chosen];
            writes[chosen] = writes[i - 1];
            power_tear(disk, write);
        }
        power_forget(disk);
        power_write_out(disk);
    }
}

/* Before each write and sync: true when the power is gone. */
static bool power_is_gone(void)
{
    power.calls++;
    if (!power.cut && power.calls_left >= 0 && power.calls_left-- == 0)
        power_cut();
    return power.cut;
}

static int power_read(sqlite3_file *base, void *out, int len, sqlite3_int64 at)
{
    struct power_file *file = (struct power_file *)base;
    if (!file->disk)
        return file->real->pMethods->xRead(file->real, out, len, at);
    pthread_mutex_lock(&power_guard);
    bool cut = power.cut;
    size_t there = file->disk->cache_len > (size_t)at ? file->disk->cache_len - (size_t)at : 0;
    size_t got = there < (size_t)len ? there : (size_t)len;
    if (got > 0)
        memcpy(out, file->disk->cache + at, got);
    pthread_mutex_unlock(&power_guard);
    memset((uint8_t *)out + got, 0, (size_t)len - got);
    if (cut)
        return SQLITE_IOERR_READ;
    return got == (size_t)len ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static void power_remember(struct power_disk *disk, const void *bytes, int len, sqlite3_int64 at)
{
    size_t size = len > 0 ? (size_t)len : 0;
    struct power_write *write = malloc(sizeof *write + size);
    assert(write);
    *write = (struct power_write){NULL, at, len};
    if (size > 0)
        memcpy(write->bytes, bytes, size);
    *disk->last = write;
    disk->last = &write->next;
    power_apply(&disk->cache, &disk->cache_len, write, 0, size);
}

/* False when the power is gone. */
static bool power_change(struct power_disk *disk, const void *bytes, int len, sqlite3_int64 at)
{
    pthread_mutex_lock(&power_guard);
    power_remember(disk, bytes, len, at);
    bool gone = power_is_gone();
    pthread_mutex_unlock(&power_guard);
    return !gone;
}

static int power_write(sqlite3_file *base, const void *bytes, int len, sqlite3_int64 at)
{
    struct power_file *file = (struct power_file *)base;
    if (!file->disk)
        return file->real->pMethods->xWrite(file->real, bytes, len, at);
    return power_change(file->disk, bytes, len, at) ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

static int power_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct power_file *file = (struct power_file *)base;
    if (!file->disk)
        return file->real->pMethods->xTruncate(file->real, size);
    return power_change(file->disk, NULL, -1, size) ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

static int power_sync(sqlite3_file *base, int flags)
{
    struct power_file *file = (struct power_file *)base;
    if (!file->disk)
        return file->real->pMethods->xSync(file->real, flags);
    struct power_disk *disk = file->disk;
    pthread_mutex_lock(&power_guard);
    bool gone = power_is_gone();
    for (struct power_write *write = gone ? NULL : disk->first; write; write = write->next)
        power_apply(&disk->disk, &disk->disk_len, write, 0,
                    write->len > 0 ? (size_t)write->len : 0);
    if (!gone)
        power_forget(disk);
    pthread_mutex_unlock(&power_guard);
    return gone ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int power_size(sqlite3_file *base, sqlite3_int64 *out_size)
{
    struct power_file *file = (struct power_file *)base;
    if (!file->disk)
        return file->real->pMethods->xFileSize(file->real, out_size);
    pthread_mutex_lock(&power_guard);
    *out_size = (sqlite3_int64)file->disk->cache_len;
    pthread_mutex_unlock(&power_guard);
    return power.cut ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

static int power_close(sqlite3_file *base)
{
    struct power_file *file = (struct power_file *)base;
    int code = file->real->pMethods->xClose(file->real);
    free(file->real);
    return code;
}

#define POWER_REAL(base) (((struct power_file *)(base))->real)
static int power_lock(sqlite3_file *base, int level)
{
    return POWER_REAL(base)->pMethods->xLock(POWER_REAL(base), level);
}
static int power_unlock(sqlite3_file *base, int level)
{
    return POWER_REAL(base)->pMethods->xUnlock(POWER_REAL(base), level);
}
static int power_reserved(sqlite3_file *base, int *out)
{
    return POWER_REAL(base)->pMethods->xCheckReservedLock(POWER_REAL(base), out);
}
static int power_control(sqlite3_file *base, int op, void *arg)
{
    (void)base, (void)op, (void)arg; /* hints of sizes would touch the real file */
    return SQLITE_NOTFOUND;
}
static int power_sector(sqlite3_file *base)
{
    (void)base;
    return POWER_SECTOR;
}
static int power_traits(sqlite3_file *base)
{
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE; /* as on every system that SQLite is built for */
}
static int power_shm_map(sqlite3_file *base, int page, int size, int extend, void volatile **out)
{
    return POWER_REAL(base)->pMethods->xShmMap(POWER_REAL(base), page, size, extend, out);
}
static int power_shm_lock(sqlite3_file *base, int offset, int n, int flags)
{
    return POWER_REAL(base)->pMethods->xShmLock(POWER_REAL(base), offset, n, flags);
}
static void power_shm_barrier(sqlite3_file *base)
{
    POWER_REAL(base)->pMethods->xShmBarrier(POWER_REAL(base));
}
static int power_shm_unmap(sqlite3_file *base, int remove)
{
    return POWER_REAL(base)->pMethods->xShmUnmap(POWER_REAL(base), remove);
}

static const sqlite3_io_methods power_methods = {
    .iVersion = 2,
    .xClose = power_close,
    .xRead = power_read,
    .xWrite = power_write,
    .xTruncate = power_truncate,
    .xSync = power_sync,
    .xFileSize = power_size,
    .xLock = power_lock,
    .xUnlock = power_unlock,
    .xCheckReservedLock = power_reserved,
    .xFileControl = power_control,
    .xSectorSize = power_sector,
    .xDeviceCharacteristics = power_traits,
    .xShmMap = power_shm_map,
    .xShmLock = power_shm_lock,
    .xShmBarrier = power_shm_barrier,
    .xShmUnmap = power_shm_unmap,
};

/* The file's disk, loaded when it is first opened since the power came on. */
static struct power_disk *power_disk_of(const char *name, sqlite3_file *real)
{
    sqlite3_int64 size = 0;
    struct power_disk *disk = power.disks;
    for (; disk < power.disks + POWER_DISKS && disk->name; disk++)
        if (strcmp(disk->name, name) == 0)
            return disk;
    assert(disk < power.disks + POWER_DISKS);
    real->pMethods->xFileSize(real, &size);
    disk->name = strdup(name);
    disk->last = &disk->first;
    power_resize(&disk->disk, &disk->disk_len, (size_t)size);
    power_resize(&disk->cache, &disk->cache_len, (size_t)size);
    if (size > 0)
        real->pMethods->xRead(real, disk->disk, (int)size, 0);
    memcpy(disk->cache, disk->disk, (size_t)size);
    return disk;
}

static int power_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags,
                      int *out_flags)
{
    sqlite3_vfs *under = vfs->pAppData;
    struct power_file *file = (struct power_file *)base;
    base->pMethods = NULL;
    file->real = calloc(1, (size_t)under->szOsFile);
    assert(file->real);
    int code =
        power.cut ? SQLITE_CANTOPEN : under->xOpen(under, name, file->real, flags, out_flags);
    if (code != SQLITE_OK) {
        free(file->real);
        return code;
    }
    pthread_mutex_lock(&power_guard);
    file->disk = name && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL))
                     ? power_disk_of(name, file->real)
                     : NULL;
    pthread_mutex_unlock(&power_guard);
    base->pMethods = &power_methods;
    return SQLITE_OK;
}

static int power_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    sqlite3_vfs *under = vfs->pAppData;
    return power.cut ? SQLITE_IOERR_DELETE : under->xDelete(under, name, sync);
}

/* The power comes on: the files are whatever they are now. */
static void power_on(uint64_t seed, long calls_until_cut)
{
    static sqlite3_vfs vfs;
    for (size_t i = 0; i < POWER_DISKS; i++) {
        power_forget(&power.disks[i]);
        free(power.disks[i].name);
        free(power.disks[i].cache);
        free(power.disks[i].disk);
    }
    power = (struct power){.random = seed * 0x9e3779b97f4a7c15U + 1, .calls_left = calls_until_cut};
    if (!vfs.zName) {
        vfs = *sqlite3_vfs_find(NULL);
        vfs.pAppData = sqlite3_vfs_find(NULL);
        vfs.zName = "power";
        vfs.szOsFile = (int)sizeof(struct power_file);
        vfs.xOpen = power_open;
        vfs.xDelete = power_delete;
        sqlite3_vfs_register(&vfs, 0);
    }
}

#endif
