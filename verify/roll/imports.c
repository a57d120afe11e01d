#include "roll/imports.h"

#include "labels.h"

#include <inttypes.h>
#include <stdio.h>

enum { NONE = -1 };

/* -- which there are -------------------------------------------------------------------------- */

static int latest_of(const struct imports *imports, size_t before, unsigned source)
{
    for (size_t i = before; i > 0; i--)
        if (imports->list[i - 1].source == source)
            return (int)(i - 1);
    return NONE;
}

/* The source's first, whatever time its exporter says that it speaks of. */
static int baseline_of(const struct imports *imports, unsigned source)
{
    for (size_t i = 0; i < imports->counting; i++)
        if (imports->list[i].source == source)
            return (int)i;
    return NONE;
}

static void choose_kept(struct imports *imports)
{
    for (unsigned source = 0; source < imports->rules->sources.count; source++) {
        imports->baselines[source] = baseline_of(imports, source);
        imports->histories[source].arena = imports->arena;
        if (imports->baselines[source] != NONE)
            imports->list[imports->baselines[source]].kept = true;
    }
    for (size_t i = 0; i < imports->counting; i++)
        if (people_wants(imports->rules, imports->snapshots, imports->counting, i))
            imports->list[i].kept = true;
}

/* One snapshot entry; `sealed` says that it follows a roll, and so is of no account. */
static enum outcome add_snapshot(struct imports *imports, const struct roll_entry *entry,
                                 bool sealed, struct fail *fail)
{
    int source = sources_find(&imports->rules->sources, entry->snapshot.source);
    if (source == NO_SOURCE)
        return fail_bad(fail, "a snapshot of a source that there is not");
    struct import *import = &imports->list[imports->count];
    *import = (struct import){.entry = entry,
                              .number = (unsigned)imports->count + 1,
                              .source = (unsigned)source,
                              .before = latest_of(imports, imports->count, (unsigned)source)};
    if (!sealed)
        imports->snapshots[imports->counting++] =
            (struct snapshot){.source = (unsigned)source,
                              .taken_at = entry->snapshot.taken_at,
                              .as_of = entry->snapshot.as_of};
    imports->count++;
    return GOOD;
}

enum outcome imports_init(struct imports *imports, const struct roll_board *board,
                          const struct rules *rules, struct arena *arena,
                          const struct roll_entry **out_entry, struct fail *fail)
{
    bool sealed = false;
    *imports = (struct imports){.rules = rules, .arena = arena};
    imports->list = arena_zeroed(arena, board->entry_count, sizeof *imports->list);
    imports->snapshots = arena_zeroed(arena, board->entry_count, sizeof *imports->snapshots);
    if (imports->list == NULL || imports->snapshots == NULL)
        return fail_unable(fail, "no memory for the snapshots");
    for (size_t i = 0; i < board->entry_count; i++) {
        *out_entry = &board->entries[i];
        sealed = sealed || board->entries[i].kind == ENTRY_ROLL;
        if (board->entries[i].kind != ENTRY_SNAPSHOT)
            continue;
        enum outcome outcome = add_snapshot(imports, &board->entries[i], sealed, fail);
        if (outcome != GOOD)
            return outcome;
    }
    choose_kept(imports);
    return GOOD;
}

static void close_import(struct import *import)
{
    numbers_done(&import->numbers);
    table_done(&import->table);
    import->open = false;
}

void imports_done(struct imports *imports)
{
    for (size_t i = 0; i < imports->count; i++)
        if (imports->list[i].open)
            close_import(&imports->list[i]);
    imports->count = 0;
}

/* -- reading ---------------------------------------------------------------------------------- */

/* A file behind a commitment of the entry. */
static enum outcome open_file(const struct annex *annex, const char *folder, unsigned number,
                              const char *ending, const char *label,
                              const uint8_t commitment[HASH_BYTES], char *path,
                              const struct annex_file **out_file, struct fail *fail)
{
    uint8_t digest[HASH_BYTES];
    (void)snprintf(path, ANNEX_PATH_BYTES + 1, "%s/%u%s", folder, number, ending);
    enum outcome outcome = annex_take(annex, path, true, out_file, fail);
    if (outcome != GOOD)
        return outcome;
    annex_commitment(label, *out_file, digest);
    if (memcmp(digest, commitment, HASH_BYTES) != 0)
        return fail_bad(fail, "the file is not the one committed to");
    return GOOD;
}

