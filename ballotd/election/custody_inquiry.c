/* What custody knows of a member's inquiry: whose it is, and how the case stands. Declared in
 * election/custody.h. */
#include "election/custody_inside.h"

#include "base/clock.h"
#include "base/code.h"
#include "crypto/hash.h"
#include "labels.h"

enum { WORDS_BYTES = 200 };

void custody_inquiry_name(const struct custody *custody, struct span reference,
                          uint8_t out_name[static HASH_BYTES])
{
    struct hash hash;
    hash_start(&hash, LABEL_INQUIRY);
    hash_part(&hash, SPAN_ARRAY(custody->roll_key));
    hash_part(&hash, reference);
    hash_end32(&hash, out_name);
}

/* -- the case by the member ---------------------------------------------------------------------
 */

/* Of anybody: whom the lists lack may say so too, and the board must not tell who is in them. */
static void name_subject(const struct custody *custody, const struct custody_inquiry *about,
                         uint8_t out_pseudonym[static HASH_BYTES])
{
    const struct source_list *sources = &custody->definition->sources;
    const struct source *source = &sources->sources[sources_find(sources, about->source)];
    people_pseudonym(custody->roll_key, sources->sources[source->numbers].id, about->member_no,
                     out_pseudonym);
}

static void print_variance(const struct custody *custody, const struct state *state,
                           const struct custody_inquiry *about, const uint8_t *pseudonym,
                           struct buf *out_text)
{
    char hex[2 * HASH_BYTES + 1];
    json_t *subjects = json_array(), *effect = json_object();
    json_t *object = statement_begin("variance", span_str(state->origin), state->definition->ctx0,
                                     state->snapshot_leaf);
    hex_print(span_of(pseudonym, HASH_BYTES), hex);
    json_array_append_new(subjects, json_string(hex));
    json_put_string(effect, "do", SPAN_LIT("review"));
    json_put_integer(object, "case", casebook_next_number(&custody->book));
    json_put_string(object, "by", SPAN_LIT("member"));
    json_put(object, "subjects", subjects);
    json_put(object, "effect", effect);
    json_put_string(object, "reason", about->reason);
    json_put_string(object, "text", about->text);
    statement_end(object, out_text);
}

enum outcome custody_print_inquiry(struct custody *custody, const struct state *state,
                                   const struct custody_inquiry *about, struct buf *out_text,
                                   int64_t *out_case, struct fail *fail)
{
    uint8_t pseudonym[HASH_BYTES];
    pthread_mutex_lock(&custody->lock);
    enum outcome outcome = custody_settle_book(custody, state, fail);
    if (outcome == OK) {
        name_subject(custody, about, pseudonym);
        *out_case = casebook_next_number(&custody->book);
        print_variance(custody, state, about, pseudonym, out_text);
        outcome = buf_check(out_text, "variance", fail);
    }
    pthread_mutex_unlock(&custody->lock);
    return outcome;
}

/* -- how it stands ---------------------------------------------------------------------------- */

/* What the member is told, in plain words; %s is the deadline. */
static const struct telling {
    const char *state, *en, *cy;
} RECEIVED = {"received", "It is being looked into. A decision is due by %s.",
              "Mae'n cael ei ystyried. Disgwylir penderfyniad erbyn %s."},
  UPHELD = {"upheld", "It was upheld.", "Fe'i cadarnhawyd."},
  UNCONFIRMED = {"upheld", "It was upheld, and waits for a second signature.",
                 "Fe'i cadarnhawyd, ac mae'n aros am ail lofnod."},
  REFUSED = {"refused", "It was refused.", "Fe'i gwrthodwyd."},
  APPEALED = {"appealed", "An appeal is being looked into. A decision is due by %s.",
              "Mae apêl yn cael ei hystyried. Disgwylir penderfyniad erbyn %s."},
  WITHDRAWN = {"closed", "It was closed without a decision.", "Fe'i caewyd heb benderfyniad."};

