/* What the daemon states itself: `case` entries for what people stated, and the difference that
 * every new snapshot waits for. On the worker's thread. Declared in election/submitting.h. */
#include "election/submitting.h"

#include "base/report.h"

/* -- stating ---------------------------------------------------------------------------------- */

struct own_wait {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool over;
    election_answer *answer;
    void *ctx;
};

static void own_answered(void *ctx, const struct submission *submission)
{
    struct own_wait *wait = ctx;
    wait->answer(wait->ctx, submission);
    pthread_mutex_lock(&wait->lock);
    wait->over = true;
    pthread_cond_signal(&wait->wake);
    pthread_mutex_unlock(&wait->lock);
}

void submit_own(struct election *election, struct span text, election_answer *answer, void *ctx)
{
    const struct note_signer *signers[] = {&election->authority};
    struct own_wait wait = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, answer,
                            ctx};
    struct buf note;
    buf_init(&note, LIMIT_ENTRY_BYTES);
    statement_sign(text, signers, 1, &note);
    election_submit(election, buf_span(&note), own_answered, &wait);
    pthread_mutex_lock(&wait.lock);
    while (!wait.over)
        pthread_cond_wait(&wait.wake, &wait.lock);
    pthread_mutex_unlock(&wait.lock);
    buf_done(&note);
}

/* -- difference ------------------------------------------------------------------------------- */

static void difference_answered(void *ctx, const struct submission *submission)
{
    (void)ctx;
    if (submission->result == SUBMISSION_REFUSED)
        report_line(REPORT_ERROR, "the difference of the latest snapshot was refused: %s",
                    submission->fail.text);
}

static void run_difference(void *ctx)
{
    struct election *election = ctx;
    struct fail fail;
    struct buf text;
    enum outcome outcome = OK;
    buf_init(&text, LIMIT_ENTRY_BYTES);
    pthread_mutex_lock(&election->calm); /* a million rows are compared in seconds */
    bool due = election->state->difference_from > 0;
    if (due)
        outcome = custody_difference(election->custody, election->state, &text, &fail);
    pthread_mutex_unlock(&election->calm);
    if (outcome != OK)
        report_line(REPORT_ERROR, "the latest snapshot has no difference: %s", fail.text);
    else if (due)
        submit_own(election, buf_span(&text), difference_answered, NULL);
    buf_done(&text);
}

void submit_difference(struct election *election)
{
    if (election->state->difference_from > 0)
        election_errand(election, run_difference, election);
}
