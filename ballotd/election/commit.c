/* The commit: statements that were judged get their places in the log, ballots shuffled, and are
 * acknowledged when that is on disk. Everything here runs on the writer's thread but
 * submitting_enter. */
#include "election/ballot.h"
#include "election/submitting.h"

#include "base/report.h"

/* A line of statements, by their `next`. */
struct line {
    struct submitting *first, *last;
};

/* What is being written, on the writer's thread: still without a place in the log, and with one. */
static __thread struct line batch, in_place;

static void line_add(struct line *line, struct submitting *job)
{
    job->next = NULL;
    if (line->last)
        line->last->next = job;
    else
        line->first = job;
    line->last = job;
}

/* Takes out the one with this leaf; NULL when there is none. */
static struct submitting *line_take(struct line *line, const uint8_t *leaf)
{
    struct submitting *before = NULL, *job = line->first;
    for (; job && memcmp(job->statement.leaf.bytes, leaf, HASH_BYTES) != 0; job = job->next)
        before = job;
    if (!job)
        return NULL;
    if (before)
        before->next = job->next;
    else
        line->first = job->next;
    if (line->last == job)
        line->last = before;
    return job;
}

static bool fits_batch(struct election *election, struct submitting *job)
{
    bool fits = job->is_ballot ? !election->batch_taken && !election->exclusive_waits
                               : !election->batch_taken && election->batch_ballots == 0;
    if (!job->is_ballot)
        election->exclusive_waits = !fits;
    job->again = !fits;
    return fits;
}

/* The database refuses what the state cannot see yet: two ballots of one batch that clash. */
static enum outcome index_ballot(struct submitting *job, struct txn *txn, struct fail *fail)
{
    struct ballot ballot;
    enum outcome outcome = ballot_read(&job->statement, &ballot, fail);
    const struct envelope *envelope = (const struct envelope *)ballot.body.bytes;
    for (size_t i = 0; outcome == OK && i < ballot.body.len / sizeof *envelope; i++)
        outcome = board_put_alpha(txn, envelope[i].ciphertext.alpha.bytes, fail);
    if (outcome == OK) {
        outcome = board_put_ballot(txn, ballot.credential, ballot.sequence,
                                   job->statement.leaf.bytes, fail);
        if (outcome == CONFLICT)
            (void)fail_set(fail, CONFLICT, "ballot.repeated",
                           "a ballot was cast with this code at the same moment");
    } else if (outcome == CONFLICT) {
        (void)fail_set(fail, CONFLICT, "ballot.alpha-repeated",
                       "a ciphertext of this ballot occurs in another one");
    }
    ballot_done(&ballot);
    return outcome;
}

static void join_batch(struct election *election, struct submitting *job)
{
    line_add(&batch, job);
    if (job->is_ballot)
        election->batch_ballots++;
    else
        election->batch_taken = true;
}

static enum outcome run(void *ctx, struct txn *txn, struct fail *fail)
{
    struct submitting *job = ctx;
    struct election *election = job->election;
    struct sources sources = election_sources(election);
    if (election->broken)
        return fail_set(fail, BROKEN, "election.broken",
                        "the daemon has stopped writing; its operator must look at the log");
    if (!fits_batch(election, job))
        return fail_set(fail, BUSY, "election.batch", "the next commit takes this");
    enum outcome outcome =
        state_check(election->state, &job->statement, &sources, TRUST_PROOFS, fail);
    if (outcome == OK && !job->is_ballot)
        outcome = custody_recheck(election->custody, election->state, &job->statement, fail);
    if (outcome == OK && job->is_ballot)
        outcome = index_ballot(job, txn, fail);
    if (outcome == OK)
        outcome = board_append(txn, buf_span(&job->note), job->statement.leaf.bytes,
                               job->is_ballot ? BOARD_SHUFFLED : BOARD_IN_ORDER, &job->index, fail);
    if (outcome == OK)
        join_batch(election, job);
    return outcome;
}

static void done(void *ctx, enum outcome outcome, const struct fail *fail);

static enum outcome queue(struct submitting *job, struct fail *fail)
{
    struct job work = {run, done, job};
    job->again = false;
    return writer_submit(job->election->board, &work, fail);
}

/* Whoever held up the ballots and finds no place in the queue must not hold them up for ever. */
static void try_again(struct submitting *job)
{
    struct fail fail;
    if (queue(job, &fail) == OK)
        return;
    if (!job->is_ballot)
        job->election->exclusive_waits = false;
    submitting_refuse(job, &fail);
}

