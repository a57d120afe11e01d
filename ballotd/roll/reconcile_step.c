/* A source against what it said before: contacts, moves, rejoining, and whatever came in bulk. */
#include "roll/order.h"
#include "roll/reconcile_inside.h"

#include <stdlib.h>

enum { BULK_LEAST = 5, BULK_SHARE_OF = 20 }; /* as for the alarms */

struct step {
    struct reconciler *reconciler;
    const struct reconcile_step *given;
    const struct snapshot *from, *to;
    char from_day[DATE_TEXT_BYTES], to_day[DATE_TEXT_BYTES]; /* as of which they speak */
    bool after_announcement;
    struct order_match match;
    uint32_t *persons; /* of each row of `to` */
    uint32_t *paid_up; /* of each unit of the difference */
};

static uint32_t find_unit(const struct difference *difference, const struct unit_path *path)
{
    uint32_t low = 0;
    uint32_t high = difference->unit_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = unit_path_compare(&difference->units[middle].path, path);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return RECONCILE_NONE;
}

static void add_change(struct step *step, enum candidate_kind kind, enum severity severity,
                       uint32_t row, uint32_t old_row)
{
    struct candidate *candidate = reconcile_add(step->reconciler, kind, severity);
    if (candidate == NULL)
        return;
    candidate->person = step->persons[row];
    candidate->source = step->given->source;
    candidate->row = row;
    candidate->old_row = old_row;
}

static bool differs(const struct step *step, enum field field, uint32_t row, uint32_t old_row)
{
    return step->given->difference->compared[field] &&
           !span_equal(snapshot_value(step->from, old_row, field),
                       snapshot_value(step->to, row, field));
}

/* Just before a vote a changed contact is how somebody else comes by a code; where many changed it
 * is grave. */
static void compare_contact(struct step *step, const struct difference_unit *unit, uint32_t row,
                            uint32_t old_row)
{
    if (!differs(step, FIELD_EMAIL, row, old_row) && !differs(step, FIELD_PHONE, row, old_row) &&
        !differs(step, FIELD_ADDRESS, row, old_row) && !differs(step, FIELD_POSTCODE, row, old_row))
        return;
    bool alarm = unit != NULL && unit->alarms[ALARM_CONTACT] != ALARM_NONE;
    add_change(step, CANDIDATE_CONTACT_CHANGED,
               alarm                      ? SEVERITY_HIGH
               : step->after_announcement ? SEVERITY_MEDIUM
                                          : SEVERITY_LOW,
               row, old_row);
}

/* Owed when the snapshot before was taken, and paid now. */
static bool has_paid_up(const struct step *step, uint32_t row, uint32_t old_row)
{
    struct span before = snapshot_value(step->from, old_row, FIELD_PAID_UNTIL);
    struct span after = snapshot_value(step->to, row, FIELD_PAID_UNTIL);
    return differs(step, FIELD_PAID_UNTIL, row, old_row) && after.len > 0 &&
           span_compare(after, span_str(step->to_day)) >= 0 &&
           (before.len == 0 || span_compare(before, span_str(step->from_day)) < 0);
}

static void compare_row(struct step *step, uint32_t row, uint32_t old_row)
{
    const struct difference *difference = step->given->difference;
    struct unit_path path = unit_path_of(step->to, row);
    uint32_t unit = find_unit(difference, &path);
    compare_contact(step, unit == RECONCILE_NONE ? NULL : &difference->units[unit], row, old_row);
    bool moved = false;
    for (int level = 0; level < UNIT_LEVELS; level++)
        moved = moved || differs(step, UNIT_FIELDS[level], row, old_row);
    if (moved)
        add_change(step, CANDIDATE_MOVED, SEVERITY_LOW, row, old_row);
    if (differs(step, FIELD_STATUS, row, old_row) &&
        status_is_good(snapshot_value(step->to, row, FIELD_STATUS)) &&
        snapshot_value(step->from, old_row, FIELD_STATUS).len > 0 &&
        !status_is_good(snapshot_value(step->from, old_row, FIELD_STATUS)))
        add_change(step, CANDIDATE_REJOINED, SEVERITY_MEDIUM, row, old_row);
    if (unit != RECONCILE_NONE && has_paid_up(step, row, old_row))
        step->paid_up[unit]++;
}

