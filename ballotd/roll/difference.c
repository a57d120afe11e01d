#include "roll/difference.h"

#include <stdlib.h>

#include "roll/order.h"

enum {
    ALARM_LEAST = 5,       /* people; fewer never alarm */
    ALARM_SHARE_OF = 20,   /* one in twenty: 5 % */
    HISTORY_LEAST = 3,     /* earlier differences */
    DEVIATIONS_SQUARED = 9 /* three standard deviations */
};

/* What a row is. Only the first row of a number counts; the others are marked NOTHING. */
enum mark { NOTHING, FIRST, FIRST_AND_LEFT };
#define PARTNER_NONE   UINT32_MAX       /* a number that is repeated, or not its first row */
#define PARTNER_JOINED (UINT32_MAX - 1) /* the number is in `to` alone */

/* The finding at work: units are found by their path. */
struct finder {
    const struct snapshot *from, *to;
    uint8_t *from_marks; /* of each row of `from`: enum mark */
    uint32_t *partner;   /* of each row of `to`: the row of `from` that it is compared with */
    struct difference *difference;
    uint32_t unit_room;
    uint32_t *index; /* open addressing by path: 1 + unit, 0: free */
    uint32_t index_mask;
    enum outcome outcome; /* the first failure sticks */
    struct fail *fail;
};

static const enum field PATH[DIFFERENCE_PATH] = {FIELD_NATION, FIELD_REGION, FIELD_CONSTITUENCY,
                                                 FIELD_BRANCH};

static const enum difference_count ALARM_COUNTS[ALARM_KINDS] = {
    [ALARM_CONTACT] = DIFFERENCE_CONTACT,
    [ALARM_JOINED] = DIFFERENCE_JOINED,
    [ALARM_LAPSED] = DIFFERENCE_LAPSED,
};

static void out_of_memory(struct finder *finder)
{
    if (finder->outcome == OK)
        finder->outcome =
            fail_set(finder->fail, BROKEN, "roll.memory", "out of memory for a difference");
}

/* -- units by their path ---------------------------------------------------------------------- */

static uint32_t hash_path(const struct span *path)
{
    uint32_t mixed = 2166136261u; /* FNV-1a: a bad mix costs time, nothing else */
    for (int level = 0; level < DIFFERENCE_PATH; level++) {
        for (size_t i = 0; i < path[level].len; i++)
            mixed = (mixed ^ path[level].ptr[i]) * 16777619u;
        mixed = (mixed ^ 0xFF) * 16777619u;
    }
    return mixed ^ mixed >> 15;
}

static int compare_paths(const struct span *a, const struct span *b)
{
    for (int level = 0; level < DIFFERENCE_PATH; level++) {
        int order = span_compare(a[level], b[level]);
        if (order != 0)
            return order;
    }
    return 0;
}

static uint32_t find_slot(const struct finder *finder, const struct span *path)
{
    uint32_t slot = hash_path(path) & finder->index_mask;
    while (finder->index[slot] != 0 &&
           compare_paths(finder->difference->units[finder->index[slot] - 1].path, path) != 0)
        slot = (slot + 1) & finder->index_mask;
    return slot;
}

/* Twice the room for units, and four slots for each. */
static bool widen(struct finder *finder)
{
    struct difference *difference = finder->difference;
    uint32_t room = finder->unit_room == 0 ? 64 : finder->unit_room * 2;
    struct difference_unit *units = reallocarray(difference->units, room, sizeof(*units));
    if (units != NULL)
        difference->units = units;
    uint32_t *index = units == NULL ? NULL : calloc((size_t)room * 4, sizeof(*index));
    if (index == NULL)
        return false;
    free(finder->index);
    finder->index = index;
    finder->index_mask = room * 4 - 1;
    finder->unit_room = room;
    for (uint32_t i = 0; i < difference->unit_count; i++)
        index[find_slot(finder, difference->units[i].path)] = i + 1;
    return true;
}

/* The unit of a row; NULL without memory. Paths are borrowed from the snapshots until the end. */
static struct difference_unit *unit_of(struct finder *finder, const struct snapshot *snapshot,
                                       uint32_t row)
{
    struct difference *difference = finder->difference;
    struct span path[DIFFERENCE_PATH];
    for (int level = 0; level < DIFFERENCE_PATH; level++)
        path[level] = snapshot_value(snapshot, row, PATH[level]);
    if (difference->unit_count == finder->unit_room && !widen(finder)) {
        out_of_memory(finder);
        return NULL;
    }
    uint32_t slot = find_slot(finder, path);
    if (finder->index[slot] == 0) {
        struct difference_unit *fresh = &difference->units[difference->unit_count];
        *fresh = (struct difference_unit){0};
        memcpy(fresh->path, path, sizeof(path));
        finder->index[slot] = ++difference->unit_count;
    }
    return &difference->units[finder->index[slot] - 1];
}

