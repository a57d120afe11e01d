#include "roll/draft_cases.h"

#include <stdlib.h>

#include "roll/case_read.h"

#define BIT(bit) (UINT64_C(1) << (bit))

/* NULL: the effect applies. Otherwise why it is moot, as a phrase. */
typedef const char *(*effect_check)(const struct draft *, const struct draft_member *,
                                    const struct variance_case *);

/* The row of the member with this id, or UINT32_MAX. */
static uint32_t find_row(const struct draft *draft, const struct draft_member *member,
                         const struct hash32 *id)
{
    for (uint32_t i = 0; i < member->all_rows; i++) {
        struct hash32 have;
        uint32_t row = draft->order[member->first + i];
        snapshot_row_id(draft->snapshot, row, have.bytes);
        if (memcmp(have.bytes, id->bytes, HASH_BYTES) == 0)
            return row;
    }
    return UINT32_MAX;
}

static const char *check_rows(const struct draft *draft, const struct draft_member *member,
                              const struct variance_case *variance)
{
    if (member->rows < 2)
        return "the number has one row";
    return find_row(draft, member, &variance->effect.object) == UINT32_MAX ? "no row has this id"
                                                                           : NULL;
}

static const char *check_merge(const struct draft *draft, const struct draft_member *member,
                               const struct variance_case *variance)
{
    const struct draft_member *survivor = draft_by_pseudonym(draft, &variance->effect.object);
    if (survivor == NULL)
        return "the survivor is not in the snapshot";
    if (survivor == member)
        return "a member cannot be merged into itself";
    return member->rows == 0 || survivor->rows == 0 ? "one of the two is withdrawn already" : NULL;
}

static const char *check_set(const struct draft *draft, const struct draft_member *member,
                             const struct variance_case *variance)
{
    if (member->rows == 0)
        return "the member is withdrawn";
    if (member->rows > 1)
        return "the number has several rows; decide which one stands first";
    int field = layout_find(&draft->snapshot->layout, variance->effect.field);
    if (field < 0)
        return "the mapping has no such attribute";
    enum field_type type = draft->snapshot->layout.types[field];
    if (variance->effect.to.len > 0 && !field_accepts(type, variance->effect.to))
        return "the attribute cannot hold this value";
    struct value now = draft_value(draft, member, (uint32_t)field, NULL);
    return span_equal(now.text, variance->effect.from) ? NULL
                                                       : "the value is not what the case says";
}

static const char *check_outcome(const struct draft *draft, const struct draft_member *member,
                                 const struct variance_case *variance)
{
    (void)draft;
    (void)variance;
    return member->rows == 0 ? "the member is withdrawn" : NULL;
}

static const char *check_never(const struct draft *draft, const struct draft_member *member,
                               const struct variance_case *variance)
{
    (void)draft;
    (void)member;
    (void)variance;
    return "nothing follows from it";
}

static const effect_check CHECKS[EFFECT_COUNT] = {
    [EFFECT_REVIEW] = check_never,    [EFFECT_ROWS] = check_rows,
    [EFFECT_MERGE] = check_merge,     [EFFECT_ADD] = check_never,
    [EFFECT_SET] = check_set,         [EFFECT_INCLUDE] = check_outcome,
    [EFFECT_EXCLUDE] = check_outcome, [EFFECT_HOLD] = check_outcome,
};

