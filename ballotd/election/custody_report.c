/* What custody tells officers: the draft roll, its feeds, the cases. Declared in
 * election/custody.h.
 */
#include "election/custody_inside.h"

#include "base/clock.h"
#include "base/code.h"
#include "roll/explain.h"
#include "roll/text.h"

enum {
    REPORT_BYTES_MAX = 1 << 28,
    EXCLUSIONS_AT_ONCE = 1000,
    EXCLUSIONS_BYTES_MAX = ROLL_NOTE_BYTES_MAX - 4096, /* leaves room for the rest of the note */
};

/* -- reports ---------------------------------------------------------------------------------- */

/* The leaf of the latest snapshot's entry. */
static const struct hash32 *latest_snapshot(const struct custody *custody)
{
    static const struct hash32 none;
    for (uint32_t i = custody->booked_count; i > 0; i--)
        if (custody->booked[i - 1].what == BOOKED_SNAPSHOT)
            return &custody->booked[i - 1].hash;
    return &none;
}

static void put_counts(const struct draft *draft, json_t *object)
{
    static const enum member_outcome outcomes[] = {MEMBER_ELIGIBLE,     MEMBER_INELIGIBLE,
                                                   MEMBER_UNDETERMINED, MEMBER_PROVISIONAL,
                                                   MEMBER_REMOVED,      MEMBER_WITHDRAWN};
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        json_put_integer(object, member_outcome_name(outcomes[i]), draft_count(draft, outcomes[i]));
}

/* Each source: its counting snapshot, as of when, and whether that is too long ago. */
static json_t *feeds_json(const struct custody *custody, const struct draft *draft)
{
    json_t *list = json_array();
    const struct source_list *sources = &custody->definition->sources;
    for (uint32_t i = 0; i < sources->count; i++) {
        uint32_t feed = draft->people->counting[i];
        json_t *item = json_object();
        json_put_string(item, "source", sources->sources[i].id);
        json_put_bool(item, "lists", sources->sources[i].lists);
        json_put_integer(item, "stale_after", sources->sources[i].stale_after_days);
        json_put_integer(item, "snapshot", feed == PEOPLE_NONE ? 0 : (int64_t)feed + 1);
        json_put_integer(item, "as_of", feed == PEOPLE_NONE ? 0 : custody->held[feed].as_of_s);
        json_put_bool(item, "stale", draft->people->stale[i]);
        json_array_append_new(list, item);
    }
    return list;
}

static int64_t count_unconfirmed(const struct draft *draft)
{
    int64_t count = 0;
    for (uint32_t i = 0; i < draft->member_count; i++)
        count += draft->members[i].outcome == MEMBER_INELIGIBLE && !draft->members[i].confirmed;
    return count;
}

static json_t *case_counts(const struct casebook *book)
{
    int64_t open = 0, in_force = 0;
    for (uint32_t i = 0; i < book->case_count; i++) {
        open += case_is_open(&book->cases[i]);
        in_force += book->cases[i].force_order > 0;
    }
    json_t *object = json_object();
    json_put_integer(object, "open", open);
    json_put_integer(object, "in_force", in_force);
    json_put_integer(object, "all", book->case_count);
    return object;
}

static void report_summary(struct custody *custody, const struct draft *draft, struct buf *out)
{
    struct fail fail = {0};
    json_t *object = json_object();
    bool sealable = draft_check_seal(draft, &fail) == OK;
    json_put_integer(object, "snapshots", custody->held_count);
    json_put_integer(object, "version", custody->version_count);
    json_put(object, "feeds", feeds_json(custody, draft));
    json_put_integer(object, "members", draft->member_count);
    put_counts(draft, object);
    json_put_bool(object, "may_be_sealed", sealable);
    json_put_string(object, "to_do", sealable ? SPAN_LIT("") : span_str(fail.text));
    json_put(object, "cases", case_counts(&custody->book));
    json_put_integer(object, "unconfirmed", count_unconfirmed(draft));
    json_put_integer(object, "moot", draft->moot_count);
    json_put_integer(object, "statements", custody->case_count);
    json_put_integer(object, "next_case", casebook_next_number(&custody->book));
    json_put_hex(object, "snapshot", SPAN_ARRAY(latest_snapshot(custody)->bytes));
    json_print(object, out);
    json_decref(object);
}

/* A member for programs and for people: {"member":{…},"text":"several lines"}; the whole of it has
 * the rules that are met too, and {"rows":[…]} before the text. */
static void report_one(const struct draft *draft, const struct draft_member *member, bool whole,
                       struct buf *out)
{
    struct buf text;
    buf_init(&text, REPORT_BYTES_MAX);
    buf_add_str(out, "{\"member\":");
    explain_member_json(draft, member, out);
    if (whole) {
        buf_add_str(out, ",\"rows\":");
        explain_rows_json(draft, member, out);
        explain_whole(draft, member, &text);
    } else {
        explain_member(draft, member, &text);
    }
    text_print_member("text", buf_span(&text), false, out);
    buf_add_byte(out, '}');
    if (!buf_ok(&text))
        out->spoilt = true;
    buf_done(&text);
}

static void report_members(const struct draft *draft, struct buf *out)
{
    bool first = true;
    buf_add_str(out, "{\"members\":[");
    for (uint32_t i = 0; i < draft->member_count; i++) {
        const struct draft_member *member = &draft->members[i];
        if (member->outcome == MEMBER_ELIGIBLE && member->by_rules == MEMBER_ELIGIBLE)
            continue;
        if (!first)
            buf_add_byte(out, ',');
        first = false;
        report_one(draft, member, false, out);
    }
    buf_add_str(out, "]}");
}