/* What was sent twice at once is refused here the second time, and stands by now. */
static void done(void *ctx, enum outcome outcome, const struct fail *fail)
{
    struct submitting *job = ctx;
    if (outcome == OK && !job->is_ballot)
        submitting_wait_no_more(job->election, job->statement.note.text);
    if (outcome == OK)
        submitting_acknowledge(job, SUBMISSION_ACCEPTED);
    else if (job->again)
        try_again(job);
    else if (submitting_stands(job))
        submitting_acknowledge(job, SUBMISSION_KNOWN);
    else
        submitting_refuse(job, fail);
}

void submitting_enter(struct submitting *job)
{
    struct fail fail;
    if (queue(job, &fail) != OK)
        submitting_refuse(job, &fail);
}

/* -- hooks of the commit ---------------------------------------------------------------------- */

/* Whoever reads for long is waited for before the lock is asked for, which would stop all others.
 */
static void lock_state(struct election *election)
{
    pthread_mutex_lock(&election->calm);
    pthread_rwlock_wrlock(&election->lock);
}

static void unlock_state(struct election *election)
{
    pthread_rwlock_unlock(&election->lock);
    pthread_mutex_unlock(&election->calm);
}

/* Expects the state locked. */
static enum outcome apply(struct election *election, const struct submitting *job,
                          struct fail *fail)
{
    struct sources sources = election_sources(election);
    enum outcome outcome = state_apply(election->state, &job->statement, &sources, fail);
    return outcome == OK ? tree_append(&election->tree, &job->statement.leaf, fail) : outcome;
}

/* A statement other than a ballot is alone in its commit, which is undone should the state be
 * unable to take it. */
static enum outcome apply_alone(struct election *election, const struct submitting *job,
                                struct fail *fail)
{
    lock_state(election);
    enum outcome outcome = apply(election, job, fail);
    unlock_state(election);
    if (outcome == OK)
        outcome = custody_apply(election->custody, election->state, &job->statement, fail);
    if (outcome == OK && statement_is(&job->statement, KIND_SNAPSHOT))
        submit_difference(election);
    if (outcome != OK) {
        election->broken = true;
        report_line(REPORT_ERROR, "stopped writing at entry %llu: %s",
                    (unsigned long long)job->index, fail->text);
    }
    return outcome;
}

/* The entry has its place, which only the shuffle gives to a ballot. */
static enum outcome placed(void *ctx, struct txn *txn, uint64_t index,
                           const uint8_t leaf[static HASH_BYTES], struct fail *fail)
{
    struct election *election = ctx;
    struct submitting *job = line_take(&batch, leaf);
    uint64_t next = in_place.last ? in_place.last->index + 1 : election->tree.edge.size;
    (void)txn;
    if (!job || index != next)
        return fail_set(fail, BROKEN, "election.order", "entry %llu came out of order",
                        (unsigned long long)index);
    job->index = index;
    line_add(&in_place, job);
    return job->is_ballot ? OK : apply_alone(election, job, fail);
}

/* Ballots are taken over after the commit and under one lock: whoever checks others meanwhile waits
 * once and not for each, and nobody sees a ballot that a power cut could still take. */
static enum outcome apply_ballots(struct election *election, struct fail *fail)
{
    enum outcome outcome = OK;
    lock_state(election);
    for (struct submitting *job = in_place.first; outcome == OK && job; job = job->next)
        if (job->is_ballot)
            outcome = apply(election, job, fail);
    unlock_state(election);
    return outcome;
}

enum outcome election_sign_log(struct election *election, struct fail *fail)
{
    struct merkle_reader reader = tree_reader(&election->tree);
    struct buf note;
    buf_init(&note, NOTE_BYTES_MAX);
    enum outcome outcome =
        signer_sign(election->signer, election->tree.edge.size, &reader, &note, fail);
    if (outcome == OK) {
        pthread_rwlock_wrlock(&election->lock);
        buf_clear(&election->checkpoint);
        buf_add(&election->checkpoint, buf_span(&note));
        election->checkpoint_size = election->tree.edge.size;
        pthread_rwlock_unlock(&election->lock);
    }
    buf_done(&note);
    return outcome;
}

/* Signed only after COMMIT: a checkpoint never speaks of what a power cut could still take. */
static void ended(void *ctx, bool committed)
{
    struct election *election = ctx;
    struct fail fail;
    enum outcome outcome = OK;
    bool any = batch.first || in_place.first;
    if (committed && any)
        outcome = apply_ballots(election, &fail);
    if (committed && any && outcome == OK)
        outcome = election_sign_log(election, &fail);
    batch = in_place = (struct line){NULL, NULL};
    election->batch_ballots = 0;
    election->batch_taken = false;
    if (committed && outcome == OK)
        return;
    election->broken = true;
    if (committed) /* otherwise the writer has said why */
        report_line(REPORT_ERROR, "stopped writing: %s", fail.text);
}

const struct board_hooks election_hooks = {NULL, NULL, placed, ended};
