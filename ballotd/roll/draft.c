#include "roll/draft.h"

#include <stdlib.h>

#include "base/json.h"
#include "roll/draft_cases.h"

#define BIT(bit) (UINT64_C(1) << (bit))

static const char *const OUTCOMES[] = {
    [MEMBER_ELIGIBLE] = "eligible",         [MEMBER_INELIGIBLE] = "ineligible",
    [MEMBER_UNDETERMINED] = "undetermined", [MEMBER_PROVISIONAL] = "provisional",
    [MEMBER_REMOVED] = "removed",           [MEMBER_WITHDRAWN] = "withdrawn",
};

const char *member_outcome_name(enum member_outcome outcome)
{
    return OUTCOMES[outcome];
}

/* -- who ------------------------------------------------------------------------------------- */

static const struct draft_added *added_of(const struct draft *draft,
                                          const struct draft_member *member)
{
    return &draft->added[member->added - 1];
}

static struct span recorded(const struct draft_added *added, struct span name)
{
    char key[FIELD_NAME_BYTES];
    if (name.len >= sizeof(key))
        return SPAN_LIT("");
    memcpy(key, name.ptr, name.len);
    key[name.len] = '\0';
    return json_span(json_object_get(added->record, key));
}

const uint8_t *draft_pseudonym(const struct draft *draft, const struct draft_member *member)
{
    return member->added > 0 ? added_of(draft, member)->pseudonym.bytes
                             : draft->people->persons[member->person].pseudonym;
}

struct span draft_number(const struct draft *draft, const struct draft_member *member)
{
    return member->added > 0 ? recorded(added_of(draft, member), SPAN_LIT("member_no"))
                             : people_number(draft->people, member->person);
}

struct span draft_numbers(const struct draft *draft, const struct draft_member *member)
{
    if (member->added > 0)
        return added_of(draft, member)->numbers;
    uint32_t numbers = draft->people->persons[member->person].numbers;
    return draft->people->terms.sources->sources[numbers].id;
}

const struct draft_member *draft_by_pseudonym(const struct draft *draft,
                                              const uint8_t pseudonym[static HASH_BYTES])
{
    uint32_t person = people_by_pseudonym(draft->people, pseudonym);
    if (person != PEOPLE_NONE)
        return &draft->members[person];
    for (uint32_t i = 0; i < draft->added_count; i++) {
        if (memcmp(draft->added[i].pseudonym.bytes, pseudonym, HASH_BYTES) == 0)
            return &draft->members[draft->people->count + i];
    }
    return NULL;
}

const struct draft_member *draft_find(const struct draft *draft, struct span member_no)
{
    const struct source_list *sources = draft->people->terms.sources;
    const struct draft_member *found = NULL;
    for (uint32_t i = 0; found == NULL && i < sources->count; i++) {
        uint8_t pseudonym[HASH_BYTES];
        if (sources->sources[i].numbers != i)
            continue;
        people_pseudonym(draft->people->terms.roll_key, sources->sources[i].id, member_no,
                         pseudonym);
        found = draft_by_pseudonym(draft, pseudonym);
    }
    return found;
}

/* -- values ----------------------------------------------------------------------------------- */

void draft_view(const struct draft *draft, const struct draft_member *member,
                struct person_view *out_view)
{
    memset(out_view, 0, sizeof(*out_view));
    if (member->added > 0 || member->withdrawn)
        return;
    people_look(draft->people, member->person, out_view);
    for (uint32_t at = member->changes; at != 0; at = draft->changes[at - 1].next) {
        const struct draft_change *change = &draft->changes[at - 1];
        if (change->is_row)
            out_view->of[change->source] = (struct person_rows){&change->row, 1};
    }
}

static struct told tell_text(struct span text, uint32_t case_number)
{
    struct value value = {.state = text.len > 0 ? VALUE_KNOWN : VALUE_MISSING, .text = text};
    return (struct told){
        .value = value, .source = PEOPLE_NONE, .row = PEOPLE_NONE, .case_number = case_number};
}

static struct told value_in(const struct draft *draft, const struct draft_member *member,
                            const struct person_view *view, const struct people_field *field)
{
    for (uint32_t at = member->changes; at != 0; at = draft->changes[at - 1].next) {
        const struct draft_change *change = &draft->changes[at - 1];
        if (!change->is_row && span_equal(change->field, field->name))
            return tell_text(change->to, change->case_number);
    }
    if (member->added > 0) {
        const struct draft_added *added = added_of(draft, member);
        return tell_text(recorded(added, field->name), added->case_number);
    }
    return people_tell(draft->people, &draft->people->persons[member->person], view, field);
}

