/* The snapshots held: taken over, read again when they are needed, joined into people. Declared in
 * election/custody_inside.h. */
#include "election/custody_inside.h"

#include "crypto/hash.h"

#include <sodium.h>
#include <stdlib.h>

/* -- files ------------------------------------------------------------------------------------ */

/* The two files of a snapshot, as they came in. */
struct export
{
    struct buf csv, mapping;
    uint8_t csv_salt[SALT_BYTES], mapping_salt[SALT_BYTES];
};

static enum outcome export_get(struct custody *custody, const struct held *held, struct export *out,
                               struct fail *fail)
{
    buf_init(&out->csv, (size_t)ROLL_SNAPSHOT_BYTES_MAX);
    buf_init(&out->mapping, ROLL_MAPPING_BYTES_MAX);
    enum outcome outcome = custody_files_get(&custody->files, FILES_PRIVATE, held->commitment.bytes,
                                             out->csv_salt, &out->csv, fail);
    if (outcome == OK)
        outcome = custody_files_get(&custody->files, FILES_PRIVATE, held->mapping.bytes,
                                    out->mapping_salt, &out->mapping, fail);
    return outcome;
}

static void export_done(struct export *of)
{
    buf_done(&of->csv);
    buf_done(&of->mapping);
}

static enum outcome export_import(const struct export *of, struct snapshot *out_snapshot,
                                  struct fail *fail)
{
    struct mapping mapping;
    struct import_report report;
    enum outcome outcome = mapping_read(buf_span(&of->mapping), &mapping, fail);
    if (outcome != OK)
        return outcome;
    outcome = import_snapshot(buf_span(&of->csv), &mapping, &report, out_snapshot, fail);
    import_report_done(&report);
    mapping_done(&mapping);
    return outcome;
}

static enum outcome list_export(struct custody *custody, const struct held *held, uint32_t number,
                                const struct export *of, struct fail *fail)
{
    struct kept csv = custody_kept_as(FILES_PRIVATE, held->commitment.bytes);
    struct kept mapping = custody_kept_as(FILES_PRIVATE, held->mapping.bytes);
    annex_path_snapshot(number, csv.path);
    annex_path_mapping(number, mapping.path);
    enum outcome outcome = custody_keep(custody, &csv, buf_span(&of->csv), of->csv_salt, fail);
    return outcome == OK
               ? custody_keep(custody, &mapping, buf_span(&of->mapping), of->mapping_salt, fail)
               : outcome;
}

enum outcome custody_load(struct custody *custody, uint32_t held, struct fail *fail)
{
    struct held *of = &custody->held[held];
    struct export export;
    if (of->loaded)
        return OK;
    enum outcome outcome = export_get(custody, of, &export, fail);
    if (outcome == OK)
        outcome = export_import(&export, &of->snapshot, fail);
    export_done(&export);
    of->loaded = outcome == OK;
    return outcome;
}

void custody_unload(struct custody *custody, uint32_t held)
{
    struct held *of = &custody->held[held];
    if (of->loaded)
        snapshot_done(&of->snapshot);
    of->loaded = false;
}

/* -- the entry -------------------------------------------------------------------------------- */

static enum outcome read_entry(struct custody *custody, const struct statement *statement,
                               struct held *out_held, uint32_t *out_rows, struct fail *fail)
{
    struct held held = {0};
    struct json_take take = statement_take(statement, fail);
    json_take_integer(&take, "number", 1, INT64_MAX);
    struct span source = json_take_string(&take, "source");
    json_take_object(&take, "purpose");
    held.taken_at_s = json_take_integer(&take, "taken_at", 0, INT64_MAX);
    held.as_of_s = json_take_integer(&take, "as_of", 0, INT64_MAX);
    json_take_hex(&take, "commitment", held.commitment.bytes, HASH_BYTES);
    json_take_hex(&take, "mapping", held.mapping.bytes, HASH_BYTES);
    *out_rows = (uint32_t)json_take_integer(&take, "rows", 1, ROLL_ROWS_MAX);
    enum outcome outcome = json_take_end(&take);
    if (outcome != OK)
        return outcome;
    held.source = (uint32_t)sources_find(&custody->definition->sources, source);
    *out_held = held;
    return OK;
}

