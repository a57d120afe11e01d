/* Statements come in: checked, countersigned by the authority where it must, sent on to the commit.
 * Declared in election/election.h. */
#include "election/submitting.h"

#include "base/clock.h"
#include "election/ballot.h"
#include "log/proof.h"

#include <stdlib.h>

/* -- answers ---------------------------------------------------------------------------------- */

static void submitting_free(struct submitting *job)
{
    statement_done(&job->statement);
    buf_done(&job->note);
    free(job);
}

void submitting_finish(struct submitting *job, enum submission_result result, struct span answer,
                       const struct fail *fail)
{
    struct submission submission = {.result = result, .answer = answer};
    if (fail)
        submission.fail = *fail;
    job->answer(job->ctx, &submission);
    submitting_free(job);
}

/* A ballot that is not taken is refused in writing (docs/protocol.md section 8); one that
 * could not be kept just now is not, since it may stand after all, or be cast again. */
static void print_refusal(struct submitting *job, const struct fail *fail, struct buf *out)
{
    struct election *election = job->election;
    const struct note_signer *signers[] = {&election->authority};
    struct merkle_hash leaf;
    struct buf text;
    merkle_leaf(buf_span(&job->note), &leaf);
    pthread_rwlock_rdlock(&election->lock);
    const uint8_t *ctx2 = state_context(election->state, SPAN_LIT(KIND_BALLOT));
    json_t *object = statement_begin(KIND_REFUSAL, span_str(election->origin), ctx2, leaf.bytes);
    pthread_rwlock_unlock(&election->lock);
    json_put_string(object, "code", span_str(fail->code));
    json_put_string(object, "text", span_str(fail->text));
    buf_init(&text, LIMIT_ENTRY_BYTES);
    statement_end(object, &text);
    statement_sign(buf_span(&text), signers, 1, out);
    buf_done(&text);
}

void submitting_refuse(struct submitting *job, const struct fail *fail)
{
    struct buf refusal;
    bool final = fail->outcome != BUSY && fail->outcome != BROKEN;
    buf_init(&refusal, LIMIT_ENTRY_BYTES);
    if (job->is_ballot && final)
        print_refusal(job, fail, &refusal);
    submitting_finish(job, SUBMISSION_REFUSED, buf_span(&refusal), fail);
    buf_done(&refusal);
}

/* What stands is never refused in writing, even when no receipt can be made of it now. */
void submitting_acknowledge(struct submitting *job, enum submission_result result)
{
    struct fail fail;
    struct buf receipt;
    buf_init(&receipt, PROOF_BYTES_MAX);
    if (election_receipt(job->election, job->index, &receipt, &fail) == OK) {
        submitting_finish(job, result, buf_span(&receipt), NULL);
    } else {
        (void)fail_set(&fail, BROKEN, "election.unsigned",
                       "this is kept, but the log cannot be signed now: send the same again later");
        submitting_refuse(job, &fail);
    }
    buf_done(&receipt);
}

/* -- countersigning --------------------------------------------------------------------------- */

/* Times that officers state are near to now, and the timetable is kept by our clock as well. */
static enum outcome check_clock(const struct election *election, const struct statement *statement,
                                struct fail *fail)
{
    const struct state *state = election->state;
    const json_t *at = json_object_get(statement->object, "at");
    bool open = statement_is(statement, KIND_OPEN), close = statement_is(statement, KIND_CLOSE);
    if (!open && !close)
        return OK;
    int64_t now_s = state_time(state, clock_now_s()), stated_s = json_integer_value(at);
    if (stated_s > now_s + REQUEST_AGE_S || stated_s < now_s - REQUEST_AGE_S)
        return fail_set(fail, NOT_ALLOWED, "statement.clock",
                        "the time stated is not now; fetch the draft again");
    int64_t due_s = open ? state->definition->opens_s : state->closes_s;
    if (!state->definition->rehearsal && now_s < due_s)
        return fail_set(fail, NOT_ALLOWED, "statement.clock", "the timetable says later");
    return OK;
}

/* The definition must name the keys that this daemon holds. */
/* Where `init` named the returning officer, nobody else can define the election. */
static enum outcome check_pinned(const struct election *election,
                                 const struct definition *definition, const struct note *note,
                                 struct fail *fail)
{
    struct note_key key;
    bool signed_by = !election->pinned;
    for (unsigned i = 0; i < definition->officer_count; i++)
        if (election->pinned &&
            memcmp(definition->officers[i].key, election->returning, KEY_BYTES) == 0 &&
            definition_key(election->origin, NAME_OFFICER, definition->officers[i].id,
                           election->returning, &key, NULL) == OK)
            signed_by = note_find(note, &key) != NULL;
    return signed_by ? OK
                     : fail_set(fail, NOT_ALLOWED, "definition.officer",
                                "only the returning officer named when this election was made "
                                "can define it");
}

