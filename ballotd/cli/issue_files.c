#include "cli/issue_files.h"

#include "base/clock.h"
#include "base/file.h"
#include "limit.h"
#include "registrar/release.h"

#include <sodium.h>
#include <stdio.h>

enum { FILE_PATH_BYTES = 4096 };

/* CODES.csv becomes CODES.waiting.csv. */
static enum outcome path_beside(const char *output, const char *word,
                                char out[static FILE_PATH_BYTES], struct fail *fail)
{
    struct span stem = span_str(output);
    if (span_ends(stem, SPAN_LIT(".csv")))
        stem.len -= 4;
    int len =
        snprintf(out, FILE_PATH_BYTES, "%.*s.%s.csv", (int)stem.len, (const char *)stem.ptr, word);
    return len > 0 && len < FILE_PATH_BYTES
               ? OK
               : fail_set(fail, BAD_INPUT, "registrar.output", "--output: the path is too long");
}

static enum outcome write_new(const char *path, struct span bytes, struct fail *fail)
{
    enum outcome outcome = file_create(path, bytes, 0600, fail);
    if (outcome == CONFLICT)
        return fail_set(fail, CONFLICT, "registrar.output",
                        "%s exists already. If an earlier run broke off, the codes in it are dead: "
                        "destroy it, or give another --output",
                        path);
    return outcome;
}

static enum outcome write_waiting(const char *output, const struct issue *issue, struct fail *fail)
{
    char waiting[FILE_PATH_BYTES], notices[FILE_PATH_BYTES];
    enum outcome outcome = path_beside(output, "waiting", waiting, fail);
    if (outcome == OK)
        outcome = path_beside(output, "notices", notices, fail);
    if (outcome == OK)
        outcome = write_new(waiting, span_of(issue->waiting.bytes, issue->waiting.len), fail);
    return outcome == OK ? write_new(notices, buf_span(&issue->notices), fail) : outcome;
}

enum outcome issue_files_write(const char *output, const struct issue *issue, struct fail *fail)
{
    enum outcome outcome =
        write_new(output, span_of(issue->delivery.bytes, issue->delivery.len), fail);
    return outcome == OK && issue->waiting.rows > 0 ? write_waiting(output, issue, fail) : outcome;
}

void issue_files_explain(const char *output, const struct issue *issue)
{
    char waiting[FILE_PATH_BYTES] = "", notices[FILE_PATH_BYTES] = "";
    struct fail ignored;
    if (issue->waiting.rows == 0 || path_beside(output, "waiting", waiting, &ignored) != OK ||
        path_beside(output, "notices", notices, &ignored) != OK)
        return;
    printf("%zu codes wait in %s, since a contact was changed;\nsend what %s says to both "
           "addresses now; `ballotd registrar release`\nprints those whose time has come\n",
           issue->waiting.rows, waiting, notices);
}

/* -- release ---------------------------------------------------------------------------------- */

static void print_due(const struct buf *rows, const struct release *release)
{
    char when[INSTANT_TEXT_BYTES];
    if (release->due > 0)
        fwrite(rows->bytes, 1, rows->len, stdout);
    if (release->waiting == 0)
        return;
    instant_print(release->next_s, when);
    fprintf(stderr, "%zu codes still wait; the next may go out at %s\n", release->waiting, when);
}

static enum outcome release_file(struct span file, struct fail *fail)
{
    char when[INSTANT_TEXT_BYTES];
    struct buf rows;
    struct release release;
    buf_init(&rows, LIMIT_BLOB_BYTES);
    enum outcome outcome = release_due(file, clock_now_s(), &rows, &release, fail);
    if (outcome == OK && release.due == 0 && release.waiting > 0) {
        instant_print(release.next_s, when);
        outcome = fail_set(fail, NOT_ALLOWED, "release.early",
                           "none may go out yet: the next of %zu at %s", release.waiting, when);
    } else if (outcome == OK) {
        print_due(&rows, &release);
    }
    if (rows.len > 0)
        sodium_memzero(rows.bytes, rows.len);
    buf_done(&rows);
    return outcome;
}

enum outcome issue_files_release(const char *path, struct fail *fail)
{
    struct buf file;
    buf_init(&file, LIMIT_BLOB_BYTES);
    enum outcome outcome = file_read(path, &file, fail);
    if (outcome == OK)
        outcome = release_file(buf_span(&file), fail);
    if (file.len > 0)
        sodium_memzero(file.bytes, file.len);
    buf_done(&file);
    return outcome;
}
