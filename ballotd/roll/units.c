#include "roll/units.h"

#include <stdlib.h>

#include "roll/text.h"

enum { FIRST_ROOM = 64, SLOTS_EACH = 4 };

const enum field UNIT_FIELDS[UNIT_LEVELS] = {FIELD_NATION, FIELD_REGION, FIELD_CONSTITUENCY,
                                             FIELD_BRANCH};

struct unit_path unit_path_of(const struct snapshot *snapshot, uint32_t row)
{
    struct unit_path path;
    for (int level = 0; level < UNIT_LEVELS; level++)
        path.levels[level] = snapshot_value(snapshot, row, UNIT_FIELDS[level]);
    return path;
}

int unit_path_compare(const struct unit_path *a, const struct unit_path *b)
{
    for (int level = 0; level < UNIT_LEVELS; level++) {
        int order = span_compare(a->levels[level], b->levels[level]);
        if (order != 0)
            return order;
    }
    return 0;
}

void unit_path_print(const struct unit_path *path, struct buf *out)
{
    bool first = true;
    for (int level = UNIT_LEVELS - 1; level >= 0; level--) {
        if (path->levels[level].len == 0)
            continue;
        if (!first)
            buf_add_str(out, ", ");
        buf_add(out, path->levels[level]);
        first = false;
    }
    if (first)
        buf_add_str(out, "(no unit)");
}

void unit_path_print_json(const struct unit_path *path, struct buf *out)
{
    for (int level = 0; level < UNIT_LEVELS; level++) {
        buf_add_byte(out, level == 0 ? '[' : ',');
        text_print_json(path->levels[level], out);
    }
    buf_add_byte(out, ']');
}

/* FNV-1a: a bad mix costs time, nothing else. */
static uint32_t hash_path(const struct unit_path *path)
{
    uint32_t mixed = 2166136261u;
    for (int level = 0; level < UNIT_LEVELS; level++) {
        for (size_t i = 0; i < path->levels[level].len; i++)
            mixed = (mixed ^ path->levels[level].ptr[i]) * 16777619u;
        mixed = (mixed ^ 0xFF) * 16777619u;
    }
    return mixed ^ mixed >> 15;
}

static uint32_t find_slot(const struct unit_table *table, const struct unit_path *path)
{
    uint32_t slot = hash_path(path) & table->mask;
    while (table->index[slot] != 0 &&
           unit_path_compare(&table->paths[table->index[slot] - 1], path) != 0)
        slot = (slot + 1) & table->mask;
    return slot;
}

static bool widen(struct unit_table *table)
{
    uint32_t room = table->room == 0 ? FIRST_ROOM : table->room * 2;
    struct unit_path *paths = reallocarray(table->paths, room, sizeof(*paths));
    if (paths != NULL)
        table->paths = paths;
    uint32_t *index = paths == NULL ? NULL : calloc((size_t)room * SLOTS_EACH, sizeof(*index));
    if (index == NULL)
        return false;
    free(table->index);
    table->index = index;
    table->mask = room * SLOTS_EACH - 1;
    table->room = room;
    for (uint32_t i = 0; i < table->count; i++)
        index[find_slot(table, &table->paths[i])] = i + 1;
    return true;
}

enum outcome units_add(struct unit_table *table, const struct unit_path *path, uint32_t *out_number,
                       struct fail *fail)
{
    if (table->count == table->room && !widen(table))
        return fail_set(fail, BROKEN, "roll.memory", "out of memory for units");
    uint32_t slot = find_slot(table, path);
    if (table->index[slot] == 0) {
        table->paths[table->count] = *path;
        table->index[slot] = ++table->count;
    }
    *out_number = table->index[slot] - 1;
    return OK;
}

uint32_t units_find(const struct unit_table *table, const struct unit_path *path)
{
    uint32_t found = table->count == 0 ? 0 : table->index[find_slot(table, path)];
    return found == 0 ? UINT32_MAX : found - 1;
}

void units_done(struct unit_table *table)
{
    free(table->paths);
    free(table->index);
    *table = (struct unit_table){0};
}