static enum outcome open_mapping(struct imports *imports, const struct annex *annex,
                                 struct import *import, char *path, struct fail *fail)
{
    const struct annex_file *json;
    import->mapping = arena_zeroed(imports->arena, 1, sizeof *import->mapping);
    if (import->mapping == NULL)
        return fail_unable(fail, "no memory for a mapping");
    enum outcome outcome = open_file(annex, "mappings", import->number, ".json", LABEL_MAPPING,
                                     import->entry->snapshot.mapping, path, &json, fail);
    if (outcome == GOOD)
        outcome = mapping_read(json->bytes, imports->arena, import->mapping, fail);
    if (outcome == GOOD && !span_equal(import->mapping->source, import->entry->snapshot.source))
        outcome = fail_bad(fail, "the mapping is of another source than the snapshot");
    return outcome;
}

/* Every record is a row, and the board says how many: none is lost on the way. */
static enum outcome open_table(const struct annex *annex, struct import *import, char *path,
                               struct fail *fail)
{
    const struct annex_file *csv;
    enum outcome outcome = open_file(annex, "snapshots", import->number, ".csv", LABEL_SNAPSHOT,
                                     import->entry->snapshot.commitment, path, &csv, fail);
    if (outcome == GOOD)
        outcome = table_import(csv->bytes, import->mapping, &import->table, fail);
    if (outcome != GOOD)
        return outcome;
    if (import->table.rows != import->entry->snapshot.rows)
        outcome = fail_bad(fail, "%zu records, %" PRIu64 " on the board", import->table.rows,
                           import->entry->snapshot.rows);
    if (outcome == GOOD)
        outcome = numbers_make(&import->table, &import->numbers, fail);
    if (outcome != GOOD)
        table_done(&import->table);
    else
        import->open = true;
    return outcome;
}

enum outcome imports_read(struct imports *imports, const struct annex *annex, size_t index,
                          char out_path[ANNEX_PATH_BYTES + 1], struct fail *fail)
{
    struct import *import = &imports->list[index];
    struct import *before = import->before == NONE ? NULL : &imports->list[import->before];
    enum outcome outcome = open_mapping(imports, annex, import, out_path, fail);
    if (outcome == GOOD)
        outcome = open_table(annex, import, out_path, fail);
    if (outcome == GOOD && before != NULL)
        outcome = difference_make(&imports->histories[import->source], &before->numbers,
                                  &import->numbers, &import->found, fail);
    if (outcome != GOOD)
        return outcome;
    if (before != NULL && !before->kept)
        close_import(before);
    if (import->kept && index < imports->counting)
        imports->snapshots[index].table = &import->table;
    return GOOD;
}

/* -- differences ------------------------------------------------------------------------------ */

static enum outcome compare_figure(const char *name, uint64_t found, uint64_t stated,
                                   struct fail *fail)
{
    if (found == stated)
        return GOOD;
    return fail_bad(fail, "%s is %" PRIu64 ", %" PRIu64 " on the board", name, found, stated);
}

enum outcome imports_check_difference(const struct imports *imports, const struct roll_entry *entry,
                                      struct fail *fail)
{
    uint64_t to = entry->difference.to;
    const struct import *import = to >= 1 && to <= imports->count ? &imports->list[to - 1] : NULL;
    if (import == NULL || import->before == NONE || import->entry->index > entry->index)
        return fail_bad(fail, "snapshot %" PRIu64 " has none before it to differ from", to);
    const struct difference *found = &import->found;
    const struct {
        const char *name;
        uint64_t found, stated;
    } figures[] = {
        {"\"from\"", imports->list[import->before].number, entry->difference.from},
        {"\"joined\"", difference_shown(found->joined), entry->difference.joined},
        {"\"left\"", difference_shown(found->left), entry->difference.left},
        {"\"status\"", difference_shown(found->status), entry->difference.status},
        {"\"unit\"", difference_shown(found->unit), entry->difference.unit},
        {"\"email\"", difference_shown(found->email), entry->difference.email},
        {"\"phone\"", difference_shown(found->phone), entry->difference.phone},
        {"\"address\"", difference_shown(found->address), entry->difference.address},
        {"\"alarms\"", found->alarms, entry->difference.alarms},
    };
    enum outcome outcome = GOOD;
    for (size_t i = 0; outcome == GOOD && i < sizeof figures / sizeof figures[0]; i++)
        outcome = compare_figure(figures[i].name, figures[i].found, figures[i].stated, fail);
    return outcome;
}
