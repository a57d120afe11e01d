/* One source against another: who is missing, and who is told of differently. */
#include "roll/reconcile_inside.h"

#include <stdlib.h>

/* What one source says in one field of somebody; empty when it says nothing, or two things. */
static struct span said(const struct snapshot *snapshot, struct person_rows rows, enum field field)
{
    struct span first = SPAN_LIT("");
    for (uint32_t i = 0; i < rows.count; i++) {
        struct span value = snapshot_value(snapshot, rows.rows[i], field);
        if (i == 0)
            first = value;
        else if (!span_equal(first, value))
            return SPAN_LIT("");
    }
    return first;
}

/* The first two sources that say different things. */
static void compare_field(struct reconciler *reconciler, uint32_t person,
                          const struct person_view *view, enum field field)
{
    struct span first = SPAN_LIT("");
    uint32_t first_source = RECONCILE_NONE;
    for (uint32_t source = 0; source < reconciler->people->terms.sources->count; source++) {
        if (view->of[source].count == 0)
            continue;
        struct span value =
            said(people_snapshot(reconciler->people, source), view->of[source], field);
        if (value.len == 0)
            continue;
        if (first_source == RECONCILE_NONE) {
            first = value;
            first_source = source;
        } else if (!span_equal(first, value)) {
            bool status = field == FIELD_STATUS;
            bool decides = status && status_is_good(first) != status_is_good(value);
            struct candidate *candidate = reconcile_add(
                reconciler, status ? CANDIDATE_STATUS_DISAGREES : CANDIDATE_PAYMENT_DISAGREES,
                decides ? SEVERITY_HIGH : SEVERITY_MEDIUM);
            if (candidate != NULL) {
                candidate->person = person;
                candidate->source = first_source;
                candidate->against = source;
                candidate->row = view->of[first_source].rows[0];
                candidate->old_row = view->of[source].rows[0];
            }
            return;
        }
    }
}

static void compare_sources(struct reconciler *reconciler)
{
    for (uint32_t i = 0; reconciler->outcome == OK && i < reconciler->people->count; i++) {
        struct person_view view;
        if (!reconcile_stands(reconciler, i))
            continue;
        people_look(reconciler->people, i, &view);
        compare_field(reconciler, i, &view, FIELD_STATUS);
        compare_field(reconciler, i, &view, FIELD_PAID_UNTIL);
    }
}

/* -- missing ---------------------------------------------------------------------------------- */

static uint32_t rows_in(const struct reconciler *reconciler, uint32_t person, uint32_t source)
{
    uint32_t feed = reconciler->people->counting[source];
    return feed == PEOPLE_NONE ? 0 : people_rows(reconciler->people, person, feed).count;
}

/* A source that lacks over half of a list is not meant to know it whole: a branch's list, say. */
static bool knows_most(const struct reconciler *reconciler, uint32_t list, uint32_t other)
{
    uint32_t people = 0;
    uint32_t missing = 0;
    for (uint32_t i = 0; i < reconciler->people->count; i++) {
        if (rows_in(reconciler, i, list) == 0)
            continue;
        people++;
        missing += rows_in(reconciler, i, other) == 0 ? 1 : 0;
    }
    return missing > 0 && missing * 2 <= people;
}

static void find_missing(struct reconciler *reconciler, uint32_t list, uint32_t other)
{
    const struct source *source = &reconciler->people->terms.sources->sources[other];
    if (!knows_most(reconciler, list, other))
        return;
    for (uint32_t i = 0; i < reconciler->people->count; i++) {
        if (!reconcile_stands(reconciler, i) || rows_in(reconciler, i, list) == 0 ||
            rows_in(reconciler, i, other) > 0)
            continue;
        struct candidate *candidate = reconcile_add(reconciler, CANDIDATE_MISSING,
                                                    source->lists ? SEVERITY_MEDIUM : SEVERITY_LOW);
        if (candidate == NULL)
            return;
        candidate->person = i;
        candidate->source = list;
        candidate->against = other;
    }
}

/* Rows of a source that does not list, of numbers that no list has. */
static void find_unlisted(struct reconciler *reconciler, uint32_t source)
{
    const struct people *people = reconciler->people;
    const struct snapshot *snapshot = people_snapshot(people, source);
    uint32_t unlisted = snapshot->rows;
    uint8_t *listed = reconcile_alloc(reconciler, snapshot->rows, 1);
    for (uint32_t i = 0; listed != NULL && i < people->count; i++) {
        struct person_rows rows = people_rows(people, i, people->counting[source]);
        for (uint32_t k = 0; k < rows.count; k++)
            listed[rows.rows[k]] = 1;
        unlisted -= rows.count;
    }
    for (uint32_t row = 0; listed != NULL && unlisted <= snapshot->rows / 2 && row < snapshot->rows;
         row++) {
        struct candidate *candidate =
            listed[row] ? NULL : reconcile_add(reconciler, CANDIDATE_ON_NO_LIST, SEVERITY_MEDIUM);
        if (candidate != NULL) {
            candidate->source = source;
            candidate->row = row;
        }
    }
    free(listed);
}

void reconcile_sources(struct reconciler *reconciler)
{
    const struct source_list *sources = reconciler->people->terms.sources;
    compare_sources(reconciler);
    for (uint32_t i = 0; i < sources->count; i++) {
        if (reconciler->people->counting[i] == PEOPLE_NONE)
            continue;
        if (!sources->sources[i].lists)
            find_unlisted(reconciler, i);
        for (uint32_t k = 0; sources->sources[i].lists && k < sources->count; k++) {
            if (k != i && reconciler->people->counting[k] != PEOPLE_NONE &&
                sources->sources[k].numbers == sources->sources[i].numbers)
                find_missing(reconciler, i, k);
        }
    }
}
