#include "roll/difference.h"

#include <stdlib.h>

#include "roll/order.h"

enum {
    ALARM_LEAST = 5,        /* people; fewer never alarm */
    ALARM_SHARE_OF = 20,    /* one in twenty: 5 % */
    HISTORY_LEAST = 3,      /* earlier differences */
    DEVIATIONS_SQUARED = 9, /* three standard deviations */
    UNITS_FIRST = 64,
};

/* The finding at work: units are found by their path. */
struct finder {
    const struct snapshot *from, *to;
    struct order_match match;
    struct difference *difference;
    struct unit_table table; /* the number of a path is the place of its unit */
    uint32_t unit_room;
    enum outcome outcome; /* the first failure sticks */
    struct fail *fail;
};

static const enum difference_count ALARM_COUNTS[ALARM_KINDS] = {
    [ALARM_CONTACT] = DIFFERENCE_CONTACT,
    [ALARM_JOINED] = DIFFERENCE_JOINED,
    [ALARM_LAPSED] = DIFFERENCE_LAPSED,
};

static bool make_room(struct finder *finder)
{
    struct difference *difference = finder->difference;
    if (difference->unit_count < finder->unit_room)
        return true;
    uint32_t room = finder->unit_room == 0 ? UNITS_FIRST : finder->unit_room * 2;
    struct difference_unit *units = reallocarray(difference->units, room, sizeof(*units));
    if (units == NULL)
        return false;
    difference->units = units;
    finder->unit_room = room;
    return true;
}

/* The unit of a row; NULL without memory. Paths are borrowed from the snapshots until the end. */
static struct difference_unit *unit_of(struct finder *finder, const struct snapshot *snapshot,
                                       uint32_t row)
{
    struct difference *difference = finder->difference;
    struct unit_path path = unit_path_of(snapshot, row);
    uint32_t number;
    finder->outcome = units_add(&finder->table, &path, &number, finder->fail);
    if (finder->outcome == OK && !make_room(finder))
        finder->outcome =
            fail_set(finder->fail, BROKEN, "roll.memory", "out of memory for a difference");
    if (finder->outcome != OK)
        return NULL;
    if (number == difference->unit_count)
        difference->units[difference->unit_count++] = (struct difference_unit){.path = path};
    return &difference->units[number];
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
    for (int level = 0; level < UNIT_LEVELS; level++)
        moved = moved || differs(finder, UNIT_FIELDS[level], from, to);
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

/* In the order of the files: exports mostly keep theirs, and memory is read as it lies. */
static void count_rows(struct finder *finder)
{
    for (uint32_t row = 0; finder->outcome == OK && row < finder->from->rows; row++) {
        if (finder->match.from[row] == ORDER_REPEATED)
            continue;
        struct difference_unit *unit = unit_of(finder, finder->from, row);
        if (unit == NULL)
            return;
        unit->size++;
        if (finder->match.from[row] == ORDER_LEFT) {
            count(finder, unit, DIFFERENCE_LEFT);
            count(finder, unit, DIFFERENCE_LAPSED);
        }
    }
    for (uint32_t row = 0; finder->outcome == OK && row < finder->to->rows; row++) {
        uint32_t partner = finder->match.to[row];
        struct difference_unit *unit =
            partner == ORDER_NOBODY ? NULL : unit_of(finder, finder->to, row);
        if (unit != NULL && partner == ORDER_JOINED)
            count(finder, unit, DIFFERENCE_JOINED);
        else if (unit != NULL)
            compare_person(finder, unit, partner, row);
    }
}

/* -- alarms ----------------------------------------------------------------------------------- */

static int compare_units(const void *a, const void *b)
{
    return unit_path_compare(&((const struct difference_unit *)a)->path,
                             &((const struct difference_unit *)b)->path);
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
        for (int level = 0; level < UNIT_LEVELS; level++)
            buf_add(&difference->names, difference->units[i].path.levels[level]);
    }
    enum outcome outcome = buf_check(&difference->names, "the units' names", fail);
    const uint8_t *at = difference->names.bytes;
    if (difference->names.len == 0)
        return outcome; /* all paths are empty, or it failed */
    for (uint32_t i = 0; outcome == OK && i < difference->unit_count; i++) {
        for (int level = 0; level < UNIT_LEVELS; level++) {
            struct span *name = &difference->units[i].path.levels[level];
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
    finder.outcome = order_match(from, to, &finder.match, fail);
    count_rows(&finder);
    order_match_done(&finder.match);
    units_done(&finder.table);
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
