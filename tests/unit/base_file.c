#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static char folder[] = "/tmp/base_file-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[PATH_MAX];

    CHECK_INT(file_path(path, sizeof(path), folder, name, NULL), OK);
    return path;
}

static int entries_in(const char *path)
{
    DIR *listing = opendir(path);
    int count = -2; /* . and .. */

    if (!listing)
        return -1;
    while (readdir(listing))
        count++;
    closedir(listing);
    return count;
}

static void check_content(const char *path, const char *want)
{
    struct buf content;

    buf_init(&content, 1000);
    CHECK_INT(file_read(path, &content, NULL), OK);
    CHECK_STR(buf_text(&content), want);
    buf_done(&content);
}

static void test_write(void)
{
    const char *path = in_folder("a");
    struct stat status;
    struct fail fail = {0};

    check_case("write, replace, create");
    CHECK(!file_exists(path));
    CHECK_INT(file_write(path, SPAN_LIT("one"), 0600, &fail), OK);
    CHECK(file_exists(path));
    check_content(path, "one");
    CHECK_INT(file_write(path, SPAN_LIT("two"), 0640, &fail), OK);
    check_content(path, "two");
    CHECK(stat(path, &status) == 0 && (status.st_mode & 07777) == 0640);
    CHECK_INT(file_create(path, SPAN_LIT("three"), 0600, &fail), CONFLICT);
    CHECK_STR(fail.code, "file.exists");
    check_content(path, "two");
    CHECK_INT(file_create(in_folder("b"), span_of(NULL, 0), 0600, &fail), OK);
    check_content(in_folder("b"), "");
    CHECK_INT(entries_in(folder), 2); /* no temporary file stays behind */
}

static void test_write_refused(void)
{
    struct fail fail = {0};

    check_case("write where it cannot be");
    CHECK_INT(file_write(in_folder("none/a"), SPAN_LIT("x"), 0600, &fail), NOT_FOUND);
    CHECK(strstr(fail.text, "none/a") != NULL);
    CHECK_INT(file_write(in_folder("a/b"), SPAN_LIT("x"), 0600, &fail), NOT_FOUND);
    CHECK_INT(file_write(folder, SPAN_LIT("x"), 0600, &fail), BROKEN);
    CHECK_INT(entries_in(folder), 2);
}

static void test_read_refused(void)
{
    struct buf content;
    struct fail fail = {0};

    buf_init(&content, 10);
    buf_add_str(&content, "12345678");
    check_case("over the limit");
    CHECK_INT(file_read(in_folder("a"), &content, &fail), TOO_LARGE);
    CHECK_STR(buf_text(&content), "12345678");
    CHECK(buf_ok(&content));
    check_case("missing");
    CHECK_INT(file_read(in_folder("none"), &content, &fail), NOT_FOUND);
    CHECK_STR(fail.code, "file.missing");
    check_case("a folder, a device");
    CHECK_INT(file_read(folder, &content, &fail), BAD_INPUT);
    CHECK_INT(file_read("/dev/null", &content, &fail), BAD_INPUT);
    CHECK_STR(fail.code, "file.not-regular");
    CHECK_STR(buf_text(&content), "12345678");
    buf_done(&content);
}

static void test_read_large(void)
{
    struct buf large, again;

    check_case("more than one chunk");
    buf_init(&large, 200000);
    buf_init(&again, 200000);
    memset(buf_extend(&large, 200000), 'x', 200000);
    CHECK_INT(file_write(in_folder("large"), buf_span(&large), 0600, NULL), OK);
    CHECK_INT(file_read(in_folder("large"), &again, NULL), OK);
    CHECK(span_equal(buf_span(&large), buf_span(&again)));
    unlink(in_folder("large"));
    buf_done(&large);
    buf_done(&again);
}

static void test_read_pipe(void)
{
    int ends[2];
    int saved = dup(STDIN_FILENO);

    check_case("standard input");
    CHECK(pipe(ends) == 0 && write(ends[1], "piped", 5) == 5);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    check_content("-", "piped");
    dup2(saved, STDIN_FILENO);
    close(saved);
}

static void test_folders(void)
{
    struct fail fail = {0};

    check_case("folders");
    CHECK_INT(file_make_folder(in_folder("x/y//z/"), &fail), OK);
    CHECK_INT(file_make_folder(in_folder("x/y/z"), &fail), OK);
    CHECK(file_exists(in_folder("x/y/z")));
    CHECK_INT(file_make_folder(in_folder("a"), &fail), CONFLICT);
    CHECK(file_make_folder(in_folder("a/below"), &fail) != OK);
    CHECK_INT(file_make_folder("", &fail), BAD_INPUT);
    CHECK_INT(file_make_folder("/", &fail), OK);
    rmdir(in_folder("x/y/z"));
    rmdir(in_folder("x/y"));
    rmdir(in_folder("x"));
}

static void test_path(void)
{
    char path[8] = "before";

    check_case("paths");
    CHECK_INT(file_path(path, sizeof(path), "a", "bcdefg", NULL), BROKEN);
    CHECK_STR(path, "before");
    CHECK_INT(file_path(path, sizeof(path), "a", "bcdef", NULL), OK);
    CHECK_STR(path, "a/bcdef");
    CHECK_INT(file_path(path, sizeof(path), "/", "b", NULL), OK);
    CHECK_STR(path, "/b");
    CHECK_INT(file_path(path, sizeof(path), "", "b", NULL), OK);
    CHECK_STR(path, "b");
}

int main(void)
{
    if (!CHECK(mkdtemp(folder) != NULL))
        return check_end("base_file");
    test_write();
    test_write_refused();
    test_read_refused();
    test_read_large();
    test_read_pipe();
    test_folders();
    test_path();
    unlink(in_folder("a"));
    unlink(in_folder("b"));
    CHECK(rmdir(folder) == 0);
    return check_end("base_file");
}
