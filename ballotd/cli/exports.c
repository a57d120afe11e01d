#include "cli/exports.h"

#include <stdlib.h>

#include "base/file.h"
#include "cli/mapping_file.h"
#include "roll/import.h"

/* The source that a mapping is for: one of the definition's, not taken yet. */
static enum outcome find_source(const struct exports *exports, const struct source_list *sources,
                                struct span id, uint32_t *out_source, struct fail *fail)
{
    int source = sources_find(sources, id);
    if (source < 0)
        return fail_set(fail, BAD_INPUT, "exports.source",
                        "the mapping is for the source \"%.*s\", which the definition does not "
                        "have",
                        (int)id.len, (const char *)id.ptr);
    for (uint32_t i = 0; i < exports->count; i++) {
        if (exports->feeds[i].source == (uint32_t)source)
            return fail_set(fail, BAD_INPUT, "exports.source",
                            "a second export of the source \"%.*s\"", (int)id.len,
                            (const char *)id.ptr);
    }
    *out_source = (uint32_t)source;
    return OK;
}

static enum outcome import_file(const char *path, const struct mapping *mapping,
                                struct snapshot *out_snapshot, struct fail *fail)
{
    struct import_report report;
    struct buf csv;
    buf_init(&csv, (size_t)ROLL_SNAPSHOT_BYTES_MAX);
    enum outcome outcome = file_read(path, &csv, fail);
    if (outcome == OK) {
        outcome = import_snapshot(buf_span(&csv), mapping, &report, out_snapshot, fail);
        import_report_done(&report);
        if (outcome != OK)
            fail_within(fail, "%s", path);
    }
    buf_done(&csv);
    return outcome;
}

static enum outcome add_feed(struct exports *exports, const struct mapping *mapping,
                             uint32_t source, const char *path, struct fail *fail)
{
    struct snapshot *snapshot = calloc(1, sizeof(*snapshot));
    if (snapshot == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory while reading an export");
    enum outcome outcome = import_file(path, mapping, snapshot, fail);
    if (outcome != OK) {
        free(snapshot);
        return outcome;
    }
    exports->snapshots[exports->count] = snapshot;
    exports->feeds[exports->count++] = (struct feed){.source = source, .snapshot = snapshot};
    return OK;
}

static enum outcome read_export(struct exports *exports, const char *mapping_path,
                                const char *csv_path, const struct source_list *sources,
                                struct fail *fail)
{
    struct mapping mapping;
    struct buf text;
    uint32_t source = 0;
    buf_init(&text, ROLL_MAPPING_BYTES_MAX);
    enum outcome outcome = mapping_file_arrange(mapping_path, NULL, &text, fail);
    if (outcome == OK && (outcome = mapping_read(buf_span(&text), &mapping, fail)) != OK)
        fail_within(fail, "%s", mapping_path);
    if (outcome == OK) {
        outcome = find_source(exports, sources, mapping.source, &source, fail);
        if (outcome == OK)
            outcome = add_feed(exports, &mapping, source, csv_path, fail);
        else
            fail_within(fail, "%s", mapping_path);
        mapping_done(&mapping);
    }
    buf_done(&text);
    return outcome;
}

enum outcome exports_read(const char *const *paths, unsigned count,
                          const struct source_list *sources, struct exports *out_exports,
                          struct fail *fail)
{
    struct exports exports = {.count = 0};
    enum outcome outcome = OK;
    for (unsigned i = 0; outcome == OK && i < count; i++)
        outcome =
            read_export(&exports, paths[(size_t)2 * i], paths[(size_t)2 * i + 1], sources, fail);
    if (outcome == OK)
        *out_exports = exports;
    else
        exports_done(&exports);
    return outcome;
}

void exports_done(struct exports *exports)
{
    if (exports == NULL)
        return;
    for (uint32_t i = 0; i < exports->count; i++) {
        snapshot_done(exports->snapshots[i]);
        free(exports->snapshots[i]);
    }
    exports->count = 0;
}
