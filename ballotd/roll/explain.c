#include "roll/explain.h"

#include <stdlib.h>

#include "base/code.h"
#include "roll/text.h"

#define BIT(bit) (UINT64_C(1) << (bit))

static const struct source *source_of(const struct draft *draft, uint32_t source)
{
    return &draft->people->terms.sources->sources[source];
}

static void add_day(int64_t at_s, struct buf *out)
{
    char day[DATE_TEXT_BYTES];
    date_print(instant_date(at_s), day);
    buf_add_str(out, day);
}

/* "National membership as of 2026-05-01", and that this is too long ago. */
static void add_feed(const struct draft *draft, uint32_t source, struct buf *out)
{
    uint32_t feed = draft->people->counting[source];
    buf_add(out, source_of(draft, source)->title);
    if (feed == PEOPLE_NONE) {
        buf_add_str(out, ", which has sent nothing");
        return;
    }
    buf_add_str(out, " as of ");
    add_day(draft->people->terms.feeds[feed].as_of_s, out);
    if (draft->people->stale[source])
        buf_add_format(out, ", older than the %u days for which it is relied on",
                       source_of(draft, source)->stale_after_days);
}

static void add_lines(const struct draft *draft, uint32_t source, struct person_rows rows,
                      struct buf *out)
{
    for (uint32_t i = 0; i < rows.count; i++)
        buf_add_format(out, "%s%u", i > 0 ? ", " : ", line ",
                       people_line(draft->people, source, rows.rows[i]));
}

static void add_told(const struct draft *draft, const struct draft_member *member,
                     const struct told *told, struct buf *out)
{
    struct person_view view;
    if (told->case_number > 0) {
        buf_add_format(out, " (case %u)", told->case_number);
        return;
    }
    if (told->source == PEOPLE_NONE)
        return;
    draft_view(draft, member, &view);
    buf_add_str(out, " (");
    add_feed(draft, told->source, out);
    add_lines(draft, told->source, view.of[told->source], out);
    buf_add_byte(out, ')');
}

/* Who says what, where they do not agree. */
static void explain_contest(const struct draft *draft, const struct draft_member *member,
                            const struct people_field *field, struct buf *out)
{
    struct person_view view;
    draft_view(draft, member, &view);
    for (uint32_t source = 0; source < draft->people->terms.sources->count; source++) {
        bool asked = field->authority >= 0 ? source == (uint32_t)field->authority
                                           : source_of(draft, source)->lists;
        for (uint32_t i = 0; asked && field->at[source] >= 0 && i < view.of[source].count; i++) {
            const struct snapshot *snapshot = people_snapshot(draft->people, source);
            struct span text =
                snapshot_value(snapshot, view.of[source].rows[i], (uint32_t)field->at[source]);
            buf_add_str(out, text.len > 0 ? "        \"" : "        nothing");
            buf_add(out, text);
            buf_add_str(out, text.len > 0 ? "\" (" : " (");
            add_feed(draft, source, out);
            buf_add_format(out, ", line %u)\n",
                           people_line(draft->people, source, view.of[source].rows[i]));
        }
    }
}

static void explain_field(const struct draft *draft, const struct draft_member *member,
                          const struct people_field *field, struct span name, struct buf *out)
{
    struct told told = draft_value(draft, member, field);
    buf_add_str(out, "      ");
    buf_add(out, name);
    if (told.value.state == VALUE_CONTESTED) {
        buf_add_str(out, " is contested:\n");
        explain_contest(draft, member, field, out);
        return;
    }
    if (told.value.state == VALUE_KNOWN) {
        buf_add_str(out, " is \"");
        buf_add(out, told.value.text);
        buf_add_byte(out, '"');
    } else {
        buf_add_str(out, " is missing");
    }
    add_told(draft, member, &told, out);
    buf_add_byte(out, '\n');
}

static void explain_input(const struct draft *draft, const struct draft_member *member,
                          uint32_t slot, struct buf *out)
{
    explain_field(draft, member, &draft->slots[slot], draft->rules->fields[slot], out);
}

static void explain_list(const struct draft *draft, const struct draft_member *member,
                         uint32_t source, struct buf *out)
{
    struct person_view view;
    draft_view(draft, member, &view);
    buf_add_str(out, view.of[source].count > 0 ? "      is in " : "      is not in ");
    add_feed(draft, source, out);
    add_lines(draft, source, view.of[source], out);
    buf_add_byte(out, '\n');
}

