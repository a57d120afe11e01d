/* Nothing in a bundle can change unnoticed: every byte of a 20-ballot bundle flipped, every file
 * missing, a file too many, every byte of a tar's headers and padding; and 2,000 bytes of a larger
 * bundle. Each is verified whole, in this process; none may pass. */
#include "session.h"

#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { PATHS_MOST = 8192, PATH_ROOM = 512, WORKERS = 2, SAMPLES = 2000, TAR_BLOCK = 512 };

struct file {
    char path[PATH_ROOM];
    size_t bytes;
};

/* nftw takes no context. */
static struct file files[PATHS_MOST];
static size_t file_count;
static unsigned failures;

static void must(bool right, const char *what)
{
    if (right)
        return;
    perror(what);
    exit(1);
}

static int compare_files(const void *a, const void *b)
{
    return strcmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

static int take_file(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)place;
    if (kind == FTW_F && file_count < PATHS_MOST) {
        snprintf(files[file_count].path, PATH_ROOM, "%s", path);
        files[file_count++].bytes = (size_t)about->st_size;
    }
    return 0;
}

static void list_files(const char *folder)
{
    file_count = 0;
    must(nftw(folder, take_file, 16, FTW_PHYS) == 0 && file_count > 0, folder);
    qsort(files, file_count, sizeof *files, compare_files);
}

static bool passes(const char *bundle)
{
    static struct session session;
    const struct request request = {.bundle = bundle, .quiet = true, .brief = true};
    struct fail fail;
    if (session_run(&request, &session, &fail) != GOOD)
        return false;
    bool right = report_exit_code(&session.report) == 0;
    session_done(&session);
    return right;
}

static void refuse(const char *bundle, const char *path, const char *what, size_t at)
{
    if (!passes(bundle))
        return;
    printf("%s: %s %zu, and it passes\n", path, what, at);
    failures++;
}

/* -- flips ------------------------------------------------------------------------------------ */

static void flip(const char *bundle, const char *path, size_t at)
{
    uint8_t byte = 0;
    int descriptor = open(path, O_RDWR | O_CLOEXEC);
    must(descriptor >= 0 && pread(descriptor, &byte, 1, (off_t)at) == 1, path);
    uint8_t other = byte ^ (at % 2 ? 0x80 : 1);
    must(pwrite(descriptor, &other, 1, (off_t)at) == 1, path);
    refuse(bundle, path, "flipped at", at);
    must(pwrite(descriptor, &byte, 1, (off_t)at) == 1, path);
    close(descriptor);
}

static size_t total_bytes(void)
{
    size_t total = 0;
    for (size_t i = 0; i < file_count; i++)
        total += files[i].bytes;
    return total;
}

static void flip_nth(const char *bundle, size_t nth)
{
    size_t i = 0;
    while (nth >= files[i].bytes)
        nth -= files[i++].bytes;
    flip(bundle, files[i].path, nth);
}

/* Every `step`th byte, shared out among processes with a copy of the bundle each. */
static void flip_share(const char *copy, unsigned worker, size_t step)
{
    list_files(copy);
    must(passes(copy), "the bundle as it was made");
    size_t total = total_bytes();
    for (size_t at = worker * step + (step > 1 ? step / 2 : 0); at < total; at += WORKERS * step)
        flip_nth(copy, at);
}

static void run(const char *const arguments[])
{
    pid_t pid;
    int status = -1;
    must(posix_spawnp(&pid, arguments[0], NULL, NULL, (char *const *)arguments, environ) == 0 &&
             waitpid(pid, &status, 0) == pid && status == 0,
         arguments[0]);
}

static void copy_folder(const char *from, const char *to)
{
    run((const char *const[]){"cp", "-r", from, to, NULL});
}

static void flip_all(const char *work, const char *bundle, size_t samples)
{
    list_files(bundle);
    size_t total = total_bytes(), step = samples && total > samples ? total / samples : 1;
    fflush(stdout);
    for (unsigned worker = 0; worker < WORKERS; worker++)
        if (fork() == 0) {
            char copy[PATH_ROOM];
            snprintf(copy, sizeof copy, "%s/copy%u", work, worker);
            copy_folder(bundle, copy);
            flip_share(copy, worker, step);
            run((const char *const[]){"rm", "-rf", copy, NULL});
            fflush(stdout);
            _exit(failures > 0);
        }
    for (int status; wait(&status) > 0;)
        failures += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    printf("%zu bytes of %zu flipped in %zu files of %s\n", total / step, total, file_count,
           bundle);
}

/* -- files ------------------------------------------------------------------------------------ */

static void lose_each(const char *bundle, const char *work)
{
    char away[PATH_ROOM];
    snprintf(away, sizeof away, "%s/away", work);
    list_files(bundle);
    for (size_t i = 0; i < file_count; i++) {
        must(rename(files[i].path, away) == 0, files[i].path);
        refuse(bundle, files[i].path, "missing, file", i);
        must(rename(away, files[i].path) == 0, files[i].path);
    }
}

static void add_files(const char *bundle)
{
    static const char *const names[] = {"readme", "tile/0/000.p/1", "blob/sha256/00",
                                        "tile/entries/000.p/1", "checkpoint.old"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[2 * PATH_ROOM];
        snprintf(path, sizeof path, "%s/%s", bundle, names[i]);
        FILE *file = fopen(path, "we");
        must(file != NULL && fputs("x", file) >= 0 && fclose(file) == 0, path);
        refuse(bundle, path, "too many, name", i);
        must(unlink(path) == 0, path);
    }
}

