#include "roll/reconcile_inside.h"

#include <stdlib.h>

/* -- shared ----------------------------------------------------------------------------------- */

void *reconcile_alloc(struct reconciler *reconciler, size_t count, size_t bytes)
{
    void *memory = reconciler->outcome == OK ? calloc(count + 1, bytes) : NULL;
    if (memory == NULL && reconciler->outcome == OK)
        reconciler->outcome =
            fail_set(reconciler->fail, BROKEN, "roll.memory", "out of memory to reconcile");
    return memory;
}

struct candidate *reconcile_add(struct reconciler *reconciler, enum candidate_kind kind,
                                enum severity severity)
{
    struct reconciliation *found = reconciler->found;
    if (reconciler->outcome == OK && found->count == reconciler->room) {
        uint32_t room = reconciler->room == 0 ? 1024 : reconciler->room * 2;
        struct candidate *wider = reallocarray(found->candidates, room, sizeof(*wider));
        if (wider == NULL)
            reconciler->outcome =
                fail_set(reconciler->fail, BROKEN, "roll.memory", "out of memory to reconcile");
        else
            found->candidates = wider;
        reconciler->room = wider == NULL ? reconciler->room : room;
    }
    if (reconciler->outcome != OK)
        return NULL;
    struct candidate *candidate = &found->candidates[found->count++];
    *candidate = (struct candidate){.kind = kind,
                                    .severity = severity,
                                    .person = RECONCILE_NONE,
                                    .other = RECONCILE_NONE,
                                    .source = RECONCILE_NONE,
                                    .against = RECONCILE_NONE,
                                    .row = RECONCILE_NONE,
                                    .old_row = RECONCILE_NONE};
    return candidate;
}

bool reconcile_stands(const struct reconciler *reconciler, uint32_t person)
{
    return !reconciler->draft->members[person].withdrawn;
}

bool status_is_good(struct span status)
{
    return span_is(status, "active") || span_is(status, "grace") || span_is(status, "pending");
}

/* -- all of it -------------------------------------------------------------------------------- */

/* The gravest first; then by kind, the likest, and the order of the people: it is the same each
 * time. */
static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *x = a;
    const struct candidate *y = b;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    if (x->other != y->other)
        return x->other < y->other ? -1 : 1;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static void note_cases(struct reconciler *reconciler)
{
    const struct casebook *book = reconciler->draft->book;
    uint32_t *cases = reconcile_alloc(reconciler, reconciler->people->count, sizeof(*cases));
    reconciler->found->cases = cases;
    for (uint32_t i = 0; cases != NULL && book != NULL && i < book->case_count; i++) {
        const struct variance_case *variance = &book->cases[i];
        for (uint32_t k = 0; k < variance->subject_count; k++) {
            uint32_t person = people_by_pseudonym(reconciler->people, variance->subjects[k].bytes);
            if (person != PEOPLE_NONE)
                cases[person] = variance->number;
        }
    }
}

enum outcome reconcile_find(const struct reconcile_terms *terms,
                            struct reconciliation *out_reconciliation, struct fail *fail)
{
    struct reconciliation found = {.terms = *terms};
    struct reconciler reconciler = {
        .draft = terms->draft, .people = terms->draft->people, .found = &found, .fail = fail};
    note_cases(&reconciler);
    reconcile_sources(&reconciler);
    reconcile_alike(&reconciler);
    for (uint32_t i = 0; i < terms->step_count; i++)
        reconcile_step(&reconciler, &terms->steps[i]);
    reconcile_roll(&reconciler);
    if (reconciler.outcome != OK) {
        reconcile_done(&found);
        return reconciler.outcome;
    }
    if (found.count > 0)
        qsort(found.candidates, found.count, sizeof(*found.candidates), compare_candidates);
    for (uint32_t i = 0; i < found.count; i++)
        found.by_severity[found.candidates[i].severity]++;
    *out_reconciliation = found;
    return OK;
}

void reconcile_done(struct reconciliation *reconciliation)
{
    if (reconciliation == NULL)
        return;
    free(reconciliation->candidates);
    free(reconciliation->cases);
    *reconciliation = (struct reconciliation){0};
}
