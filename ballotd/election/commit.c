/* The commit: statements that were judged get their places in the log, ballots shuffled, and are
 * acknowledged when that is on disk. Everything here runs on the writer's thread but
 * submitting_enter. */
#include "election/ballot.h"
#include "election/submitting.h"

#include "base/report.h"

/* The batch that is being written, on the writer's thread. */
static __thread struct submitting *batch_first, *batch_last;

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
    job->next = NULL;
    if (batch_last)
        batch_last->next = job;
    else
        batch_first = job;
    batch_last = job;
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
    if (outcome == OK && job->is_ballot)
        outcome = index_ballot(job, txn, fail);
    if (outcome == OK)
        outcome = board_append(txn, buf_span(&job->note), job->statement.leaf.bytes,
                               job->is_ballot ? BOARD_SHUFFLED : BOARD_IN_ORDER, &job->index, fail);
    if (outcome == OK)
        join_batch(election, job);
    return outcome;
}

static void done(void *ctx, enum outcome outcome, const struct fail *fail)
{
    struct submitting *job = ctx;
    if (outcome == OK)
        submitting_acknowledge(job, SUBMISSION_ACCEPTED);
    else if (job->again)
        submitting_enter(job);
    else
        submitting_refuse(job, fail);
}

void submitting_enter(struct submitting *job)
{
    struct fail fail;
    struct job work = {run, done, job};
    job->again = false;
    if (writer_submit(job->election->board, &work, &fail) != OK)
        submitting_refuse(job, &fail);
}

/* -- hooks of the commit ---------------------------------------------------------------------- */

static struct submitting *find_in_batch(const uint8_t *leaf)
{
    for (struct submitting *job = batch_first; job; job = job->next)
        if (memcmp(job->statement.leaf.bytes, leaf, HASH_BYTES) == 0)
            return job;
    return NULL;
}

static enum outcome apply(struct election *election, const struct statement *statement,
                          struct fail *fail)
{
    struct sources sources = election_sources(election);
    pthread_rwlock_wrlock(&election->lock);
    enum outcome outcome = state_apply(election->state, statement, &sources, fail);
    if (outcome == OK)
        outcome = tree_append(&election->tree, &statement->leaf, fail);
    pthread_rwlock_unlock(&election->lock);
    return outcome == OK ? custody_apply(election->custody, election->state, statement, fail)
                         : outcome;
}

/* The entry has its place: only now can the state take it, as the order is part of it. */
static enum outcome placed(void *ctx, struct txn *txn, uint64_t index,
                           const uint8_t leaf[static HASH_BYTES], struct fail *fail)
{
    struct election *election = ctx;
    const struct submitting *job = find_in_batch(leaf);
    (void)txn;
    if (!job || index != election->tree.edge.size)
        return fail_set(fail, BROKEN, "election.order", "entry %llu came out of order",
                        (unsigned long long)index);
    enum outcome outcome = apply(election, &job->statement, fail);
    if (outcome != OK) {
        election->broken = true;
        report_line(REPORT_ERROR, "stopped writing at entry %llu: %s", (unsigned long long)index,
                    fail->text);
    }
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
    bool any = batch_first != NULL;
    batch_first = batch_last = NULL;
    election->batch_ballots = 0;
    election->batch_taken = false;
    if (!any)
        return;
    if (!committed || election_sign_log(election, &fail) != OK) {
        election->broken = true;
        report_line(REPORT_ERROR, "stopped writing: %s", committed ? fail.text : "a commit failed");
    }
}

const struct board_hooks election_hooks = {NULL, NULL, placed, ended};