/* -- tar -------------------------------------------------------------------------------------- */

static void put(uint8_t *to, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        to[i] = (uint8_t)text[i];
}

static void tar_header(uint8_t block[TAR_BLOCK], const char *path, size_t bytes)
{
    unsigned sum = 0;
    memset(block, 0, TAR_BLOCK);
    put(block, path, strlen(path));
    put(block + 100, "0000644\0000000000\0000000000", 24);
    snprintf((char *)block + 124, 13, "%011zo", bytes);
    snprintf((char *)block + 136, 13, "%011o", 0);
    memset(block + 148, ' ', 8);
    block[156] = '0';
    put(block + 257, "ustar\00000", 8);
    put(block + 329, "0000000\0000000000", 16);
    for (unsigned i = 0; i < TAR_BLOCK; i++)
        sum += block[i];
    snprintf((char *)block + 148, 8, "%06o", sum);
}

static void tar_write(const char *bundle, const char *tar, size_t end_blocks)
{
    uint8_t block[TAR_BLOCK];
    FILE *to = fopen(tar, "we");
    must(to != NULL, tar);
    for (size_t i = 0; i < file_count; i++) {
        FILE *from = fopen(files[i].path, "re");
        must(from != NULL, files[i].path);
        tar_header(block, files[i].path + strlen(bundle) + 1, files[i].bytes);
        must(fwrite(block, TAR_BLOCK, 1, to) == 1, tar);
        for (size_t at = 0; at < files[i].bytes; at += TAR_BLOCK) {
            memset(block, 0, TAR_BLOCK);
            must(fread(block, 1, TAR_BLOCK, from) > 0 && fwrite(block, TAR_BLOCK, 1, to) == 1, tar);
        }
        fclose(from);
    }
    memset(block, 0, TAR_BLOCK);
    for (size_t i = 0; i < end_blocks; i++)
        must(fwrite(block, TAR_BLOCK, 1, to) == 1, tar);
    must(fclose(to) == 0, tar);
}

/* The header of each file, and the zeros behind it. */
static void flip_tar(const char *tar)
{
    size_t at = 0;
    for (size_t i = 0; i < file_count; i++) {
        for (size_t h = 0; h < TAR_BLOCK; h++)
            flip(tar, tar, at + h);
        at += TAR_BLOCK + files[i].bytes;
        for (; at % TAR_BLOCK != 0; at++)
            flip(tar, tar, at);
    }
    for (size_t end = at + (size_t)2 * TAR_BLOCK; at < end; at++)
        flip(tar, tar, at);
}

static void refuse_tar(const char *bundle, const char *tar, size_t end_blocks, const char *what)
{
    tar_write(bundle, tar, end_blocks);
    refuse(tar, tar, what, end_blocks);
}

static void check_tar(const char *bundle, const char *work)
{
    char tar[PATH_ROOM];
    snprintf(tar, sizeof tar, "%s/bundle.tar", work);
    list_files(bundle);
    tar_write(bundle, tar, 2);
    must(passes(tar), "the canonical tar");
    flip_tar(tar);
    refuse_tar(bundle, tar, 0, "zero blocks at the end:");
    refuse_tar(bundle, tar, 1, "zero blocks at the end:");
    refuse_tar(bundle, tar, 3, "zero blocks at the end:");
    refuse_tar(bundle, tar, 20, "zero blocks at the end:");
    struct file kept = files[0];
    files[0] = files[1];
    files[1] = kept;
    refuse_tar(bundle, tar, 2, "files in another order,");
    files[0] = files[1];
    refuse_tar(bundle, tar, 2, "a file twice,");
}

/* -- the whole -------------------------------------------------------------------------------- */

static void make_bundle(const char *build, const char *folder, const char *ballots,
                        const char *trustees)
{
    char program[PATH_ROOM];
    snprintf(program, sizeof program, "%s/tests/tools/whole", build);
    run((const char *const[]){program, folder, ballots, "1", trustees, "2", "2", NULL});
}

int main(void)
{
    char work[64] = "/dev/shm/flips.XXXXXX", bundle[PATH_ROOM], folder[PATH_ROOM];
    const char *build = getenv("BUILD") ? getenv("BUILD") : "build";
    if (access("/dev/shm", W_OK) != 0)
        snprintf(work, sizeof work, "/tmp/flips.XXXXXX");
    must(mkdtemp(work) != NULL, work);
    snprintf(folder, sizeof folder, "%s/small", work);
    snprintf(bundle, sizeof bundle, "%s/small/bundle", work);
    make_bundle(build, folder, "20", "2");
    lose_each(bundle, work);
    add_files(bundle);
    check_tar(bundle, work);
    flip_all(work, bundle, 0);
    snprintf(bundle, sizeof bundle, "%s/demo/bundle", build);
    if (access(bundle, R_OK) != 0) {
        snprintf(folder, sizeof folder, "%s/large", work);
        snprintf(bundle, sizeof bundle, "%s/large/bundle", work);
        make_bundle(build, folder, "300", "3");
    }
    flip_all(work, bundle, SAMPLES);
    run((const char *const[]){"rm", "-rf", work, NULL});
    printf("flips: %u alterations were not noticed\n", failures);
    return failures > 0;
}
