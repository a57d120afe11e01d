#include "roll/draft.h"

#include "crypto/hash.h"
#include "labels.h"

#include <inttypes.h>

/* -- grouping --------------------------------------------------------------------------------- */

/* A power of two, so that at most half of the slots are taken. */
static size_t slots_for(size_t count)
{
    size_t slots = 16;
    while (slots < count * 2)
        slots *= 2;
    return slots;
}

static size_t hash_number_text(struct span text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ text.ptr[i]) * UINT64_C(1099511628211);
    return (size_t)(hash ^ hash >> 32);
}

/* Lays the rows of one number into one member each, in the order of the file. */
static void group_rows(struct draft *draft, uint32_t *slots, size_t slot_count, int number_slot,
                       uint32_t *last_rows)
{
    for (uint32_t row = 0; row < draft->table->rows; row++) {
        struct span number = table_row(draft->table, row)[number_slot];
        size_t at = hash_number_text(number) & (slot_count - 1);
        for (; slots[at] != 0; at = (at + 1) & (slot_count - 1)) {
            uint32_t first = draft->members[slots[at] - 1].first_row;
            if (span_equal(table_row(draft->table, first)[number_slot], number))
                break;
        }
        draft->next_row[row] = NO_ROW;
        if (slots[at] == 0) {
            draft->members[draft->count] = (struct member){.first_row = row, .style = NO_STYLE};
            slots[at] = (uint32_t)++draft->count;
        } else {
            draft->next_row[last_rows[slots[at] - 1]] = row;
        }
        draft->members[slots[at] - 1].rows++;
        last_rows[slots[at] - 1] = row;
    }
}

static size_t place_of(const struct digest *pseudonym)
{
    uint64_t place;
    memcpy(&place, pseudonym->bytes, sizeof place);
    return (size_t)place;
}

struct member *draft_find(const struct draft *draft, const struct digest *pseudonym)
{
    size_t mask = draft->slot_count - 1;
    for (size_t at = place_of(pseudonym) & mask; draft->slots[at] != 0; at = (at + 1) & mask) {
        struct member *member = &draft->members[draft->slots[at] - 1];
        if (digest_compare(&member->pseudonym, pseudonym) == 0)
            return member;
    }
    return NULL;
}

static void name_members(struct draft *draft, struct span key, int number_slot)
{
    struct hash begun;
    size_t mask = draft->slot_count - 1;
    hash_start(&begun, LABEL_PSEUDONYM);
    hash_part(&begun, key);
    hash_part(&begun, draft->rules->source);
    for (size_t i = 0; i < draft->count; i++) {
        struct member *member = &draft->members[i];
        struct hash hash = begun;
        hash_part(&hash, table_row(draft->table, member->first_row)[number_slot]);
        hash_end(&hash, member->pseudonym.bytes);
        size_t at = place_of(&member->pseudonym) & mask;
        while (draft->slots[at] != 0)
            at = (at + 1) & mask;
        draft->slots[at] = (uint32_t)(i + 1);
    }
}

enum outcome draft_group(struct table *table, struct rules *rules, struct span key,
                         struct arena *arena, struct draft *out_draft, struct fail *fail)
{
    size_t rows = table->rows, slot_count = slots_for(rows);
    struct draft draft = {.table = table, .rules = rules, .arena = arena};
    uint32_t *slots = arena_zeroed(arena, slot_count, sizeof *slots);
    uint32_t *last_rows = arena_zeroed(arena, rows, sizeof *last_rows);
    int number_slot = table_find(table, span_text("member_no"));
    draft.members = arena_zeroed(arena, rows, sizeof *draft.members);
    draft.next_row = arena_zeroed(arena, rows, sizeof *draft.next_row);
    draft.row_withdrawn = arena_zeroed(arena, rows, sizeof *draft.row_withdrawn);
    draft.slot_count = slot_count;
    draft.slots = arena_zeroed(arena, slot_count, sizeof *draft.slots);
    if (slots == NULL || last_rows == NULL || draft.members == NULL || draft.next_row == NULL ||
        draft.row_withdrawn == NULL || draft.slots == NULL)
        return fail_unable(fail, "no memory for %zu members", rows);
    group_rows(&draft, slots, slot_count, number_slot, last_rows);
    name_members(&draft, key, number_slot);
    *out_draft = draft;
    return GOOD;
}