/* The first in people.db after the statement was checked holds for the entry too. */
static enum outcome check_rows(const struct custody *custody, const struct held *held,
                               uint32_t stated, const struct snapshot *snapshot, struct fail *fail)
{
    struct span source = custody->definition->sources.sources[held->source].id;
    if (snapshot->rows == stated && span_is(source, snapshot->source))
        return OK;
    return fail_set(fail, CONFLICT, "snapshot.rows",
                    "the statement says %u rows of \"%.*s\", the file has %u of \"%s\"", stated,
                    (int)source.len, source.ptr, snapshot->rows, snapshot->source);
}

enum outcome custody_check_snapshot(struct custody *custody, const struct statement *statement,
                                    struct fail *fail)
{
    struct held held;
    struct export export;
    struct snapshot snapshot;
    uint32_t rows;
    if (custody->held_count == PEOPLE_FEEDS_MAX)
        return fail_set(fail, TOO_LARGE, "snapshot.count", "there are %d snapshots already",
                        PEOPLE_FEEDS_MAX);
    enum outcome outcome = read_entry(custody, statement, &held, &rows, fail);
    if (outcome != OK)
        return outcome;
    outcome = export_get(custody, &held, &export, fail);
    if (outcome == OK)
        outcome = export_import(&export, &snapshot, fail);
    export_done(&export);
    if (outcome != OK)
        return outcome;
    outcome = check_rows(custody, &held, rows, &snapshot, fail);
    snapshot_done(&snapshot);
    return outcome;
}

enum outcome custody_apply_snapshot(struct custody *custody, const struct statement *statement,
                                    struct fail *fail)
{
    struct held *held = &custody->held[custody->held_count];
    struct booked booked = {.what = BOOKED_SNAPSHOT, .snapshot = custody->held_count};
    struct export export;
    if (custody->held_count == PEOPLE_FEEDS_MAX)
        return fail_set(fail, TOO_LARGE, "snapshot.count", "too many snapshots");
    enum outcome outcome = read_entry(custody, statement, held, &booked.rows, fail);
    if (outcome != OK)
        return outcome;
    outcome = export_get(custody, held, &export, fail);
    if (outcome == OK)
        outcome = list_export(custody, held, custody->held_count + 1, &export, fail);
    export_done(&export);
    memcpy(booked.hash.bytes, statement->leaf.bytes, HASH_BYTES);
    if (outcome == OK)
        outcome = custody_note_booked(custody, &booked, fail);
    if (outcome != OK)
        return outcome;
    custody->held_count++;
    if (custody->joined)
        people_done(&custody->people);
    custody->joined = false;
    return casebook_add_snapshot(&custody->book, statement->leaf.bytes, held->source,
                                 custody->definition->sources.sources[held->source].lists,
                                 booked.rows, fail);
}

/* -- people ----------------------------------------------------------------------------------- */

static struct people_terms terms_of(struct custody *custody)
{
    for (uint32_t i = 0; i < custody->held_count; i++) {
        struct held *held = &custody->held[i];
        custody->feeds[i] = (struct feed){.source = held->source,
                                          .as_of_s = held->as_of_s,
                                          .taken_at_s = held->taken_at_s,
                                          .snapshot = held->loaded ? &held->snapshot : NULL};
    }
    return (struct people_terms){.sources = &custody->definition->sources,
                                 .rules = &custody->rules,
                                 .feeds = custody->feeds,
                                 .feed_count = custody->held_count,
                                 .announced_at_s = custody->definition->announced_s,
                                 .roll_key = custody->roll_key};
}

/* Only what a draft asks is held in memory: a union's exports of ten years would fill it. */
static enum outcome load_wanted(struct custody *custody, struct fail *fail)
{
    bool wanted[PEOPLE_FEEDS_MAX] = {false};
    struct people_terms terms = terms_of(custody);
    enum outcome outcome = OK;
    people_wanted(&terms, wanted);
    for (uint32_t i = 0; outcome == OK && i < custody->held_count; i++) {
        if (wanted[i])
            outcome = custody_load(custody, i, fail);
        else
            custody_unload(custody, i);
    }
    return outcome;
}

enum outcome custody_join(struct custody *custody, struct fail *fail)
{
    if (custody->joined)
        return OK;
    if (custody->held_count == 0)
        return fail_set(fail, NOT_ALLOWED, "roll.early", "there is no snapshot yet");
    enum outcome outcome = load_wanted(custody, fail);
    if (outcome != OK)
        return outcome;
    struct people_terms terms = terms_of(custody);
    outcome = people_join(&terms, &custody->people, fail);
    custody->joined = outcome == OK;
    return outcome;
}