static void compare_rows(struct step *step)
{
    for (uint32_t row = 0; step->reconciler->outcome == OK && row < step->to->rows; row++) {
        uint32_t old_row = step->match.to[row];
        uint32_t person = step->persons[row];
        bool nobody = person != RECONCILE_NONE && !reconcile_stands(step->reconciler, person);
        if (old_row < ORDER_JOINED && !nobody)
            compare_row(step, row, old_row);
    }
}

static void add_bulk(struct step *step, enum candidate_kind kind,
                     const struct difference_unit *unit, uint32_t count)
{
    struct candidate *candidate = reconcile_add(step->reconciler, kind, SEVERITY_HIGH);
    if (candidate == NULL)
        return;
    candidate->source = step->given->source;
    candidate->unit = unit->path;
    candidate->count = count;
    candidate->of = unit->size;
}

static void find_bulk(struct step *step)
{
    static const struct {
        enum candidate_kind kind;
        enum difference_count count;
    } BULKS[ALARM_KINDS] = {
        [ALARM_CONTACT] = {CANDIDATE_CONTACTS_IN_BULK, DIFFERENCE_CONTACT},
        [ALARM_JOINED] = {CANDIDATE_JOINED_IN_BULK, DIFFERENCE_JOINED},
        [ALARM_LAPSED] = {CANDIDATE_LAPSED_IN_BULK, DIFFERENCE_LAPSED},
    };
    for (uint32_t i = 0; i < step->given->difference->unit_count; i++) {
        const struct difference_unit *unit = &step->given->difference->units[i];
        for (enum alarm_kind kind = 0; kind < ALARM_KINDS; kind++) {
            if (unit->alarms[kind] != ALARM_NONE)
                add_bulk(step, BULKS[kind].kind, unit, unit->counts[BULKS[kind].count]);
        }
        if (step->paid_up[i] >= BULK_LEAST && step->paid_up[i] * BULK_SHARE_OF > unit->size)
            add_bulk(step, CANDIDATE_PAID_IN_BULK, unit, step->paid_up[i]);
    }
}

static void find_persons(struct step *step, const struct people *people)
{
    for (uint32_t row = 0; row < step->to->rows; row++)
        step->persons[row] = RECONCILE_NONE;
    for (uint32_t i = 0; i < people->count; i++) {
        struct person_rows rows = people_rows(people, i, people->counting[step->given->source]);
        for (uint32_t k = 0; k < rows.count; k++)
            step->persons[rows.rows[k]] = i;
    }
}

void reconcile_step(struct reconciler *reconciler, const struct reconcile_step *given)
{
    const struct people *people = reconciler->people;
    const struct feed *feed = &people->terms.feeds[people->counting[given->source]];
    struct step step = {.reconciler = reconciler,
                        .given = given,
                        .from = given->from,
                        .to = feed->snapshot,
                        .after_announcement = feed->as_of_s >= people->terms.announced_at_s};
    date_print(instant_date(given->from_as_of_s), step.from_day);
    date_print(instant_date(feed->as_of_s), step.to_day);
    step.persons = reconcile_alloc(reconciler, step.to->rows, sizeof(*step.persons));
    step.paid_up =
        reconcile_alloc(reconciler, given->difference->unit_count, sizeof(*step.paid_up));
    if (reconciler->outcome == OK)
        reconciler->outcome = order_match(step.from, step.to, &step.match, reconciler->fail);
    if (reconciler->outcome == OK) {
        find_persons(&step, people);
        compare_rows(&step);
        find_bulk(&step);
    }
    order_match_done(&step.match);
    free(step.persons);
    free(step.paid_up);
}
