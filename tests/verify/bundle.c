/* Bundles in a directory and in a tar made here byte by byte, and everything that is no bundle. */
#include "bundle/bundle.h"

#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/verify-bundle-XXXXXX";

static void write_file(const char *name, const void *bytes, size_t len)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    if (file != NULL) {
        CHECK_UINT(fwrite(bytes, 1, len, file), len);
        CHECK_INT(fclose(file), 0);
    }
}

static void make_folder(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    CHECK_INT(mkdir(path, 0700), 0);
}

static void remove_name(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    CHECK_INT(remove(path), 0);
}

static enum outcome open_here(const char *name, struct bundle **out_bundle)
{
    char path[256];
    struct fail fail;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return bundle_open(path, out_bundle, &fail);
}

static enum outcome outcome_of(const char *name)
{
    struct bundle *bundle = NULL;
    enum outcome outcome = open_here(name, &bundle);
    bundle_free(bundle);
    return outcome;
}

static void test_paths(void)
{
    static const struct {
        const char *path;
        bool good;
    } cases[] = {
        {"checkpoint", true},
        {"tile/0/x001/000.p/5", true},
        {"blob/sha256/ab-c_d.e", true},
        {"", false},
        {"/a", false},
        {"a/", false},
        {"a//b", false},
        {".", false},
        {"..", false},
        {"a/..", false},
        {"a/../b", false},
        {"./a", false},
        {"a/.b", false},
        {"A", false},
        {"a b", false},
        {"a\\b", false},
        {"a\n", false},
        {"\xc3\xa8", false},
        {"a\x01", false},
    };
    char longest[PATH_BYTES + 2];
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        check_case("path %s", cases[i].path);
        CHECK(path_valid(span_text(cases[i].path)) == cases[i].good);
    }
    memset(longest, 'a', sizeof longest);
    CHECK(path_valid(span_of(longest, PATH_BYTES)));
    CHECK(!path_valid(span_of(longest, PATH_BYTES + 1)));
    CHECK(!path_valid(span_of("a\0b", 3)));
}

/* The content that both forms hold. */
static void check_content(const struct bundle *bundle)
{
    struct bundle_file file = {0};
    size_t index;
    CHECK_UINT(bundle_count(bundle), 3);
    CHECK_TEXT(bundle_path(bundle, 0), "checkpoint");
    CHECK_TEXT(bundle_path(bundle, 1), "tile/000");
    CHECK_TEXT(bundle_path(bundle, 2), "tile/000.p/empty");
    CHECK(bundle_find(bundle, span_text("tile/000"), &index) && index == 1);
    CHECK(!bundle_find(bundle, span_text("tile"), &index));
    CHECK(!bundle_find(bundle, span_text("tile/../checkpoint"), &index));
    CHECK_INT(bundle_read(bundle, span_text("checkpoint"), 5, &file, NULL), GOOD);
    CHECK_TEXT(file.bytes, "hello");
    bundle_close(&file);
    CHECK_INT(bundle_read(bundle, span_text("checkpoint"), 4, &file, NULL), BAD);
    CHECK_INT(bundle_read(bundle, span_text("tile/000"), 1000, &file, NULL), GOOD);
    CHECK(file.bytes.len == 600 && file.bytes.ptr[599] == 'z');
    bundle_close(&file);
    CHECK_INT(bundle_read(bundle, span_text("tile/000.p/empty"), 0, &file, NULL), GOOD);
    CHECK_UINT(file.bytes.len, 0);
    bundle_close(&file);
    CHECK_INT(bundle_read(bundle, span_text("absent"), 1000, &file, NULL), BAD);
    CHECK_INT(bundle_read(bundle, span_text("../checkpoint"), 1000, &file, NULL), BAD);
}

