#include "roll/draft_cases.h"

#include <stdlib.h>

#include "roll/case_read.h"

static enum outcome no_memory(struct fail *fail)
{
    return fail_set(fail, BROKEN, "roll.memory", "out of memory for a draft roll");
}

/* Room for one more in a list that grows by doubling; NULL, and the list as before, without memory.
 */
static void *make_room(void *list, uint32_t count, size_t size)
{
    if ((count & (count - 1)) != 0)
        return list;
    return reallocarray(list, count == 0 ? 1 : (size_t)count * 2, size);
}

/* -- would it be moot? ------------------------------------------------------------------------ */

/* NULL: the effect applies. Otherwise why it is moot, as a phrase. */
typedef const char *(*effect_check)(const struct draft *, const struct draft_member *,
                                    const struct case_effect *);

/* Among several rows of one number, the first with this id; PEOPLE_NONE. */
static uint32_t find_row(const struct snapshot *snapshot, struct person_rows rows,
                         const struct hash32 *id)
{
    for (uint32_t i = 0; rows.count > 1 && i < rows.count; i++) {
        struct hash32 have;
        snapshot_row_id(snapshot, rows.rows[i], have.bytes);
        if (memcmp(have.bytes, id->bytes, HASH_BYTES) == 0)
            return rows.rows[i];
    }
    return PEOPLE_NONE;
}

/* The first source with several rows of the member of which one has the id. */
static bool find_repeated(const struct draft *draft, const struct draft_member *member,
                          const struct hash32 *id, uint32_t *out_source, uint32_t *out_row)
{
    struct person_view view;
    draft_view(draft, member, &view);
    for (uint32_t source = 0; source < draft->people->terms.sources->count; source++) {
        uint32_t row = find_row(people_snapshot(draft->people, source), view.of[source], id);
        if (row == PEOPLE_NONE)
            continue;
        *out_source = source;
        *out_row = row;
        return true;
    }
    return false;
}

static const char *check_rows(const struct draft *draft, const struct draft_member *member,
                              const struct case_effect *effect)
{
    uint32_t source;
    uint32_t row;
    if (find_repeated(draft, member, &effect->object, &source, &row))
        return NULL;
    return "the number has several rows in no source, or none of them has this id";
}

static const char *check_merge(const struct draft *draft, const struct draft_member *member,
                               const struct case_effect *effect)
{
    const struct draft_member *survivor = draft_by_pseudonym(draft, effect->object.bytes);
    if (survivor == NULL)
        return "the survivor is nobody";
    if (survivor == member)
        return "a member cannot be merged into itself";
    return member->withdrawn || survivor->withdrawn ? "one of the two is withdrawn already" : NULL;
}

static const char *check_set(const struct draft *draft, const struct draft_member *member,
                             const struct case_effect *effect)
{
    enum field_type type;
    struct people_field field = people_field(draft->people, effect->field);
    if (member->withdrawn)
        return "the member is withdrawn";
    if (!people_field_type(draft->people, &field, &type))
        return "no source that is asked for it has this attribute";
    if (effect->to.len > 0 && !field_accepts(type, effect->to))
        return "the field cannot hold this value";
    struct told now = draft_value(draft, member, &field);
    bool as_said = effect->from.len == 0
                       ? now.value.state != VALUE_KNOWN
                       : now.value.state == VALUE_KNOWN && span_equal(now.value.text, effect->from);
    return as_said ? NULL
                   : "the value is another than the case says; `ballotd roll explain` shows it";
}

static const char *check_outcome(const struct draft *draft, const struct draft_member *member,
                                 const struct case_effect *effect)
{
    (void)draft;
    (void)effect;
    return member->withdrawn ? "the member is withdrawn" : NULL;
}

static const effect_check CHECKS[EFFECT_COUNT] = {
    [EFFECT_ROWS] = check_rows,       [EFFECT_MERGE] = check_merge,
    [EFFECT_SET] = check_set,         [EFFECT_INCLUDE] = check_outcome,
    [EFFECT_EXCLUDE] = check_outcome, [EFFECT_HOLD] = check_outcome,
};

static const char *check_subject(const struct draft *draft, const struct hash32 *subject,
                                 const struct case_effect *effect)
{
    const struct draft_member *member = draft_by_pseudonym(draft, subject->bytes);
    if (effect->what == EFFECT_ADD)
        return member != NULL ? "there is such a person already" : NULL;
    if (effect->what == EFFECT_REVIEW)
        return "nothing follows from it";
    return member == NULL ? "nobody has this pseudonym"
                          : CHECKS[effect->what](draft, member, effect);
}

