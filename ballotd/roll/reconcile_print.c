/* The candidates as text for the secretary and as JSON for the pages. Declared in
 * roll/reconcile.h. */
#include "base/code.h"
#include "roll/likeness.h"
#include "roll/reconcile_inside.h"
#include "roll/text.h"

static const struct {
    const char *name;
    const char *title;
} KINDS[CANDIDATE_KINDS] = {
    [CANDIDATE_CONTACTS_IN_BULK] = {"contacts-in-bulk", "many contacts changed in a unit"},
    [CANDIDATE_JOINED_IN_BULK] = {"joined-in-bulk", "many joined a unit"},
    [CANDIDATE_LAPSED_IN_BULK] = {"lapsed-in-bulk", "many lapsed or left in a unit"},
    [CANDIDATE_PAID_IN_BULK] = {"paid-in-bulk", "many in a unit paid what they owed"},
    [CANDIDATE_EMPTY_UNIT] = {"empty-unit", "a unit with nobody on the roll"},
    [CANDIDATE_SHARED_EMAIL] = {"shared-email", "one e-mail address for many people"},
    [CANDIDATE_SHARED_PHONE] = {"shared-phone", "one telephone for many people"},
    [CANDIDATE_REPEATED_NUMBER] = {"repeated-number", "one number on several rows"},
    [CANDIDATE_SAME_PERSON] = {"same-person", "perhaps one person under two numbers"},
    [CANDIDATE_UNDECIDED] = {"undecided", "what is known does not decide"},
    [CANDIDATE_STATUS_DISAGREES] = {"status-disagrees", "sources disagree about the status"},
    [CANDIDATE_PAYMENT_DISAGREES] = {"payment-disagrees", "sources disagree about what was paid"},
    [CANDIDATE_REJOINED] = {"rejoined", "had lapsed, and is back"},
    [CANDIDATE_CONTACT_CHANGED] = {"contact-changed", "contact changed since the snapshot before"},
    [CANDIDATE_MOVED] = {"moved", "in another unit than before"},
    [CANDIDATE_MISSING] = {"missing", "in a list, but missing in another source"},
    [CANDIDATE_ON_NO_LIST] = {"on-no-list", "in a source, but in no list"},
};

static const char *const SEVERITY_NAMES[SEVERITIES] = {"low", "medium", "high"};

static const struct {
    enum likeness_bit bit;
    const char *name;
} LIKENESS[] = {{LIKE_NAME, "name"},       {LIKE_NAME_NEAR, "name nearly"},
                {LIKE_BORN_ON, "born_on"}, {LIKE_EMAIL, "email"},
                {LIKE_PHONE, "phone"},     {LIKE_POSTCODE, "postcode"}};

static const enum field CONTACTS[] = {FIELD_EMAIL, FIELD_PHONE, FIELD_ADDRESS, FIELD_POSTCODE};

const char *candidate_kind_name(enum candidate_kind kind)
{
    return KINDS[kind].name;
}

const char *severity_name(enum severity severity)
{
    return SEVERITY_NAMES[severity];
}

/* -- what a candidate speaks of --------------------------------------------------------------- */

static const struct people *people_of(const struct reconciliation *reconciliation)
{
    return reconciliation->terms.draft->people;
}

static struct span value_of(const struct reconciliation *reconciliation, uint32_t person,
                            enum field field)
{
    const struct draft *draft = reconciliation->terms.draft;
    return draft_leaf_value(draft, &draft->members[person], field);
}

static struct span source_id(const struct reconciliation *reconciliation, uint32_t source)
{
    return people_of(reconciliation)->terms.sources->sources[source].id;
}

/* The snapshot before of the candidate's source; NULL when there is none. */
static const struct snapshot *before_of(const struct reconciliation *reconciliation,
                                        const struct candidate *candidate)
{
    for (uint32_t i = 0; i < reconciliation->terms.step_count; i++) {
        if (reconciliation->terms.steps[i].source == candidate->source)
            return reconciliation->terms.steps[i].from;
    }
    return NULL;
}

/* What both sides of a disagreement say, or one source before and now. */
struct sides {
    struct span left, right;
};

