#include "roll/snapshot.h"

#include <stdlib.h>

#include "crypto/hash.h"
#include "roll/text.h"

enum { CACHED_BYTES_MAX = 40, RECORD_BYTES_MAX = 1024 * 1024 };

enum outcome snapshot_init(struct snapshot *snapshot, struct span source,
                           const struct layout *layout, struct fail *fail)
{
    memset(snapshot, 0, sizeof(*snapshot));
    memcpy(snapshot->source, source.ptr, source.len);
    snapshot->layout = *layout;
    for (uint32_t field = 0; field < layout->count; field++) {
        if (layout->mapped[field])
            snapshot->place[field] = (uint8_t)snapshot->width++;
    }
    buf_init(&snapshot->texts, UINT32_MAX);
    buf_add_u16le(&snapshot->texts, 0); /* what offset 0, missing, points to */
    return snapshot_check(snapshot, fail);
}

void snapshot_done(struct snapshot *snapshot)
{
    if (snapshot == NULL)
        return;
    buf_done(&snapshot->texts);
    free(snapshot->cells);
    free(snapshot->lines);
    snapshot->cells = NULL;
    snapshot->lines = NULL;
    snapshot->rows = 0;
    snapshot->room = 0;
}

static enum outcome grow(struct snapshot *snapshot, struct fail *fail)
{
    uint32_t room = snapshot->room == 0 ? 1024 : snapshot->room * 2;
    size_t row_bytes = snapshot->width * sizeof(uint32_t);
    uint32_t *cells = realloc(snapshot->cells, room * row_bytes);
    if (cells != NULL)
        snapshot->cells = cells;
    uint32_t *lines = realloc(snapshot->lines, room * sizeof(*lines));
    if (lines != NULL)
        snapshot->lines = lines;
    if (cells == NULL || lines == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory after %u rows", snapshot->rows);
    snapshot->room = room;
    return OK;
}

enum outcome snapshot_add_row(struct snapshot *snapshot, uint32_t line, struct fail *fail)
{
    if (snapshot->rows == ROLL_ROWS_MAX)
        return fail_set(fail, TOO_LARGE, "roll.csv", "line %u: more than %d rows", line,
                        ROLL_ROWS_MAX);
    if (snapshot->rows == snapshot->room) {
        enum outcome outcome = grow(snapshot, fail);
        if (outcome != OK)
            return outcome;
    }
    size_t count = snapshot->width;
    memset(snapshot->cells + snapshot->rows * count, 0, count * sizeof(uint32_t));
    snapshot->lines[snapshot->rows++] = line;
    return OK;
}

void snapshot_drop_row(struct snapshot *snapshot)
{
    snapshot->rows--;
}

static struct span text_at(const struct snapshot *snapshot, uint32_t offset)
{
    const uint8_t *bytes = snapshot->texts.bytes + offset;
    return span_of(bytes + 2, (size_t)bytes[0] | (size_t)bytes[1] << 8);
}

static uint32_t cache_slot(struct span value)
{
    uint32_t mixed = 2166136261u; /* FNV-1a: a bad mix costs memory, nothing else */
    for (size_t i = 0; i < value.len; i++)
        mixed = (mixed ^ value.ptr[i]) * 16777619u;
    return (mixed ^ mixed >> 15) % SNAPSHOT_CACHE;
}

static uint32_t store_text(struct snapshot *snapshot, struct span value)
{
    uint32_t offset = (uint32_t)snapshot->texts.len;
    buf_add_u16le(&snapshot->texts, (uint16_t)value.len);
    buf_add(&snapshot->texts, value);
    return buf_ok(&snapshot->texts) ? offset : 0;
}

void snapshot_set(struct snapshot *snapshot, uint32_t field, struct span value)
{
    size_t cell = (size_t)(snapshot->rows - 1) * snapshot->width + snapshot->place[field];
    if (value.len > CACHED_BYTES_MAX) {
        snapshot->cells[cell] = store_text(snapshot, value);
        return;
    }
    uint32_t *cached = &snapshot->cache[cache_slot(value)];
    if (*cached == 0 || !span_equal(text_at(snapshot, *cached), value))
        *cached = store_text(snapshot, value);
    snapshot->cells[cell] = *cached;
}

enum outcome snapshot_check(const struct snapshot *snapshot, struct fail *fail)
{
    return buf_check(&snapshot->texts, "the snapshot's texts", fail);
}

struct span snapshot_value(const struct snapshot *snapshot, uint32_t row, uint32_t field)
{
    if (!snapshot->layout.mapped[field])
        return SPAN_LIT("");
    size_t cell = (size_t)row * snapshot->width + snapshot->place[field];
    return text_at(snapshot, snapshot->cells[cell]);
}

bool snapshot_same(const struct snapshot *snapshot, uint32_t row, uint32_t other, uint32_t field)
{
    return span_equal(snapshot_value(snapshot, row, field), snapshot_value(snapshot, other, field));
}

void snapshot_print_record(const struct snapshot *snapshot, uint32_t row, struct buf *out)
{
    buf_add_byte(out, '{');
    bool first = true;
    for (uint32_t field = 0; field < snapshot->layout.count; field++) {
        struct span value = snapshot_value(snapshot, row, field);
        if (value.len == 0)
            continue;
        text_print_member(snapshot->layout.names[field], value, first, out);
        first = false;
    }
    buf_add_byte(out, '}');
}

void snapshot_row_id(const struct snapshot *snapshot, uint32_t row,
                     uint8_t out_id[static ROLL_HASH_BYTES])
{
    struct buf record;
    buf_init(&record, RECORD_BYTES_MAX);
    snapshot_print_record(snapshot, row, &record);
    sha256(buf_span(&record), out_id);
    buf_done(&record);
}
