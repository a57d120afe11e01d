#include "election/inquiry.h"

#include "base/clock.h"
#include "base/code.h"
#include "crypto/hash.h"
#include "election/submitting.h"
#include "labels.h"
#include "roll/casebook.h"

#include <sodium.h>
#include <stdlib.h>

#define KIND_INQUIRY "inquiry" /* rows of people.db, by the keyed hash of the reference */

enum { RECORD_BYTES_MAX = 16384, DAY_S = 86400 };

/* What a member says. */
struct inquiry {
    struct span source, member_no, reason, text, contact;
};

/* -- reading ---------------------------------------------------------------------------------- */

static bool is_text(const json_t *object, const char *member, size_t least, size_t most,
                    struct span *out)
{
    *out = json_span(json_object_get(object, member));
    return out->len >= least && out->len <= most;
}

static enum outcome read_inquiry(const json_t *object, struct inquiry *out, struct fail *fail)
{
    bool sound = is_text(object, "member_no", 1, ROLL_MEMBER_NO_BYTES_MAX, &out->member_no) &&
                 is_text(object, "source", 1, LIMIT_ID_BYTES, &out->source) &&
                 is_text(object, "text", 1, ROLL_TEXT_BYTES_MAX, &out->text) &&
                 is_text(object, "reason", 1, LIMIT_ID_BYTES, &out->reason) &&
                 is_text(object, "contact", 0, INQUIRY_CONTACT_BYTES, &out->contact);
    size_t known = 4 + (json_object_get(object, "contact") != NULL);
    if (!sound || json_object_size(object) != known)
        return fail_set(fail, BAD_INPUT, "inquiry.malformed",
                        "member_no, source, text and reason are needed, and contact may be given");
    return case_reason_is_known(out->reason)
               ? OK
               : fail_set(fail, BAD_INPUT, "inquiry.reason", "there is no such reason");
}

/* All of this is public, and the same for every number. */
static enum outcome check_place(const struct state *state, const struct inquiry *inquiry,
                                struct fail *fail)
{
    if (!state->definition || state->snapshots == 0)
        return fail_set(fail, NOT_ALLOWED, "inquiry.early", "there is no list of members yet");
    if (!(state->phase & (PHASE_PREPARING | PHASE_OPEN | PHASE_CLOSED)))
        return fail_set(fail, NOT_ALLOWED, "inquiry.late", "the count has begun");
    int source = sources_find(&state->definition->sources, inquiry->source);
    return source >= 0 && state->definition->sources.sources[source].lists
               ? OK
               : fail_set(fail, BAD_INPUT, "inquiry.source", "there is no such list of members");
}

/* -- limits ----------------------------------------------------------------------------------- */

static enum outcome check_limits(struct election *election, const struct inquiry *inquiry,
                                 struct fail *fail)
{
    struct inquiry_limits *limits = &election->inquiries;
    uint8_t hash[HASH_BYTES];
    struct hash number;
    hash_start(&number, LABEL_INQUIRY);
    hash_part(&number, inquiry->source);
    hash_part(&number, inquiry->member_no);
    hash_end32(&number, hash);
    unsigned slot = (hash[0] | (unsigned)hash[1] << 8) % INQUIRY_SLOTS;
    pthread_mutex_lock(&election->nonce_lock);
    int64_t day = clock_now_s() / DAY_S;
    if (limits->day != day)
        *limits = (struct inquiry_limits){.day = day};
    bool crowded = limits->all >= INQUIRIES_A_DAY || limits->by_number[slot] >= INQUIRY_A_DAY;
    if (!crowded) {
        limits->all++;
        limits->by_number[slot]++;
    }
    pthread_mutex_unlock(&election->nonce_lock);
    return crowded ? fail_set(fail, BUSY, "inquiry.crowded",
                              "too much was said about this number today; write to the officers")
                   : OK;
}

/* -- keeping ---------------------------------------------------------------------------------- */

struct row {
    struct election *election;
    uint8_t name[HASH_BYTES];
    struct buf record;
};