static void explain_inputs(const struct draft *draft, const struct draft_member *member,
                           uint16_t test, struct buf *out)
{
    uint64_t fields = rules_fields_of(draft->rules, test);
    uint32_t lists = rules_lists_of(draft->rules, test);
    for (uint32_t slot = 0; slot < draft->rules->field_count; slot++) {
        if ((fields & BIT(slot)) != 0)
            explain_input(draft, member, slot, out);
    }
    for (uint32_t i = 0; i < draft->rules->list_count; i++) {
        if ((lists & 1u << i) != 0)
            explain_list(draft, member, draft->rules->lists[i], out);
    }
    if (rules_asks_status(draft->rules, test))
        buf_add_str(out, "      status, as it was then\n");
}

static void add_doubt(const struct draft_member *member, unsigned bit, struct buf *out)
{
    if ((member->verdict.doubted & BIT(bit)) != 0)
        buf_add_str(out,
                    "      not met by what is known, but that is too old to exclude anybody\n");
}

static void explain_rule(const struct draft *draft, const struct draft_member *member,
                         uint32_t index, struct buf *out)
{
    const struct rule *rule = &draft->rules->rules[index];
    bool failed = (member->verdict.failed & BIT(index)) != 0;
    bool unknown = (member->verdict.undetermined & BIT(index)) != 0;
    buf_add_str(out, failed ? "  not met: " : unknown ? "  undetermined: " : "  met: ");
    buf_add(out, rule->code);
    buf_add_str(out, ", ");
    buf_add(out, rule->sentence);
    buf_add_str(out, "\n      asked: ");
    rules_print_test(draft->rules, rule->test, out);
    buf_add_byte(out, '\n');
    explain_inputs(draft, member, rule->test, out);
    add_doubt(member, index, out);
}

static void explain_style(const struct draft *draft, const struct draft_member *member,
                          struct buf *out)
{
    bool failed = (member->verdict.failed & BIT(RULES_BIT_STYLE)) != 0;
    uint64_t fields = 0;
    buf_add_str(out, failed ? "  not met: STYLE, no ballot paper is for this member\n"
                            : "  undetermined: STYLE, which ballot paper is for this member, or "
                              "how many\n");
    for (uint32_t i = 0; i < draft->rules->style_count; i++) {
        fields |= rules_fields_of(draft->rules, draft->rules->styles[i].test);
        if (draft->rules->styles[i].votes_slot >= 0)
            fields |= BIT(draft->rules->styles[i].votes_slot);
    }
    for (uint32_t slot = 0; slot < draft->rules->field_count; slot++) {
        if ((fields & BIT(slot)) != 0)
            explain_input(draft, member, slot, out);
    }
    add_doubt(member, RULES_BIT_STYLE, out);
}

static void explain_row(const struct snapshot *snapshot, uint32_t row, struct buf *out)
{
    bool first = true;
    buf_add_format(out, "    line %u: ", snapshot->lines[row]);
    for (uint32_t field = 0; field < snapshot->layout.count; field++) {
        struct span value = snapshot_value(snapshot, row, field);
        if (value.len == 0)
            continue;
        buf_add_format(out, "%s%s \"", first ? "" : ", ", snapshot->layout.names[field]);
        buf_add(out, value);
        buf_add_byte(out, '"');
        first = false;
    }
    buf_add_byte(out, '\n');
}

/* So that an officer can say which of them stands, by its line. */
static void explain_rows(const struct draft *draft, const struct draft_member *member,
                         struct buf *out)
{
    struct person_view view;
    draft_view(draft, member, &view);
    for (uint32_t source = 0; source < draft->people->terms.sources->count; source++) {
        const struct snapshot *snapshot = people_snapshot(draft->people, source);
        if (view.of[source].count < 2)
            continue;
        buf_add_format(out, "  %s the number stands on %u rows of ",
                       source_of(draft, source)->lists ? "undetermined: DUPLICATE," : "note:",
                       view.of[source].count);
        buf_add(out, source_of(draft, source)->title);
        buf_add_byte(out, '\n');
        for (uint32_t i = 0; i < view.of[source].count; i++)
            explain_row(snapshot, view.of[source].rows[i], out);
    }
}

