/* Statements that wait for another officer's signature: kept on disk until they have it. */
#include "election/submitting.h"

#include "base/report.h"
#include "crypto/hash.h"

#include <stdlib.h>

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

enum outcome submitting_wait(struct submitting *job, struct fail *fail)
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

void submitting_wait_no_more(struct election *election, struct span text)
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
enum outcome submitting_merge_waiting(struct submitting *job, struct fail *fail)
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

/* What the log has overtaken (a roll drafted before the last case, say) is kept but not shown. */
enum outcome election_pending(struct election *election, struct buf *out, struct fail *fail)
{
    json_t *list = json_array();
    json_t *object = json_object();
    pthread_mutex_lock(&election->waiting_lock);
    for (const struct waiting *at = election->waiting; at; at = at->next)
        if (submitting_still_fits(election, buf_span(&at->note)))
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

static void adopt_rolls(struct election *election)
{
    for (const struct waiting *at = election->waiting; at; at = at->next) {
        struct statement statement;
        struct fail ignored;
        if (statement_read(buf_span(&at->note), span_str(election->origin), &statement, &ignored))
            continue;
        if (statement_is(&statement, KIND_ROLL))
            custody_adopt_roll(election->custody, election->state, &statement);
        statement_done(&statement);
    }
}

enum outcome election_load_waiting(struct election *election, struct fail *fail)
{
    struct conn *conn;
    enum outcome outcome = people_open(election->folder, &election->store, &conn, fail);
    if (outcome != OK)
        return outcome;
    outcome = people_each(conn, election->vault, "waiting", load_one, election, fail);
    conn_close(conn);
    if (outcome == OK)
        adopt_rolls(election);
    return outcome;
}
