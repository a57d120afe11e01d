/* STATE.definition: the definition, the contests and the changes of roles make sense together. */
#include "count/count.h"
#include "crypto/group.h"
#include "election/election.h"
#include "log/policy.h"
#include "roll/field.h"

#include <stdlib.h>

/* "Officer", "style" and so on twice under one id. */
static void check_distinct(struct report *report, uint64_t entry, const char *what,
                           const struct span *ids, size_t count, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            const struct span *a = (const void *)((const char *)ids + i * stride);
            const struct span *b = (const void *)((const char *)ids + j * stride);
            if (span_equal(*a, *b))
                report_fail(report, STATE_DEFINITION, entry, "the %s \"%.*s\" stands twice", what,
                            (int)a->len, (const char *)a->ptr);
        }
}

static int unit_of(const struct definition *definition, struct span id)
{
    for (size_t i = 0; i < definition->unit_count; i++)
        if (span_equal(definition->units[i].id, id))
            return (int)i;
    return -1;
}

/* Every unit named exists, and merging comes to an end. */
static void check_units(const struct definition *definition, struct report *report)
{
    check_distinct(report, 0, "unit", (const struct span *)definition->units,
                   definition->unit_count, sizeof definition->units[0]);
    for (size_t i = 0; i < definition->style_count; i++)
        if (unit_of(definition, definition->styles[i].unit) < 0)
            report_fail(report, STATE_DEFINITION, 0, "style %zu is of a unit that does not exist",
                        i);
    for (size_t i = 0; i < definition->unit_count; i++) {
        int unit = (int)i;
        size_t steps = 0;
        while (unit >= 0 && definition->units[unit].merge.len > 0 &&
               steps++ < definition->unit_count) {
            unit = unit_of(definition, definition->units[unit].merge);
            if (unit < 0)
                report_fail(report, STATE_DEFINITION, 0,
                            "unit %zu merges into one that does not exist", i);
        }
        if (steps > definition->unit_count)
            report_fail(report, STATE_DEFINITION, 0, "unit %zu merges into itself in the end", i);
    }
}

/* Whose numbers each source uses, and that somebody lists members. */
static void check_sources(const struct election *election)
{
    const struct definition *definition = election->definition;
    struct report *report = election->report;
    bool lists = false;
    check_distinct(report, 0, "source", (const struct span *)definition->sources,
                   definition->source_count, sizeof definition->sources[0]);
    for (size_t i = 0; i < definition->source_count; i++) {
        const struct source *source = &definition->sources[i];
        const struct source *numbers = election_source(election, source->numbers);
        lists = lists || source->lists;
        if (numbers == NULL || !span_equal(numbers->numbers, numbers->id))
            report_fail(report, STATE_DEFINITION, 0,
                        "source %zu uses the numbers of one that has none of its own", i);
    }
    if (!lists)
        report_fail(report, STATE_DEFINITION, 0, "no source lists members");
    for (size_t i = 0; i < election->by[SNAPSHOT].count; i++) {
        uint64_t entry = election->by[SNAPSHOT].at[i];
        if (election_source(election, election_says(election, entry)->snapshot->source) == NULL)
            report_fail(report, STATE_DEFINITION, entry, "is of a source that does not exist");
    }
}

/* Fields, and the sources that have authority for them. */
static void check_fields(const struct election *election)
{
    const struct definition *definition = election->definition;
    struct report *report = election->report;
    enum field_type type;
    check_distinct(report, 0, "field", (const struct span *)definition->fields,
                   definition->field_count, sizeof definition->fields[0]);
    for (size_t i = 0; i < definition->field_count; i++) {
        const struct authority *authority = &definition->fields[i];
        if (!field_named(authority->field, &type) || type == FIELD_MEMBER_NO)
            report_fail(report, STATE_DEFINITION, 0, "authority %zu is for no field", i);
        if (election_source(election, authority->source) == NULL)
            report_fail(report, STATE_DEFINITION, 0, "authority %zu is of no source", i);
    }
    for (size_t i = 0; i < definition->style_count; i++) {
        struct span votes = definition->styles[i].votes_field;
        if (votes.len > 0 && !(field_is_attribute(votes) && field_named(votes, &type)))
            report_fail(report, STATE_DEFINITION, 0, "the votes of style %zu are no attribute", i);
    }
}

