/* What goes out to people with a key, each time written to the access log before it leaves.
 * Declared in election/election.h. */
#include "election/inside.h"

#include "base/code.h"
#include "crypto/age.h"
#include "crypto/sealed.h"
#include "election/custody_evidence.h"
#include "roll.h"

#include <stdio.h>

#define REGISTRAR_ID "registrar" /* an officer's id never stands alone in this column */

/* -- logging ---------------------------------------------------------------------------------- */

/* What was asked for, as it goes into the log. */
static enum outcome log_look(struct election *election, const struct request *request,
                             const char *resource, const uint8_t *whose, uint64_t number,
                             struct fail *fail)
{
    const struct access_look look = {
        .officer = request->asker == ASKER_REGISTRAR ? REGISTRAR_ID : request->id,
        .resource = resource,
        .whose = whose,
        .number = number,
        .purpose = span_str(request->purpose),
    };
    return access_record(election->access, &look, fail);
}

/* How often this occurs in canonical JSON. A mark with quotes in it is never met inside a string,
 * where they are escaped. */
static uint64_t count_marks(struct span json, const char *mark)
{
    size_t len = strlen(mark);
    uint64_t count = 0;
    for (const uint8_t *at = json.ptr; at; count++) {
        at = memmem(at, json.len - (size_t)(at - json.ptr), mark, len);
        if (!at)
            break;
        at += len;
    }
    return count;
}

/* The one pseudonym in a member's report. */
static enum outcome find_pseudonym(struct span json, uint8_t out_pseudonym[static HASH_BYTES],
                                   struct fail *fail)
{
    struct span mark = SPAN_LIT("\"pseudonym\":\"");
    const uint8_t *at = json.ptr ? memmem(json.ptr, json.len, mark.ptr, mark.len) : NULL;
    size_t left = at ? json.len - (size_t)(at - json.ptr) - mark.len : 0;
    if (left >= (size_t)2 * HASH_BYTES &&
        hex_read(span_of(at + mark.len, (size_t)2 * HASH_BYTES), out_pseudonym, HASH_BYTES))
        return OK;
    return fail_set(fail, BROKEN, "access.pseudonym",
                    "a member's report has no pseudonym: it cannot be logged, nor shown");
}

/* -- reports ---------------------------------------------------------------------------------- */

/* A search in vain is logged too: that somebody is not there is an answer. */
static enum outcome log_member(struct election *election, const struct request *request,
                               const char *resource, enum outcome found, struct span json,
                               struct fail *fail)
{
    uint8_t pseudonym[HASH_BYTES];
    struct fail logging;
    if (found == OK)
        found = find_pseudonym(json, pseudonym, fail);
    if (found == OK)
        return log_look(election, request, resource, pseudonym, 1, fail);
    if (found != NOT_FOUND)
        return found;
    if (log_look(election, request, resource, NULL, 0, &logging) == OK)
        return found;
    *fail = logging;
    return fail->outcome;
}

/* Totals show nobody. */
static enum outcome log_report(struct election *election, const struct request *request,
                               struct span what, struct span json, struct fail *fail)
{
    if (span_is(what, "members"))
        return log_look(election, request, "roll/members", NULL,
                        count_marks(json, "\"pseudonym\":\""), fail);
    if (span_is(what, "candidates"))
        return log_look(election, request, "roll/candidates", NULL,
                        count_marks(json, "\"pseudonym\":\""), fail);
    if (span_is(what, "exclusions"))
        return log_look(election, request, "roll/exclusions", NULL, count_marks(json, "\",[\""),
                        fail);
    return OK;
}

/* Nothing that could not be logged is left in the buffer. */
static enum outcome settle(enum outcome outcome, size_t before, struct buf *out)
{
    if (outcome != OK && out->bytes)
        out->len = before;
    return outcome;
}

enum outcome election_roll_report(struct election *election, const struct request *request,
                                  struct span what, struct span member, struct buf *out,
                                  struct fail *fail)
{
    size_t before = out->len;
    enum outcome outcome =
        election_need_officer(request, OFFICIALS | OFFICER_SCRUTINEER | OFFICER_PANEL, fail);
    if (outcome != OK)
        return outcome;
    outcome = custody_report(election->custody, election->state, what, member, out, fail);
    struct span json = span_of(out->bytes + before, out->len - before);
    if (span_is(what, "member"))
        outcome = log_member(election, request, "roll/member", outcome, json, fail);
    else if (span_is(what, "proof"))
        outcome = log_member(election, request, "roll/proof", outcome, json, fail);
    else if (outcome == OK)
        outcome = log_report(election, request, what, json, fail);
    return settle(outcome, before, out);
}

/* The cases, and what members have said. */
static enum outcome print_cases(struct election *election, struct buf *out, struct fail *fail)
{
    json_t *object = json_object();
    custody_cases(election->custody, object);
    enum outcome outcome = inquiry_list(election, object, fail);
    if (outcome == OK)
        json_print(object, out);
    json_decref(object);
    return outcome == OK ? buf_check(out, "cases", fail) : outcome;
}

enum outcome election_cases(struct election *election, const struct request *request,
                            struct buf *out, struct fail *fail)
{
    size_t before = out->len;
    enum outcome outcome =
        election_need_officer(request, OFFICIALS | OFFICER_SCRUTINEER | OFFICER_PANEL, fail);
    if (outcome != OK)
        return outcome;
    outcome = print_cases(election, out, fail);
    struct span json = span_of(out->bytes + before, out->len - before);
    if (outcome == OK)
        outcome = log_look(election, request, "cases", NULL, count_marks(json, "{\"case\":"), fail);
    return settle(outcome, before, out);
}