static void test_directory(void)
{
    uint8_t bytes[600];
    struct bundle *bundle = NULL;
    memset(bytes, 'z', sizeof bytes);
    make_folder("d");
    write_file("d/checkpoint", "hello", 5);
    make_folder("d/tile");
    write_file("d/tile/000", bytes, sizeof bytes);
    make_folder("d/tile/000.p");
    write_file("d/tile/000.p/empty", "", 0);
    check_case("directory");
    if (CHECK_INT(open_here("d", &bundle), GOOD))
        check_content(bundle);
    bundle_free(bundle);
}

static void test_directory_refused(void)
{
    static const char *const names[] = {"d/.hidden", "d/Upper", "d/a b", "d/tile/x~"};
    char path[256], link[256];
    for (size_t i = 0; i < CHECK_COUNT_OF(names); i++) {
        check_case("%s", names[i]);
        write_file(names[i], "x", 1);
        CHECK_INT(outcome_of("d"), BAD);
        remove_name(names[i]);
    }
    snprintf(path, sizeof path, "%s/d/checkpoint", folder);
    snprintf(link, sizeof link, "%s/d/tile/link", folder);
    check_case("symbolic link");
    CHECK_INT(symlink(path, link), 0);
    CHECK_INT(outcome_of("d"), BAD);
    CHECK_INT(unlink(link), 0);
    check_case("fifo");
    CHECK_INT(mkfifo(link, 0600), 0);
    CHECK_INT(outcome_of("d"), BAD);
    CHECK_INT(unlink(link), 0);
    check_case("absent");
    CHECK_INT(outcome_of("absent"), UNABLE);
    check_case("directory again");
    CHECK_INT(outcome_of("d"), GOOD);
}

/* A file replaced by a link after the bundle was opened. */
static void test_directory_swapped(void)
{
    struct bundle *bundle = NULL;
    struct bundle_file file;
    char link[256];
    check_case("swapped for a link");
    write_file("d/swap", "x", 1);
    CHECK_INT(open_here("d", &bundle), GOOD);
    remove_name("d/swap");
    snprintf(link, sizeof link, "%s/d/swap", folder);
    CHECK_INT(symlink("/etc/passwd", link), 0);
    CHECK_INT(bundle_read(bundle, span_text("swap"), 1 << 20, &file, NULL), UNABLE);
    CHECK_INT(unlink(link), 0);
    bundle_free(bundle);
}

static uint8_t tar[8192];
static size_t tar_len;

static void set_checksum(uint8_t *header)
{
    char text[9];
    unsigned sum = 0;
    memset(header + 148, ' ', 8);
    for (int i = 0; i < 512; i++)
        sum += header[i];
    snprintf(text, sizeof text, "%06o", sum);
    memcpy(header + 148, text, 7);
}

static void put(uint8_t *header, size_t at, const char *text)
{
    struct span bytes = span_text(text);
    memcpy(header + at, bytes.ptr, bytes.len);
}

static void add_file(const char *name, const void *bytes, size_t len)
{
    uint8_t *header = tar + tar_len;
    memset(header, 0, 512);
    put(header, 0, name);
    put(header, 100, "0000644");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    snprintf((char *)header + 124, 12, "%011o", (unsigned)len);
    put(header, 136, "00000000000");
    header[156] = '0';
    put(header, 257, "ustar");
    put(header, 263, "00");
    put(header, 329, "0000000");
    put(header, 337, "0000000");
    set_checksum(header);
    memcpy(header + 512, bytes, len);
    tar_len += 512 + (len + 511) / 512 * 512;
}

static void make_tar(void)
{
    uint8_t bytes[600];
    memset(bytes, 'z', sizeof bytes);
    memset(tar, 0, sizeof tar);
    tar_len = 0;
    add_file("checkpoint", "hello", 5);
    add_file("tile/000", bytes, sizeof bytes);
    add_file("tile/000.p/empty", "", 0);
    tar_len += 1024;
}

static enum outcome tar_outcome(void)
{
    write_file("t.tar", tar, tar_len);
    return outcome_of("t.tar");
}

