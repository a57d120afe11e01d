#include "roll/difference.h"

#include "base/arena.h"

enum { SHOWN_LEAST = 4, ALARM_LEAST = 5, HISTORY_LEAST = 3, LEVELS = 4, SLOTS_FIRST = 64 };

enum change { CONTACT, JOINED, LAPSED, CHANGES };

/* One unit path: its changes in this difference, and their sums over the earlier ones. */
struct changed_unit {
    struct span levels[LEVELS]; /* ptr NULL: missing */
    uint64_t hash, size;        /* numbers with it in `from` */
    uint64_t now[CHANGES], sum[CHANGES];
    unsigned __int128 squares[CHANGES];
};

/* One of the two snapshots, with where it has the fields that are compared. */
struct side {
    const struct numbers *numbers;
    const struct table *table;
    int levels[LEVELS], status, email, phone, address, postcode;
};

struct comparison {
    struct difference_history *history;
    struct side from, to;
    struct difference found;
    bool no_memory;
};

static struct side side_of(const struct numbers *numbers)
{
    static const char *const levels[LEVELS] = {"nation", "region", "constituency", "branch"};
    const struct table *table = numbers->table;
    struct side side = {
        .numbers = numbers,
        .table = table,
        .status = table_find(table, span_text("status")),
        .email = table_find(table, span_text("email")),
        .phone = table_find(table, span_text("phone")),
        .address = table_find(table, span_text("address")),
        .postcode = table_find(table, span_text("postcode")),
    };
    for (int i = 0; i < LEVELS; i++)
        side.levels[i] = table_find(table, span_text(levels[i]));
    return side;
}

/* -- units ------------------------------------------------------------------------------------ */

static uint64_t hash_levels(const struct span levels[LEVELS])
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (int i = 0; i < LEVELS; i++) {
        for (size_t k = 0; k < levels[i].len; k++)
            hash = (hash ^ levels[i].ptr[k]) * UINT64_C(1099511628211);
        hash = (hash ^ 0x100) * UINT64_C(1099511628211); /* no byte: the end of a level */
    }
    return hash ^ hash >> 32;
}

static bool same_levels(const struct span a[LEVELS], const struct span b[LEVELS])
{
    bool same = true;
    for (int i = 0; same && i < LEVELS; i++)
        same = span_equal(a[i], b[i]);
    return same;
}

static struct changed_unit **slot_of(const struct difference_history *history, uint64_t hash,
                                     const struct span levels[LEVELS])
{
    size_t mask = history->slot_count - 1, at = (size_t)hash & mask;
    while (history->slots[at] != NULL &&
           (history->slots[at]->hash != hash || !same_levels(history->slots[at]->levels, levels)))
        at = (at + 1) & mask;
    return &history->slots[at];
}

/* Room for one more at no more than half full; the units stay where they are. */
static bool make_room(struct difference_history *history)
{
    struct difference_history larger = *history;
    if (history->unit_count * 2 < history->slot_count)
        return true;
    larger.slot_count = history->slot_count == 0 ? SLOTS_FIRST : history->slot_count * 2;
    larger.slots = arena_zeroed(history->arena, larger.slot_count, sizeof(struct changed_unit *));
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < history->slot_count; i++) {
        struct changed_unit *unit = history->slots[i];
        if (unit != NULL)
            *slot_of(&larger, unit->hash, unit->levels) = unit;
    }
    *history = larger;
    return true;
}

/* The history outlives the tables. */
static struct changed_unit *add_unit(struct difference_history *history, uint64_t hash,
                                     const struct span levels[LEVELS])
{
    struct changed_unit *unit = arena_zeroed(history->arena, 1, sizeof *unit);
    bool copied = unit != NULL;
    for (int i = 0; copied && i < LEVELS; i++) {
        unit->levels[i] = arena_copy(history->arena, levels[i]);
        copied = unit->levels[i].ptr != NULL;
    }
    if (!copied)
        return NULL;
    unit->hash = hash;
    history->unit_count++;
    return unit;
}

/* The unit in which a row stands; NULL without memory. */
static struct changed_unit *unit_of(struct comparison *comparison, const struct side *side,
                                    uint32_t row)
{
    struct difference_history *history = comparison->history;
    struct span levels[LEVELS];
    for (int i = 0; i < LEVELS; i++)
        levels[i] = table_value(side->table, row, side->levels[i]);
    uint64_t hash = hash_levels(levels);
    if (!make_room(history))
        return NULL;
    struct changed_unit **slot = slot_of(history, hash, levels);
    if (*slot == NULL)
        *slot = add_unit(history, hash, levels);
    return *slot;
}

static void count_change(struct comparison *comparison, const struct side *side, uint32_t row,
                         enum change change)
{
    struct changed_unit *unit = unit_of(comparison, side, row);
    if (unit == NULL)
        comparison->no_memory = true;
    else
        unit->now[change]++;
}

/* -- comparing -------------------------------------------------------------------------------- */

