/* A stand-in for the election room, for tests of the HTTP room alone: it defines every function of
 * election/election.h that the server calls, so that the real one is not linked.
 *
 * What a statement begins with decides how it is answered: "now" and "refuse" at once, "later" from
 * another thread, "hold" when the test says so. A request note is believed without a signature.
 */
#ifndef TESTS_HTTP_ELECTION_H
#define TESTS_HTTP_ELECTION_H

#include <pthread.h>
#include <time.h>

#include "base/code.h"
#include "election/election.h"
#include "election/statement.h"

#define STAND_IN_ORIGIN  "party.wales/2026"
#define STAND_IN_NAME    "party.wales.2026"
#define STAND_IN_RECEIPT "c2sp.org/tlog-proof@v1\n"

enum { STAND_IN_HELD_MAX = 4096, STAND_IN_BLOB_BYTES = 32 << 20, STAND_IN_LATER_MS = 20 };

struct held_answer {
    election_answer *answer;
    void *ctx;
};

struct election {
    pthread_mutex_t lock;
    struct held_answer held[STAND_IN_HELD_MAX];
    unsigned count;
    unsigned puts;
};

static struct election stand_in = {.lock = PTHREAD_MUTEX_INITIALIZER};

__attribute__((unused)) static void stand_in_sleep(long ms)
{
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    (void)nanosleep(&pause, NULL);
}

static void accept_statement(const struct held_answer *held)
{
    struct submission submission = {.result = SUBMISSION_ACCEPTED,
                                    .answer = SPAN_LIT(STAND_IN_RECEIPT)};
    held->answer(held->ctx, &submission);
}

/* Answers everything that is held; returns how many. */
__attribute__((unused)) static unsigned stand_in_release(void)
{
    unsigned done = 0;
    for (;; done++) {
        pthread_mutex_lock(&stand_in.lock);
        struct held_answer held = {0};
        if (stand_in.count > 0)
            held = stand_in.held[--stand_in.count];
        pthread_mutex_unlock(&stand_in.lock);
        if (!held.answer)
            return done;
        accept_statement(&held);
    }
}

static void *answer_later(void *ctx)
{
    struct held_answer *held = ctx;
    stand_in_sleep(STAND_IN_LATER_MS);
    accept_statement(held);
    free(held);
    return NULL;
}

static void refuse_statement(const struct held_answer *held)
{
    struct submission submission = {.result = SUBMISSION_REFUSED,
                                    .answer = SPAN_LIT("a refusal\n")};
    (void)fail_set(&submission.fail, CONFLICT, "ballot.alpha-repeated", "chunk 1 stood already");
    held->answer(held->ctx, &submission);
}

void election_submit(struct election *election, struct span note, election_answer *answer,
                     void *ctx)
{
    struct held_answer held = {.answer = answer, .ctx = ctx};
    pthread_t thread;

    if (span_starts(note, SPAN_LIT("hold"))) {
        pthread_mutex_lock(&election->lock);
        election->held[election->count++] = held;
        pthread_mutex_unlock(&election->lock);
    } else if (span_starts(note, SPAN_LIT("later"))) {
        struct held_answer *copy = malloc(sizeof *copy);
        *copy = held;
        pthread_create(&thread, NULL, answer_later, copy);
        pthread_detach(thread);
    } else if (span_starts(note, SPAN_LIT("now"))) {
        accept_statement(&held);
    } else {
        refuse_statement(&held);
    }
}

void election_submit_case(struct election *election, const struct request *request,
                          struct span note, election_answer *answer, void *ctx)
{
    (void)request;
    election_submit(election, note, answer, ctx);
}

struct span election_origin(const struct election *election)
{
    (void)election;
    return SPAN_LIT(STAND_IN_ORIGIN);
}

enum outcome election_read(struct election *election, struct span path, struct buf *out,
                           bool *out_final, struct fail *fail)
{
    (void)election;
    *out_final = !span_is(path, "checkpoint");
    if (span_is(path, "checkpoint"))
        buf_add_str(out, "a checkpoint\n");
    else if (span_is(path, "tile/0/000"))
        (void)buf_extend(out, 8192);
    else if (span_is(path, "blob/sha256/big"))
        (void)buf_extend(out, STAND_IN_BLOB_BYTES);
    else
        return fail_set(fail, NOT_FOUND, "board.path", "no \"%.*s\" here", (int)path.len,
                        (const char *)path.ptr);
    return OK;
}

enum outcome election_status(struct election *election, struct buf *out, struct fail *fail)
{
    (void)election;
    (void)fail;
    buf_add_str(out, "{\"phase\":\"open\"}");
    return OK;
}

enum outcome election_pending(struct election *election, struct buf *out, struct fail *fail)
{
    (void)election;
    (void)fail;
    buf_add_str(out, "[]");
    return OK;
}

