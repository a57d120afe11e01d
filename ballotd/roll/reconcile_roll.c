/* What the draft says: repeated numbers, missing data that decides, units with nobody. */
#include "roll/reconcile_inside.h"

#include <stdlib.h>

/* Who would be told "undetermined" and for want of data. */
static void find_undecided(struct reconciler *reconciler)
{
    for (uint32_t i = 0; i < reconciler->people->count; i++) {
        const struct draft_member *member = &reconciler->draft->members[i];
        bool repeated = draft_is_duplicate(member);
        struct candidate *candidate = NULL;
        if (member->withdrawn)
            continue;
        if (repeated)
            candidate = reconcile_add(reconciler, CANDIDATE_REPEATED_NUMBER, SEVERITY_HIGH);
        else if (member->by_rules == MEMBER_UNDETERMINED)
            candidate = reconcile_add(reconciler, CANDIDATE_UNDECIDED,
                                      draft_has_style(member) ? SEVERITY_MEDIUM : SEVERITY_HIGH);
        if (candidate != NULL)
            candidate->person = i;
    }
}

/* Units as the home of each person names them, how many are in each, and how many on the roll. */
struct census {
    struct unit_table table;
    uint32_t *people, *on_roll;
};

static void count_person(struct reconciler *reconciler, struct census *census, uint32_t person)
{
    const struct people *people = reconciler->people;
    uint32_t home = people->persons[person].home;
    struct person_rows rows = people_rows(people, person, people->counting[home]);
    struct unit_path path = unit_path_of(people_snapshot(people, home), rows.rows[0]);
    uint32_t unit;
    if (reconciler->outcome == OK)
        reconciler->outcome = units_add(&census->table, &path, &unit, reconciler->fail);
    if (reconciler->outcome != OK)
        return;
    census->people[unit]++;
    if (draft_is_on_roll(&reconciler->draft->members[person]))
        census->on_roll[unit]++;
}

static void add_empty(struct reconciler *reconciler, const struct unit_path *path, uint32_t count)
{
    struct candidate *candidate = reconcile_add(reconciler, CANDIDATE_EMPTY_UNIT, SEVERITY_MEDIUM);
    if (candidate == NULL)
        return;
    candidate->unit = *path;
    candidate->count = count;
}

static void find_empty_units(struct reconciler *reconciler)
{
    struct census census = {0};
    const struct reconcile_terms *terms = &reconciler->found->terms;
    census.people = reconcile_alloc(reconciler, reconciler->people->count, sizeof(*census.people));
    census.on_roll =
        reconcile_alloc(reconciler, reconciler->people->count, sizeof(*census.on_roll));
    for (uint32_t i = 0; reconciler->outcome == OK && i < reconciler->people->count; i++)
        count_person(reconciler, &census, i);
    for (uint32_t i = 0; reconciler->outcome == OK && i < census.table.count; i++) {
        if (census.on_roll[i] == 0)
            add_empty(reconciler, &census.table.paths[i], census.people[i]);
    }
    for (uint32_t i = 0; reconciler->outcome == OK && i < terms->step_count; i++) {
        const struct difference *difference = terms->steps[i].difference;
        if (!reconciler->people->terms.sources->sources[terms->steps[i].source].lists)
            continue;
        for (uint32_t k = 0; k < difference->unit_count; k++) {
            if (difference->units[k].size > 0 &&
                units_find(&census.table, &difference->units[k].path) == UINT32_MAX)
                add_empty(reconciler, &difference->units[k].path, difference->units[k].size);
        }
    }
    units_done(&census.table);
    free(census.people);
    free(census.on_roll);
}

void reconcile_roll(struct reconciler *reconciler)
{
    find_undecided(reconciler);
    find_empty_units(reconciler);
}