static void test_tar(void)
{
    struct bundle *bundle = NULL;
    make_tar();
    write_file("t.tar", tar, tar_len);
    check_case("tar");
    if (CHECK_INT(open_here("t.tar", &bundle), GOOD))
        check_content(bundle);
    bundle_free(bundle);
}

/* One byte changed in the first header, with the checksum made right again: every field counts. */
static void test_tar_headers(void)
{
    static const struct {
        const char *what;
        size_t at;
        uint8_t byte;
    } cases[] = {
        {"name", 0, 'C'},
        {"name after its end", 50, 'x'},
        {"mode", 106, '5'},
        {"uid", 114, '1'},
        {"gid", 122, '1'},
        {"size", 134, '4'},
        {"size not octal", 130, '8'},
        {"size with space", 124, ' '},
        {"huge size", 124, '7'},
        {"base-256 size", 124, 0x80},
        {"mtime", 146, '1'},
        {"directory", 156, '5'},
        {"link", 156, '2'},
        {"pax header", 156, 'x'},
        {"old type", 156, 0},
        {"link name", 157, 'a'},
        {"magic", 262, ' '},
        {"version", 263, ' '},
        {"user name", 265, 'r'},
        {"group name", 297, 'r'},
        {"device", 335, '1'},
        {"prefix", 345, 'a'},
        {"after the prefix", 511, 1},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        make_tar();
        tar[cases[i].at] = cases[i].byte;
        set_checksum(tar);
        check_case("tar: %s", cases[i].what);
        CHECK_INT(tar_outcome(), BAD);
    }
    make_tar();
    tar[150] ^= 1;
    check_case("tar: checksum");
    CHECK_INT(tar_outcome(), BAD);
}

static void test_tar_shape(void)
{
    check_case("tar: padding");
    make_tar();
    tar[512 + 5] = 1;
    CHECK_INT(tar_outcome(), BAD);
    check_case("tar: one block at the end");
    make_tar();
    tar_len -= 512;
    CHECK_INT(tar_outcome(), BAD);
    check_case("tar: three blocks at the end");
    make_tar();
    tar_len += 512;
    CHECK_INT(tar_outcome(), BAD);
    check_case("tar: something in the last block");
    make_tar();
    tar[tar_len - 1] = 1;
    CHECK_INT(tar_outcome(), BAD);
    check_case("tar: every shorter one");
    make_tar();
    for (size_t full = tar_len; tar_len > 0; tar_len -= 128)
        CHECK(tar_len == full || tar_outcome() == BAD);
    CHECK_INT(tar_outcome(), BAD);
    check_case("tar: no files");
    make_tar();
    memset(tar, 0, tar_len = 1024);
    CHECK_INT(tar_outcome(), GOOD);
}

static void test_tar_names(void)
{
    static const char *const pairs[][2] = {
        {"b", "a"}, {"a", "a"}, {"../a", "b"}, {"/a", "b"}, {"a/./b", "b"}, {"A", "b"}, {"", "b"},
    };
    for (size_t i = 0; i < CHECK_COUNT_OF(pairs); i++) {
        memset(tar, 0, sizeof tar);
        tar_len = 0;
        add_file(pairs[i][0], "x", 1);
        add_file(pairs[i][1], "x", 1);
        tar_len += 1024;
        check_case("tar: %s, %s", pairs[i][0], pairs[i][1]);
        CHECK_INT(tar_outcome(), BAD);
    }
}

static void clean_up(void)
{
    static const char *const names[] = {
        "t.tar", "d/tile/000.p/empty", "d/tile/000.p", "d/tile/000", "d/tile", "d/checkpoint", "d",
        ""};
    for (size_t i = 0; i < CHECK_COUNT_OF(names); i++)
        remove_name(names[i]);
}

int main(void)
{
    if (mkdtemp(folder) == NULL)
        return 1;
    test_paths();
    test_directory();
    test_directory_refused();
    test_directory_swapped();
    test_tar();
    test_tar_headers();
    test_tar_shape();
    test_tar_names();
    clean_up();
    return check_end("bundle");
}
