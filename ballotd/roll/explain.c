#include "roll/explain.h"

#include "base/code.h"

#include <stdlib.h>

#include "base/code.h"
#include "roll/text.h"

#define BIT(bit) (UINT64_C(1) << (bit))

static void add_source(const struct draft *draft, const struct draft_member *member,
                       uint32_t case_number, struct buf *out)
{
    if (case_number > 0) {
        buf_add_format(out, "(case %u)", case_number);
        return;
    }
    buf_add_format(out, "(%s, line %u", draft->snapshot->source,
                   draft->snapshot->lines[member->row]);
    for (uint32_t i = 0; member->rows > 1 && i < member->all_rows; i++) {
        uint32_t row = draft->order[member->first + i];
        if (row != member->row)
            buf_add_format(out, ", %u", draft->snapshot->lines[row]);
    }
    buf_add_byte(out, ')');
}

static void explain_input(const struct draft *draft, const struct draft_member *member,
                          uint32_t slot, struct buf *out)
{
    uint32_t case_number = 0;
    struct value value = {.state = VALUE_MISSING};
    if (draft->slots[slot] >= 0)
        value = draft_value(draft, member, (uint32_t)draft->slots[slot], &case_number);
    buf_add_str(out, "      ");
    buf_add(out, draft->rules->fields[slot]);
    if (value.state == VALUE_KNOWN) {
        buf_add_str(out, " is \"");
        buf_add(out, value.text);
        buf_add_str(out, "\" ");
    } else {
        buf_add_str(out, value.state == VALUE_MISSING ? " is missing " : " is contested ");
    }
    add_source(draft, member, case_number, out);
    buf_add_byte(out, '\n');
}

static void explain_inputs(const struct draft *draft, const struct draft_member *member,
                           uint64_t fields, struct buf *out)
{
    for (uint32_t slot = 0; slot < draft->rules->field_count; slot++) {
        if ((fields & BIT(slot)) != 0)
            explain_input(draft, member, slot, out);
    }
}

static void explain_rule(const struct draft *draft, const struct draft_member *member,
                         uint32_t index, struct buf *out)
{
    const struct rule *rule = &draft->rules->rules[index];
    bool failed = (member->verdict.failed & BIT(index)) != 0;
    buf_add_str(out, failed ? "  not met: " : "  undetermined: ");
    buf_add(out, rule->code);
    buf_add_str(out, ", ");
    buf_add(out, rule->sentence);
    buf_add_str(out, "\n      asked: ");
    rules_print_test(draft->rules, rule->test, out);
    buf_add_byte(out, '\n');
    explain_inputs(draft, member, rules_fields_of(draft->rules, rule->test), out);
}

static void explain_style(const struct draft *draft, const struct draft_member *member,
                          struct buf *out)
{
    uint64_t fields = 0;
    bool failed = (member->verdict.failed & BIT(RULES_BIT_STYLE)) != 0;
    for (uint32_t i = 0; i < draft->rules->style_count; i++)
        fields |= rules_fields_of(draft->rules, draft->rules->styles[i].test);
    buf_add_str(out, failed ? "  not met: STYLE, no ballot paper is for this member\n"
                            : "  undetermined: STYLE, which ballot paper is for this member\n");
    explain_inputs(draft, member, fields, out);
}

/* So that an officer can say which of them stands, by its row id. */
static void explain_rows(const struct draft *draft, const struct draft_member *member,
                         struct buf *out)
{
    buf_add_format(out, "  undetermined: DUPLICATE, the number stands on %u rows\n", member->rows);
    for (uint32_t i = 0; i < member->all_rows; i++) {
        uint32_t row = draft->order[member->first + i];
        uint8_t id[ROLL_HASH_BYTES];
        snapshot_row_id(draft->snapshot, row, id);
        buf_add_format(out, "    line %u, row id ", draft->snapshot->lines[row]);
        hex_add(out, SPAN_ARRAY(id));
        buf_add_str(out, ": ");
        snapshot_print_record(draft->snapshot, row, out);
        buf_add_byte(out, '\n');
    }
}

static void explain_reasons(const struct draft *draft, const struct draft_member *member,
                            struct buf *out)
{
    uint64_t reasons = member->verdict.failed | member->verdict.undetermined;
    for (uint32_t i = 0; i < draft->rules->rule_count; i++) {
        if ((reasons & BIT(i)) != 0)
            explain_rule(draft, member, i, out);
    }
    if ((reasons & BIT(RULES_BIT_STYLE)) != 0)
        explain_style(draft, member, out);
    if (member->rows > 1)
        explain_rows(draft, member, out);
}