/* The pseudonym that somebody with this number has, or will have when a case adds them: one for
 * each source that lists and has numbers of its own. It tells nothing of anybody. */
static void report_newcomer(const struct custody *custody, struct span number, struct buf *out)
{
    const struct source_list *sources = &custody->definition->sources;
    json_t *list = json_array(), *object = json_object();
    for (uint32_t i = 0; i < sources->count; i++) {
        uint8_t pseudonym[HASH_BYTES];
        if (!sources->sources[i].lists || sources->sources[i].numbers != i)
            continue;
        json_t *item = json_object();
        people_pseudonym(custody->roll_key, sources->sources[i].id, number, pseudonym);
        json_put_string(item, "numbers", sources->sources[i].id);
        json_put_hex(item, "pseudonym", SPAN_ARRAY(pseudonym));
        json_array_append_new(list, item);
    }
    json_put(object, "pseudonyms", list);
    json_print(object, out);
    json_decref(object);
}

/* The number comes as the hex of its bytes: it may hold what a path may not. */
static enum outcome read_number(struct span hex, uint8_t out[static ROLL_MEMBER_NO_BYTES_MAX],
                                struct span *out_number, struct fail *fail)
{
    size_t len = hex.len / 2;
    if (len == 0 || len > ROLL_MEMBER_NO_BYTES_MAX || !hex_read(hex, out, len))
        return fail_set(fail, BAD_INPUT, "roll.member",
                        "the hex of a member number's 1 to 64 bytes expected");
    *out_number = span_of(out, len);
    return OK;
}

static enum outcome report_member(const struct draft *draft, struct span number, struct buf *out,
                                  struct fail *fail)
{
    const struct draft_member *member = draft_find(draft, number);
    if (!member)
        return fail_set(fail, NOT_FOUND, "roll.member", "no member \"%.*s\" in any list",
                        (int)number.len, (const char *)number.ptr);
    report_one(draft, member, true, out);
    return OK;
}

/* As many as fit into one statement: the codes of a long list of rules take room. */
static void report_exclusions(const struct custody *custody, const struct draft *draft,
                              struct buf *out)
{
    struct buf list;
    uint32_t most = EXCLUSIONS_AT_ONCE;
    buf_init(&list, REPORT_BYTES_MAX);
    (void)explain_exclusions(draft, most, &list);
    while (list.len > EXCLUSIONS_BYTES_MAX && most > 1) {
        most /= 2;
        buf_clear(&list);
        (void)explain_exclusions(draft, most, &list);
    }
    buf_add_str(out, "{\"snapshot\":\"");
    hex_add(out, SPAN_ARRAY(latest_snapshot(custody)->bytes));
    buf_add_str(out, "\",\"list\":");
    buf_add(out, buf_span(&list));
    buf_add_byte(out, '}');
    if (!buf_ok(&list))
        out->spoilt = true;
    buf_done(&list);
}

static enum outcome report_draft(struct custody *custody, struct span what, struct span number,
                                 struct buf *out, struct fail *fail)
{
    struct draft draft;
    enum outcome outcome = custody_make_draft(custody, &draft, fail);
    if (outcome != OK)
        return outcome;
    if (span_is(what, "report"))
        report_summary(custody, &draft, out);
    else if (span_is(what, "members"))
        report_members(&draft, out);
    else if (span_is(what, "exclusions"))
        report_exclusions(custody, &draft, out);
    else if (span_is(what, "member"))
        outcome = report_member(&draft, number, out, fail);
    else
        outcome = fail_set(fail, NOT_FOUND, "roll.report", "there is no report \"%.*s\"",
                           (int)what.len, what.ptr);
    draft_done(&draft);
    return outcome;
}

static enum outcome report(struct custody *custody, struct span what, struct span member,
                           struct buf *out, struct fail *fail)
{
    uint8_t bytes[ROLL_MEMBER_NO_BYTES_MAX];
    struct span number = SPAN_LIT("");
    enum outcome outcome = custody->ready ? OK
                                          : fail_set(fail, NOT_ALLOWED, "roll.early",
                                                     "the election is not defined yet");
    bool has_number =
        span_is(what, "member") || span_is(what, "proof") || span_is(what, "newcomer");
    if (outcome == OK && has_number)
        outcome = read_number(member, bytes, &number, fail);
    if (outcome != OK)
        return outcome;
    if (span_is(what, "differences"))
        outcome = custody_print_differences(custody, out, fail);
    else if (span_is(what, "candidates"))
        outcome = custody_print_candidates(custody, out, fail);
    else if (span_is(what, "proof"))
        outcome = custody_prove(custody, number, out, fail);
    else if (span_is(what, "newcomer"))
        report_newcomer(custody, number, out);
    else
        outcome = report_draft(custody, what, number, out, fail);
    return outcome == OK ? buf_check(out, "report", fail) : outcome;
}

enum outcome custody_report(struct custody *custody, const struct state *state, struct span what,
                            struct span member, struct buf *out, struct fail *fail)
{
    (void)state;
    pthread_mutex_lock(&custody->lock);
    enum outcome outcome = report(custody, what, member, out, fail);
    pthread_mutex_unlock(&custody->lock);
    return outcome;
}