/* Present in one alone, or another text; a field that either mapping lacks is not compared. */
static bool differs(const struct comparison *comparison, uint32_t from_row, int from_slot,
                    uint32_t to_row, int to_slot)
{
    if (from_slot == NO_SLOT || to_slot == NO_SLOT)
        return false;
    return !span_equal(table_value(comparison->from.table, from_row, from_slot),
                       table_value(comparison->to.table, to_row, to_slot));
}

static bool is_current(struct span status)
{
    return span_equal(status, span_text("active")) || span_equal(status, span_text("grace")) ||
           span_equal(status, span_text("pending"));
}

/* Two rows of one number, which is in both snapshots once. */
static void compare_rows(struct comparison *comparison, uint32_t was, uint32_t is)
{
    const struct side *from = &comparison->from, *to = &comparison->to;
    struct difference *found = &comparison->found;
    bool unit = false;
    for (int i = 0; i < LEVELS; i++)
        unit = unit || differs(comparison, was, from->levels[i], is, to->levels[i]);
    bool status = differs(comparison, was, from->status, is, to->status);
    bool email = differs(comparison, was, from->email, is, to->email);
    bool phone = differs(comparison, was, from->phone, is, to->phone);
    bool address = differs(comparison, was, from->address, is, to->address) ||
                   differs(comparison, was, from->postcode, is, to->postcode);
    found->status += status;
    found->unit += unit;
    found->email += email;
    found->phone += phone;
    found->address += address;
    if (email || phone || address)
        count_change(comparison, to, is, CONTACT);
    if (status && is_current(table_value(from->table, was, from->status)) &&
        !is_current(table_value(to->table, is, to->status)))
        count_change(comparison, to, is, LAPSED);
}

/* Every number of `from`: how large its unit was, and whether it left. */
static void walk_from(struct comparison *comparison)
{
    const struct side *from = &comparison->from, *to = &comparison->to;
    for (uint32_t row = 0; row < from->table->rows && !comparison->no_memory; row++) {
        if (numbers_repeats(from->numbers, row))
            continue;
        struct changed_unit *unit = unit_of(comparison, from, row);
        if (unit == NULL) {
            comparison->no_memory = true;
            return;
        }
        unit->size++;
        if (numbers_find(to->numbers, table_number(from->table, row)) == NO_ROW) {
            comparison->found.left++;
            unit->now[LAPSED]++;
        }
    }
}

/* Every number of `to`: joined, or compared where it stands once in both. */
static void walk_to(struct comparison *comparison)
{
    const struct numbers *from = comparison->from.numbers, *to = comparison->to.numbers;
    for (uint32_t row = 0; row < to->table->rows && !comparison->no_memory; row++) {
        if (numbers_repeats(to, row))
            continue;
        uint32_t was = numbers_find(from, table_number(to->table, row));
        if (was == NO_ROW) {
            comparison->found.joined++;
            count_change(comparison, &comparison->to, row, JOINED);
        } else if (from->next[was] == NO_ROW && to->next[row] == NO_ROW) {
            compare_rows(comparison, was, row);
        }
    }
}

/* -- alarms ----------------------------------------------------------------------------------- */

/* More than 5 % of the unit, or more than three standard deviations above what was usual. */
static bool alarms(const struct changed_unit *unit, enum change change, uint64_t earlier)
{
    const unsigned __int128 k = earlier, x = unit->now[change], sum = unit->sum[change];
    if (x < ALARM_LEAST)
        return false;
    if (20 * x > unit->size)
        return true;
    if (k < HISTORY_LEAST || k * x <= sum)
        return false;
    unsigned __int128 above = k * x - sum;
    return above * above > 9 * (k * unit->squares[change] - sum * sum);
}

/* Counts the alarms and makes history of this difference. */
static void close_units(struct comparison *comparison)
{
    struct difference_history *history = comparison->history;
    for (size_t i = 0; i < history->slot_count; i++) {
        struct changed_unit *unit = history->slots[i];
        for (int change = 0; unit != NULL && change < CHANGES; change++) {
            comparison->found.alarms += alarms(unit, (enum change)change, history->differences);
            unit->sum[change] += unit->now[change];
            unit->squares[change] += (unsigned __int128)unit->now[change] * unit->now[change];
            unit->now[change] = 0;
        }
        if (unit != NULL)
            unit->size = 0;
    }
    history->differences++;
}

enum outcome difference_make(struct difference_history *history, const struct numbers *from,
                             const struct numbers *to, struct difference *out_difference,
                             struct fail *fail)
{
    struct comparison comparison = {.history = history, .from = side_of(from), .to = side_of(to)};
    walk_from(&comparison);
    walk_to(&comparison);
    if (comparison.no_memory)
        return fail_unable(fail, "no memory to compare two snapshots");
    close_units(&comparison);
    *out_difference = comparison.found;
    return GOOD;
}

uint64_t difference_shown(uint64_t figure)
{
    return figure > 0 && figure < SHOWN_LEAST ? SHOWN_LEAST : figure;
}