static const struct telling *telling_of(const struct variance_case *of)
{
    switch (of->state) {
    case CASE_UPHELD:
        return of->force_order > 0 ? &UPHELD : &UNCONFIRMED;
    case CASE_REFUSED:
        return &REFUSED;
    case CASE_APPEALED:
        return &APPEALED;
    case CASE_WITHDRAWN:
        return &WITHDRAWN;
    default:
        return &RECEIVED;
    }
}

/* The statement behind the nth `case` entry, from 1. */
static enum outcome get_statement(struct custody *custody, uint32_t number, json_t **out_object,
                                  struct fail *fail)
{
    struct buf bytes;
    struct note note;
    uint8_t salt[SALT_BYTES];
    uint32_t seen = 0, at = 0;
    for (; at < custody->booked_count; at++)
        if (custody->booked[at].what == BOOKED_CASE && ++seen == number)
            break;
    if (at == custody->booked_count)
        return fail_set(fail, NOT_FOUND, "case.unknown", "there is no statement %u", number);
    buf_init(&bytes, ROLL_NOTE_BYTES_MAX);
    enum outcome outcome = custody_files_get(&custody->files, FILES_CASE,
                                             custody->booked[at].hash.bytes, salt, &bytes, fail);
    if (outcome == OK)
        outcome = note_read(buf_span(&bytes), &note, fail);
    if (outcome == OK)
        outcome = json_read_canonical(span_of(note.text.ptr, note.text.len - 1), "statement",
                                      out_object, fail);
    buf_done(&bytes);
    return outcome;
}

/* Of the latest decision; "" before there is one. */
static void put_reasons(struct custody *custody, const struct variance_case *of, json_t *object)
{
    struct fail ignored;
    json_t *decision = NULL;
    for (uint32_t i = of ? of->step_count : 0; i > 0 && !decision; i--)
        if (of->steps[i - 1].kind == STATEMENT_DECISION &&
            get_statement(custody, of->steps[i - 1].statement, &decision, &ignored) != OK)
            break;
    const json_t *reasons = decision ? json_object_get(decision, "reasons") : NULL;
    json_put_string(object, "reasons", reasons ? json_span(reasons) : SPAN_LIT(""));
    json_decref(decision);
}

static void put_words(const struct telling *telling, int64_t deadline_s, json_t *object)
{
    char when[INSTANT_TEXT_BYTES], words[WORDS_BYTES];
    json_t *text = json_object();
    const char *const of[2][2] = {{"en", telling->en}, {"cy", telling->cy}};
    instant_print(deadline_s, when);
    for (unsigned i = 0; i < 2; i++) {
        const char *mark = strstr(of[i][1], "%s");
        int head = mark ? (int)(mark - of[i][1]) : (int)strlen(of[i][1]);
        snprintf(words, sizeof words, "%.*s%s%s", head, of[i][1], mark ? when : "",
                 mark ? mark + 2 : "");
        json_put_string(text, of[i][0], span_str(words));
    }
    json_put(object, "text", text);
}

static void tell(struct custody *custody, const struct variance_case *of, int64_t at_s,
                 json_t *object)
{
    const struct telling *telling = of ? telling_of(of) : &RECEIVED;
    int64_t deadline_s =
        of ? case_deadline(&custody->book, of)
           : calendar_deadline(&custody->times.calendar, at_s, custody->times.decide_within);
    bool waits = telling == &RECEIVED || telling == &APPEALED;
    json_put_string(object, "state", span_str(telling->state));
    json_put_integer(object, "deadline", waits ? deadline_s : 0);
    put_words(telling, deadline_s, object);
    put_reasons(custody, of, object);
}

enum outcome custody_tell_inquiry(struct custody *custody, uint32_t case_number, int64_t at_s,
                                  struct buf *out, struct fail *fail)
{
    json_t *object = json_object();
    pthread_mutex_lock(&custody->lock);
    tell(custody, case_number ? casebook_find(&custody->book, case_number) : NULL, at_s, object);
    pthread_mutex_unlock(&custody->lock);
    json_print(object, out);
    json_decref(object);
    return buf_check(out, "inquiry", fail);
}