enum outcome draft_check_effect(const struct draft *draft, const struct variance_case *variance,
                                struct fail *fail)
{
    for (uint32_t i = 0; i < variance->subject_count; i++) {
        const struct draft_member *member = draft_by_pseudonym(draft, &variance->subjects[i]);
        const char *why = member == NULL ? "nobody in the snapshot has this pseudonym"
                                         : CHECKS[variance->effect.what](draft, member, variance);
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

static enum outcome add_moot(struct draft *draft, uint32_t case_number,
                             const struct hash32 *subject, struct fail *fail)
{
    if ((draft->moot_count & (draft->moot_count - 1)) == 0) {
        size_t room = draft->moot_count == 0 ? 1 : (size_t)draft->moot_count * 2;
        struct draft_moot *moots = realloc(draft->moots, room * sizeof(*moots));
        if (moots == NULL)
            return fail_set(fail, BROKEN, "roll.memory", "out of memory for a draft roll");
        draft->moots = moots;
    }
    draft->moots[draft->moot_count++] = (struct draft_moot){case_number, *subject};
    return OK;
}

static enum outcome add_change(struct draft *draft, struct draft_member *member,
                               const struct variance_case *variance, struct fail *fail)
{
    if ((draft->change_count & (draft->change_count - 1)) == 0) {
        size_t room = draft->change_count == 0 ? 1 : (size_t)draft->change_count * 2;
        struct draft_change *changes = realloc(draft->changes, room * sizeof(*changes));
        if (changes == NULL)
            return fail_set(fail, BROKEN, "roll.memory", "out of memory for a draft roll");
        draft->changes = changes;
    }
    draft->changes[draft->change_count++] = (struct draft_change){
        .next = member->changes,
        .field = (uint32_t)layout_find(&draft->snapshot->layout, variance->effect.field),
        .case_number = variance->number,
        .to = variance->effect.to,
    };
    member->changes = draft->change_count;
    return OK;
}

/* Neither can be put right by a case that says who may vote: the roll would not know which paper
 * to give, or to whom. */
static bool is_blocked(const struct draft_member *member)
{
    uint64_t blocking = BIT(RULES_BIT_STYLE) | BIT(RULES_BIT_DUPLICATE);
    return ((member->verdict.failed | member->verdict.undetermined) & blocking) != 0;
}

static void set_outcome(struct draft_member *member, const struct variance_case *variance)
{
    member->case_number = variance->number;
    if (variance->effect.what == EFFECT_EXCLUDE)
        member->outcome = MEMBER_REMOVED;
    else if (is_blocked(member))
        member->outcome = member->by_rules;
    else
        member->outcome =
            variance->effect.what == EFFECT_HOLD ? MEMBER_PROVISIONAL : MEMBER_ELIGIBLE;
}

static enum outcome apply_to(struct draft *draft, struct draft_member *member,
                             const struct variance_case *variance, struct fail *fail)
{
    switch (variance->effect.what) {
    case EFFECT_ROWS:
        member->row = find_row(draft, member, &variance->effect.object);
        member->rows = 1;
        return OK;
    case EFFECT_MERGE:
        member->rows = 0;
        member->case_number = variance->number;
        return OK;
    case EFFECT_SET:
        return add_change(draft, member, variance, fail);
    default:
        set_outcome(member, variance);
        return OK;
    }
}

static enum outcome apply_case(struct draft *draft, const struct variance_case *variance,
                               struct fail *fail)
{
    enum outcome outcome = OK;
    for (uint32_t i = 0; outcome == OK && i < variance->subject_count; i++) {
        const struct hash32 *subject = &variance->subjects[i];
        const struct draft_member *found = draft_by_pseudonym(draft, subject);
        if (found == NULL || CHECKS[variance->effect.what](draft, found, variance) != NULL)
            outcome = add_moot(draft, variance->number, subject, fail);
        else
            outcome = apply_to(draft, &draft->members[found - draft->members], variance, fail);
    }
    return outcome;
}

/* The upheld cases of the effects first to last, in the order of their decisions. */
static enum outcome apply_pass(struct draft *draft, enum case_effect_kind first,
                               enum case_effect_kind last, struct fail *fail)
{
    const struct casebook *book = draft->book;
    const struct variance_case **decided =
        calloc((size_t)book->statement_count + 1, sizeof(*decided));
    if (decided == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory for a draft roll");
    for (uint32_t i = 0; i < book->case_count; i++) {
        const struct variance_case *variance = &book->cases[i];
        if (variance->force_order > 0 && variance->effect.what >= first &&
            variance->effect.what <= last)
            decided[variance->force_order] = variance;
    }
    enum outcome outcome = OK;
    for (uint32_t i = 1; outcome == OK && i <= book->statement_count; i++) {
        if (decided[i] != NULL)
            outcome = apply_case(draft, decided[i], fail);
    }
    free(decided);
    return outcome;
}

enum outcome draft_apply_data(struct draft *draft, struct fail *fail)
{
    if (draft->book == NULL)
        return OK;
    enum outcome outcome = apply_pass(draft, EFFECT_ROWS, EFFECT_ROWS, fail);
    if (outcome == OK)
        outcome = apply_pass(draft, EFFECT_MERGE, EFFECT_MERGE, fail);
    if (outcome == OK)
        outcome = apply_pass(draft, EFFECT_SET, EFFECT_SET, fail);
    return outcome;
}

static void confirm_exclusions(struct draft *draft)
{
    const struct casebook *book = draft->book;
    for (uint32_t i = 0; i < book->exclusion_count; i++) {
        const struct case_exclusion *exclusion = &book->exclusions[i];
        if (exclusion->snapshot != book->snapshot_count)
            continue;
        const struct draft_member *found = draft_by_pseudonym(draft, &exclusion->pseudonym);
        if (found != NULL && found->outcome == MEMBER_INELIGIBLE &&
            found->verdict.failed == exclusion->failed)
            draft->members[found - draft->members].confirmed = true;
    }
}

enum outcome draft_apply_outcomes(struct draft *draft, struct fail *fail)
{
    if (draft->book == NULL)
        return OK;
    enum outcome outcome = apply_pass(draft, EFFECT_INCLUDE, EFFECT_HOLD, fail);
    if (outcome == OK)
        confirm_exclusions(draft);
    return outcome;
}
