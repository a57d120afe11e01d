/* Case statements: the note goes into custody, a commitment to it onto the board. Declared in
 * election/election.h. */
#include "election/submitting.h"

#include "base/clock.h"
#include "roll.h"

#include <stdlib.h>

struct case_errand {
    struct election *election;
    struct buf note;
    election_answer *answer;
    void *ctx;
};

static void print_entry(struct election *election, int64_t at_s, const uint8_t *commitment,
                        struct buf *out_text)
{
    pthread_rwlock_rdlock(&election->lock);
    const struct state *state = election->state;
    json_t *object = statement_begin(KIND_CASE, span_str(state->origin), state->definition->ctx0,
                                     state->definition_leaf);
    json_put_integer(object, "number", state->cases + 1);
    pthread_rwlock_unlock(&election->lock);
    json_put_integer(object, "at", at_s);
    json_put_hex(object, "commitment", span_of(commitment, HASH_BYTES));
    statement_end(object, out_text);
}

/* Before custody is asked, which may be busy, while the writer waits. */
static enum outcome need_open_book(const struct state *state, struct fail *fail)
{
    if (!state->definition)
        return fail_set(fail, NOT_ALLOWED, "case.early", "the election is not defined yet");
    if (!(state->phase & (PHASE_PREPARING | PHASE_OPEN | PHASE_CLOSED)))
        return fail_set(fail, NOT_ALLOWED, "case.frozen",
                        "the count has begun; nothing can be stated about the roll any more");
    return OK;
}

/* One case at a time: the worker waits until its entry stands or was refused. */
static void submit_note(struct election *election, struct span note, election_answer *answer,
                        void *ctx)
{
    struct submission refused = {.result = SUBMISSION_REFUSED};
    uint8_t commitment[HASH_BYTES];
    struct buf entry;
    buf_init(&entry, LIMIT_ENTRY_BYTES);
    pthread_mutex_lock(&election->calm); /* a draft of the roll may take seconds */
    int64_t at_s = state_time(election->state, clock_now_s());
    enum outcome outcome = need_open_book(election->state, &refused.fail);
    if (outcome == OK)
        outcome = custody_take_case(election->custody, election->state, note, at_s, commitment,
                                    &refused.fail);
    pthread_mutex_unlock(&election->calm);
    if (outcome == OK) {
        print_entry(election, at_s, commitment, &entry);
        submit_own(election, buf_span(&entry), answer, ctx);
    } else {
        answer(ctx, &refused);
    }
    buf_done(&entry);
}

void submit_case_text(struct election *election, struct span text, election_answer *answer,
                      void *ctx)
{
    const struct note_signer *signers[] = {&election->authority};
    struct buf note;
    buf_init(&note, ROLL_NOTE_BYTES_MAX);
    statement_sign(text, signers, 1, &note);
    submit_note(election, buf_span(&note), answer, ctx);
    buf_done(&note);
}

static void run_case(void *ctx)
{
    struct case_errand *errand = ctx;
    submit_note(errand->election, buf_span(&errand->note), errand->answer, errand->ctx);
    buf_done(&errand->note);
    free(errand);
}

void election_submit_case(struct election *election, const struct request *request,
                          struct span note, election_answer *answer, void *ctx)
{
    struct case_errand *errand = calloc(1, sizeof *errand);
    (void)request; /* the note's own signature says who states it */
    if (!errand) {
        struct submission refused = {.result = SUBMISSION_REFUSED};
        (void)fail_set(&refused.fail, BUSY, "election.memory", "out of memory; try again");
        answer(ctx, &refused);
        return;
    }
    *errand = (struct case_errand){.election = election, .answer = answer, .ctx = ctx};
    buf_init(&errand->note, ROLL_NOTE_BYTES_MAX);
    buf_add(&errand->note, note);
    election_errand(election, run_case, errand);
}
