/* What changed from snapshot to snapshot: computed by the daemon, stated on the board in totals,
 * told to officers whole. Declared in election/custody.h and election/custody_inside.h. */
#include "election/custody_inside.h"

#include "roll/text.h"

enum { REPORT_BYTES_MAX = 1 << 28 };

int custody_snapshot_before(const struct custody *custody, uint32_t to)
{
    for (uint32_t i = to; i > 0; i--)
        if (custody->held[i - 1].source == custody->held[to].source)
            return (int)i - 1;
    return -1;
}

/* All of a source before `to`: what is usual there. */
static uint32_t earlier_of(const struct custody *custody, uint32_t to,
                           const struct difference **out_earlier)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < to; i++)
        if (custody->held[i].source == custody->held[to].source && custody->compared[i].done)
            out_earlier[count++] = &custody->compared[i].difference;
    return count;
}

/* Both are in memory for as long as it takes; the earlier one stays only where it was. */
static enum outcome compare(struct custody *custody, uint32_t from, uint32_t to, struct fail *fail)
{
    const struct difference *earlier[PEOPLE_FEEDS_MAX];
    uint32_t count = earlier_of(custody, to, earlier);
    bool was_loaded = custody->held[from].loaded;
    enum outcome outcome = custody_load(custody, from, fail);
    if (outcome == OK)
        outcome = custody_load(custody, to, fail);
    if (outcome == OK)
        outcome = difference_find(&custody->held[from].snapshot, &custody->held[to].snapshot,
                                  earlier, count, &custody->compared[to].difference, fail);
    custody->compared[to].done = outcome == OK;
    if (!was_loaded)
        custody_unload(custody, from);
    return outcome;
}

/* In the order of the board, since each is held against those before it. */
enum outcome custody_compare(struct custody *custody, uint32_t last, struct fail *fail)
{
    enum outcome outcome = OK;
    for (uint32_t to = 0; outcome == OK && to <= last; to++) {
        int from = custody_snapshot_before(custody, to);
        if (from >= 0 && !custody->compared[to].done &&
            custody->held[to].source == custody->held[last].source)
            outcome = compare(custody, (uint32_t)from, to, fail);
    }
    return outcome;
}

/* -- the entry -------------------------------------------------------------------------------- */

static enum outcome print_entry(struct custody *custody, const struct state *state,
                                struct buf *out_text, struct fail *fail)
{
    uint32_t last = custody->held_count - 1;
    if (state->difference_from == 0 || custody->held_count != state->snapshots)
        return fail_set(fail, NOT_ALLOWED, "difference.done",
                        "no snapshot waits for its difference");
    enum outcome outcome = custody_compare(custody, last, fail);
    if (outcome != OK)
        return outcome;
    json_t *object = statement_begin(KIND_DIFFERENCE, span_str(state->origin),
                                     state->definition->ctx0, state->snapshot_leaf);
    json_put_integer(object, "from", state->difference_from);
    json_put_integer(object, "to", state->snapshots);
    difference_put(&custody->compared[last].difference, object);
    statement_end(object, out_text);
    return buf_check(out_text, "difference", fail);
}

enum outcome custody_difference(struct custody *custody, const struct state *state,
                                struct buf *out_text, struct fail *fail)
{
    pthread_mutex_lock(&custody->lock);
    enum outcome outcome = print_entry(custody, state, out_text, fail);
    pthread_mutex_unlock(&custody->lock);
    return outcome;
}

enum outcome custody_check_difference(struct custody *custody, const struct state *state,
                                      const struct statement *statement, struct fail *fail)
{
    struct buf text;
    buf_init(&text, LIMIT_ENTRY_BYTES);
    enum outcome outcome = print_entry(custody, state, &text, fail);
    if (outcome == OK && !span_equal(buf_span(&text), statement->note.text))
        outcome = fail_set(fail, CONFLICT, "difference.differs",
                           "this is not what the two snapshots give");
    buf_done(&text);
    return outcome;
}

/* -- the report ------------------------------------------------------------------------------- */

static void print_one(struct custody *custody, uint32_t to, struct buf *out)
{
    struct buf text;
    struct span source = custody->definition->sources.sources[custody->held[to].source].id;
    uint32_t from = (uint32_t)custody_snapshot_before(custody, to) + 1;
    const struct difference *difference = &custody->compared[to].difference;
    buf_init(&text, REPORT_BYTES_MAX);
    difference_print_text(difference, source, from, to + 1, &text);
    buf_add_str(out, "{\"difference\":");
    difference_print_json(difference, source, from, to + 1, out);
    text_print_member("text", buf_span(&text), false, out);
    buf_add_byte(out, '}');
    if (!buf_ok(&text))
        out->spoilt = true;
    buf_done(&text);
}

enum outcome custody_print_differences(struct custody *custody, struct buf *out, struct fail *fail)
{
    bool first = true;
    enum outcome outcome = OK;
    buf_add_str(out, "{\"differences\":[");
    for (uint32_t to = 0; outcome == OK && to < custody->held_count; to++) {
        if (custody_snapshot_before(custody, to) < 0)
            continue;
        outcome = custody_compare(custody, to, fail);
        if (outcome == OK && !first)
            buf_add_byte(out, ',');
        first = false;
        if (outcome == OK)
            print_one(custody, to, out);
    }
    buf_add_str(out, "]}");
    return outcome;
}
