/* The cases as officers see them: what state each is in, until when, and who must act next.
 * Declared in election/custody.h. */
#include "election/custody_inside.h"

#include "base/clock.h"

enum { NEXT_BYTES = 160 };

/* -- who must act next ------------------------------------------------------------------------- */

static void print_until(char out[static NEXT_BYTES], const char *what, int64_t until_s)
{
    char when[INSTANT_TEXT_BYTES];
    instant_print(until_s, when);
    snprintf(out, NEXT_BYTES, "%s %s", what, when);
}

static void next_of_decision(const struct casebook *book, const struct variance_case *of,
                             int64_t now_s, char out[static NEXT_BYTES])
{
    int64_t deadline_s = case_deadline(book, of);
    if (now_s > deadline_s)
        snprintf(out, NEXT_BYTES, "overdue: a deputy or the panel decides");
    else
        print_until(out, "an officer who has not acted in it decides by", deadline_s);
}

static void next_of_proposed(const struct casebook *book, const struct variance_case *of,
                             int64_t now_s, char out[static NEXT_BYTES])
{
    uint32_t needed = of->effect.what == EFFECT_HOLD ? 1 : 3;
    int64_t reply_s = calendar_deadline(&book->terms.times->calendar, of->first_notice_at_s,
                                        book->terms.times->reply_within);
    if (of->strength < needed)
        snprintf(out, NEXT_BYTES, "more evidence is needed: strength %u of %u", of->strength,
                 needed);
    else if (case_is_removal(of) && !of->notified)
        snprintf(out, NEXT_BYTES, "the member must be notified before it can be upheld");
    else if (case_is_removal(of) && now_s <= reply_s)
        print_until(out, "the member can reply until", reply_s);
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
        print_until(out, "nobody; it can be appealed until", appeal_s);
    else
        snprintf(out, NEXT_BYTES, "nobody; it is over");
}

static void next_of(const struct casebook *book, const struct variance_case *of, int64_t now_s,
                    char out[static NEXT_BYTES])
{
    switch (of->state) {
    case CASE_RAISED:
        snprintf(out, NEXT_BYTES, "an officer gives evidence");
        break;
    case CASE_EVIDENCED:
        snprintf(out, NEXT_BYTES, "an officer proposes what should be done");
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

static json_t *case_json(const struct casebook *book, const struct variance_case *of, int64_t now_s)
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
    return object;
}

void custody_cases(struct custody *custody, json_t *object)
{
    json_t *list = json_array();
    int64_t now_s = clock_now_s();
    pthread_mutex_lock(&custody->lock);
    for (uint32_t i = 0; custody->ready && i < custody->book.case_count; i++)
        json_array_append_new(list, case_json(&custody->book, &custody->book.cases[i], now_s));
    pthread_mutex_unlock(&custody->lock);
    json_put(object, "cases", list);
}