void explain_rows_json(const struct draft *draft, const struct draft_member *member,
                       struct buf *out)
{
    struct person_view view;
    bool first = true;
    draft_view(draft, member, &view);
    buf_add_byte(out, '[');
    for (uint32_t source = 0; source < draft->people->terms.sources->count; source++) {
        for (uint32_t i = 0; view.of[source].count > 1 && i < view.of[source].count; i++) {
            uint8_t id[ROLL_HASH_BYTES];
            char hex[2 * ROLL_HASH_BYTES + 1];
            uint32_t row = view.of[source].rows[i];
            snapshot_row_id(people_snapshot(draft->people, source), row, id);
            hex_print(SPAN_ARRAY(id), hex);
            buf_add_str(out, first ? "{" : ",{");
            text_print_member("source", source_of(draft, source)->id, true, out);
            buf_add_format(out, ",\"line\":%u", people_line(draft->people, source, row));
            text_print_member("row", span_str(hex), false, out);
            buf_add_byte(out, '}');
            first = false;
        }
    }
    buf_add_byte(out, ']');
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
    explain_rows(draft, member, out);
}

static void explain_outcome(const struct draft *draft, const struct draft_member *member,
                            struct buf *out)
{
    buf_add(out, draft_number(draft, member));
    buf_add_byte(out, ' ');
    buf_add(out, draft_leaf_value(draft, member, FIELD_NAME));
    buf_add_format(out, ": %s", member_outcome_name(member->outcome));
    if (member->added > 0)
        buf_add_format(out, ", added by case %u", draft->added[member->added - 1].case_number);
    if (member->case_number > 0)
        buf_add_format(out, " by case %u", member->case_number);
    if (member->outcome != member->by_rules)
        buf_add_format(out, "; by the rules %s", member_outcome_name(member->by_rules));
    if (member->outcome == MEMBER_INELIGIBLE)
        buf_add_str(out, member->confirmed ? ", confirmed by an officer"
                                           : ", not yet confirmed by an officer");
    buf_add_byte(out, '\n');
}

void explain_member(const struct draft *draft, const struct draft_member *member, struct buf *out)
{
    explain_outcome(draft, member, out);
    if (!member->withdrawn)
        explain_reasons(draft, member, out);
}

/* -- everything about one member -------------------------------------------------------------- */

/* What it means, as an officer would say it to the member. */
static const char *meaning_of(const struct draft_member *member)
{
    switch (member->outcome) {
    case MEMBER_ELIGIBLE:
        return "On the roll: this member may vote.\n";
    case MEMBER_PROVISIONAL:
        return "On the roll with a provisional ballot: it is cast like every other, and people\n"
               "decide before the count whether it goes in.\n";
    case MEMBER_INELIGIBLE:
        return "Not on the roll, for what is marked \"not met\" below. A case can change that.\n";
    case MEMBER_UNDETERMINED:
        return "Undecided: a case must settle what is marked \"undetermined\" below before the\n"
               "roll can be sealed.\n";
    default:
        return "Not on the roll: a case took this entry off.\n";
    }
}

static void explain_paper(const struct draft *draft, const struct draft_member *member,
                          struct buf *out)
{
    if (((member->verdict.failed | member->verdict.undetermined) & BIT(RULES_BIT_STYLE)) != 0) {
        explain_style(draft, member, out);
        return;
    }
    buf_add_str(out, "  ballot paper: ");
    buf_add(out, draft->rules->styles[member->verdict.style].id);
    buf_add_format(out, ", %u %s\n", member->verdict.votes,
                   member->verdict.votes == 1 ? "vote" : "votes");
}

/* Every field that has a value, or that is disputed, by the name that `--set` takes. */
static void explain_record(const struct draft *draft, const struct draft_member *member,
                           struct buf *out)
{
    buf_add_str(out, "  on record:\n");
    for (uint32_t i = 0; i < FIELD_FIXED; i++) {
        if (i != FIELD_MEMBER_NO &&
            draft_value(draft, member, &draft->fixed[i]).value.state != VALUE_MISSING)
            explain_field(draft, member, &draft->fixed[i], field_fixed_name((enum field)i), out);
    }
}

