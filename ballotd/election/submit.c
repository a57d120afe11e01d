/* Statements on their way into the log: checked, countersigned by the authority where it must, put
 * into a commit, acknowledged when that is on disk. Declared in election/election.h. */
#include "election/inside.h"

#include "base/clock.h"
#include "base/report.h"
#include "crypto/hash.h"
#include "election/ballot.h"
#include "log/proof.h"
#include "roll.h"

#include <stdlib.h>

struct submitting {
    struct submitting *next; /* in the batch */
    struct election *election;
    struct buf note;
    struct statement statement;
    bool is_ballot;
    bool again; /* found no place in its batch: try the next */
    uint64_t index;
    election_answer *answer;
    void *ctx;
};

/* -- answers ---------------------------------------------------------------------------------- */

static void submitting_free(struct submitting *job)
{
    statement_done(&job->statement);
    buf_done(&job->note);
    free(job);
}

static void finish(struct submitting *job, enum submission_result result, struct span answer,
                   const struct fail *fail)
{
    struct submission submission = {.result = result, .answer = answer};
    if (fail)
        submission.fail = *fail;
    job->answer(job->ctx, &submission);
    submitting_free(job);
}

/* A ballot that is not taken is refused in writing (docs/protocol.md section 8). */
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

static void refuse(struct submitting *job, const struct fail *fail)
{
    struct buf refusal;
    buf_init(&refusal, LIMIT_ENTRY_BYTES);
    if (job->is_ballot)
        print_refusal(job, fail, &refusal);
    finish(job, SUBMISSION_REFUSED, buf_span(&refusal), fail);
    buf_done(&refusal);
}

static void acknowledge(struct submitting *job, enum submission_result result)
{
    struct fail fail;
    struct buf receipt;
    buf_init(&receipt, PROOF_BYTES_MAX);
    if (election_receipt(job->election, job->index, &receipt, &fail) == OK)
        finish(job, result, buf_span(&receipt), NULL);
    else
        refuse(job, &fail);
    buf_done(&receipt);
}

/* -- the commit ------------------------------------------------------------------------------- */

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

static void enter(struct submitting *job);

static void done(void *ctx, enum outcome outcome, const struct fail *fail)
{
    struct submitting *job = ctx;
    if (outcome == OK)
        acknowledge(job, SUBMISSION_ACCEPTED);
    else if (job->again)
        enter(job);
    else
        refuse(job, fail);
}

static void enter(struct submitting *job)
{
    struct fail fail;
    struct job work = {run, done, job};
    job->again = false;
    if (writer_submit(job->election->board, &work, &fail) != OK)
        refuse(job, &fail);
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
    int64_t now_s = clock_now_s(), stated_s = json_integer_value(at);
    if (stated_s > now_s + REQUEST_AGE_S || stated_s < now_s - REQUEST_AGE_S)
        return fail_set(fail, NOT_ALLOWED, "statement.clock",
                        "the time stated is not now; fetch the draft again");
    int64_t due_s = open ? state->definition->opens_s : state->closes_s;
    if (!state->definition->rehearsal && now_s < due_s)
        return fail_set(fail, NOT_ALLOWED, "statement.clock", "the timetable says later");
    return OK;
}

/* The definition must name the keys that this daemon holds. */
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
    definition_free(definition);
    return outcome;
}