void explain_member(const struct draft *draft, const struct draft_member *member, struct buf *out)
{
    struct value name = draft_value(draft, member, FIELD_NAME, NULL);
    buf_add(out, snapshot_value(draft->snapshot, member->row, FIELD_MEMBER_NO));
    buf_add_byte(out, ' ');
    buf_add(out, name.text);
    buf_add_format(out, ": %s", member_outcome_name(member->outcome));
    if (member->case_number > 0)
        buf_add_format(out, " by case %u; by the rules %s", member->case_number,
                       member_outcome_name(member->by_rules));
    if (member->outcome == MEMBER_INELIGIBLE)
        buf_add_str(out, member->confirmed ? ", confirmed by an officer"
                                           : ", not yet confirmed by an officer");
    buf_add_byte(out, '\n');
    if (member->rows > 0)
        explain_reasons(draft, member, out);
}

static void print_codes(const struct draft *draft, uint64_t mask, struct buf *out)
{
    buf_add_byte(out, '[');
    bool first = true;
    for (unsigned bit = 0; bit < 64; bit++) {
        if ((mask & BIT(bit)) == 0)
            continue;
        if (!first)
            buf_add_byte(out, ',');
        text_print_json(rules_code(draft->rules, bit), out);
        first = false;
    }
    buf_add_byte(out, ']');
}

static void print_lines(const struct draft *draft, const struct draft_member *member,
                        struct buf *out)
{
    buf_add_str(out, ",\"lines\":[");
    for (uint32_t i = 0; i < member->all_rows; i++)
        buf_add_format(out, "%s%u", i > 0 ? "," : "",
                       draft->snapshot->lines[draft->order[member->first + i]]);
    buf_add_byte(out, ']');
}

void explain_member_json(const struct draft *draft, const struct draft_member *member,
                         struct buf *out)
{
    const struct verdict *verdict = &member->verdict;
    char pseudonym[2 * HASH_BYTES + 1];
    hex_print(SPAN_ARRAY(member->pseudonym.bytes), pseudonym);
    buf_add_byte(out, '{');
    text_print_member("member_no", snapshot_value(draft->snapshot, member->row, FIELD_MEMBER_NO),
                      true, out);
    text_print_member("pseudonym", span_str(pseudonym), false, out);
    text_print_member("outcome", span_str(member_outcome_name(member->outcome)), false, out);
    text_print_member("by_rules", span_str(member_outcome_name(member->by_rules)), false, out);
    buf_add_format(out, ",\"case\":%u,\"confirmed\":%s", member->case_number,
                   member->confirmed ? "true" : "false");
    if (member->rows > 0 && ((verdict->failed | verdict->undetermined) & BIT(RULES_BIT_STYLE)) == 0)
        text_print_member("style", draft->rules->styles[verdict->style].id, false, out);
    print_lines(draft, member, out);
    buf_add_str(out, ",\"failed\":");
    print_codes(draft, verdict->failed, out);
    buf_add_str(out, ",\"undetermined\":");
    print_codes(draft, verdict->undetermined, out);
    buf_add_byte(out, '}');
}

static int compare_members(const void *a, const void *b)
{
    const struct draft_member *const *x = a;
    const struct draft_member *const *y = b;
    return memcmp((*x)->pseudonym.bytes, (*y)->pseudonym.bytes, HASH_BYTES);
}

uint32_t explain_exclusions(const struct draft *draft, uint32_t max, struct buf *out)
{
    const struct draft_member **listed = calloc((size_t)max + 1, sizeof(*listed));
    uint32_t count = 0;
    for (uint32_t i = 0; listed != NULL && i < draft->member_count && count < max; i++) {
        const struct draft_member *member = &draft->members[i];
        if (member->outcome == MEMBER_INELIGIBLE && !member->confirmed)
            listed[count++] = member;
    }
    if (listed == NULL)
        out->spoilt = true;
    else
        qsort(listed, count, sizeof(struct draft_member *), compare_members);
    buf_add_byte(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        buf_add_str(out, i > 0 ? ",[\"" : "[\"");
        hex_add(out, SPAN_ARRAY(listed[i]->pseudonym.bytes));
        buf_add_str(out, "\",");
        print_codes(draft, listed[i]->verdict.failed, out);
        buf_add_byte(out, ']');
    }
    buf_add_byte(out, ']');
    free(listed);
    return count;
}