/* Codes that reasons of the machine's own have, or that are none at all. */
static void check_codes(const struct definition *definition, struct report *report)
{
    static const char *const taken[] = {"STYLE", "DUPLICATE", "CASE"};
    check_distinct(report, 0, "rule", definition->codes, definition->code_count,
                   sizeof definition->codes[0]);
    for (size_t i = 0; i < definition->code_count; i++) {
        struct span code = definition->codes[i];
        bool right = true;
        for (size_t j = 0; j < sizeof taken / sizeof taken[0]; j++)
            right = right && !span_equal(code, span_text(taken[j]));
        for (size_t j = 0; j < code.len; j++)
            right = right && ((code.ptr[j] >= 'A' && code.ptr[j] <= 'Z') ||
                              (code.ptr[j] >= '0' && code.ptr[j] <= '9') || code.ptr[j] == '-');
        if (!right)
            report_fail(report, STATE_DEFINITION, 0, "rule %zu may not have its code", i);
    }
}

static int compare_keys(const void *a, const void *b)
{
    return memcmp(a, b, KEY_BYTES);
}

enum { KEYS_MOST = 2 * LIMIT_TRUSTEES + LIMIT_OFFICERS + 3 };

static void check_keys(const struct definition *definition, struct report *report)
{
    uint8_t keys[KEYS_MOST][KEY_BYTES];
    size_t count = 0;
    struct point point;
    for (size_t i = 0; i < definition->trustee_count; i++) {
        memcpy(keys[count++], definition->trustees[i].sign, KEY_BYTES);
        memcpy(keys[count++], definition->trustees[i].seal, KEY_BYTES);
        if (!point_decode(definition->trustees[i].seal, &point))
            report_fail(report, STATE_DEFINITION, 0, "the sealing key of trustee %zu is improper",
                        i + 1);
    }
    for (size_t i = 0; i < definition->officer_count; i++)
        memcpy(keys[count++], definition->officers[i].key, KEY_BYTES);
    memcpy(keys[count++], definition->log, KEY_BYTES);
    memcpy(keys[count++], definition->statements, KEY_BYTES);
    memcpy(keys[count++], definition->registrar, KEY_BYTES);
    qsort(keys, count, KEY_BYTES, compare_keys);
    for (size_t i = 1; i < count; i++)
        if (memcmp(keys[i - 1], keys[i], KEY_BYTES) == 0)
            report_fail(report, STATE_DEFINITION, 0, "one key stands twice in the definition");
}

static void check_policy(const struct definition *definition, struct report *report)
{
    struct fail fail;
    struct policy *policy = malloc(sizeof *policy);
    if (definition->witnesses.len == 0) {
        free(policy);
        return;
    }
    enum outcome outcome = policy == NULL ? fail_unable(&fail, "no memory for the policy")
                                          : policy_parse(definition->witnesses, policy, &fail);
    (void)report_take(report, STATE_DEFINITION, 0, outcome, &fail);
    free(policy);
}

static void check_times(const struct definition *definition, struct report *report)
{
    const struct timetable *times = &definition->timetable;
    if (times->inspection_opens_at > times->inspection_closes_at ||
        times->opens_at >= times->closes_at)
        report_fail(report, STATE_DEFINITION, 0, "the timetable is not in order");
}

static void check_candidates(const struct contest *contest, uint64_t entry, struct report *report)
{
    bool seen[LIMIT_CANDIDATES + 1] = {false};
    check_distinct(report, entry, "candidate", contest->names, contest->candidate_count,
                   sizeof contest->names[0]);
    bool right = contest->candidate_count > 0 && contest->printed_count == contest->candidate_count;
    for (size_t i = 0; i < contest->printed_count && right; i++) {
        unsigned id = contest->printed[i];
        right = id <= contest->candidate_count && !seen[id];
        if (right)
            seen[id] = true;
    }
    if (!right)
        report_fail(report, STATE_DEFINITION, entry, "the printed order is not of all candidates");
}

/* Layouts and rules that fit: the rules that contests may have count lists of preferences, so every
 * paper must be one. */
