/* The cases as officers see them: what state each is in, until when, and who must act next.
 * Declared in election/custody.h. */
#include "election/custody_inside.h"

#include "base/clock.h"

enum { NEXT_BYTES = 240, NAMED_MAX = 3, WORDS_BYTES_MAX = 1 << 16, DAY_S = 86400 };

/* -- who must act next ------------------------------------------------------------------------- */

/* "… by 2026-11-25, 4 days from now": deadlines end with a day. */
static void print_until(char out[static NEXT_BYTES], const char *what, int64_t until_s,
                        int64_t now_s)
{
    char day[DATE_TEXT_BYTES];
    int64_t days = until_s / DAY_S - now_s / DAY_S;
    date_print(instant_date(until_s), day);
    if (days == 0)
        snprintf(out, NEXT_BYTES, "%s %s, today", what, day);
    else
        snprintf(out, NEXT_BYTES, "%s %s, %lld %s from now", what, day, (long long)days,
                 days == 1 ? "day" : "days");
}

static void next_of_decision(const struct casebook *book, const struct variance_case *of,
                             int64_t now_s, char out[static NEXT_BYTES])
{
    int64_t deadline_s = case_deadline(book, of);
    if (now_s > deadline_s)
        snprintf(out, NEXT_BYTES, "OVERDUE: a deputy or the panel decides");
    else
        print_until(out, "an officer who has not acted in it decides by", deadline_s, now_s);
}

static void next_of_proposed(const struct casebook *book, const struct variance_case *of,
                             int64_t now_s, char out[static NEXT_BYTES])
{
    uint32_t needed = of->effect.what == EFFECT_HOLD ? 1 : 3;
    int64_t reply_s = calendar_deadline(&book->terms.times->calendar, of->first_notice_at_s,
                                        book->terms.times->reply_within);
    if (of->strength < needed)
        snprintf(out, NEXT_BYTES,
                 "more evidence is needed: strength %u of %u (`case attach %u`), or it is refused",
                 of->strength, needed, of->number);
    else if (case_is_removal(of) && !of->notified)
        snprintf(out, NEXT_BYTES,
                 "the member must be notified before it can be upheld (`case notify %u`)",
                 of->number);
    else if (case_is_removal(of) && now_s <= reply_s)
        print_until(out, "the member can reply until", reply_s, now_s);
    else
        next_of_decision(book, of, now_s, out);
}

static void next_of_upheld(const struct casebook *book, const struct variance_case *of,
                           int64_t now_s, char out[static NEXT_BYTES])
{
    int64_t appeal_s = calendar_deadline(&book->terms.times->calendar, of->decided_at_s,
                                         book->terms.times->appeal_within);
    if (of->state == CASE_UPHELD && (of->lacks_scrutineer || of->lacks_officer))
        snprintf(out, NEXT_BYTES, "countersignature of %s%s%s",
                 of->lacks_scrutineer ? "a scrutineer" : "",
                 of->lacks_scrutineer && of->lacks_officer ? " and of " : "",
                 of->lacks_officer ? "a second officer" : "");
    else if (!of->is_final && now_s <= appeal_s)
        print_until(out, "nobody; it can be appealed until", appeal_s, now_s);
    else
        snprintf(out, NEXT_BYTES, "nobody; it is over");
}

static void next_of(const struct casebook *book, const struct variance_case *of, int64_t now_s,
                    char out[static NEXT_BYTES])
{
    switch (of->state) {
    case CASE_RAISED:
        snprintf(out, NEXT_BYTES, "an officer gives evidence (`case attach %u`)", of->number);
        break;
    case CASE_EVIDENCED:
        snprintf(out, NEXT_BYTES, "an officer proposes what should be done (`case propose %u`)",
                 of->number);
        break;
    case CASE_PROPOSED:
        next_of_proposed(book, of, now_s, out);
        break;
    case CASE_APPEALED:
        next_of_decision(book, of, now_s, out);
        break;
    case CASE_UPHELD:
    case CASE_REFUSED:
        next_of_upheld(book, of, now_s, out);
        break;
    case CASE_WITHDRAWN:
        snprintf(out, NEXT_BYTES, "nobody; it was withdrawn");
        break;
    }
}

/* -- the list --------------------------------------------------------------------------------- */

static bool has_deadline(const struct variance_case *of)
{
    return of->state <= CASE_PROPOSED || of->state == CASE_APPEALED;
}

/* -- in words --------------------------------------------------------------------------------- */

static void print_member(const struct draft *draft, const struct hash32 *pseudonym, struct buf *out)
{
    const struct draft_member *member = draft ? draft_by_pseudonym(draft, pseudonym->bytes) : NULL;
    if (!member) {
        buf_add_str(out, "somebody in no list");
        return;
    }
    struct span name = draft_leaf_value(draft, member, FIELD_NAME);
    buf_add(out, draft_number(draft, member));
    buf_add_str(out, name.len > 0 ? " " : "");
    buf_add(out, name);
}