size_t draft_row(const struct draft *draft, const struct member *member)
{
    uint32_t row = member->first_row;
    while (draft->row_withdrawn[row] && draft->next_row[row] != NO_ROW)
        row = draft->next_row[row];
    return row;
}

/* -- the passes ------------------------------------------------------------------------------- */

static void withdraw_row(struct draft *draft, struct member *member, uint32_t row)
{
    draft->row_withdrawn[row] = true;
    draft->duplicates++;
    member->rows--;
}

/* Pass 1: true if it took effect. */
static bool apply_rows(struct draft *draft, struct member *member, const struct effect *effect)
{
    struct buffer work;
    uint32_t kept = NO_ROW;
    if (member->rows == 1)
        return false;
    buffer_init(&work, (size_t)1 << 22);
    for (uint32_t row = member->first_row; row != NO_ROW && kept == NO_ROW;
         row = draft->next_row[row]) {
        uint8_t id[HASH_BYTES];
        if (!draft->row_withdrawn[row] && table_row_id(draft->table, row, &work, id) &&
            memcmp(id, effect->digest.bytes, sizeof id) == 0)
            kept = row;
    }
    buffer_done(&work);
    for (uint32_t row = member->first_row; row != NO_ROW && kept != NO_ROW;
         row = draft->next_row[row])
        if (row != kept && !draft->row_withdrawn[row])
            withdraw_row(draft, member, row);
    return kept != NO_ROW;
}

/* Pass 2. */
static bool apply_merge(struct draft *draft, struct member *member, const struct effect *effect)
{
    const struct member *survivor = draft_find(draft, &effect->digest);
    if (survivor == NULL || survivor == member || survivor->withdrawn || member->withdrawn)
        return false;
    for (uint32_t row = member->first_row; row != NO_ROW; row = draft->next_row[row])
        if (!draft->row_withdrawn[row])
            withdraw_row(draft, member, row);
    member->withdrawn = true;
    return true;
}

/* Pass 3. */
static bool apply_set(struct draft *draft, struct member *member, const struct effect *effect)
{
    int slot = table_find(draft->table, effect->field);
    if (member->withdrawn || member->rows > 1 || slot == NO_SLOT)
        return false;
    struct span *value = &table_row(draft->table, draft_row(draft, member))[slot];
    if ((value->ptr == NULL) != (effect->from.ptr == NULL) || !span_equal(*value, effect->from))
        return false;
    if (effect->to.ptr != NULL && !field_value_valid(draft->table->slots[slot].type, effect->to))
        return false;
    *value = effect->to;
    return true;
}

static bool apply(struct draft *draft, struct member *member, const struct effect *effect)
{
    switch (effect->what) {
    case EFFECT_ROWS:
        return apply_rows(draft, member, effect);
    case EFFECT_MERGE:
        return apply_merge(draft, member, effect);
    case EFFECT_SET:
        return apply_set(draft, member, effect);
    default:
        if (member->withdrawn)
            return false;
        member->by_case = (uint8_t)effect->what;
        return true;
    }
}

/* One of the four passes, in the order of the decisions. */
static void pass(struct draft *draft, const struct casebook_view *cases, enum effect_do first,
                 enum effect_do last)
{
    for (size_t i = 0; i < cases->in_force_count; i++) {
        const struct roll_case *of = cases->in_force[i];
        if (of->effect->what < first || of->effect->what > last)
            continue;
        for (size_t k = 0; k < of->subject_count; k++) {
            struct member *member = draft_find(draft, &of->subjects[k]);
            if (member == NULL || !apply(draft, member, of->effect))
                draft->moot++;
        }
    }
}

/* -- rules ------------------------------------------------------------------------------------ */

static void judge(struct draft *draft, struct member *member)
{
    const struct rules *rules = draft->rules;
    const struct span *row = table_row(draft->table, draft_row(draft, member));
    bool undetermined = false;
    enum truth truth;
    for (unsigned i = 0; i < rules->rule_count; i++) {
        truth = test_truth(rules->rules[i].test, row);
        undetermined = undetermined || truth == UNDETERMINED;
        if (truth == IS_FALSE)
            member->refusals |= UINT64_C(1) << i;
    }
    member->style = (int16_t)rules_style(rules, row, &truth);
    undetermined = undetermined || truth == UNDETERMINED;
    if (truth == IS_FALSE)
        member->refusals |= UINT64_C(1) << rules->rule_count;
    member->by_rules = member->refusals != 0 ? INELIGIBLE
                       : undetermined        ? STANDING_UNDETERMINED
                                             : ELIGIBLE;
}