struct told draft_value(const struct draft *draft, const struct draft_member *member,
                        const struct people_field *field)
{
    struct person_view view;
    draft_view(draft, member, &view);
    return value_in(draft, member, &view, field);
}

struct told draft_fixed(const struct draft *draft, const struct draft_member *member,
                        enum field field)
{
    return draft_value(draft, member, &draft->fixed[field]);
}

struct span draft_leaf_value(const struct draft *draft, const struct draft_member *member,
                             enum field field)
{
    struct told told = draft_fixed(draft, member, field);
    if (told.value.state != VALUE_CONTESTED)
        return told.value.text;
    if (field != FIELD_NAME)
        return SPAN_LIT("");
    struct person_view view;
    uint32_t home = draft->people->persons[member->person].home;
    draft_view(draft, member, &view);
    return view.of[home].count == 0 ? SPAN_LIT("")
                                    : snapshot_value(people_snapshot(draft->people, home),
                                                     view.of[home].rows[0], FIELD_NAME);
}

/* -- judging ---------------------------------------------------------------------------------- */

bool draft_has_style(const struct draft_member *member)
{
    return ((member->verdict.failed | member->verdict.undetermined) & BIT(RULES_BIT_STYLE)) == 0;
}

bool draft_is_duplicate(const struct draft_member *member)
{
    return (member->verdict.undetermined & BIT(RULES_BIT_DUPLICATE)) != 0;
}

bool draft_is_on_roll(const struct draft_member *member)
{
    return member->outcome == MEMBER_ELIGIBLE || member->outcome == MEMBER_PROVISIONAL;
}

/* Several rows of one number in a feed that lists. */
static bool has_repeats(const struct draft *draft, const struct person_view *view)
{
    const struct source_list *sources = draft->people->terms.sources;
    for (uint32_t i = 0; i < sources->count; i++) {
        if (sources->sources[i].lists && view->of[i].count > 1)
            return true;
    }
    return false;
}

static void find_lists(const struct draft *draft, const struct draft_member *member,
                       const struct person_view *view, enum truth *out_lists, uint32_t *out_stale)
{
    *out_stale = 0;
    for (uint32_t i = 0; i < draft->rules->list_count; i++) {
        uint32_t source = draft->rules->lists[i];
        bool has = view->of[source].count > 0;
        out_lists[i] = has ? TRUTH_TRUE : TRUTH_FALSE;
        if (member->added == 0 && draft->people->counting[source] == PEOPLE_NONE)
            out_lists[i] = TRUTH_UNDETERMINED;
        if (draft->people->stale[source])
            *out_stale |= 1u << i;
    }
}

static void find_statuses(const struct draft *draft, const struct draft_member *member,
                          struct value *out_statuses)
{
    for (uint32_t day = 0; day < draft->rules->day_count; day++) {
        out_statuses[day] = (struct value){.state = VALUE_CONTESTED};
        if (member->added == 0)
            out_statuses[day] = people_status(draft->people, member->person, day);
    }
}

struct verdict draft_judge(const struct draft *draft, const struct draft_member *member)
{
    struct person_view view;
    struct value values[RULES_FIELDS_MAX];
    enum truth lists[ROLL_SOURCES_MAX];
    struct facts facts = {.values = values, .statuses = draft->statuses, .in_lists = lists};
    draft_view(draft, member, &view);
    for (uint32_t i = 0; i < draft->rules->field_count; i++)
        values[i] = value_in(draft, member, &view, &draft->slots[i]).value;
    find_lists(draft, member, &view, lists, &facts.stale_lists);
    find_statuses(draft, member, draft->statuses);
    struct verdict verdict = rules_judge(draft->rules, &facts);
    if (has_repeats(draft, &view))
        verdict.undetermined |= BIT(RULES_BIT_DUPLICATE);
    return verdict;
}

enum member_outcome draft_by_rules(const struct verdict *verdict)
{
    if ((verdict->undetermined & BIT(RULES_BIT_DUPLICATE)) != 0)
        return MEMBER_UNDETERMINED;
    if (verdict->failed != 0)
        return MEMBER_INELIGIBLE;
    return verdict->undetermined != 0 ? MEMBER_UNDETERMINED : MEMBER_ELIGIBLE;
}

