/* A bundle copied from a server: the files of the checkpoint's size, the blobs that entries name,
 * and no trace of the copy afterwards. */
#include "bundle/bundle.h"

#include "crypto/hash.h"

#include "verify/tlog.h"
#include "verify/web.h"

#include <dirent.h>

static char folder[] = "/tmp/verify-remote-XXXXXX", site[64], temporary[64], url[64];
static struct tlog tlog;
static struct bundle_progress last;

static void keep_progress(void *context, const struct bundle_progress *done)
{
    (void)context;
    last = *done;
}

static size_t count_names(const char *path)
{
    size_t count = 0;
    DIR *directory = opendir(path);
    while (readdir(directory) != NULL)
        count++;
    closedir(directory);
    return count - 2;
}

/* Writes a blob and gives the path of it. */
static void make_blob(const char *text, char out_path[PATH_BYTES + 1], char out_hex[65])
{
    uint8_t hash[HASH_BYTES];
    hash_sha256(span_text(text), hash);
    hex_encode(span_of(hash, sizeof hash), out_hex);
    snprintf(out_path, PATH_BYTES + 1, "blob/sha256/%s", out_hex);
    tlog_write(site, out_path, span_text(text));
}

static void add_entry(const char *before, int hex_len, const char *hex, const char *after)
{
    char entry[TLOG_ENTRY_BYTES];
    snprintf(entry, sizeof entry, "%s%.*s%s", before, hex_len, hex, after);
    tlog_add(&tlog, entry);
}

static bool holds(const struct bundle *bundle, const char *path)
{
    size_t index;
    return bundle_find(bundle, span_text(path), &index);
}

static void check_copy(const struct bundle *bundle, char blobs[3][PATH_BYTES + 1])
{
    struct bundle_file file;
    CHECK(holds(bundle, "checkpoint"));
    CHECK(holds(bundle, "tile/entries/000") && holds(bundle, "tile/entries/001.p/44"));
    CHECK(holds(bundle, "tile/0/000") && holds(bundle, "tile/0/001.p/44"));
    CHECK(holds(bundle, "tile/1/000.p/1"));
    CHECK(!holds(bundle, "tile/entries/000.p/200"));
    CHECK(!holds(bundle, "extra"));
    CHECK(holds(bundle, blobs[0]) && holds(bundle, blobs[1]));
    CHECK(!holds(bundle, blobs[2]));
    CHECK_UINT(bundle_count(bundle), 8);
    if (CHECK_INT(bundle_read(bundle, span_text(blobs[1]), 100, &file, NULL), GOOD)) {
        CHECK_TEXT(file.bytes, "the second blob");
        bundle_close(&file);
    }
}

static void test_copy(void)
{
    char blobs[3][PATH_BYTES + 1], hex[3][65];
    struct bundle *bundle = NULL;
    struct fail fail = {{0}};
    make_blob("the first blob", blobs[0], hex[0]);
    make_blob("the second blob", blobs[1], hex[1]);
    make_blob("a blob that nobody names", blobs[2], hex[2]);
    tlog_grow(&tlog, 200, "entry");
    tlog_publish(&tlog, 200, site);
    add_entry("{\"list\":{\"sha256\":\"", 64, hex[0], "\",\"size\":14}}");
    add_entry("{\"a\":[{\"paper\":{\"sha256\":\"", 64, hex[1], "\",\"size\":15}}]}");
    add_entry("{\"again\":{\"sha256\":\"", 64, hex[1], "\",\"size\":15}}");
    add_entry("{\"none\":{\"sha256\":\"", 64, hex[2], "\",\"size\":0}}");
    add_entry("{\"text\":\"{\\\"sha256\\\":\\\"", 64, hex[2], "\\\",\\\"size\\\":9}\"}");
    add_entry("{\"short\":{\"sha256\":\"", 20, hex[2], "");
    add_entry("{\"upper\":{\"sha256\":\"", 63, hex[2], "X\",\"size\":9}}");
    tlog_grow(&tlog, 300, "entry");
    tlog_publish(&tlog, 300, site);
    tlog_write(site, "extra", span_text("not of the log"));
    check_case("a copy");
    if (!CHECK_INT(bundle_open_url(url, keep_progress, NULL, &bundle, &fail), GOOD))
        return;
    check_copy(bundle, blobs);
    CHECK_UINT(last.files, 8);
    CHECK_UINT(last.missing, 0);
    CHECK_UINT(count_names(temporary), 1);
    bundle_free(bundle);
    check_case("no trace of it");
    CHECK_UINT(count_names(temporary), 0);
}

static void test_missing(void)
{
    char name[256];
    struct bundle *bundle = NULL;
    struct fail fail;
    check_case("a tile that the server has not");
    snprintf(name, sizeof name, "%s/tile/0/000", site);
    CHECK_INT(unlink(name), 0);
    if (!CHECK_INT(bundle_open_url(url, keep_progress, NULL, &bundle, &fail), GOOD))
        return;
    CHECK_UINT(last.missing, 1);
    CHECK(!holds(bundle, "tile/0/000") && holds(bundle, "tile/0/001.p/44"));
    bundle_free(bundle);
}

static void test_refused(void)
{
    static char long_text[8193];
    struct bundle *bundle = NULL;
    struct fail fail;
    memset(long_text, 'a', sizeof long_text - 1);
    check_case("a tile that is too long");
    tlog_write(site, "tile/0/000", span_text(long_text));
    CHECK_INT(bundle_open(url, &bundle, &fail), GOOD); /* 8,192 bytes: as long as may be */
    bundle_free(bundle);
    tlog_write(site, "tile/0/000", span_of(long_text, sizeof long_text));
    CHECK_INT(bundle_open(url, &bundle, &fail), BAD);
    CHECK(strstr(fail.text, "longer than 8192") != NULL);
    check_case("no checkpoint");
    tlog_write(site, "checkpoint", span_text("hello\n"));
    CHECK_INT(bundle_open(url, &bundle, &fail), BAD);
    check_case("no election");
    snprintf(url + strlen(url), sizeof url - strlen(url), "elsewhere");
    CHECK_INT(bundle_open(url, &bundle, &fail), BAD);
    check_case("no server");
    CHECK_INT(bundle_open("http://127.0.0.1:1/", &bundle, &fail), UNABLE);
    check_case("no trace of failures");
    CHECK_UINT(count_names(temporary), 0);
}

int main(void)
{
    unsigned port;
    CHECK(mkdtemp(folder) != NULL);
    snprintf(site, sizeof site, "%s/site", folder);
    snprintf(temporary, sizeof temporary, "%s/tmp", folder);
    CHECK_INT(mkdir(site, 0700), 0);
    CHECK_INT(mkdir(temporary, 0700), 0);
    CHECK_INT(setenv("TMPDIR", temporary, 1), 0);
    struct MHD_Daemon *daemon = web_serve(site, &port);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", port);
    tlog_init(&tlog, "log.example/1", 1);
    test_copy();
    test_missing();
    test_refused();
    MHD_stop_daemon(daemon);
    web_remove_folder(folder);
    return check_end("bundle_remote");
}