static enum outcome check_own_keys(const struct election *election,
                                   const struct statement *statement, struct fail *fail)
{
    struct definition *definition;
    enum outcome outcome = definition_read(statement, &definition, fail);
    if (outcome != OK)
        return outcome;
    if (memcmp(definition->log_key, election->log_key.sign, KEY_BYTES) != 0 ||
        memcmp(definition->authority_key, election->authority_key.sign, KEY_BYTES) != 0)
        outcome = fail_set(fail, CONFLICT, "definition.keys",
                           "the definition names other log and authority keys than this daemon's");
    if (outcome == OK)
        outcome = check_pinned(election, definition, &statement->note, fail);
    definition_free(definition);
    return outcome;
}

/* A head that the log of looks never had would hide what came before it. */
static enum outcome check_access_head(struct election *election, const struct statement *statement,
                                      struct fail *fail)
{
    uint8_t head[HASH_BYTES];
    if (!statement_is(statement, KIND_ROLL) && !statement_is(statement, KIND_FREEZE))
        return OK;
    struct json_take take = statement_take_from(statement, "access", fail);
    json_take_hex(&take, "access", head, HASH_BYTES);
    return take.failed ? fail->outcome : access_check_head(election->access, head, fail);
}

static enum outcome check_own(struct election *election, const struct statement *statement,
                              struct fail *fail)
{
    struct sources sources = election_sources(election);
    if (statement_is(statement, KIND_ELECTION))
        return check_own_keys(election, statement, fail);
    enum outcome outcome =
        custody_check(election->custody, election->state, statement, &sources, fail);
    return outcome == OK ? check_access_head(election, statement, fail) : outcome;
}

static enum outcome countersign(struct submitting *job, struct fail *fail)
{
    struct buf signed_note;
    buf_init(&signed_note, NOTE_BYTES_MAX);
    enum outcome outcome =
        statement_cosign(buf_span(&job->note), &job->election->authority, &signed_note, fail);
    if (outcome != OK) {
        buf_done(&signed_note);
        return outcome;
    }
    statement_done(&job->statement);
    buf_done(&job->note);
    job->note = signed_note;
    return statement_read(buf_span(&job->note), span_str(job->election->origin), &job->statement,
                          fail);
}

/* -- has it come before? ---------------------------------------------------------------------- */

/* A ballot is found by its credential, without asking the database. */
static bool find_ballot(struct submitting *job)
{
    struct ballot ballot;
    bool found = false;
    struct election *election = job->election;
    if (ballot_read(&job->statement, &ballot, NULL) == OK) {
        pthread_rwlock_rdlock(&election->lock);
        const struct credential *credential =
            electorate_find(&election->state->electorate, ballot.credential);
        found = credential && credential->ballots > 0 &&
                memcmp(credential->ballot_leaf, job->statement.leaf.bytes, HASH_BYTES) == 0;
        if (found)
            job->index = credential->ballot;
        pthread_rwlock_unlock(&election->lock);
    }
    ballot_done(&ballot);
    return found;
}

static bool find_entry(struct submitting *job)
{
    struct fail fail;
    struct conn *conn = election_reader(job->election, &fail);
    if (!conn)
        return false;
    bool found = board_find(conn, job->statement.leaf.bytes, &job->index, &fail) == OK;
    election_reader_back(job->election, conn);
    return found;
}

/* What was committed a moment ago may not be signed yet: no receipt can be given before that. */
static bool is_covered(const struct submitting *job)
{
    struct election *election = job->election;
    pthread_rwlock_rdlock(&election->lock);
    bool covered = job->index < election->checkpoint_size;
    pthread_rwlock_unlock(&election->lock);
    return covered;
}

bool submitting_stands(struct submitting *job)
{
    return find_entry(job) && is_covered(job);
}

/* Before anything is checked: the usual repetition, by a voter whose connection was lost. */
static bool is_known(struct submitting *job)
{
    return (job->is_ballot ? find_ballot(job) : find_entry(job)) && is_covered(job);
}

/* -- judging ---------------------------------------------------------------------------------- */

static bool takes_long(const struct statement *statement)
{
    return statement_is(statement, KIND_MIX) || statement_is(statement, KIND_DECRYPTION) ||
           statement_is(statement, KIND_RESULT) || statement_is(statement, KIND_FREEZE) ||
           statement_is(statement, KIND_SNAPSHOT) || statement_is(statement, KIND_ISSUE);
}