static void judge_members(struct draft *draft)
{
    for (uint32_t i = 0; i < draft->member_count; i++) {
        struct draft_member *member = &draft->members[i];
        member->by_rules = MEMBER_WITHDRAWN;
        if (!member->withdrawn) {
            member->verdict = draft_judge(draft, member);
            member->by_rules = draft_by_rules(&member->verdict);
        }
        member->outcome = member->by_rules;
    }
}

/* Whoever is still undetermined votes, and people decide before the freeze whether it counts. */
static void hold_undetermined(struct draft *draft)
{
    for (uint32_t i = 0; i < draft->member_count; i++) {
        struct draft_member *member = &draft->members[i];
        if (member->outcome == MEMBER_UNDETERMINED && draft_has_style(member) &&
            !draft_is_duplicate(member))
            member->outcome = MEMBER_PROVISIONAL;
    }
}

/* -- life ------------------------------------------------------------------------------------- */

/* At most so many members come from cases. */
static size_t count_additions(const struct draft *draft)
{
    size_t count = 0;
    for (uint32_t i = 0; draft->book != NULL && i < draft->book->case_count; i++)
        count += draft->book->cases[i].effect.what == EFFECT_ADD;
    return count;
}

static enum outcome make_members(struct draft *draft, struct fail *fail)
{
    const struct people *people = draft->people;
    draft->members =
        calloc((size_t)people->count + count_additions(draft) + 1, sizeof(*draft->members));
    draft->statuses = calloc((size_t)draft->rules->day_count + 1, sizeof(*draft->statuses));
    if (draft->members == NULL || draft->statuses == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory for a draft roll");
    draft->member_count = people->count;
    for (uint32_t i = 0; i < people->count; i++)
        draft->members[i].person = i;
    for (uint32_t i = 0; i < draft->rules->field_count; i++)
        draft->slots[i] = people_field(people, draft->rules->fields[i]);
    for (uint32_t i = 0; i < FIELD_FIXED; i++)
        draft->fixed[i] = people_field(people, field_fixed_name((enum field)i));
    return OK;
}

enum outcome draft_build(const struct people *people, const struct casebook *book,
                         struct draft *out_draft, struct fail *fail)
{
    struct draft draft = {.people = people, .rules = people->terms.rules, .book = book};
    enum outcome outcome = make_members(&draft, fail);
    if (outcome == OK)
        outcome = draft_apply_data(&draft, fail);
    if (outcome == OK) {
        judge_members(&draft);
        outcome = draft_apply_outcomes(&draft, fail);
    }
    if (outcome == OK) {
        hold_undetermined(&draft);
        draft_confirm(&draft);
        *out_draft = draft;
    } else {
        draft_done(&draft);
    }
    return outcome;
}

void draft_done(struct draft *draft)
{
    if (draft == NULL)
        return;
    free(draft->members);
    free(draft->added);
    free(draft->changes);
    free(draft->moots);
    free(draft->statuses);
    *draft = (struct draft){0};
}

/* -- the seal --------------------------------------------------------------------------------- */

uint32_t draft_count(const struct draft *draft, enum member_outcome outcome)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < draft->member_count; i++)
        count += draft->members[i].outcome == outcome;
    return count;
}

static uint32_t count_unconfirmed(const struct draft *draft)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < draft->member_count; i++)
        count += draft->members[i].outcome == MEMBER_INELIGIBLE && !draft->members[i].confirmed;
    return count;
}

enum outcome draft_check_seal(const struct draft *draft, struct fail *fail)
{
    uint32_t open = draft_count(draft, MEMBER_UNDETERMINED);
    if (open > 0)
        return fail_set(fail, NOT_ALLOWED, "roll.undetermined",
                        "the roll cannot be sealed: for %u members it is not known which paper "
                        "they get, or which of their rows stands; decide a case for each, or "
                        "correct the export and import it again",
                        open);
    uint32_t unconfirmed = count_unconfirmed(draft);
    if (unconfirmed > 0)
        return fail_set(fail, NOT_ALLOWED, "roll.unconfirmed",
                        "the roll cannot be sealed: %u exclusions are not confirmed by an officer",
                        unconfirmed);
    if (draft_count(draft, MEMBER_ELIGIBLE) + draft_count(draft, MEMBER_PROVISIONAL) == 0)
        return fail_set(fail, NOT_ALLOWED, "roll.empty",
                        "the roll cannot be sealed: nobody is on it");
    return OK;
}