static enum outcome put_row(void *ctx, struct txn *txn, struct fail *fail)
{
    const struct row *row = ctx;
    return people_put(txn, row->election->vault, KIND_INQUIRY, SPAN_ARRAY(row->name),
                      buf_span(&row->record), fail);
}

static void print_record(const struct inquiry *inquiry, int64_t at_s, int64_t case_number,
                         struct buf *out)
{
    json_t *object = json_object();
    json_put_integer(object, "at", at_s);
    json_put_integer(object, "case", case_number);
    json_put_string(object, "source", inquiry->source);
    json_put_string(object, "member_no", inquiry->member_no);
    json_put_string(object, "reason", inquiry->reason);
    json_put_string(object, "text", inquiry->text);
    json_put_string(object, "contact", inquiry->contact);
    json_print(object, out);
    json_decref(object);
}

static enum outcome keep(struct row *row, const struct inquiry *inquiry, int64_t at_s,
                         int64_t case_number, struct fail *fail)
{
    buf_init(&row->record, RECORD_BYTES_MAX);
    print_record(inquiry, at_s, case_number, &row->record);
    enum outcome outcome = buf_check(&row->record, "inquiry", fail);
    if (outcome == OK)
        outcome = writer_run(row->election->people, put_row, row, fail);
    buf_done(&row->record);
    return outcome;
}

/* -- the case that follows --------------------------------------------------------------------- */

struct errand {
    struct election *election;
    json_t *object; /* the body; the spans below point into it */
    struct inquiry inquiry;
    int64_t at_s;
    uint8_t name[HASH_BYTES];
    int64_t case_number;
};

static void case_answered(void *ctx, const struct submission *submission)
{
    struct errand *errand = ctx;
    if (submission->result == SUBMISSION_REFUSED)
        errand->case_number = 0;
}

/* Nobody waits for this; what fails stays in the officers' list. */
static void run(void *ctx)
{
    struct errand *errand = ctx;
    struct election *election = errand->election;
    const struct custody_inquiry about = {errand->inquiry.source, errand->inquiry.member_no,
                                          errand->inquiry.reason, errand->inquiry.text};
    struct fail ignored;
    struct buf text;
    buf_init(&text, NOTE_BYTES_MAX);
    pthread_mutex_lock(&election->calm);
    enum outcome outcome = custody_print_inquiry(election->custody, election->state, &about, &text,
                                                 &errand->case_number, &ignored);
    pthread_mutex_unlock(&election->calm);
    if (outcome == OK)
        submit_case_text(election, buf_span(&text), case_answered, errand);
    if (outcome == OK && errand->case_number > 0) {
        struct row row = {.election = election};
        memcpy(row.name, errand->name, HASH_BYTES);
        (void)!keep(&row, &errand->inquiry, errand->at_s, errand->case_number, &ignored);
    }
    buf_done(&text);
    json_decref(errand->object);
    free(errand);
}

/* -- taking ----------------------------------------------------------------------------------- */

static void print_acknowledgement(const uint8_t *reference, struct buf *out)
{
    char hex[2 * INQUIRY_REFERENCE_BYTES + 1];
    json_t *object = json_object(), *text = json_object();
    hex_print(span_of(reference, INQUIRY_REFERENCE_BYTES), hex);
    json_put_string(object, "reference", span_str(hex));
    json_put_string(text, "en",
                    SPAN_LIT("Thank you. We have your message, and people will look into it. Keep "
                             "this reference: with it you can ask what became of it."));
    json_put_string(text, "cy",
                    SPAN_LIT("Diolch. Mae eich neges gyda ni, a bydd pobl yn edrych arni. Cadwch y "
                             "cyfeirnod hwn: gallwch ofyn gydag ef beth ddaeth o'ch neges."));
    json_put(object, "text", text);
    json_print(object, out);
    json_decref(object);
}

static void name_of(const struct election *election, const uint8_t *reference,
                    uint8_t out_name[static HASH_BYTES])
{
    custody_inquiry_name(election->custody, span_of(reference, INQUIRY_REFERENCE_BYTES), out_name);
}