static struct sides sides_of(const struct reconciliation *reconciliation,
                             const struct candidate *candidate, enum field field)
{
    const struct people *people = people_of(reconciliation);
    const struct snapshot *now = people_snapshot(people, candidate->source);
    if (candidate->against != RECONCILE_NONE)
        return (struct sides){
            snapshot_value(now, candidate->row, field),
            snapshot_value(people_snapshot(people, candidate->against), candidate->old_row, field)};
    return (struct sides){
        snapshot_value(before_of(reconciliation, candidate), candidate->old_row, field),
        snapshot_value(now, candidate->row, field)};
}

static bool is_of_unit(const struct candidate *candidate)
{
    return candidate->kind <= CANDIDATE_EMPTY_UNIT;
}

/* -- text ------------------------------------------------------------------------------------- */

static void print_person(const struct reconciliation *reconciliation, uint32_t person,
                         struct buf *out)
{
    struct span name = value_of(reconciliation, person, FIELD_NAME);
    buf_add(out, people_number(people_of(reconciliation), person));
    if (name.len > 0)
        buf_add_byte(out, ' ');
    buf_add(out, name);
}

/* The same, of a row of the source. */
static void print_row(const struct snapshot *snapshot, uint32_t row, struct buf *out)
{
    struct span name = snapshot_value(snapshot, row, FIELD_NAME);
    buf_add(out, snapshot_value(snapshot, row, FIELD_MEMBER_NO));
    if (name.len > 0)
        buf_add_byte(out, ' ');
    buf_add(out, name);
}

static void print_who(const struct reconciliation *reconciliation,
                      const struct candidate *candidate, struct buf *out)
{
    if (candidate->person != RECONCILE_NONE)
        print_person(reconciliation, candidate->person, out);
    else
        print_row(people_snapshot(people_of(reconciliation), candidate->source), candidate->row,
                  out);
}

static void print_quoted(struct span value, struct buf *out)
{
    if (value.len == 0)
        buf_add_str(out, "nothing");
    else
        text_print_json(value, out);
}

static void print_bits(unsigned bits, struct buf *out)
{
    bool first = true;
    for (size_t i = 0; i < sizeof(LIKENESS) / sizeof(LIKENESS[0]); i++) {
        if ((bits & LIKENESS[i].bit) == 0)
            continue;
        buf_add_str(out, first ? "" : ", ");
        buf_add_str(out, LIKENESS[i].name);
        first = false;
    }
}

static void print_unit_line(const struct reconciliation *reconciliation,
                            const struct candidate *candidate, struct buf *out)
{
    if (candidate->kind == CANDIDATE_EMPTY_UNIT)
        buf_add_format(out, "none of %u in ", candidate->count);
    else
        buf_add_format(out, "%u, where %u were before, in ", candidate->count, candidate->of);
    unit_path_print(&candidate->unit, out);
    if (candidate->source != RECONCILE_NONE) {
        buf_add_str(out, " (");
        buf_add(out, source_id(reconciliation, candidate->source));
        buf_add_str(out, ")");
    }
}

static void print_disagreement(const struct reconciliation *reconciliation,
                               const struct candidate *candidate, enum field field, struct buf *out)
{
    struct sides sides = sides_of(reconciliation, candidate, field);
    buf_add_str(out, ": ");
    buf_add(out, source_id(reconciliation, candidate->source));
    buf_add_str(out, " says ");
    print_quoted(sides.left, out);
    buf_add_str(out, ", ");
    buf_add(out, source_id(reconciliation, candidate->against));
    buf_add_str(out, " ");
    print_quoted(sides.right, out);
}

/* ": email "a@b" is now "c@d"", of each that changed. */
static void print_changes(const struct reconciliation *reconciliation,
                          const struct candidate *candidate, const enum field *fields, size_t count,
                          struct buf *out)
{
    const char *join = ": ";
    for (size_t i = 0; i < count; i++) {
        struct sides sides = sides_of(reconciliation, candidate, fields[i]);
        if (span_equal(sides.left, sides.right))
            continue;
        buf_add_str(out, join);
        buf_add(out, field_fixed_name(fields[i]));
        buf_add_str(out, " was ");
        print_quoted(sides.left, out);
        buf_add_str(out, ", is ");
        print_quoted(sides.right, out);
        join = "; ";
    }
}

