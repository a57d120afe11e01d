/* ballotd bundle: takes the whole public record of an election, for `verify`. */
#include "base/code.h"
#include "base/report.h"
#include "cli/arguments.h"
#include "cli/bundle_folder.h"
#include "cli/cli.h"
#include "cli/public_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { WAIT_MAX_S = 60 };

static const char help[] =
    "usage: ballotd bundle --url URL [--output FOLDER | --output FILE.tar]\n"
    "\n"
    "Downloads the board as it stands: checkpoint, every tile and entry, and every blob that an\n"
    "entry names. The Merkle root, every tile and every blob are checked on the way; the output\n"
    "appears only when it is whole. `verify` then checks what it says.\n"
    "\n"
    "  --output NAME           a new folder, or a canonical archive when it ends in .tar; the\n"
    "                          origin with \".tar\" unless told\n";

struct blob {
    uint8_t sha256[HASH_BYTES];
    uint64_t size;
};

struct bundling {
    const char *output;
    struct bundle_folder folder;
    struct span origin;
    struct blob *blobs;
    size_t blob_count;
};

/* -- which blobs ------------------------------------------------------------------------------ */

static enum outcome note_blob(struct bundling *bundling, const struct blob *blob, struct fail *fail)
{
    struct blob *wider = reallocarray(bundling->blobs, bundling->blob_count + 1, sizeof *wider);
    if (!wider)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    bundling->blobs = wider;
    bundling->blobs[bundling->blob_count++] = *blob;
    return OK;
}

/* A blob reference is {"sha256":hex,"size":int}, wherever it stands; size 0 refers to nothing. */
static bool is_reference(const json_t *value, struct blob *out_blob)
{
    const json_t *size = json_object_get(value, "size");
    struct span hex = json_span(json_object_get(value, "sha256"));
    if (json_object_size(value) != 2 || !json_is_integer(size) || json_integer_value(size) <= 0 ||
        hex.len != 2 * HASH_BYTES || !hex_read(hex, out_blob->sha256, HASH_BYTES))
        return false;
    out_blob->size = (uint64_t)json_integer_value(size);
    return true;
}

static enum outcome find_blobs(struct bundling *bundling, json_t *value, struct fail *fail)
{
    enum outcome outcome = OK;
    struct blob blob;
    const char *key;
    json_t *member;
    if (is_reference(value, &blob))
        return note_blob(bundling, &blob, fail);
    for (size_t i = 0; outcome == OK && i < json_array_size(value); i++)
        outcome = find_blobs(bundling, json_array_get(value, i), fail);
    json_object_foreach(value, key, member)
    {
        if (outcome == OK)
            outcome = find_blobs(bundling, member, fail);
    }
    return outcome;
}

static enum outcome take_entry(void *ctx, uint64_t index, struct span entry, struct fail *fail)
{
    struct bundling *bundling = ctx;
    struct statement statement;
    enum outcome outcome = statement_read(entry, bundling->origin, &statement, fail);
    if (outcome != OK)
        return fail_within(fail, "entry %llu", (unsigned long long)index);
    outcome = find_blobs(bundling, statement.object, fail);
    statement_done(&statement);
    return outcome;
}

static enum outcome take_file(void *ctx, const char *path, struct span bytes, struct fail *fail)
{
    struct bundling *bundling = ctx;
    return bundle_folder_add(&bundling->folder, path, bytes, fail);
}

/* -- fetching them ---------------------------------------------------------------------------- */

static enum outcome take_blob(struct bundling *bundling, struct public_log *log,
                              const struct blob *blob, struct fail *fail)
{
    char path[80] = "blob/sha256/";
    struct buf bytes;
    if (blob->size > LIMIT_BLOB_BYTES)
        return fail_set(fail, TOO_LARGE, "bundle.blob", "an entry names a blob over the limit");
    hex_print(SPAN_ARRAY(blob->sha256), path + strlen(path));
    buf_init(&bytes, blob->size);
    enum outcome outcome = public_log_blob(log, blob->sha256, blob->size, &bytes, fail);
    if (outcome == OK)
        outcome = bundle_folder_add(&bundling->folder, path, buf_span(&bytes), fail);
    buf_done(&bytes);
    return outcome;
}