enum outcome election_authenticate(struct election *election, struct span note, struct span method,
                                   struct span path, const uint8_t body_sha256[static HASH_BYTES],
                                   struct request *out_request, struct fail *fail)
{
    struct statement statement;
    (void)election;
    (void)body_sha256;
    enum outcome outcome = statement_read(note, SPAN_LIT(STAND_IN_ORIGIN), &statement, fail);
    if (outcome != OK)
        return outcome;
    struct json_take take = statement_take(&statement, fail);
    bool same = span_equal(json_take_string(&take, "method"), method) &&
                span_equal(json_take_string(&take, "path"), path);
    struct span name = statement.note.signatures[0].name;
    *out_request = (struct request){.asker = ASKER_TRUSTEE};
    if (span_starts(name, SPAN_LIT(STAND_IN_ORIGIN NAME_OFFICER)))
        out_request->asker = ASKER_OFFICER;
    if (span_is(name, STAND_IN_ORIGIN NAME_REGISTRAR))
        out_request->asker = ASKER_REGISTRAR;
    statement_done(&statement);
    return same ? OK : fail_set(fail, NOT_ALLOWED, "request.other", "not this request");
}

static enum outcome count_put(struct election *election)
{
    pthread_mutex_lock(&election->lock);
    election->puts++;
    pthread_mutex_unlock(&election->lock);
    return OK;
}

enum outcome election_put_blob(struct election *election, const struct request *request,
                               const uint8_t sha256[static HASH_BYTES], struct span bytes,
                               struct fail *fail)
{
    (void)request, (void)sha256, (void)bytes, (void)fail;
    return count_put(election);
}

enum outcome election_put_private(struct election *election, const struct request *request,
                                  struct span label, const uint8_t salt[static SALT_BYTES],
                                  const uint8_t commitment[static HASH_BYTES], struct span bytes,
                                  struct fail *fail)
{
    (void)request, (void)label, (void)salt, (void)commitment, (void)bytes, (void)fail;
    return count_put(election);
}

enum outcome election_put_bindings(struct election *election, const struct request *request,
                                   struct span bindings, struct fail *fail)
{
    (void)request, (void)bindings, (void)fail;
    return count_put(election);
}

/* A slow draft. */
enum outcome election_draft(struct election *election, const struct request *request,
                            struct span kind, struct buf *out_text, struct fail *fail)
{
    (void)election, (void)request, (void)fail;
    stand_in_sleep(200);
    buf_add(out_text, kind);
    return OK;
}

enum outcome election_roll_report(struct election *election, const struct request *request,
                                  struct span what, struct span member, struct buf *out,
                                  struct fail *fail)
{
    (void)election, (void)request, (void)fail;
    buf_add(out, what);
    buf_add(out, member);
    return OK;
}

enum outcome election_cases(struct election *election, const struct request *request,
                            struct buf *out, struct fail *fail)
{
    (void)election, (void)request, (void)fail;
    buf_add_str(out, "[]");
    return OK;
}

enum outcome election_leaves(struct election *election, const struct request *request,
                             struct buf *out, struct fail *fail)
{
    (void)election, (void)request, (void)fail;
    buf_add_str(out, "leaves");
    return OK;
}

enum outcome election_annex(struct election *election, const struct request *request,
                            struct buf *out, struct fail *fail)
{
    (void)election, (void)request, (void)out;
    return fail_set(fail, NOT_ALLOWED, "annex.role", "for scrutineers only");
}

enum outcome election_inquire(struct election *election, struct span body, struct buf *out,
                              struct fail *fail)
{
    (void)election;
    (void)fail;
    buf_add(out, body);
    return OK;
}

enum outcome election_inquiry(struct election *election, struct span reference, struct buf *out,
                              struct fail *fail)
{
    (void)election;
    (void)out;
    return fail_set(fail, NOT_FOUND, "inquiry.reference", "nothing has reference %.*s",
                    (int)reference.len, (const char *)reference.ptr);
}

enum outcome election_access(struct election *election, const struct request *request,
                             struct span from, struct buf *out, struct fail *fail)
{
    (void)election, (void)request, (void)fail;
    buf_add_str(out, "access from ");
    buf_add(out, from);
    return OK;
}

enum outcome election_access_of(struct election *election, const struct request *request,
                                struct span member, struct buf *out, struct fail *fail)
{
    (void)election, (void)request, (void)fail;
    buf_add_str(out, "access of ");
    buf_add(out, member);
    return OK;
}

enum outcome election_evidence_list(struct election *election, const struct request *request,
                                    struct span case_number, struct buf *out, struct fail *fail)
{
    (void)election, (void)request, (void)fail;
    buf_add_str(out, "files of case ");
    buf_add(out, case_number);
    return OK;
}

enum outcome election_evidence(struct election *election, const struct request *request,
                               const uint8_t commitment[static HASH_BYTES], struct buf *out,
                               struct fail *fail)
{
    (void)election, (void)request, (void)commitment, (void)fail;
    buf_add_str(out, "evidence");
    return OK;
}

enum outcome election_handover(struct election *election, const struct request *request,
                               struct span note, struct fail *fail)
{
    (void)election, (void)request, (void)note, (void)fail;
    return OK;
}

enum outcome election_export(struct election *election, const struct request *request,
                             struct buf *out, struct fail *fail)
{
    (void)election, (void)request, (void)fail;
    buf_add_str(out, "list");
    return OK;
}

enum outcome election_trace(struct election *election, const struct request *request,
                            struct span list, struct buf *out, struct fail *fail)
{
    (void)election, (void)request, (void)list, (void)fail;
    buf_add_str(out, "{}");
    return OK;
}

#endif