static enum outcome check_own(struct election *election, const struct statement *statement,
                              struct fail *fail)
{
    struct sources sources = election_sources(election);
    if (statement_is(statement, KIND_ELECTION))
        return check_own_keys(election, statement, fail);
    enum outcome outcome = check_clock(election, statement, fail);
    if (outcome == OK)
        outcome = custody_check(election->custody, election->state, statement, &sources, fail);
    return outcome;
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

/* -- waiting for another signature ------------------------------------------------------------ */

struct keeping {
    struct election *election;
    struct span text, note;
};

static enum outcome run_keep(void *ctx, struct txn *txn, struct fail *fail)
{
    struct keeping *keeping = ctx;
    uint8_t name[HASH_BYTES];
    sha256(keeping->text, name);
    return keeping->note.len
               ? people_put(txn, keeping->election->vault, "waiting", SPAN_ARRAY(name),
                            keeping->note, fail)
               : people_remove(txn, keeping->election->vault, "waiting", SPAN_ARRAY(name), fail);
}

static struct waiting **find_waiting(struct election *election, struct span text)
{
    struct waiting **at = &election->waiting;
    for (; *at; at = &(*at)->next) {
        struct note note;
        if (note_read(buf_span(&(*at)->note), &note, NULL) == OK && span_equal(note.text, text))
            return at;
    }
    return at;
}

static enum outcome wait_for_more(struct submitting *job, struct fail *fail)
{
    struct election *election = job->election;
    struct keeping keeping = {election, job->statement.note.text, buf_span(&job->note)};
    enum outcome outcome = writer_run(election->people, run_keep, &keeping, fail);
    if (outcome != OK)
        return outcome;
    pthread_mutex_lock(&election->waiting_lock);
    struct waiting **at = find_waiting(election, keeping.text);
    if (!*at) {
        *at = calloc(1, sizeof **at);
        if (*at)
            buf_init(&(*at)->note, NOTE_BYTES_MAX);
    }
    if (*at) {
        buf_clear(&(*at)->note);
        buf_add(&(*at)->note, keeping.note);
    }
    pthread_mutex_unlock(&election->waiting_lock);
    return *at ? OK : fail_set(fail, BROKEN, "memory", "out of memory");
}

static void wait_no_more(struct election *election, struct span text)
{
    struct fail fail;
    pthread_mutex_lock(&election->waiting_lock);
    struct waiting **at = find_waiting(election, text);
    struct waiting *found = *at;
    if (found) {
        *at = found->next;
        buf_done(&found->note);
        free(found);
    }
    pthread_mutex_unlock(&election->waiting_lock);
    struct keeping keeping = {election, text, {NULL, 0}};
    if (found && writer_run(election->people, run_keep, &keeping, &fail) != OK)
        report_line(REPORT_WARN, "a signed statement still waits on disk: %s", fail.text);
}

/* What somebody else signed already is added to what has come. */
static enum outcome merge_waiting(struct submitting *job, struct fail *fail)
{
    struct election *election = job->election;
    struct buf merged;
    enum outcome outcome = OK;
    buf_init(&merged, NOTE_BYTES_MAX);
    pthread_mutex_lock(&election->waiting_lock);
    struct waiting **at = find_waiting(election, job->statement.note.text);
    if (*at)
        outcome = statement_merge(buf_span(&(*at)->note), buf_span(&job->note), &merged, fail);
    pthread_mutex_unlock(&election->waiting_lock);
    if (outcome != OK || merged.len == 0) {
        buf_done(&merged);
        return outcome;
    }
    statement_done(&job->statement);
    buf_done(&job->note);
    job->note = merged;
    return statement_read(buf_span(&job->note), span_str(election->origin), &job->statement, fail);
}

enum outcome election_pending(struct election *election, struct buf *out, struct fail *fail)
{
    json_t *list = json_array();
    json_t *object = json_object();
    pthread_mutex_lock(&election->waiting_lock);
    for (const struct waiting *at = election->waiting; at; at = at->next)
        json_array_append_new(list, json_stringn((const char *)at->note.bytes, at->note.len));
    pthread_mutex_unlock(&election->waiting_lock);
    json_put(object, "pending", list);
    json_print(object, out);
    json_decref(object);
    return buf_check(out, "pending statements", fail);
}

static enum outcome load_one(void *ctx, struct span value, struct fail *fail)
{
    struct election *election = ctx;
    struct waiting *waiting = calloc(1, sizeof *waiting);
    if (!waiting)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    buf_init(&waiting->note, NOTE_BYTES_MAX);
    buf_add(&waiting->note, value);
    waiting->next = election->waiting;
    election->waiting = waiting;
    return OK;
}

enum outcome election_load_waiting(struct election *election, struct fail *fail)
{
    struct conn *conn;
    enum outcome outcome = people_open(election->folder, &election->store, &conn, fail);
    if (outcome != OK)
        return outcome;
    outcome = people_each(conn, election->vault, "waiting", load_one, election, fail);
    conn_close(conn);
    return outcome;
}

/* -- judging ---------------------------------------------------------------------------------- */

static enum outcome check_so_far(struct submitting *job, struct signing *signing, struct fail *fail)
{
    struct election *election = job->election;
    struct sources sources = election_sources(election);
    pthread_rwlock_rdlock(&election->lock);
    enum outcome outcome =
        state_check_partly_signed(election->state, &job->statement, &sources, signing, fail);
    pthread_rwlock_unlock(&election->lock);
    return outcome;
}

/* On the caller's or the worker's thread: everything up to the writer's queue. */
static void judge(void *ctx)
{
    struct submitting *job = ctx;
    struct fail fail;
    struct signing signing = {0};
    enum outcome outcome = job->is_ballot ? OK : merge_waiting(job, &fail);
    if (outcome == OK)
        outcome = check_so_far(job, &signing, &fail);
    if (outcome == OK && !job->is_ballot)
        outcome = check_own(job->election, &job->statement, &fail);
    if (outcome == OK && !signing.complete) {
        outcome = wait_for_more(job, &fail);
        if (outcome == OK) {
            finish(job, SUBMISSION_PENDING, buf_span(&job->note), NULL);
            return;
        }
    }
    if (outcome == OK && !job->is_ballot)
        wait_no_more(job->election, job->statement.note.text);
    if (outcome == OK && signing.authority_missing)
        outcome = countersign(job, &fail);
    if (outcome == OK)
        enter(job);
    else
        refuse(job, &fail);
}

/* -- in from outside -------------------------------------------------------------------------- */

static bool takes_long(const struct statement *statement)
{
    return statement_is(statement, KIND_MIX) || statement_is(statement, KIND_DECRYPTION) ||
           statement_is(statement, KIND_RESULT) || statement_is(statement, KIND_FREEZE) ||
           statement_is(statement, KIND_SNAPSHOT) || statement_is(statement, KIND_ISSUE);
}

/* A ballot is found by its credential, without asking the database. */
static bool known_ballot(struct submitting *job)
{
    struct ballot ballot;
    bool known = false;
    struct election *election = job->election;
    if (ballot_read(&job->statement, &ballot, NULL) == OK) {
        pthread_rwlock_rdlock(&election->lock);
        const struct credential *credential =
            electorate_find(&election->state->electorate, ballot.credential);
        known = credential && credential->ballots > 0 &&
                memcmp(credential->ballot_leaf, job->statement.leaf.bytes, HASH_BYTES) == 0;
        if (known)
            job->index = credential->ballot;
        pthread_rwlock_unlock(&election->lock);
    }
    ballot_done(&ballot);
    return known;
}

static bool known_entry(struct submitting *job)
{
    struct fail fail;
    struct conn *conn = election_reader(job->election, &fail);
    if (!conn)
        return false;
    bool known = board_find(conn, job->statement.leaf.bytes, &job->index, &fail) == OK;
    election_reader_back(job->election, conn);
    return known;
}

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
        refuse(job, &fail);
        return;
    }
    job->is_ballot = statement_is(&job->statement, KIND_BALLOT);
    if (job->is_ballot ? known_ballot(job) : known_entry(job))
        acknowledge(job, SUBMISSION_KNOWN);
    else if (takes_long(&job->statement))
        election_errand(election, judge, job);
    else
        judge(job);
}

/* -- cases ------------------------------------------------------------------------------------ */

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

static void run_case(void *ctx)
{
    struct case_errand *errand = ctx;
    struct election *election = errand->election;
    struct fail fail;
    uint8_t commitment[HASH_BYTES];
    struct buf entry;
    buf_init(&entry, LIMIT_ENTRY_BYTES);
    pthread_rwlock_rdlock(&election->lock);
    enum outcome outcome =
        election->state->definition
            ? custody_take_case(election->custody, election->state, buf_span(&errand->note),
                                commitment, &fail)
            : fail_set(&fail, NOT_ALLOWED, "case.early", "the election is not defined yet");
    pthread_rwlock_unlock(&election->lock);
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