/* The table of section 6: what a case makes of a member. */
static enum standing decide(const struct member *member)
{
    bool whole = member->style != NO_STYLE && member->rows == 1;
    if (member->by_case == EFFECT_EXCLUDE)
        return REMOVED;
    if (whole && member->by_case == EFFECT_INCLUDE)
        return ELIGIBLE;
    if (whole && member->by_case == EFFECT_HOLD)
        return PROVISIONAL;
    return (enum standing)member->by_rules;
}

enum outcome draft_decide(struct draft *draft, const struct casebook_view *cases, struct fail *fail)
{
    if (draft->rules->rule_count >= 64)
        return fail_unable(fail, "too many rules");
    pass(draft, cases, EFFECT_ROWS, EFFECT_ROWS);
    pass(draft, cases, EFFECT_MERGE, EFFECT_MERGE);
    pass(draft, cases, EFFECT_SET, EFFECT_SET);
    pass(draft, cases, EFFECT_INCLUDE, EFFECT_HOLD);
    rules_bind(draft->rules, draft->table);
    for (size_t i = 0; i < draft->count; i++) {
        struct member *member = &draft->members[i];
        if (member->withdrawn)
            continue;
        if (member->rows == 1) {
            judge(draft, member);
        } else { /* DUPLICATE is undetermined, whatever the rules would say */
            member->by_rules = STANDING_UNDETERMINED;
            draft->duplicates += member->rows - 1;
        }
        member->standing = (uint8_t)decide(member);
    }
    return GOOD;
}

/* -- the seal --------------------------------------------------------------------------------- */

/* Exactly the codes that are false, in the order of the rules, STYLE last? */
static bool codes_match(const struct draft *draft, const struct member *member,
                        const struct exclusion *exclusion)
{
    size_t at = 0;
    for (unsigned i = 0; i <= draft->rules->rule_count; i++) {
        if ((member->refusals >> i & 1) == 0)
            continue;
        struct span code =
            i < draft->rules->rule_count ? draft->rules->rules[i].code : span_text("STYLE");
        if (at == exclusion->code_count || !span_equal(exclusion->codes[at], code))
            return false;
        at++;
    }
    return at == exclusion->code_count;
}

static const struct exclusion *find_exclusion(const struct case_statement *statement,
                                              const struct digest *pseudonym)
{
    size_t low = 0, high = statement->exclusion_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = digest_compare(&statement->exclusions[middle].pseudonym, pseudonym);
        if (order == 0)
            return &statement->exclusions[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool confirmed(const struct draft *draft, const struct member *member,
                      const struct confirmation *confirmations, size_t count,
                      const uint8_t snapshot[HASH_BYTES])
{
    for (size_t i = 0; i < count; i++) {
        const struct case_statement *statement = confirmations[i].statement;
        if (memcmp(statement->answers.bytes, snapshot, HASH_BYTES) != 0)
            continue;
        const struct exclusion *exclusion = find_exclusion(statement, &member->pseudonym);
        if (exclusion != NULL && codes_match(draft, member, exclusion))
            return true;
    }
    return false;
}

enum outcome draft_check_seal(const struct draft *draft, const struct confirmation *confirmations,
                              size_t count, const uint8_t snapshot[HASH_BYTES], struct fail *fail)
{
    size_t eligible = 0;
    for (size_t i = 0; i < draft->count; i++) {
        const struct member *member = &draft->members[i];
        const char *why = NULL;
        if (member->withdrawn)
            continue;
        eligible += member->standing == ELIGIBLE;
        if (member->standing == STANDING_UNDETERMINED)
            why = "is undetermined";
        else if (member->standing == PROVISIONAL)
            why = "is held as provisional, which this version does not seal";
        else if (member->standing == INELIGIBLE &&
                 !confirmed(draft, member, confirmations, count, snapshot))
            why = "is ineligible, and no officer has confirmed it for these reasons";
        if (why != NULL)
            return fail_bad(fail,
                            "sealed, though the member of line %" PRIu64 " of the snapshot %s",
                            draft->table->lines[member->first_row], why);
    }
    return eligible > 0 ? GOOD : fail_bad(fail, "sealed, though nobody is on the roll");
}
