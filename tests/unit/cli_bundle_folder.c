/* A bundle in the making: nothing outside its folder, nothing left half-way. */
#include "check.h"

#include "base/file.h"
#include "cli/bundle_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char place[64];

static void check_path(const char *path, enum outcome want)
{
    struct bundle_folder bundle;
    struct fail fail;
    char output[128];
    check_case("path \"%s\"", path);
    snprintf(output, sizeof output, "%s/bundle", place);
    CHECK_INT(bundle_folder_begin(output, &bundle, &fail), OK);
    CHECK_INT(bundle_folder_add(&bundle, path, SPAN_LIT("x"), &fail), want);
    bundle_folder_done(&bundle);
    CHECK(!file_exists(output));
}

static void check_names(void)
{
    char output[128];
    CHECK(mkdtemp(place) != NULL);
    check_path("checkpoint", OK);
    check_path("tile/0/x001/067.p/3", OK);
    check_path("roll/1.jsonl", OK);
    for (size_t i = 0; i < 9; i++) {
        static const char *const bad[] = {"",     "/etc/passwd", "../up", "a/../b", "a//b",
                                          ".hid", "a/.hid",      "a/",    "a\nb"};
        check_path(bad[i], BAD_INPUT);
    }
    snprintf(output, sizeof output, "%s/no/such", place);
    struct bundle_folder bundle;
    check_case("a folder that is not there");
    CHECK_INT(bundle_folder_begin(output, &bundle, NULL), BROKEN);
    bundle_folder_done(&bundle);
    check_case("nothing is left");
    CHECK_INT(rmdir(place), 0);
}

static void check_finished(void)
{
    struct bundle_folder bundle;
    struct fail fail;
    struct buf bytes;
    char output[128], inside[160];
    check_case("finished");
    snprintf(place, sizeof place, "/tmp/bundle-XXXXXX");
    CHECK(mkdtemp(place) != NULL);
    snprintf(output, sizeof output, "%s/bundle", place);
    snprintf(inside, sizeof inside, "%s/a/b", output);
    buf_init(&bytes, 16);
    CHECK_INT(bundle_folder_begin(output, &bundle, &fail), OK);
    CHECK_INT(bundle_folder_add(&bundle, "a/b", SPAN_LIT("xyz"), &fail), OK);
    CHECK_INT(bundle_folder_add(&bundle, "a/b", SPAN_LIT("again"), &fail), CONFLICT);
    CHECK_INT(bundle_folder_finish(&bundle, &fail), OK);
    bundle_folder_done(&bundle);
    CHECK_INT(file_read(inside, &bytes, &fail), OK);
    CHECK_STR(buf_text(&bytes), "xyz");
    CHECK_INT(bundle_folder_begin(output, &bundle, &fail), CONFLICT);
    bundle_folder_done(&bundle);
    buf_done(&bytes);
    unlink(inside);
    snprintf(inside, sizeof inside, "%s/a", output);
    rmdir(inside);
    rmdir(output);
    CHECK_INT(rmdir(place), 0);
}

int main(void)
{
    snprintf(place, sizeof place, "/tmp/bundle-XXXXXX");
    check_names();
    check_finished();
    return check_end("cli_bundle_folder");
}
