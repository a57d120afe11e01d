/* The disk is full while ballots come in: the daemon refuses with a problem of its own (5xx) and no
 * signed refusal, goes on serving what can be read, loses nothing that it acknowledged, and works
 * again when there is room. Once with a limit on the size of files, once with a small file system
 * that fills up, where the test may mount one. */
#include "lib/process.h"
#include "voters.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { BALLOTS = 1500, ROOM_BYTES = 600 << 10, DISK_BYTES = 64 << 20 };

/* Reads go on, the refused are refused again, and the acknowledged are told so again. */
static void check_refusing(struct world *world)
{
    world->may_refuse = true;
    world->refused = 0;
    post(world, 0, world->cast_count, false);
    CHECK(world->refused > 0);
    look(world);
    world->refused = 0;
    post(world, 0, world->cast_count, false);
    CHECK(world->refused > 0);
    world->may_refuse = false;
    post(world, 0, world->last, true);
    CHECK(!daemon_is_silent(&world->daemon)); /* its operator is told */
    look(world);
}

/* With room again, from the same folder. */
static void check_recovered(struct world *world)
{
    size_t acknowledged = 0;
    for (size_t i = 0; i < world->cast_count; i++)
        acknowledged += world->casts[i].acknowledged;
    CHECK(acknowledged > 0 && acknowledged < world->cast_count);
    start(world);
    look(world);
    post(world, 0, world->cast_count, true);
    post(world, 0, world->cast_count, false);
    for (size_t i = 0; i < world->cast_count; i++)
        CHECK(world->casts[i].acknowledged);
    look(world);
    CHECK(daemon_is_silent(&world->daemon));
    CHECK_INT(daemon_stop(&world->daemon), 0);
    printf("%zu ballots acknowledged before the disk was full, %zu after\n", acknowledged,
           world->cast_count - acknowledged);
}

static void test_file_limit(struct world *world)
{
    char path[128];
    struct stat status;
    check_case("files cannot grow");
    snprintf(path, sizeof path, "%s/board.db", world->folder);
    CHECK_INT(stat(path, &status), 0);
    world->daemon.file_bytes_limit = (uint64_t)status.st_size + ROOM_BYTES;
    start(world);
    check_refusing(world);
    CHECK_INT(daemon_stop(&world->daemon), 0);
    world->daemon.file_bytes_limit = 0;
    check_recovered(world);
}

/* Leaves so many bytes of room. */
static void fill(const char *disk, const char *path)
{
    struct statvfs room;
    CHECK_INT(statvfs(disk, &room), 0);
    off_t bytes = (off_t)(room.f_bavail * room.f_bsize) - ROOM_BYTES;
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    CHECK(bytes > 0 && fd >= 0 && posix_fallocate(fd, 0, bytes) == 0);
    close(fd);
}

/* It may start or say in one line why not; nothing is worse for it. */
static void check_start_on_full(struct world *world)
{
    char line[512];
    unsigned lines = 0;
    if (daemon_try_start(&world->daemon, world->folder)) {
        look(world);
        CHECK_INT(daemon_stop(&world->daemon), 0);
        return;
    }
    FILE *file = fopen(world->daemon.errors, "r");
    while (file && fgets(line, sizeof line, file))
        lines++;
    CHECK_UINT(lines, 1);
    if (file)
        fclose(file);
    printf("on the full disk it says: %s", line);
}

static void test_full_disk(struct world *world, const char *disk)
{
    char filler[96];
    check_case("the file system is full");
    snprintf(filler, sizeof filler, "%s/filler", disk);
    start(world);
    fill(disk, filler);
    check_refusing(world);
    CHECK_INT(daemon_stop(&world->daemon), 0);
    check_start_on_full(world);
    CHECK_INT(unlink(filler), 0);
    check_recovered(world);
}

static void prepare(struct world *world, const char *folder)
{
    *world = (struct world){0};
    snprintf(world->folder, sizeof world->folder, "%s/election", folder);
    open_election(world, BALLOTS);
    rehearsal_pause(&world->rehearsal);
}

static void forget(struct world *world)
{
    rehearsal_end(&world->rehearsal);
    for (size_t i = 0; i < world->cast_count; i++)
        buf_done(&world->casts[i].note);
    free(world->casts);
    free(world->seen);
    free(world->leaves);
}

int main(void)
{
    static struct world world;
    char top[] = "/tmp/fault_full.XXXXXX", second[64], disk[80], size[32];
    if (sodium_init() < 0 || !mkdtemp(top))
        return 1;
    prepare(&world, top);
    test_file_limit(&world);
    forget(&world);
    snprintf(second, sizeof second, "%s/second", top);
    snprintf(disk, sizeof disk, "%s/election", second);
    snprintf(size, sizeof size, "size=%d", DISK_BYTES);
    /* Only the election's folder is on it: what the daemon says goes elsewhere. */
    if (mkdir(second, 0700) == 0 && mkdir(disk, 0700) == 0 &&
        mount("tmpfs", disk, "tmpfs", 0, size) == 0) {
        prepare(&world, second);
        test_full_disk(&world, disk);
        forget(&world);
        CHECK_INT(umount(disk), 0);
    } else {
        printf("no file system may be mounted here: only the limit on files was tried\n");
    }
    CHECK_INT(process_remove(top), 0);
    return check_end("full");
}