/* Under the lock for a moment; or, where proofs take long, while the writer waits and other readers
 * go on. */
static enum outcome check_so_far(struct election *election, const struct statement *statement,
                                 struct signing *signing, struct fail *fail)
{
    struct sources sources = election_sources(election);
    bool slow = takes_long(statement);
    if (slow)
        pthread_mutex_lock(&election->calm);
    else
        pthread_rwlock_rdlock(&election->lock);
    enum outcome outcome =
        state_check_partly_signed(election->state, statement, &sources, signing, fail);
    if (outcome == OK)
        outcome = check_clock(election, statement, fail);
    if (slow)
        pthread_mutex_unlock(&election->calm);
    else
        pthread_rwlock_unlock(&election->lock);
    return outcome;
}

bool submitting_still_fits(struct election *election, struct span note)
{
    struct fail ignored;
    struct signing signing = {0};
    struct statement statement;
    if (statement_read(note, span_str(election->origin), &statement, &ignored) != OK)
        return false;
    bool fits = check_so_far(election, &statement, &signing, &ignored) == OK &&
                check_own(election, &statement, &ignored) == OK;
    statement_done(&statement);
    return fits;
}

/* Everything up to the writer's queue. */
static enum outcome settle(struct submitting *job, bool *out_waits, struct fail *fail)
{
    struct signing signing = {0};
    enum outcome outcome = job->is_ballot ? OK : submitting_merge_waiting(job, fail);
    if (outcome == OK)
        outcome = check_so_far(job->election, &job->statement, &signing, fail);
    if (outcome == OK && !job->is_ballot)
        outcome = check_own(job->election, &job->statement, fail);
    if (outcome != OK)
        return outcome;
    *out_waits = !signing.complete;
    if (!signing.complete)
        return submitting_wait(job, fail);
    return signing.authority_missing ? countersign(job, fail) : OK;
}

/* Two officers who sign at one moment must not overwrite each other's signature. */
static enum outcome settle_alone(struct submitting *job, bool *out_waits, struct fail *fail)
{
    if (job->is_ballot || takes_long(&job->statement)) /* nobody waits for a second signature */
        return settle(job, out_waits, fail);
    pthread_mutex_lock(&job->election->settle_lock);
    enum outcome outcome = settle(job, out_waits, fail);
    pthread_mutex_unlock(&job->election->settle_lock);
    return outcome;
}

/* On the caller's or the worker's thread. Bytes that stand by now need no second judgement: the
 * commit under way is waited for, which ends in a receipt. */
static void judge(void *ctx)
{
    struct submitting *job = ctx;
    struct fail fail;
    bool waits = false;
    enum outcome outcome = settle_alone(job, &waits, &fail);
    if (outcome == OK && waits)
        submitting_finish(job, SUBMISSION_PENDING, buf_span(&job->note), NULL);
    else if (outcome == OK || find_entry(job))
        submitting_enter(job);
    else
        submitting_refuse(job, &fail);
}

/* -- in from outside -------------------------------------------------------------------------- */

static struct submitting *submitting_new(struct election *election, struct span note,
                                         election_answer *answer, void *ctx)
{
    struct submitting *job = calloc(1, sizeof *job);
    if (!job)
        return NULL;
    job->election = election;
    job->answer = answer;
    job->ctx = ctx;
    buf_init(&job->note, NOTE_BYTES_MAX);
    buf_add(&job->note, note);
    return job;
}

void election_submit(struct election *election, struct span note, election_answer *answer,
                     void *ctx)
{
    struct fail fail;
    struct submitting *job = submitting_new(election, note, answer, ctx);
    if (!job) {
        struct submission refused = {.result = SUBMISSION_REFUSED};
        (void)fail_set(&refused.fail, BUSY, "election.memory", "out of memory; try again");
        answer(ctx, &refused);
        return;
    }
    enum outcome outcome = buf_check(&job->note, "statement", &fail);
    if (outcome == OK)
        outcome = statement_read(buf_span(&job->note), span_str(election->origin), &job->statement,
                                 &fail);
    if (outcome != OK) {
        submitting_refuse(job, &fail);
        return;
    }
    job->is_ballot = statement_is(&job->statement, KIND_BALLOT);
    if (is_known(job))
        submitting_acknowledge(job, SUBMISSION_KNOWN);
    else if (takes_long(&job->statement))
        election_errand(election, judge, job);
    else
        judge(job);
}