static void check_layout(const struct contest *contest, uint64_t entry, struct report *report)
{
    const struct count_rule *rule = count_rule_named(contest->rule);
    if (rule == NULL || !rule->contests || contest->seats > rule->seats_most)
        report_fail(report, STATE_DEFINITION, entry,
                    "there is no such rule, or it does not fill so many seats");
    if (contest->layout == LAYOUT_SEVERAL || contest->layout == LAYOUT_APPROVAL)
        report_fail(report, STATE_DEFINITION, entry, "no rule of this version counts this layout");
    if (contest->layout == LAYOUT_YES_NO && contest->candidate_count != 2)
        report_fail(report, STATE_DEFINITION, entry, "yes or no are two candidates");
    if ((contest->most != 0) != (contest->layout == LAYOUT_SEVERAL) ||
        contest->most > contest->candidate_count)
        report_fail(report, STATE_DEFINITION, entry, "\"most\" does not fit the layout");
}

static void check_contests(const struct election *election)
{
    struct report *report = election->report;
    const struct places *contests = &election->by[CONTEST];
    if (contests->count > LIMIT_CONTESTS)
        report_fail(report, STATE_DEFINITION, contests->at[LIMIT_CONTESTS], "too many contests");
    for (size_t i = 0; i < contests->count; i++) {
        const struct contest *contest = election_contest_at(election, i);
        check_candidates(contest, contests->at[i], report);
        check_layout(contest, contests->at[i], report);
        check_distinct(report, contests->at[i], "style", contest->styles, contest->style_count,
                       sizeof contest->styles[0]);
        bool known = contest->style_count > 0;
        for (size_t j = 0; j < contest->style_count; j++)
            known = known && election_style(election, contest->styles[j]) >= 0;
        if (!known)
            report_fail(report, STATE_DEFINITION, contests->at[i],
                        "names no style, or one that does not exist");
        if (election_contest(election, contest->id) != (int)i)
            report_fail(report, STATE_DEFINITION, contests->at[i],
                        "another contest has the same id");
    }
}

/* An end ends something; an appointment brings no key that someone else holds. */
static void check_roles(const struct election *election)
{
    for (size_t i = 0; i < election->by[ROLE].count; i++) {
        uint64_t entry = election->by[ROLE].at[i];
        const struct role_change *role = election_says(election, entry)->role;
        if (role->ends && officers_at(election, role->officer.id, entry, 0) == NULL)
            report_fail(election->report, STATE_DEFINITION, entry,
                        "ends the office of somebody who holds none");
        for (size_t j = 0; j < election->term_count && !role->ends; j++) {
            const struct term *term = &election->terms[j];
            if (term->from < entry && !term->ended &&
                !span_equal(term->officer.id, role->officer.id) &&
                memcmp(term->officer.key, role->officer.key, KEY_BYTES) == 0)
                report_fail(election->report, STATE_DEFINITION, entry,
                            "appoints with a key that another officer has");
        }
    }
}

void definition_check(struct election *election)
{
    const struct definition *definition = election->definition;
    struct report *report = election->report;
    unsigned all = 0;
    if (definition->trustee_count == 0 || definition->threshold > definition->trustee_count)
        report_fail(report, STATE_DEFINITION, 0, "the threshold exceeds the number of trustees");
    if (definition->style_count == 0 || definition->unit_count == 0)
        report_fail(report, STATE_DEFINITION, 0, "there must be a style and a unit");
    check_distinct(report, 0, "style", (const struct span *)definition->styles,
                   definition->style_count, sizeof definition->styles[0]);
    check_distinct(report, 0, "officer", (const struct span *)definition->officers,
                   definition->officer_count, sizeof definition->officers[0]);
    for (size_t i = 0; i < definition->officer_count; i++)
        all |= definition->officers[i].roles;
    if ((all & RETURNING) == 0)
        report_fail(report, STATE_DEFINITION, 0, "there is no returning officer");
    check_sources(election);
    check_fields(election);
    check_codes(definition, report);
    check_units(definition, report);
    check_keys(definition, report);
    check_policy(definition, report);
    check_times(definition, report);
    check_contests(election);
    check_roles(election);
    report_pass(report, STATE_DEFINITION);
}