static void print_codes(const struct reconciliation *reconciliation,
                        const struct candidate *candidate, struct buf *out)
{
    const struct draft *draft = reconciliation->terms.draft;
    uint64_t undetermined = draft->members[candidate->person].verdict.undetermined;
    const char *join = ": ";
    for (unsigned bit = 0; bit < 64; bit++) {
        if ((undetermined >> bit & 1) == 0)
            continue;
        buf_add_str(out, join);
        buf_add(out, rules_code(draft->rules, bit));
        join = ", ";
    }
}

static void print_same(const struct reconciliation *reconciliation,
                       const struct candidate *candidate, struct buf *out)
{
    buf_add_str(out, " and ");
    print_person(reconciliation, candidate->other, out);
    buf_add_format(out, ": score %u (", candidate->score);
    print_bits(candidate->bits, out);
    buf_add_str(out, (candidate->bits & UNLIKE_BORN_ON) != 0 ? "; born on different days)" : ")");
}

static void print_missing(const struct reconciliation *reconciliation,
                          const struct candidate *candidate, struct buf *out)
{
    buf_add_str(out, ": in ");
    buf_add(out, source_id(reconciliation, candidate->source));
    if (candidate->against == RECONCILE_NONE)
        return;
    buf_add_str(out, ", not in ");
    buf_add(out, source_id(reconciliation, candidate->against));
}

static void print_shared(const struct reconciliation *reconciliation,
                         const struct candidate *candidate, struct buf *out)
{
    enum field field = candidate->kind == CANDIDATE_SHARED_EMAIL ? FIELD_EMAIL : FIELD_PHONE;
    buf_add_format(out, " and %u others: ", candidate->count - 1);
    print_quoted(value_of(reconciliation, candidate->person, field), out);
}

static void print_detail(const struct reconciliation *reconciliation,
                         const struct candidate *candidate, struct buf *out)
{
    static const enum field STATUS[] = {FIELD_STATUS};
    switch (candidate->kind) {
    case CANDIDATE_SAME_PERSON:
        print_same(reconciliation, candidate, out);
        return;
    case CANDIDATE_SHARED_EMAIL:
    case CANDIDATE_SHARED_PHONE:
        print_shared(reconciliation, candidate, out);
        return;
    case CANDIDATE_STATUS_DISAGREES:
        print_disagreement(reconciliation, candidate, FIELD_STATUS, out);
        return;
    case CANDIDATE_PAYMENT_DISAGREES:
        print_disagreement(reconciliation, candidate, FIELD_PAID_UNTIL, out);
        return;
    case CANDIDATE_CONTACT_CHANGED:
        print_changes(reconciliation, candidate, CONTACTS, 4, out);
        return;
    case CANDIDATE_MOVED:
        print_changes(reconciliation, candidate, UNIT_FIELDS, UNIT_LEVELS, out);
        return;
    case CANDIDATE_REJOINED:
        print_changes(reconciliation, candidate, STATUS, 1, out);
        return;
    case CANDIDATE_UNDECIDED:
    case CANDIDATE_REPEATED_NUMBER:
        print_codes(reconciliation, candidate, out);
        return;
    default:
        print_missing(reconciliation, candidate, out);
        return;
    }
}

static uint32_t case_of(const struct reconciliation *reconciliation,
                        const struct candidate *candidate)
{
    return candidate->person == RECONCILE_NONE ? 0 : reconciliation->cases[candidate->person];
}

static void print_line(const struct reconciliation *reconciliation,
                       const struct candidate *candidate, struct buf *out)
{
    uint32_t number = case_of(reconciliation, candidate);
    buf_add_str(out, "  ");
    if (is_of_unit(candidate)) {
        print_unit_line(reconciliation, candidate, out);
    } else {
        print_who(reconciliation, candidate, out);
        print_detail(reconciliation, candidate, out);
    }
    if (number > 0)
        buf_add_format(out, " [case %u]", number);
    buf_add_byte(out, '\n');
}

/* How many from this one on are of its severity and kind. */
static uint32_t run_of(const struct reconciliation *reconciliation, uint32_t at)
{
    const struct candidate *first = &reconciliation->candidates[at];
    uint32_t run = 1;
    while (at + run < reconciliation->count && first[run].kind == first->kind &&
           first[run].severity == first->severity)
        run++;
    return run;
}