/* -- sealed to the asker ---------------------------------------------------------------------- */

static enum outcome seal_to_registrar(struct election *election, struct span plain, struct buf *out,
                                      struct fail *fail)
{
    uint8_t key[KEY_BYTES];
    pthread_rwlock_rdlock(&election->lock);
    memcpy(key, election->state->definition->registrar_key, KEY_BYTES);
    pthread_rwlock_unlock(&election->lock);
    return sealed_seal_bytes(key, plain, out, fail);
}

/* To the asking officer alone, in an age file. */
static enum outcome seal_to_officer(struct election *election, const struct request *request,
                                    struct span plain, struct buf *out, struct fail *fail)
{
    uint8_t key[1][KEY_BYTES];
    pthread_rwlock_rdlock(&election->lock);
    const struct officer *officer = state_officer(election->state, span_str(request->id));
    if (officer)
        memcpy(key[0], officer->key, KEY_BYTES);
    pthread_rwlock_unlock(&election->lock);
    if (!officer)
        return fail_set(fail, NOT_ALLOWED, "request.role", "this appointment is over");
    return age_seal_bytes((const uint8_t(*)[KEY_BYTES])key, 1, plain, out, fail);
}

static uint64_t count_lines(struct span text)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n';
    return lines;
}

enum outcome election_leaves(struct election *election, const struct request *request,
                             struct buf *out, struct fail *fail)
{
    struct buf plain;
    if (request->asker != ASKER_REGISTRAR)
        return fail_set(fail, NOT_ALLOWED, "request.role",
                        "only the registrar is given the leaves");
    buf_init(&plain, LIMIT_BLOB_BYTES);
    enum outcome outcome = custody_leaves(election->custody, election->state, &plain, fail);
    if (outcome == OK)
        outcome = log_look(election, request, "leaves", NULL, count_lines(buf_span(&plain)), fail);
    if (outcome == OK)
        outcome = seal_to_registrar(election, buf_span(&plain), out, fail);
    buf_done(&plain);
    return outcome;
}

/* -- evidence --------------------------------------------------------------------------------- */

enum { EVIDENCE_READERS = OFFICIALS | OFFICER_SCRUTINEER | OFFICER_PANEL };

enum outcome election_evidence_list(struct election *election, const struct request *request,
                                    struct span case_number, struct buf *out, struct fail *fail)
{
    uint64_t number;
    enum outcome outcome = election_need_officer(request, EVIDENCE_READERS, fail);
    if (outcome == OK && (!span_decimal(case_number, &number) || number > UINT32_MAX))
        outcome = fail_set(fail, BAD_INPUT, "case.number", "the number of a case expected");
    return outcome == OK ? custody_evidence_list(election->custody, (uint32_t)number, out, fail)
                         : outcome;
}

enum outcome election_evidence(struct election *election, const struct request *request,
                               const uint8_t commitment[static HASH_BYTES], struct buf *out,
                               struct fail *fail)
{
    struct buf plain;
    struct evidence_about about;
    char resource[32];
    enum outcome outcome = election_need_officer(request, EVIDENCE_READERS, fail);
    if (outcome != OK)
        return outcome;
    buf_init(&plain, ROLL_EVIDENCE_BYTES_MAX);
    outcome = custody_evidence_get(election->custody, commitment, &plain, &about, fail);
    if (outcome == OK) {
        snprintf(resource, sizeof resource, "evidence/%u", about.case_number);
        outcome = log_look(election, request, resource, about.people == 1 ? about.pseudonym : NULL,
                           about.people, fail);
    }
    if (outcome == OK)
        outcome = seal_to_officer(election, request, buf_span(&plain), out, fail);
    buf_done(&plain);
    return outcome;
}

/* -- the log itself --------------------------------------------------------------------------- */

enum { LOG_READERS = OFFICER_RETURNING | OFFICER_SECRETARY | OFFICER_SCRUTINEER };

enum outcome election_access(struct election *election, const struct request *request,
                             struct span from, struct buf *out, struct fail *fail)
{
    uint64_t number = 0;
    enum outcome outcome = election_need_officer(request, LOG_READERS, fail);
    if (outcome == OK && from.len > 0 && !span_decimal(from, &number))
        outcome = fail_set(fail, BAD_INPUT, "access.from", "the number of a record expected");
    return outcome == OK ? access_list(election->access, number, out, fail) : outcome;
}

/* The log names people by pseudonym alone, so finding one's records shows no member's record. */
enum outcome election_access_of(struct election *election, const struct request *request,
                                struct span member, struct buf *out, struct fail *fail)
{
    uint8_t pseudonym[HASH_BYTES];
    struct buf report;
    enum outcome outcome = election_need_officer(request, LOG_READERS, fail);
    if (outcome != OK)
        return outcome;
    buf_init(&report, LIMIT_BLOB_BYTES);
    outcome = custody_report(election->custody, election->state, SPAN_LIT("member"), member,
                             &report, fail);
    if (outcome == OK)
        outcome = find_pseudonym(buf_span(&report), pseudonym, fail);
    if (outcome == OK)
        outcome = access_list_of(election->access, pseudonym, out, fail);
    buf_done(&report);
    return outcome;
}
