#include "roll/draft.h"

#include <stdlib.h>

#include "crypto/hash.h"
#include "labels.h"
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

static struct span number_of(const struct snapshot *snapshot, uint32_t row)
{
    return snapshot_value(snapshot, row, FIELD_MEMBER_NO);
}

/* A row with the first bytes of its number, so that sorting seldom leaves the array. */
struct sort_key {
    uint64_t prefix;
    uint32_t row;
    struct span number;
};

static int compare_keys(const void *a, const void *b)
{
    const struct sort_key *x = a;
    const struct sort_key *y = b;
    if (x->prefix != y->prefix)
        return x->prefix < y->prefix ? -1 : 1;
    int order = span_compare(x->number, y->number);
    if (order != 0)
        return order;
    return x->row < y->row ? -1 : x->row > y->row;
}

static uint64_t prefix_of(struct span number)
{
    uint64_t prefix = 0;
    for (size_t i = 0; i < 8; i++)
        prefix = prefix << 8 | (i < number.len ? number.ptr[i] : 0);
    return prefix;
}

static enum outcome sort_rows(struct draft *draft, struct fail *fail)
{
    const struct snapshot *snapshot = draft->snapshot;
    struct sort_key *keys = malloc((snapshot->rows + 1) * sizeof(*keys));
    draft->order = malloc((snapshot->rows + 1) * sizeof(*draft->order));
    if (keys == NULL || draft->order == NULL) {
        free(keys);
        return fail_set(fail, BROKEN, "roll.memory", "out of memory for a draft roll");
    }
    for (uint32_t row = 0; row < snapshot->rows; row++) {
        struct span number = number_of(snapshot, row);
        keys[row] = (struct sort_key){prefix_of(number), row, number};
    }
    qsort(keys, snapshot->rows, sizeof(*keys), compare_keys);
    for (uint32_t i = 0; i < snapshot->rows; i++)
        draft->order[i] = keys[i].row;
    free(keys);
    return OK;
}