/* -- counting --------------------------------------------------------------------------------- */

static void count(struct finder *finder, struct difference_unit *unit, enum difference_count what)
{
    unit->counts[what]++;
    finder->difference->counts[what]++;
}

static bool differs(const struct finder *finder, enum field field, uint32_t from, uint32_t to)
{
    return finder->difference->compared[field] &&
           !span_equal(snapshot_value(finder->from, from, field),
                       snapshot_value(finder->to, to, field));
}

static bool in_good_standing(struct span status)
{
    return span_is(status, "active") || span_is(status, "grace") || span_is(status, "pending");
}

static void compare_person(struct finder *finder, struct difference_unit *unit, uint32_t from,
                           uint32_t to)
{
    bool moved = false;
    for (int level = 0; level < DIFFERENCE_PATH; level++)
        moved = moved || differs(finder, PATH[level], from, to);
    bool status = differs(finder, FIELD_STATUS, from, to);
    bool email = differs(finder, FIELD_EMAIL, from, to);
    bool phone = differs(finder, FIELD_PHONE, from, to);
    bool address =
        differs(finder, FIELD_ADDRESS, from, to) || differs(finder, FIELD_POSTCODE, from, to);
    bool lapsed = status && in_good_standing(snapshot_value(finder->from, from, FIELD_STATUS)) &&
                  !in_good_standing(snapshot_value(finder->to, to, FIELD_STATUS));
    const bool changed[DIFFERENCE_COUNTS] = {
        [DIFFERENCE_STATUS] = status,   [DIFFERENCE_UNIT] = moved,
        [DIFFERENCE_EMAIL] = email,     [DIFFERENCE_PHONE] = phone,
        [DIFFERENCE_ADDRESS] = address, [DIFFERENCE_CONTACT] = email || phone || address,
        [DIFFERENCE_LAPSED] = lapsed,
    };
    for (enum difference_count what = 0; what < DIFFERENCE_COUNTS; what++) {
        if (changed[what])
            count(finder, unit, what);
    }
}

/* Both orders side by side; what stands on one side alone joined or left. */
static void match(struct finder *finder, const struct order *from, const struct order *to)
{
    uint32_t i = 0;
    uint32_t k = 0;
    while (i < from->count || k < to->count) {
        int order = i == from->count ? 1
                    : k == to->count
                        ? -1
                        : order_compare(finder->from, &from->rows[i], finder->to, &to->rows[k]);
        uint32_t old = order <= 0 ? order_run(finder->from, from, i) : 0;
        uint32_t new = order >= 0 ? order_run(finder->to, to, k) : 0;
        if (old > 0)
            finder->from_marks[from->rows[i].row] = new == 0 ? FIRST_AND_LEFT : FIRST;
        if (old == 0)
            finder->partner[to->rows[k].row] = PARTNER_JOINED;
        if (old == 1 && new == 1)
            finder->partner[to->rows[k].row] = from->rows[i].row;
        i += old;
        k += new;
    }
}

/* In the order of the files: exports mostly keep theirs, and memory is read as it lies. */
static void count_rows(struct finder *finder)
{
    for (uint32_t row = 0; finder->outcome == OK && row < finder->from->rows; row++) {
        if (finder->from_marks[row] == NOTHING)
            continue;
        struct difference_unit *unit = unit_of(finder, finder->from, row);
        if (unit == NULL)
            return;
        unit->size++;
        if (finder->from_marks[row] == FIRST_AND_LEFT) {
            count(finder, unit, DIFFERENCE_LEFT);
            count(finder, unit, DIFFERENCE_LAPSED);
        }
    }
    for (uint32_t row = 0; finder->outcome == OK && row < finder->to->rows; row++) {
        uint32_t partner = finder->partner[row];
        struct difference_unit *unit =
            partner == PARTNER_NONE ? NULL : unit_of(finder, finder->to, row);
        if (unit != NULL && partner == PARTNER_JOINED)
            count(finder, unit, DIFFERENCE_JOINED);
        else if (unit != NULL)
            compare_person(finder, unit, partner, row);
    }
}

static enum outcome match_numbers(struct finder *finder, struct fail *fail)
{
    struct order from = {0};
    struct order to = {0};
    finder->from_marks = calloc((size_t)finder->from->rows + 1, 1);
    finder->partner = malloc(((size_t)finder->to->rows + 1) * sizeof(uint32_t));
    enum outcome outcome = OK;
    if (finder->from_marks == NULL || finder->partner == NULL)
        outcome = fail_set(fail, BROKEN, "roll.memory", "out of memory for a difference");
    if (outcome == OK)
        outcome = order_make(finder->from, &from, fail);
    if (outcome == OK)
        outcome = order_make(finder->to, &to, fail);
    if (outcome == OK) {
        memset(finder->partner, 0xFF, (size_t)finder->to->rows * sizeof(uint32_t));
        match(finder, &from, &to);
    }
    order_done(&from);
    order_done(&to);
    return outcome;
}

