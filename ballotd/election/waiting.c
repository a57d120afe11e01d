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

static enum outcome add_waiting(struct election *election, struct span note, struct fail *fail)
{
    struct waiting *waiting = calloc(1, sizeof *waiting);
    if (!waiting)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    buf_init(&waiting->note, NOTE_BYTES_MAX);
    buf_add(&waiting->note, note);
    waiting->next = election->waiting;
    election->waiting = waiting;
    return OK;
}

static unsigned count_waiting(struct election *election, struct span text, bool *out_known)
{
    unsigned count = 0;
    pthread_mutex_lock(&election->waiting_lock);
    for (const struct waiting *at = election->waiting; at; at = at->next)
        count++;
    *out_known = *find_waiting(election, text) != NULL;
    pthread_mutex_unlock(&election->waiting_lock);
    return count;
}

/* One that the log has overtaken (a roll drafted before the last case, say), copied; false when
 * there is none. */
static bool find_overtaken(struct election *election, struct buf *out_note)
{
    bool found = false;
    pthread_mutex_lock(&election->waiting_lock);
    for (const struct waiting *at = election->waiting; at && !found; at = at->next) {
        found = !submitting_still_fits(election, buf_span(&at->note));
        if (found)
            buf_add(out_note, buf_span(&at->note));
    }
    pthread_mutex_unlock(&election->waiting_lock);
    return found;
}

static void forget_overtaken(struct election *election)
{
    struct buf bytes;
    struct note note;
    buf_init(&bytes, NOTE_BYTES_MAX);
    while (find_overtaken(election, &bytes) && note_read(buf_span(&bytes), &note, NULL) == OK) {
        submitting_wait_no_more(election, note.text);
        buf_clear(&bytes);
    }
    buf_done(&bytes);
}

/* One officer alone can't fill the memory. */
static enum outcome make_room(struct election *election, struct span text, struct fail *fail)
{
    bool known;
    if (count_waiting(election, text, &known) < WAITING_MAX || known)
        return OK;
    forget_overtaken(election);
    return count_waiting(election, text, &known) < WAITING_MAX
               ? OK
               : fail_set(fail, BUSY, "statement.waiting",
                          "%d statements wait for a second signature; those come first",
                          WAITING_MAX);
}

enum outcome submitting_wait(struct submitting *job, struct fail *fail)
{
    struct election *election = job->election;
    struct keeping keeping = {election, job->statement.note.text, buf_span(&job->note)};
    enum outcome outcome = make_room(election, keeping.text, fail);
    if (outcome == OK)
        outcome = writer_run(election->people, run_keep, &keeping, fail);
    if (outcome != OK)
        return outcome;
    pthread_mutex_lock(&election->waiting_lock);
    struct waiting **at = find_waiting(election, keeping.text);
    if (!*at)
        outcome = add_waiting(election, keeping.note, fail);
    else {
        buf_clear(&(*at)->note);
        buf_add(&(*at)->note, keeping.note);
    }
    pthread_mutex_unlock(&election->waiting_lock);
    return outcome;
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

enum outcome election_pending(struct election *election, struct buf *out, struct fail *fail)
{
    forget_overtaken(election);
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
    return add_waiting(ctx, value, fail);
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
    if (outcome != OK)
        return outcome;
    adopt_rolls(election);
    forget_overtaken(election);
    return OK;
}