enum outcome draft_check_effect(const struct draft *draft, const struct variance_case *variance,
                                struct fail *fail)
{
    for (uint32_t i = 0; i < variance->subject_count; i++) {
        const char *why = check_subject(draft, &variance->subjects[i], &variance->effect);
        if (why != NULL)
            return fail_set(fail, NOT_ALLOWED, "case.moot", "case %u, subject %u: %s",
                            variance->number, i + 1, why);
    }
    return OK;
}

enum outcome draft_check_note(const struct draft *draft, const struct case_note *note,
                              struct fail *fail)
{
    struct case_statement read;
    enum outcome outcome = case_read(draft->book, note, &read, fail);
    if (outcome != OK)
        return outcome;
    const struct variance_case *stands = casebook_find(draft->book, read.number);
    if (read.kind == STATEMENT_PROPOSAL && stands != NULL) {
        struct variance_case proposed = *stands;
        proposed.effect = read.effect;
        outcome = draft_check_effect(draft, &proposed, fail);
    }
    case_statement_done(&read);
    return outcome;
}

/* -- applying --------------------------------------------------------------------------------- */

static enum outcome add_moot(struct draft *draft, uint32_t case_number,
                             const struct hash32 *subject, struct fail *fail)
{
    struct draft_moot *moots = make_room(draft->moots, draft->moot_count, sizeof(*moots));
    if (moots == NULL)
        return no_memory(fail);
    draft->moots = moots;
    draft->moots[draft->moot_count++] = (struct draft_moot){case_number, *subject};
    return OK;
}

static enum outcome add_change(struct draft *draft, struct draft_member *member,
                               struct draft_change change, struct fail *fail)
{
    struct draft_change *changes = make_room(draft->changes, draft->change_count, sizeof(*changes));
    if (changes == NULL)
        return no_memory(fail);
    change.next = member->changes;
    draft->changes = changes;
    draft->changes[draft->change_count++] = change;
    member->changes = draft->change_count;
    return OK;
}

static enum outcome apply_rows(struct draft *draft, struct draft_member *member,
                               const struct variance_case *variance, struct fail *fail)
{
    struct draft_change change = {.is_row = true, .case_number = variance->number};
    if (!find_repeated(draft, member, &variance->effect.object, &change.source, &change.row))
        return OK;
    return add_change(draft, member, change, fail);
}

/* Nobody loses the vote by a correction that they could not answer: it is moot, as if it had not
 * been made. */
static enum outcome apply_set(struct draft *draft, struct draft_member *member,
                              const struct variance_case *variance, bool *out_moot,
                              struct fail *fail)
{
    struct draft_change change = {.field = variance->effect.field,
                                  .to = variance->effect.to,
                                  .case_number = variance->number};
    struct verdict before = draft_judge(draft, member);
    enum outcome outcome = add_change(draft, member, change, fail);
    if (outcome != OK || variance->reply_over || draft_by_rules(&before) == MEMBER_INELIGIBLE)
        return outcome;
    struct verdict after = draft_judge(draft, member);
    if (draft_by_rules(&after) != MEMBER_INELIGIBLE)
        return OK;
    member->changes = draft->changes[--draft->change_count].next;
    *out_moot = true;
    return OK;
}

static enum outcome apply_add(struct draft *draft, const struct variance_case *variance,
                              struct fail *fail)
{
    struct draft_added *added = make_room(draft->added, draft->added_count, sizeof(*added));
    if (added == NULL)
        return no_memory(fail);
    draft->added = added;
    draft->added[draft->added_count++] = (struct draft_added){.numbers = variance->effect.numbers,
                                                              .pseudonym = variance->subjects[0],
                                                              .case_number = variance->number,
                                                              .record = variance->effect.record};
    draft->members[draft->member_count++] =
        (struct draft_member){.person = PEOPLE_NONE, .added = draft->added_count};
    return OK;
}

static void apply_outcome(struct draft_member *member, const struct variance_case *variance)
{
    enum case_effect_kind what = variance->effect.what;
    member->case_number = variance->number;
    if (what == EFFECT_EXCLUDE)
        member->outcome = MEMBER_REMOVED;
    else if (!draft_has_style(member) || draft_is_duplicate(member))
        member->outcome = member->by_rules; /* which paper, or whose, no such case can say */
    else
        member->outcome = what == EFFECT_HOLD ? MEMBER_PROVISIONAL : MEMBER_ELIGIBLE;
}

