/* Case statements: the note goes into custody, a commitment to it onto the board. Declared in
 * election/election.h. */
#include "election/inside.h"
#include "roll.h"

#include <stdlib.h>

struct case_errand {
    struct election *election;
    struct buf note;
    election_answer *answer;
    void *ctx;
};

static enum outcome case_entry(struct election *election, const uint8_t *commitment,
                               struct buf *out_note)
{
    const struct note_signer *signers[] = {&election->authority};
    struct buf text;
    buf_init(&text, LIMIT_ENTRY_BYTES);
    pthread_rwlock_rdlock(&election->lock);
    const struct state *state = election->state;
    json_t *object = statement_begin(KIND_CASE, span_str(state->origin), state->definition->ctx0,
                                     state->definition_leaf);
    json_put_integer(object, "number", state->cases + 1);
    pthread_rwlock_unlock(&election->lock);
    json_put_hex(object, "commitment", span_of(commitment, HASH_BYTES));
    statement_end(object, &text);
    statement_sign(buf_span(&text), signers, 1, out_note);
    buf_done(&text);
    return OK;
}

static void refuse_case(const struct case_errand *errand, const struct fail *fail)
{
    struct submission refused = {.result = SUBMISSION_REFUSED, .fail = *fail};
    errand->answer(errand->ctx, &refused);
}

/* One case at a time: the worker waits until its entry stands or was refused. */
struct case_wait {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool over;
    const struct case_errand *errand;
};

static void case_answered(void *ctx, const struct submission *submission)
{
    struct case_wait *wait = ctx;
    wait->errand->answer(wait->errand->ctx, submission);
    pthread_mutex_lock(&wait->lock);
    wait->over = true;
    pthread_cond_signal(&wait->wake);
    pthread_mutex_unlock(&wait->lock);
}

static void submit_and_wait(const struct case_errand *errand, struct span entry)
{
    struct case_wait wait = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, errand};
    election_submit(errand->election, entry, case_answered, &wait);
    pthread_mutex_lock(&wait.lock);
    while (!wait.over)
        pthread_cond_wait(&wait.wake, &wait.lock);
    pthread_mutex_unlock(&wait.lock);
}

/* Before custody is asked, which may be busy, while the writer waits. */
static enum outcome need_open_book(const struct state *state, struct fail *fail)
{
    if (!state->definition)
        return fail_set(fail, NOT_ALLOWED, "case.early", "the election is not defined yet");
    if (state->roll > 0)
        return fail_set(fail, NOT_ALLOWED, "case.sealed", "the roll is sealed");
    return OK;
}

static void run_case(void *ctx)
{
    struct case_errand *errand = ctx;
    struct election *election = errand->election;
    struct fail fail;
    uint8_t commitment[HASH_BYTES];
    struct buf entry;
    buf_init(&entry, LIMIT_ENTRY_BYTES);
    pthread_mutex_lock(&election->calm); /* a draft of the roll may take seconds */
    enum outcome outcome = need_open_book(election->state, &fail);
    if (outcome == OK)
        outcome = custody_take_case(election->custody, election->state, buf_span(&errand->note),
                                    commitment, &fail);
    pthread_mutex_unlock(&election->calm);
    if (outcome == OK)
        outcome = case_entry(election, commitment, &entry);
    if (outcome == OK)
        submit_and_wait(errand, buf_span(&entry));
    else
        refuse_case(errand, &fail);
    buf_done(&entry);
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