void reconcile_print_text(const struct reconciliation *reconciliation, uint32_t most,
                          struct buf *out)
{
    const uint32_t *counts = reconciliation->by_severity;
    buf_add_format(out,
                   "Candidates: %u high, %u medium, %u low. None of them changes anything; where "
                   "one is right, raise a case.\n",
                   counts[SEVERITY_HIGH], counts[SEVERITY_MEDIUM], counts[SEVERITY_LOW]);
    for (uint32_t at = 0; at < reconciliation->count;) {
        const struct candidate *first = &reconciliation->candidates[at];
        uint32_t run = run_of(reconciliation, at);
        buf_add_format(out, "\n%s: %s (%s, %u)\n", SEVERITY_NAMES[first->severity],
                       KINDS[first->kind].title, KINDS[first->kind].name, run);
        for (uint32_t i = 0; i < run && i < most; i++)
            print_line(reconciliation, &first[i], out);
        if (run > most)
            buf_add_format(out, "  and %u more\n", run - most);
        at += run;
    }
}

/* -- JSON ------------------------------------------------------------------------------------- */

static void print_person_object(const struct reconciliation *reconciliation, const char *key,
                                uint32_t person, struct buf *out)
{
    const struct people *people = people_of(reconciliation);
    char pseudonym[2 * HASH_BYTES + 1];
    if (person == RECONCILE_NONE)
        return;
    hex_print(SPAN_ARRAY(people->persons[person].pseudonym), pseudonym);
    buf_add_format(out, ",\"%s\":{", key);
    text_print_member("numbers", source_id(reconciliation, people->persons[person].numbers), true,
                      out);
    text_print_member("member_no", people_number(people, person), false, out);
    text_print_member("name", value_of(reconciliation, person, FIELD_NAME), false, out);
    text_print_member("pseudonym", span_str(pseudonym), false, out);
    buf_add_byte(out, '}');
}

static void print_unit_members(const struct candidate *candidate, struct buf *out)
{
    buf_add_str(out, ",\"unit\":");
    unit_path_print_json(&candidate->unit, out);
    buf_add_format(out, ",\"of\":%u", candidate->of);
}

/* The sentence that the text report has, so that a page need not make one. */
static void print_says(const struct reconciliation *reconciliation,
                       const struct candidate *candidate, struct buf *out)
{
    struct buf line;
    buf_init(&line, 1 << 20);
    if (is_of_unit(candidate)) {
        print_unit_line(reconciliation, candidate, &line);
    } else {
        print_who(reconciliation, candidate, &line);
        print_detail(reconciliation, candidate, &line);
    }
    text_print_member("text", buf_span(&line), false, out);
    buf_done(&line);
}

static void print_candidate(const struct reconciliation *reconciliation,
                            const struct candidate *candidate, struct buf *out)
{
    uint32_t number = case_of(reconciliation, candidate);
    buf_add_format(out, "{\"kind\":\"%s\",\"severity\":\"%s\"", KINDS[candidate->kind].name,
                   SEVERITY_NAMES[candidate->severity]);
    print_person_object(reconciliation, "person", candidate->person, out);
    print_person_object(reconciliation, "other", candidate->other, out);
    if (candidate->source != RECONCILE_NONE)
        text_print_member("source", source_id(reconciliation, candidate->source), false, out);
    if (candidate->against != RECONCILE_NONE)
        text_print_member("against", source_id(reconciliation, candidate->against), false, out);
    if (is_of_unit(candidate))
        print_unit_members(candidate, out);
    if (candidate->count > 0)
        buf_add_format(out, ",\"count\":%u", candidate->count);
    if (candidate->kind == CANDIDATE_SAME_PERSON)
        buf_add_format(out, ",\"score\":%u", candidate->score);
    if (number > 0)
        buf_add_format(out, ",\"case\":%u", number);
    print_says(reconciliation, candidate, out);
    buf_add_byte(out, '}');
}

void reconcile_print_json(const struct reconciliation *reconciliation, struct buf *out)
{
    const uint32_t *counts = reconciliation->by_severity;
    buf_add_format(out, "{\"high\":%u,\"medium\":%u,\"low\":%u,\"candidates\":[",
                   counts[SEVERITY_HIGH], counts[SEVERITY_MEDIUM], counts[SEVERITY_LOW]);
    for (uint32_t i = 0; i < reconciliation->count; i++) {
        if (i > 0)
            buf_add_byte(out, ',');
        print_candidate(reconciliation, &reconciliation->candidates[i], out);
    }
    buf_add_str(out, "]}");
}