static enum outcome apply_to(struct draft *draft, struct draft_member *member,
                             const struct variance_case *variance, bool *out_moot,
                             struct fail *fail)
{
    switch (variance->effect.what) {
    case EFFECT_ROWS:
        return apply_rows(draft, member, variance, fail);
    case EFFECT_MERGE:
        member->withdrawn = true;
        member->case_number = variance->number;
        return OK;
    case EFFECT_SET:
        return apply_set(draft, member, variance, out_moot, fail);
    default:
        apply_outcome(member, variance);
        return OK;
    }
}

static enum outcome apply_case(struct draft *draft, const struct variance_case *variance,
                               struct fail *fail)
{
    enum outcome outcome = OK;
    for (uint32_t i = 0; outcome == OK && i < variance->subject_count; i++) {
        const struct hash32 *subject = &variance->subjects[i];
        const struct draft_member *found = draft_by_pseudonym(draft, subject->bytes);
        bool moot = check_subject(draft, subject, &variance->effect) != NULL;
        if (!moot && variance->effect.what == EFFECT_ADD)
            outcome = apply_add(draft, variance, fail);
        else if (!moot)
            outcome =
                apply_to(draft, &draft->members[found - draft->members], variance, &moot, fail);
        if (outcome == OK && moot)
            outcome = add_moot(draft, variance->number, subject, fail);
    }
    return outcome;
}

/* The cases in force of the effects first to last, in the order in which they came into force. */
static enum outcome apply_pass(struct draft *draft, enum case_effect_kind first,
                               enum case_effect_kind last, struct fail *fail)
{
    const struct casebook *book = draft->book;
    const struct variance_case **ordered =
        calloc((size_t)book->statement_count + 1, sizeof(*ordered));
    if (ordered == NULL)
        return no_memory(fail);
    for (uint32_t i = 0; i < book->case_count; i++) {
        const struct variance_case *variance = &book->cases[i];
        enum case_effect_kind what = variance->effect.what;
        if (variance->force_order > 0 && what >= first && what <= last)
            ordered[variance->force_order] = variance;
    }
    enum outcome outcome = OK;
    for (uint32_t i = 1; outcome == OK && i <= book->statement_count; i++) {
        if (ordered[i] != NULL)
            outcome = apply_case(draft, ordered[i], fail);
    }
    free(ordered);
    return outcome;
}

enum outcome draft_apply_data(struct draft *draft, struct fail *fail)
{
    static const enum case_effect_kind PASSES[] = {EFFECT_ADD, EFFECT_ROWS, EFFECT_MERGE,
                                                   EFFECT_SET};
    enum outcome outcome = OK;
    for (size_t i = 0; draft->book != NULL && outcome == OK && i < 4; i++)
        outcome = apply_pass(draft, PASSES[i], PASSES[i], fail);
    return outcome;
}

/* A case that nobody has decided may not cost or give a vote: the ballot waits with it. But a
 * removal of which the member was never told lapses. */
static void apply_open(struct draft *draft, const struct variance_case *variance)
{
    bool removal = case_is_removal(variance);
    for (uint32_t i = 0; i < variance->subject_count; i++) {
        const struct draft_member *found = draft_by_pseudonym(draft, variance->subjects[i].bytes);
        if (found == NULL || !draft_has_style(found) || draft_is_duplicate(found))
            continue;
        bool waits = removal ? variance->notified && found->outcome == MEMBER_ELIGIBLE
                             : found->outcome == MEMBER_INELIGIBLE;
        if (!waits)
            continue;
        struct draft_member *member = &draft->members[found - draft->members];
        member->outcome = MEMBER_PROVISIONAL;
        member->case_number = variance->number;
    }
}

enum outcome draft_apply_outcomes(struct draft *draft, struct fail *fail)
{
    if (draft->book == NULL)
        return OK;
    enum outcome outcome = apply_pass(draft, EFFECT_INCLUDE, EFFECT_HOLD, fail);
    for (uint32_t i = 0; outcome == OK && i < draft->book->case_count; i++) {
        if (case_is_open(&draft->book->cases[i]))
            apply_open(draft, &draft->book->cases[i]);
    }
    return outcome;
}

void draft_confirm(struct draft *draft)
{
    const struct casebook *book = draft->book;
    for (uint32_t i = 0; book != NULL && i < book->exclusion_count; i++) {
        const struct case_exclusion *exclusion = &book->exclusions[i];
        if (exclusion->snapshot != book->snapshot_count)
            continue;
        const struct draft_member *found = draft_by_pseudonym(draft, exclusion->pseudonym.bytes);
        if (found != NULL && found->outcome == MEMBER_INELIGIBLE &&
            found->verdict.failed == exclusion->failed)
            draft->members[found - draft->members].confirmed = true;
    }
}