static enum outcome take(struct election *election, json_t *object, struct buf *out,
                         struct fail *fail)
{
    uint8_t reference[INQUIRY_REFERENCE_BYTES];
    struct inquiry inquiry;
    struct row row = {.election = election};
    enum outcome outcome = read_inquiry(object, &inquiry, fail);
    pthread_rwlock_rdlock(&election->lock);
    if (outcome == OK)
        outcome = check_place(election->state, &inquiry, fail);
    pthread_rwlock_unlock(&election->lock);
    if (outcome == OK)
        outcome = check_limits(election, &inquiry, fail);
    struct errand *errand = outcome == OK ? calloc(1, sizeof *errand) : NULL;
    if (outcome == OK && !errand)
        outcome = fail_set(fail, BUSY, "election.memory", "out of memory; try again");
    if (outcome != OK)
        return outcome;
    randombytes_buf(reference, sizeof reference);
    name_of(election, reference, row.name);
    *errand = (struct errand){election, json_incref(object), inquiry, clock_now_s(), {0}, 0};
    memcpy(errand->name, row.name, HASH_BYTES);
    outcome = keep(&row, &inquiry, errand->at_s, 0, fail);
    if (outcome != OK) {
        json_decref(errand->object);
        free(errand);
        return outcome;
    }
    election_errand(election, run, errand);
    print_acknowledgement(reference, out);
    return buf_check(out, "acknowledgement", fail);
}

enum outcome election_inquire(struct election *election, struct span body, struct buf *out,
                              struct fail *fail)
{
    json_t *object;
    enum outcome outcome = json_read_loose(body, "inquiry", &object, fail);
    if (outcome != OK)
        return outcome;
    outcome = take(election, object, out, fail);
    json_decref(object);
    return outcome;
}

/* -- telling ---------------------------------------------------------------------------------- */

static enum outcome get_record(struct election *election, const uint8_t *name, json_t **out_record,
                               struct fail *fail)
{
    struct conn *conn;
    struct buf value;
    enum outcome outcome = people_open(election->folder, &election->store, &conn, fail);
    if (outcome != OK)
        return outcome;
    buf_init(&value, RECORD_BYTES_MAX);
    outcome =
        people_get(conn, election->vault, KIND_INQUIRY, span_of(name, HASH_BYTES), &value, fail);
    conn_close(conn);
    if (outcome == NOT_FOUND)
        outcome = fail_set(fail, NOT_FOUND, "inquiry.reference", "nothing has this reference");
    if (outcome == OK)
        outcome = json_read_canonical(buf_span(&value), "inquiry", out_record, fail);
    buf_done(&value);
    return outcome;
}

enum outcome election_inquiry(struct election *election, struct span reference, struct buf *out,
                              struct fail *fail)
{
    uint8_t bytes[INQUIRY_REFERENCE_BYTES], name[HASH_BYTES];
    json_t *record;
    if (!hex_read(reference, bytes, sizeof bytes))
        return fail_set(fail, NOT_FOUND, "inquiry.reference", "nothing has this reference");
    name_of(election, bytes, name);
    enum outcome outcome = get_record(election, name, &record, fail);
    if (outcome != OK)
        return outcome;
    outcome = custody_tell_inquiry(election->custody,
                                   (uint32_t)json_integer_value(json_object_get(record, "case")),
                                   json_integer_value(json_object_get(record, "at")), out, fail);
    json_decref(record);
    return outcome;
}

static enum outcome list_one(void *ctx, struct span value, struct fail *fail)
{
    json_t *record;
    enum outcome outcome = json_read_canonical(value, "inquiry", &record, fail);
    if (outcome == OK)
        json_array_append_new(ctx, record);
    return outcome;
}

enum outcome inquiry_list(struct election *election, json_t *object, struct fail *fail)
{
    struct conn *conn;
    json_t *list = json_array();
    json_put(object, "inquiries", list);
    enum outcome outcome = people_open(election->folder, &election->store, &conn, fail);
    if (outcome != OK)
        return outcome;
    outcome = people_each(conn, election->vault, KIND_INQUIRY, list_one, list, fail);
    conn_close(conn);
    return outcome;
}