static enum outcome group_members(struct draft *draft, struct fail *fail)
{
    const struct snapshot *snapshot = draft->snapshot;
    draft->members = calloc(snapshot->rows + 1, sizeof(*draft->members));
    if (draft->members == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory for a draft roll");
    for (uint32_t i = 0; i < snapshot->rows; i++) {
        uint32_t row = draft->order[i];
        if (i == 0 || !snapshot_same(snapshot, row, draft->order[i - 1], FIELD_MEMBER_NO))
            draft->members[draft->member_count++] = (struct draft_member){.first = i, .row = row};
        struct draft_member *member = &draft->members[draft->member_count - 1];
        member->all_rows++;
        member->rows++;
    }
    return OK;
}

void draft_pseudonym(const uint8_t roll_key[static ROLL_KEY_BYTES], struct span source,
                     struct span member_no, uint8_t out_pseudonym[static HASH_BYTES])
{
    struct hash hash;
    hash_start(&hash, LABEL_PSEUDONYM);
    hash_part(&hash, span_of(roll_key, ROLL_KEY_BYTES));
    hash_part(&hash, source);
    hash_part(&hash, member_no);
    hash_end32(&hash, out_pseudonym);
}

/* A pseudonym is as good as random: its first bytes are the place in the table. */
static uint32_t index_start(const struct draft *draft, const struct hash32 *pseudonym)
{
    uint32_t start;
    memcpy(&start, pseudonym->bytes, sizeof(start));
    return start & draft->index_mask;
}

static enum outcome index_members(struct draft *draft, const uint8_t *roll_key, struct fail *fail)
{
    uint32_t size = 16;
    while (size < draft->member_count * 2)
        size *= 2;
    draft->index_mask = size - 1;
    draft->index = calloc(size, sizeof(*draft->index));
    if (draft->index == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory for a draft roll");
    for (uint32_t i = 0; i < draft->member_count; i++) {
        struct draft_member *member = &draft->members[i];
        draft_pseudonym(roll_key, span_str(draft->snapshot->source),
                        number_of(draft->snapshot, member->row), member->pseudonym.bytes);
        uint32_t at = index_start(draft, &member->pseudonym);
        while (draft->index[at] != 0)
            at = (at + 1) & draft->index_mask;
        draft->index[at] = i + 1;
    }
    return OK;
}

const struct draft_member *draft_by_pseudonym(const struct draft *draft,
                                              const struct hash32 *pseudonym)
{
    uint32_t at = index_start(draft, pseudonym);
    for (; draft->index[at] != 0; at = (at + 1) & draft->index_mask) {
        const struct draft_member *member = &draft->members[draft->index[at] - 1];
        if (memcmp(member->pseudonym.bytes, pseudonym->bytes, HASH_BYTES) == 0)
            return member;
    }
    return NULL;
}

const struct draft_member *draft_find(const struct draft *draft, struct span member_no)
{
    uint32_t low = 0;
    uint32_t high = draft->member_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct draft_member *member = &draft->members[middle];
        int order = span_compare(number_of(draft->snapshot, member->row), member_no);
        if (order == 0)
            return member;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool rows_differ(const struct draft *draft, const struct draft_member *member,
                        uint32_t field)
{
    for (uint32_t i = 1; i < member->all_rows; i++) {
        if (!snapshot_same(draft->snapshot, draft->order[member->first],
                           draft->order[member->first + i], field))
            return true;
    }
    return false;
}

static struct value value_of(struct span text)
{
    return (struct value){text.len > 0 ? VALUE_KNOWN : VALUE_MISSING, text};
}

struct value draft_value(const struct draft *draft, const struct draft_member *member,
                         uint32_t field, uint32_t *out_case)
{
    if (out_case != NULL)
        *out_case = 0;
    for (uint32_t at = member->changes; at != 0; at = draft->changes[at - 1].next) {
        const struct draft_change *change = &draft->changes[at - 1];
        if (change->field != field)
            continue;
        if (out_case != NULL)
            *out_case = change->case_number;
        return value_of(change->to);
    }
    if (member->rows > 1 && rows_differ(draft, member, field))
        return (struct value){.state = VALUE_CONTESTED};
    return value_of(snapshot_value(draft->snapshot, member->row, field));
}

static void judge_member(const struct draft *draft, struct draft_member *member)
{
    struct value values[RULES_FIELDS_MAX];
    for (uint32_t i = 0; i < draft->rules->field_count; i++) {
        values[i] = (struct value){.state = VALUE_MISSING};
        if (draft->slots[i] >= 0)
            values[i] = draft_value(draft, member, (uint32_t)draft->slots[i], NULL);
    }
    member->verdict = rules_judge(draft->rules, values);
    if (member->rows > 1)
        member->verdict.undetermined |= BIT(RULES_BIT_DUPLICATE);
    if (member->rows > 1)
        member->by_rules = MEMBER_UNDETERMINED;
    else if (member->verdict.failed != 0)
        member->by_rules = MEMBER_INELIGIBLE;
    else if (member->verdict.undetermined != 0)
        member->by_rules = MEMBER_UNDETERMINED;
    else
        member->by_rules = MEMBER_ELIGIBLE;
    member->outcome = member->by_rules;
}

static void judge_members(struct draft *draft)
{
    for (uint32_t i = 0; i < draft->rules->field_count; i++)
        draft->slots[i] = layout_find(&draft->snapshot->layout, draft->rules->fields[i]);
    for (uint32_t i = 0; i < draft->member_count; i++) {
        struct draft_member *member = &draft->members[i];
        if (member->rows == 0)
            member->by_rules = member->outcome = MEMBER_WITHDRAWN;
        else
            judge_member(draft, member);
    }
}

enum outcome draft_build(const struct snapshot *snapshot, const struct rules *rules,
                         const struct casebook *book, const uint8_t roll_key[static ROLL_KEY_BYTES],
                         struct draft *out_draft, struct fail *fail)
{
    struct draft draft = {.snapshot = snapshot, .rules = rules, .book = book};
    enum outcome outcome = sort_rows(&draft, fail);
    if (outcome == OK)
        outcome = group_members(&draft, fail);
    if (outcome == OK)
        outcome = index_members(&draft, roll_key, fail);
    if (outcome == OK)
        outcome = draft_apply_data(&draft, fail);
    if (outcome == OK) {
        judge_members(&draft);
        outcome = draft_apply_outcomes(&draft, fail);
    }
    if (outcome == OK)
        *out_draft = draft;
    else
        draft_done(&draft);
    return outcome;
}

void draft_done(struct draft *draft)
{
    if (draft == NULL)
        return;
    free(draft->order);
    free(draft->members);
    free(draft->changes);
    free(draft->moots);
    free(draft->index);
    *draft = (struct draft){0};
}

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
                        "the roll cannot be sealed: %u members are undetermined; decide a case for "
                        "each, or correct the export and import it again",
                        open);
    uint32_t unconfirmed = count_unconfirmed(draft);
    if (unconfirmed > 0)
        return fail_set(fail, NOT_ALLOWED, "roll.unconfirmed",
                        "the roll cannot be sealed: %u exclusions are not confirmed by an officer",
                        unconfirmed);
    uint32_t held = draft_count(draft, MEMBER_PROVISIONAL);
    if (held > 0)
        return fail_set(fail, NOT_ALLOWED, "roll.provisional",
                        "the roll cannot be sealed: %u members are held, and this version issues "
                        "no provisional ballots",
                        held);
    if (draft_count(draft, MEMBER_ELIGIBLE) == 0)
        return fail_set(fail, NOT_ALLOWED, "roll.empty",
                        "the roll cannot be sealed: nobody is on it");
    return OK;
}
