#include "roll/whatif.h"

#include <stdlib.h>

#define BIT(bit) (UINT64_C(1) << (bit))

enum { OUTCOMES = MEMBER_WITHDRAWN + 1, NAME_COLUMNS = 34 };

/* -- judging ---------------------------------------------------------------------------------- */

static struct span first_reason(const struct rules *rules, const struct verdict *verdict,
                                bool duplicate)
{
    uint64_t mask = duplicate              ? BIT(RULES_BIT_DUPLICATE)
                    : verdict->failed != 0 ? verdict->failed
                                           : verdict->undetermined;
    for (unsigned bit = 0; bit < 64; bit++) {
        if ((mask & BIT(bit)) != 0)
            return rules_code(rules, bit);
    }
    return SPAN_LIT("");
}

static void keep(const struct draft *draft, enum field unit, struct judged *people)
{
    for (uint32_t i = 0; i < draft->member_count; i++) {
        const struct draft_member *member = &draft->members[i];
        struct value value = draft_fixed(draft, member, unit).value;
        people[i] = (struct judged){
            .outcome = member->by_rules,
            .reason = first_reason(draft->rules, &member->verdict, draft_is_duplicate(member)),
            .unit = value.state == VALUE_KNOWN ? value.text : SPAN_LIT(""),
        };
        if (draft_has_style(member))
            people[i].style = draft->rules->styles[member->verdict.style].id;
    }
}

static enum outcome judge_all(const struct people *people, enum field unit,
                              struct judgement *out_judgement, struct fail *fail)
{
    struct draft draft;
    enum outcome outcome = draft_build(people, NULL, &draft, fail);
    if (outcome != OK)
        return outcome;
    struct judged *judged = calloc((size_t)draft.member_count + 1, sizeof(*judged));
    if (judged == NULL) {
        outcome = fail_set(fail, BROKEN, "roll.memory", "out of memory while judging");
    } else {
        keep(&draft, unit, judged);
        *out_judgement = (struct judgement){judged, draft.member_count};
    }
    draft_done(&draft);
    return outcome;
}

enum outcome judgement_make(const struct people_terms *terms, enum field unit,
                            struct judgement *out_judgement, struct fail *fail)
{
    struct people *people = calloc(1, sizeof(*people));
    if (people == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory while judging");
    enum outcome outcome = people_join(terms, people, fail);
    if (outcome == OK) {
        outcome = judge_all(people, unit, out_judgement, fail);
        people_done(people);
    }
    free(people);
    return outcome;
}

void judgement_done(struct judgement *judgement)
{
    if (judgement == NULL)
        return;
    free(judgement->people);
    *judgement = (struct judgement){0};
}

static bool has_values(const struct snapshot *snapshot, enum field field)
{
    for (uint32_t row = 0; row < snapshot->rows; row++) {
        if (snapshot_value(snapshot, row, field).len > 0)
            return true;
    }
    return false;
}

enum field whatif_unit(const struct feed *feeds, uint32_t count)
{
    static const enum field LEVELS[] = {FIELD_CONSTITUENCY, FIELD_BRANCH, FIELD_REGION};
    for (size_t i = 0; i < sizeof LEVELS / sizeof *LEVELS; i++) {
        for (uint32_t feed = 0; feed < count; feed++) {
            if (has_values(feeds[feed].snapshot, LEVELS[i]))
                return LEVELS[i];
        }
    }
    return FIELD_NATION;
}

/* -- comparing -------------------------------------------------------------------------------- */

/* A person whose outcome changes. The reason is the one that keeps somebody off who was on, or kept
 * somebody off who would be on. */
struct move {
    enum member_outcome from, to;
    struct span reason, unit;
};

static int compare_ways(const void *a, const void *b)
{
    const struct move *x = a;
    const struct move *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->to != y->to)
        return x->to < y->to ? -1 : 1;
    return span_compare(x->reason, y->reason);
}

static int compare_units(const void *a, const void *b)
{
    const struct move *x = a;
    const struct move *y = b;
    return span_compare(x->unit, y->unit);
}

static uint32_t list_moves(const struct judgement *before, const struct judgement *after,
                           struct move *moves)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < before->count && i < after->count; i++) {
        const struct judged *old = &before->people[i];
        const struct judged *new = &after->people[i];
        if (old->outcome != new->outcome)
            moves[count++] = (struct move){
                .from = old->outcome,
                .to = new->outcome,
                .reason = new->outcome == MEMBER_ELIGIBLE ? old->reason : new->reason,
                .unit = new->unit,
            };
    }
    return count;
}

static uint32_t count_outcome(const struct judgement *judgement, int outcome)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < judgement->count; i++)
        count += (int)judgement->people[i].outcome == outcome;
    return count;
}

