/* What a case asks for: `effect` of docs/roll.md section 7. Declared in roll/case_read.h. */
#include "roll/case_read.h"

#include "roll/text.h"

static const char *const EFFECTS[EFFECT_COUNT] = {
    [EFFECT_REVIEW] = "review",   [EFFECT_ROWS] = "rows", [EFFECT_MERGE] = "merge",
    [EFFECT_SET] = "set",         [EFFECT_ADD] = "add",   [EFFECT_INCLUDE] = "include",
    [EFFECT_EXCLUDE] = "exclude", [EFFECT_HOLD] = "hold",
};

const char *case_effect_name(enum case_effect_kind what)
{
    return EFFECTS[what];
}

/* May this field hold this text? An attribute's type is the mapping's, judged when it applies. */
static bool field_holds(struct span field, struct span text)
{
    struct layout fixed;
    layout_init(&fixed);
    int index = layout_find(&fixed, field);
    return field_accepts(index < 0 ? FIELD_TEXT : fixed.types[index], text);
}

static enum outcome read_set(struct json_take *take, struct case_effect *effect, struct fail *fail)
{
    effect->field = json_take_string(take, "field");
    bool has_from = json_take_peek(take, "from");
    if (has_from)
        effect->from = json_take_string(take, "from");
    bool has_to = json_take_peek(take, "to");
    if (has_to)
        effect->to = json_take_string(take, "to");
    if (take->failed)
        return json_take_end(take);
    if (!field_name_is_valid(effect->field) || span_is(effect->field, "member_no"))
        return case_malformed(fail, "this field cannot be set", effect->field);
    if ((has_from && effect->from.len == 0) || span_equal(effect->from, effect->to))
        return case_malformed(fail, "from and to must differ, and are left out when missing",
                              effect->field);
    if (effect->from.len > ROLL_VALUE_BYTES_MAX)
        return case_malformed(fail, "from is longer than a value can be", effect->field);
    if (has_to && !field_holds(effect->field, effect->to))
        return case_malformed(fail, "the field cannot hold this value", effect->to);
    return OK;
}

/* Fixed fields in their order, then attributes sorted by bytes: each name's place must be behind
 * that of the one before. */
static bool comes_after(struct span name, struct span before, const struct layout *fixed)
{
    int place = layout_find(fixed, name);
    int last = layout_find(fixed, before);
    if (place >= 0)
        return last >= 0 && last < place;
    return last >= 0 || span_compare(before, name) < 0;
}

/* A canonical record (section 3) of somebody whom no snapshot has. */
static enum outcome check_record(const json_t *record, struct fail *fail)
{
    const char *key;
    json_t *value;
    struct layout fixed;
    struct span before = SPAN_LIT("");
    uint32_t attributes = 0;
    layout_init(&fixed);
    json_object_foreach((json_t *)(uintptr_t)record, key, value)
    {
        struct span name = span_str(key);
        if (!field_name_is_valid(name) || !json_is_string(value) ||
            !field_holds(name, json_span(value)))
            return case_malformed(fail, "the record has a field or value that cannot be", name);
        if (before.len == 0 ? !span_is(name, "member_no") : !comes_after(name, before, &fixed))
            return case_malformed(fail, "the record's fields are not in their order", name);
        attributes += field_is_attribute(name) ? 1 : 0;
        before = name;
    }
    struct span number = json_span(json_object_get(record, "member_no"));
    if (number.len == 0 || number.len > ROLL_MEMBER_NO_BYTES_MAX)
        return case_malformed(fail, "the record needs a member_no of 1 to 64 bytes", number);
    if (attributes > ROLL_ATTRIBUTES_MAX)
        return case_malformed(fail, "the record has over 32 attributes", before);
    return OK;
}

static enum outcome read_add(struct json_take *take, struct case_effect *effect, struct fail *fail)
{
    effect->numbers = json_take_string(take, "numbers");
    effect->record = json_take_object(take, "record");
    if (take->failed)
        return json_take_end(take);
    if (json_object_size(effect->record) == 0)
        return case_malformed(fail, "the record is empty", effect->numbers);
    return check_record(effect->record, fail);
}

enum outcome case_read_effect(const json_t *json, bool may_review, struct case_effect *out_effect,
                              struct fail *fail)
{
    struct case_effect effect = {.what = EFFECT_REVIEW};
    struct json_take take = json_take_from(json, "an effect", fail);
    struct span name = json_take_string(&take, "do");
    if (take.failed)
        return json_take_end(&take);
    int what = case_find_name(name, EFFECTS, EFFECT_COUNT);
    if (what < 0 || (what == EFFECT_REVIEW && !may_review))
        return case_malformed(fail, "no such effect here", name);
    enum outcome outcome = OK;
    if (what == EFFECT_SET)
        outcome = read_set(&take, &effect, fail);
    if (what == EFFECT_ADD)
        outcome = read_add(&take, &effect, fail);
    if (what == EFFECT_ROWS)
        json_take_hex(&take, "keep", effect.object.bytes, HASH_BYTES);
    if (what == EFFECT_MERGE)
        json_take_hex(&take, "into", effect.object.bytes, HASH_BYTES);
    if (outcome == OK)
        outcome = json_take_end(&take);
    if (outcome != OK)
        return outcome;
    *out_effect = effect;
    out_effect->what = (enum case_effect_kind)what;
    return OK;
}