/* "B1003 Dafydd Barcud, B1011 Mair Wiwer, B1019 Elin Morlo and 56 more". */
static void print_subjects(const struct draft *draft, const struct variance_case *of,
                           struct buf *out)
{
    for (uint32_t i = 0; i < of->subject_count && i < NAMED_MAX; i++) {
        buf_add_str(out, i > 0 ? ", " : "");
        print_member(draft, &of->subjects[i], out);
    }
    if (of->subject_count > NAMED_MAX)
        buf_add_format(out, " and %u more", of->subject_count - NAMED_MAX);
}

static void print_value(struct span value, struct buf *out)
{
    if (value.len == 0) {
        buf_add_str(out, "nothing");
        return;
    }
    buf_add_byte(out, '"');
    buf_add(out, value);
    buf_add_byte(out, '"');
}

/* The added person's record, as it was stated: "member_no "N1", name "Mair Wiwer"". */
static void print_record(const json_t *record, struct buf *out)
{
    const char *name;
    json_t *value;
    bool first = true;
    json_object_foreach((json_t *)(uintptr_t)record, name, value)
    {
        buf_add_format(out, "%s%s ", first ? "" : ", ", name);
        print_value(json_span(value), out);
        first = false;
    }
}

static void print_effect(const struct draft *draft, const struct case_effect *effect,
                         struct buf *out)
{
    static const char *const whole[EFFECT_COUNT] = {
        [EFFECT_REVIEW] = "nobody has said yet what should be done",
        [EFFECT_ROWS] = "let one of several rows stand (`ballotd roll explain` shows them)",
        [EFFECT_INCLUDE] = "include",
        [EFFECT_EXCLUDE] = "exclude",
        [EFFECT_HOLD] = "leave it open, with a provisional ballot",
    };
    switch (effect->what) {
    case EFFECT_SET:
        buf_add_str(out, "set ");
        buf_add(out, effect->field);
        buf_add_str(out, " from ");
        print_value(effect->from, out);
        buf_add_str(out, " to ");
        print_value(effect->to, out);
        break;
    case EFFECT_MERGE:
        buf_add_str(out, "the same person as ");
        print_member(draft, &effect->object, out);
        break;
    case EFFECT_ADD:
        buf_add_str(out, "add ");
        print_record(effect->record, out);
        break;
    default:
        buf_add_str(out, whole[effect->what]);
    }
}

static void put_words(const struct draft *draft, const struct variance_case *of, json_t *object)
{
    struct buf words;
    buf_init(&words, WORDS_BYTES_MAX);
    print_subjects(draft, of, &words);
    json_put_string(object, "who", buf_span(&words));
    buf_clear(&words);
    print_effect(draft, &of->effect, &words);
    json_put_string(object, "what", buf_span(&words));
    json_put_string(object, "proposal", json_span(json_object_get(of->proposal, "text")));
    buf_done(&words);
}

/* draft: NULL when there is none. */
static json_t *case_json(const struct casebook *book, const struct draft *draft,
                         const struct variance_case *of, int64_t now_s)
{
    char next[NEXT_BYTES];
    int64_t deadline_s = has_deadline(of) ? case_deadline(book, of) : 0;
    json_t *object = json_object();
    next_of(book, of, now_s, next);
    json_put_integer(object, "case", of->number);
    json_put_string(object, "state", span_str(case_state_name(of->state)));
    json_put_bool(object, "in_force", of->force_order > 0);
    json_put_string(object, "by", span_str(case_by_name(of->by)));
    json_put_string(object, "effect", span_str(case_effect_name(of->effect.what)));
    json_put_integer(object, "subjects", of->subject_count);
    json_put_string(object, "reason", of->reason);
    json_put_string(object, "text", of->text);
    json_put_string(object, "raised_by", span_str(of->raised_by.id));
    json_put_integer(object, "raised_at", of->raised_at_s);
    json_put_integer(object, "evidence", of->evidence_count);
    json_put_integer(object, "strength", of->strength);
    json_put_string(object, "decided_by", span_str(of->decided_by.id));
    json_put_integer(object, "deadline", deadline_s);
    json_put_bool(object, "overdue", deadline_s > 0 && now_s > deadline_s);
    json_put_string(object, "next", span_str(next));
    json_put_hex(object, "latest", SPAN_ARRAY(of->latest.bytes));
    put_words(draft, of, object);
    return object;
}

void custody_cases(struct custody *custody, json_t *object)
{
    json_t *list = json_array();
    int64_t now_s = clock_now_s();
    struct draft draft;
    struct fail ignored;
    pthread_mutex_lock(&custody->lock);
    bool drafted = custody->ready && custody->book.case_count > 0 &&
                   custody_make_draft(custody, &draft, &ignored) == OK;
    for (uint32_t i = 0; custody->ready && i < custody->book.case_count; i++)
        json_array_append_new(list, case_json(&custody->book, drafted ? &draft : NULL,
                                              &custody->book.cases[i], now_s));
    if (drafted)
        draft_done(&draft);
    pthread_mutex_unlock(&custody->lock);
    json_put(object, "cases", list);
}