static uint32_t count_restyled(const struct judgement *before, const struct judgement *after)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < before->count; i++) {
        const struct judged *old = &before->people[i];
        const struct judged *new = &after->people[i];
        count += old->outcome == MEMBER_ELIGIBLE && new->outcome == MEMBER_ELIGIBLE &&
                 !span_equal(old->style, new->style);
    }
    return count;
}

/* -- printing --------------------------------------------------------------------------------- */

/* Padded by characters, not bytes. */
static void add_name(struct span name, struct buf *out)
{
    size_t width = 0;
    for (size_t i = 0; i < name.len; i++)
        width += (name.ptr[i] & 0xC0) != 0x80;
    buf_add(out, name);
    for (; width < NAME_COLUMNS; width++)
        buf_add_byte(out, ' ');
}

static void print_totals(const struct judgement *before, const struct judgement *after,
                         struct buf *out)
{
    add_name(SPAN_LIT("by the rules alone"), out);
    buf_add_format(out, "%9s %9s\n", "before", "after");
    for (int outcome = 0; outcome < OUTCOMES; outcome++) {
        uint32_t old = count_outcome(before, outcome);
        uint32_t new = count_outcome(after, outcome);
        if (old == 0 && new == 0)
            continue;
        add_name(span_str(member_outcome_name((enum member_outcome)outcome)), out);
        buf_add_format(out, "%9u %9u\n", old, new);
    }
}

static void print_ways(struct move *moves, uint32_t count, struct buf *out)
{
    qsort(moves, count, sizeof(*moves), compare_ways);
    for (uint32_t i = 0; i < count;) {
        uint32_t next = i + 1;
        char name[120];
        while (next < count && compare_ways(&moves[i], &moves[next]) == 0)
            next++;
        snprintf(name, sizeof name, "%s to %s, %.*s", member_outcome_name(moves[i].from),
                 member_outcome_name(moves[i].to), (int)moves[i].reason.len,
                 (const char *)moves[i].reason.ptr);
        add_name(span_str(name), out);
        buf_add_format(out, "%9u\n", next - i);
        i = next;
    }
}

struct unit_count {
    uint32_t on, off, other;
};

static struct unit_count count_unit(const struct move *moves, uint32_t count)
{
    struct unit_count counted = {0};
    for (uint32_t i = 0; i < count; i++) {
        counted.on += moves[i].to == MEMBER_ELIGIBLE;
        counted.off += moves[i].from == MEMBER_ELIGIBLE;
        counted.other += moves[i].to != MEMBER_ELIGIBLE && moves[i].from != MEMBER_ELIGIBLE;
    }
    return counted;
}

static void print_unit(struct span name, const struct unit_count *counted, struct buf *out)
{
    add_name(name, out);
    buf_add_format(out, "%9u %9u %9u\n", counted->on, counted->off, counted->other);
}

static void print_units(struct move *moves, uint32_t count, const char *unit_name, struct buf *out)
{
    struct unit_count small = {0};
    uint32_t small_units = 0;
    qsort(moves, count, sizeof(*moves), compare_units);
    add_name(span_str(unit_name), out);
    buf_add_format(out, "%9s %9s %9s\n", "onto it", "off it", "otherwise");
    for (uint32_t i = 0; i < count;) {
        uint32_t next = i + 1;
        while (next < count && compare_units(&moves[i], &moves[next]) == 0)
            next++;
        struct unit_count counted = count_unit(&moves[i], next - i);
        if (next - i >= ROLL_SMALL_CELL) {
            print_unit(moves[i].unit.len > 0 ? moves[i].unit : SPAN_LIT("(none)"), &counted, out);
        } else {
            small_units++;
            small.on += counted.on;
            small.off += counted.off;
            small.other += counted.other;
        }
        i = next;
    }
    if (small_units > 0) {
        char name[60];
        snprintf(name, sizeof name, "(units with under %d: %u)", ROLL_SMALL_CELL, small_units);
        print_unit(span_str(name), &small, out);
    }
}

enum outcome whatif_print(const struct judgement *before, const struct judgement *after,
                          const char *unit_name, struct buf *out, struct fail *fail)
{
    struct move *moves = calloc((size_t)before->count + 1, sizeof(*moves));
    if (moves == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory while comparing rules");
    uint32_t count = list_moves(before, after, moves);
    uint32_t restyled = count_restyled(before, after);
    print_totals(before, after, out);
    buf_add_format(out, "\nPeople who would move: %u of %u\n", count, before->count);
    if (count > 0) {
        print_ways(moves, count, out);
        buf_add_byte(out, '\n');
        print_units(moves, count, unit_name, out);
    }
    if (restyled > 0)
        buf_add_format(out, "\nEligible as before, but with another ballot paper: %u\n", restyled);
    free(moves);
    return OK;
}