void explain_whole(const struct draft *draft, const struct draft_member *member, struct buf *out)
{
    explain_outcome(draft, member, out);
    buf_add_str(out, meaning_of(member));
    if (member->withdrawn)
        return;
    for (uint32_t i = 0; i < draft->rules->rule_count; i++)
        explain_rule(draft, member, i, out);
    explain_paper(draft, member, out);
    explain_rows(draft, member, out);
    explain_record(draft, member, out);
}

/* -- for programs ----------------------------------------------------------------------------- */

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

/* Every row in a counting snapshot, those that a case withdrew among them. */
static void print_rows(const struct draft *draft, const struct draft_member *member,
                       struct buf *out)
{
    struct person_view view = {0};
    bool first = true;
    if (member->added == 0)
        people_look(draft->people, member->person, &view);
    buf_add_str(out, ",\"rows\":[");
    for (uint32_t source = 0; source < draft->people->terms.sources->count; source++) {
        for (uint32_t i = 0; i < view.of[source].count; i++) {
            buf_add_str(out, first ? "{" : ",{");
            text_print_member("source", source_of(draft, source)->id, true, out);
            buf_add_format(out, ",\"line\":%u}",
                           people_line(draft->people, source, view.of[source].rows[i]));
            first = false;
        }
    }
    buf_add_byte(out, ']');
}

static void print_who(const struct draft *draft, const struct draft_member *member, struct buf *out)
{
    char pseudonym[2 * HASH_BYTES + 1];
    hex_print(span_of(draft_pseudonym(draft, member), HASH_BYTES), pseudonym);
    text_print_member("member_no", draft_number(draft, member), true, out);
    text_print_member("numbers", draft_numbers(draft, member), false, out);
    text_print_member("pseudonym", span_str(pseudonym), false, out);
    text_print_member("outcome", span_str(member_outcome_name(member->outcome)), false, out);
    text_print_member("by_rules", span_str(member_outcome_name(member->by_rules)), false, out);
}

void explain_member_json(const struct draft *draft, const struct draft_member *member,
                         struct buf *out)
{
    const struct verdict *verdict = &member->verdict;
    buf_add_byte(out, '{');
    print_who(draft, member, out);
    buf_add_format(out, ",\"case\":%u,\"confirmed\":%s", member->case_number,
                   member->confirmed ? "true" : "false");
    if (!member->withdrawn && draft_has_style(member)) {
        text_print_member("style", draft->rules->styles[verdict->style].id, false, out);
        buf_add_format(out, ",\"votes\":%u", verdict->votes);
    }
    print_rows(draft, member, out);
    buf_add_str(out, ",\"failed\":");
    print_codes(draft, verdict->failed, out);
    buf_add_str(out, ",\"undetermined\":");
    print_codes(draft, verdict->undetermined, out);
    buf_add_str(out, ",\"stale\":");
    print_codes(draft, verdict->doubted, out);
    buf_add_byte(out, '}');
}

/* An ineligible member as the list names it. */
struct listed {
    const uint8_t *pseudonym;
    uint64_t failed;
};

static int compare_listed(const void *a, const void *b)
{
    const struct listed *x = a;
    const struct listed *y = b;
    return memcmp(x->pseudonym, y->pseudonym, HASH_BYTES);
}

uint32_t explain_exclusions(const struct draft *draft, uint32_t max, struct buf *out)
{
    struct listed *listed = calloc((size_t)max + 1, sizeof(*listed));
    uint32_t count = 0;
    for (uint32_t i = 0; listed != NULL && i < draft->member_count && count < max; i++) {
        const struct draft_member *member = &draft->members[i];
        if (member->outcome == MEMBER_INELIGIBLE && !member->confirmed)
            listed[count++] =
                (struct listed){draft_pseudonym(draft, member), member->verdict.failed};
    }
    if (listed == NULL)
        out->spoilt = true;
    else
        qsort(listed, count, sizeof(*listed), compare_listed);
    buf_add_byte(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        buf_add_str(out, i > 0 ? ",[\"" : "[\"");
        hex_add(out, span_of(listed[i].pseudonym, HASH_BYTES));
        buf_add_str(out, "\",");
        print_codes(draft, listed[i].failed, out);
        buf_add_byte(out, ']');
    }
    buf_add_byte(out, ']');
    free(listed);
    return count;
}