/* -- alarms ----------------------------------------------------------------------------------- */

static int compare_units(const void *a, const void *b)
{
    return compare_paths(((const struct difference_unit *)a)->path,
                         ((const struct difference_unit *)b)->path);
}

/* How often this was so in this unit before: 0 in a difference that does not know the unit. */
static uint64_t count_before(const struct difference *earlier, const struct difference_unit *unit,
                             enum difference_count what)
{
    const struct difference_unit *found =
        earlier->unit_count == 0
            ? NULL
            : bsearch(unit, earlier->units, earlier->unit_count, sizeof(*unit), compare_units);
    return found == NULL ? 0 : found->counts[what];
}

/* Counts are below 2^21 and differences below 2^6, so that nothing here comes near 2^63. */
static enum alarm_reason judge(struct difference_unit *unit, enum alarm_kind kind,
                               const struct difference *const *earlier, uint32_t earlier_count)
{
    uint64_t x = unit->counts[ALARM_COUNTS[kind]];
    uint64_t k = earlier_count;
    uint64_t sum = 0;
    uint64_t squares = 0;
    for (uint32_t i = 0; i < earlier_count; i++) {
        uint64_t c = count_before(earlier[i], unit, ALARM_COUNTS[kind]);
        sum += c;
        squares += c * c;
    }
    unit->average[kind] = k > 0 ? (double)sum / (double)k : 0;
    if (x < ALARM_LEAST)
        return ALARM_NONE;
    if (x * ALARM_SHARE_OF > unit->size)
        return ALARM_SHARE;
    if (k < HISTORY_LEAST || k * x <= sum)
        return ALARM_NONE;
    uint64_t above = k * x - sum;
    return above * above > DEVIATIONS_SQUARED * (k * squares - sum * sum) ? ALARM_HISTORY
                                                                          : ALARM_NONE;
}

static void raise_alarms(struct difference *difference, const struct difference *const *earlier,
                         uint32_t earlier_count)
{
    difference->earlier_count = earlier_count;
    for (uint32_t i = 0; i < difference->unit_count; i++) {
        struct difference_unit *unit = &difference->units[i];
        for (enum alarm_kind kind = 0; kind < ALARM_KINDS; kind++) {
            unit->alarms[kind] = judge(unit, kind, earlier, earlier_count);
            difference->alarm_count += unit->alarms[kind] != ALARM_NONE ? 1 : 0;
        }
    }
}

/* The units' names outlive the snapshots. */
static enum outcome own_names(struct difference *difference, struct fail *fail)
{
    for (uint32_t i = 0; i < difference->unit_count; i++) {
        for (int level = 0; level < DIFFERENCE_PATH; level++)
            buf_add(&difference->names, difference->units[i].path[level]);
    }
    enum outcome outcome = buf_check(&difference->names, "the units' names", fail);
    const uint8_t *at = difference->names.bytes;
    if (difference->names.len == 0)
        return outcome; /* all paths are empty, or it failed */
    for (uint32_t i = 0; outcome == OK && i < difference->unit_count; i++) {
        for (int level = 0; level < DIFFERENCE_PATH; level++) {
            struct span *name = &difference->units[i].path[level];
            *name = span_of(at, name->len);
            at += name->len;
        }
    }
    return outcome;
}

/* -- all of it -------------------------------------------------------------------------------- */

static void set_compared(struct finder *finder)
{
    for (int field = 0; field < FIELD_FIXED; field++)
        finder->difference->compared[field] =
            finder->from->layout.mapped[field] && finder->to->layout.mapped[field];
}

enum outcome difference_find(const struct snapshot *from, const struct snapshot *to,
                             const struct difference *const *earlier, uint32_t earlier_count,
                             struct difference *out_difference, struct fail *fail)
{
    struct difference difference = {0};
    struct finder finder = {.from = from, .to = to, .difference = &difference, .fail = fail};
    buf_init(&difference.names, UINT32_MAX);
    set_compared(&finder);
    finder.outcome = match_numbers(&finder, fail);
    count_rows(&finder);
    free(finder.from_marks);
    free(finder.partner);
    free(finder.index);
    if (finder.outcome == OK)
        finder.outcome = own_names(&difference, fail);
    if (finder.outcome != OK) {
        difference_done(&difference);
        return finder.outcome;
    }
    qsort(difference.units, difference.unit_count, sizeof(*difference.units), compare_units);
    raise_alarms(&difference, earlier, earlier_count);
    *out_difference = difference;
    return OK;
}

void difference_done(struct difference *difference)
{
    if (difference == NULL)
        return;
    free(difference->units);
    buf_done(&difference->names);
    *difference = (struct difference){0};
}