static int compare_blobs(const void *a, const void *b)
{
    return memcmp(((const struct blob *)a)->sha256, ((const struct blob *)b)->sha256, HASH_BYTES);
}

/* Several entries may name one blob. */
static enum outcome take_blobs(struct bundling *bundling, struct public_log *log, struct fail *fail)
{
    enum outcome outcome = OK;
    struct progress progress;
    if (bundling->blob_count > 0)
        qsort(bundling->blobs, bundling->blob_count, sizeof *bundling->blobs, compare_blobs);
    progress_start(&progress, "blobs", bundling->blob_count, false);
    for (size_t i = 0; outcome == OK && i < bundling->blob_count; i++) {
        const struct blob *blob = &bundling->blobs[i];
        if (i == 0 || compare_blobs(blob - 1, blob) != 0)
            outcome = take_blob(bundling, log, blob, fail);
        progress_step(&progress, i + 1);
    }
    progress_end(&progress);
    return outcome;
}

/* -- the command ------------------------------------------------------------------------------ */

static enum outcome download(struct bundling *bundling, struct public_log *log, struct fail *fail)
{
    const struct public_log_reader reader = {bundling, take_file, take_entry};
    enum outcome outcome = public_log_read(log, true, &reader, fail);
    if (outcome == OK)
        outcome = take_blobs(bundling, log, fail);
    if (outcome == OK)
        outcome = bundle_folder_add(&bundling->folder, "checkpoint", buf_span(&log->note), fail);
    return outcome == OK ? bundle_folder_finish(&bundling->folder, fail) : outcome;
}

/* Witnesses cosign a moment after the last entry; a bundle without them proves less. */
static enum outcome wait_for_witnesses(struct desk *desk, struct fail *fail)
{
    enum outcome outcome = OK;
    for (unsigned waited_s = 0; outcome == OK && waited_s < WAIT_MAX_S; waited_s++) {
        bool asked = json_object_get(desk->status, "cosigned") != NULL;
        if (!asked || desk_status_number(desk, "cosigned") >= desk_status_number(desk, "size"))
            return OK;
        (void)sleep(1);
        outcome = desk_refresh(desk, fail);
    }
    if (outcome == OK)
        fprintf(stderr, "ballotd bundle: the witnesses have not cosigned the last entries yet\n");
    return outcome;
}

static void default_name(const char *origin, char out_name[static LIMIT_ORIGIN_BYTES + 8])
{
    snprintf(out_name, LIMIT_ORIGIN_BYTES + 8, "%s.tar", origin);
    for (char *at = out_name; *at; at++)
        if (*at == '/')
            *at = '.';
}

static enum outcome bundle(struct desk *desk, void *ctx, struct fail *fail)
{
    struct bundling *bundling = ctx;
    struct public_log log;
    char name[LIMIT_ORIGIN_BYTES + 8];
    default_name(desk->origin, name);
    bundling->origin = span_str(desk->origin);
    enum outcome outcome =
        bundle_folder_begin(bundling->output ? bundling->output : name, &bundling->folder, fail);
    if (outcome != OK)
        return outcome;
    outcome = wait_for_witnesses(desk, fail);
    if (outcome == OK)
        outcome = public_log_open(desk, &log, fail);
    if (outcome == OK)
        outcome = download(bundling, &log, fail);
    if (outcome == OK)
        printf("%s: %llu entries\n", bundling->folder.output,
               (unsigned long long)log.checkpoint.size);
    public_log_done(&log);
    bundle_folder_done(&bundling->folder);
    free(bundling->blobs);
    return outcome;
}

int cmd_bundle(int argc, char **argv)
{
    int code;
    struct bundling bundling = {.output = NULL};
    const struct argument own[] = {{"output", &bundling.output, NULL}, {NULL, NULL, NULL}};
    struct arguments arguments = {.command = "bundle", .help = help, .own = own, .anonymous = true};
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    return arguments_at_desk(&arguments, bundle, &bundling);
}
