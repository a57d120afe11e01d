#include "election/handover.h"

#include "base/clock.h"

#include <stdio.h>

#define KIND_ROW "handover" /* in people.db: the approval's bytes, by its leaf hash */

static const int64_t DAY_S = 86400;
enum { APPROVERS = OFFICER_RETURNING | OFFICER_SECRETARY };

/* -- the note ---------------------------------------------------------------------------------- */

static void copy_text(struct span text, char *out, size_t bytes)
{
    snprintf(out, bytes, "%.*s", (int)text.len, (const char *)text.ptr);
}

static enum outcome read_note(const struct statement *statement, struct handover *out,
                              struct fail *fail)
{
    struct handover handover = {.until_s = 0};
    struct json_take take = statement_take(statement, fail);
    struct span to = json_take_string(&take, "to");
    struct span what = json_take_string(&take, "what");
    struct span purpose = json_take_string(&take, "purpose");
    handover.until_s = json_take_integer(&take, "until", 0, INT64_MAX);
    enum outcome outcome = json_take_end(&take);
    if (outcome != OK)
        return outcome;
    if (to.len > LIMIT_ID_BYTES ||
        !(span_is(what, HANDOVER_ANNEX) || span_is(what, HANDOVER_MEMBERS)))
        return fail_set(fail, BAD_INPUT, "handover.what",
                        "an approval is of \"" HANDOVER_ANNEX "\" or of \"" HANDOVER_MEMBERS
                        "\", for an officer");
    if (purpose.len == 0 || purpose.len > ELECTION_PURPOSE_BYTES)
        return fail_set(fail, BAD_INPUT, "handover.purpose", "a purpose of 1 to %d bytes is needed",
                        ELECTION_PURPOSE_BYTES);
    copy_text(to, handover.to, sizeof handover.to);
    copy_text(what, handover.what, sizeof handover.what);
    copy_text(purpose, handover.purpose, sizeof handover.purpose);
    memcpy(handover.leaf, statement->leaf.bytes, HASH_BYTES);
    *out = handover;
    return OK;
}

/* Who may be handed this. */
static unsigned roles_for(const char *what)
{
    return strcmp(what, HANDOVER_ANNEX) == 0 ? OFFICER_SCRUTINEER : OFFICIALS | OFFICER_SCRUTINEER;
}

static bool holds(const struct officer *officer, unsigned roles, int64_t now_s)
{
    return officer && (officer->roles & roles) &&
           (officer->until_s == 0 || now_s < officer->until_s);
}

/* Expects the state's lock. Two ids with one key are one person. */
static enum outcome check_people(const struct state *state, const struct statement *statement,
                                 struct handover *handover, int64_t now_s, struct fail *fail)
{
    const struct officer *approver, *to = state_officer(state, span_str(handover->to));
    enum outcome outcome =
        state_signed_by_officer(state, &statement->note, APPROVERS, &approver, fail);
    if (outcome != OK)
        return outcome;
    if (!holds(approver, APPROVERS, now_s))
        return fail_set(fail, NOT_ALLOWED, "request.role", "this appointment is over");
    if (!holds(to, roles_for(handover->what), now_s))
        return fail_set(fail, NOT_ALLOWED, "handover.to",
                        "\"%s\" holds no role in which the %s may be handed over", handover->to,
                        handover->what);
    if (memcmp(to->key, approver->key, KEY_BYTES) == 0)
        return fail_set(fail, NOT_ALLOWED, "handover.self",
                        "nobody approves what is handed to himself: ask another officer");
    copy_text(span_str(approver->id), handover->approved_by, sizeof handover->approved_by);
    return OK;
}

static enum outcome check_note(const struct state *state, const struct statement *statement,
                               struct handover *handover, int64_t now_s, struct fail *fail)
{
    if (!state->definition ||
        memcmp(statement->context, state->definition->ctx0, HASH_BYTES) != 0 ||
        memcmp(statement->answers, state->definition_leaf, HASH_BYTES) != 0)
        return fail_set(fail, BAD_INPUT, "handover.context",
                        "an approval answers this election's definition");
    if (handover->until_s <= now_s ||
        handover->until_s > now_s + HANDOVER_DAYS_MAX * DAY_S + REQUEST_AGE_S)
        return fail_set(fail, BAD_INPUT, "handover.until",
                        "an approval ends in the future, at most %d days from now",
                        HANDOVER_DAYS_MAX);
    return check_people(state, statement, handover, now_s, fail);
}

/* -- taking one -------------------------------------------------------------------------------- */

struct keeping {
    const struct vault *vault;
    const struct handover *handover;
    struct span note;
};

static enum outcome run_keep(void *ctx, struct txn *txn, struct fail *fail)
{
    const struct keeping *keeping = ctx;
    return people_put(txn, keeping->vault, KIND_ROW, SPAN_ARRAY(keeping->handover->leaf),
                      keeping->note, fail);
}

static enum outcome keep(struct election *election, const struct handover *handover,
                         struct span note, struct fail *fail)
{
    char resource[sizeof "approve//" + sizeof handover->what + sizeof handover->to];
    snprintf(resource, sizeof resource, "approve/%s/%s", handover->what, handover->to);
    const struct access_look look = {.officer = handover->approved_by,
                                     .resource = resource,
                                     .purpose = span_str(handover->purpose)};
    struct keeping keeping = {election->vault, handover, note};
    enum outcome outcome = access_record(election->access, &look, fail);
    return outcome == OK ? writer_run(election->people, run_keep, &keeping, fail) : outcome;
}

enum outcome election_handover(struct election *election, const struct request *request,
                               struct span note, struct fail *fail)
{
    struct statement statement;
    struct handover handover;
    enum outcome outcome = election_need_officer(request, APPROVERS, fail);
    if (outcome == OK)
        outcome = statement_read(note, span_str(election->origin), &statement, fail);
    if (outcome != OK)
        return outcome;
    outcome = statement_is(&statement, KIND_HANDOVER)
                  ? read_note(&statement, &handover, fail)
                  : fail_set(fail, BAD_INPUT, "handover.kind",
                             "a note of kind \"" KIND_HANDOVER "\" expected");
    if (outcome == OK) {
        pthread_rwlock_rdlock(&election->lock);
        outcome = check_note(election->state, &statement, &handover, clock_now_s(), fail);
        pthread_rwlock_unlock(&election->lock);
    }
    if (outcome == OK)
        outcome = keep(election, &handover, note, fail);
    statement_done(&statement);
    return outcome;
}

/* -- finding one ------------------------------------------------------------------------------- */

struct finding {
    struct span origin;
    const char *to, *what;
    int64_t now_s;
    bool found;
    struct handover best; /* the one that lasts longest */
};

/* The signer's id is the end of his key's name, which was checked when the note came in. */
static void name_approver(const struct statement *statement, struct handover *handover)
{
    struct span name = statement->note.signatures[0].name;
    size_t id = name.len;
    while (id > 0 && name.ptr[id - 1] != '/')
        id--;
    copy_text(span_of(name.ptr + id, name.len - id), handover->approved_by,
              sizeof handover->approved_by);
}

static enum outcome consider(void *ctx, struct span note, struct fail *fail)
{
    struct finding *finding = ctx;
    struct statement statement;
    struct handover handover;
    enum outcome outcome = statement_read(note, finding->origin, &statement, fail);
    if (outcome != OK)
        return outcome;
    outcome = read_note(&statement, &handover, fail);
    if (outcome == OK && strcmp(handover.to, finding->to) == 0 &&
        strcmp(handover.what, finding->what) == 0 && handover.until_s > finding->now_s &&
        (!finding->found || handover.until_s > finding->best.until_s)) {
        name_approver(&statement, &handover);
        finding->best = handover;
        finding->found = true;
    }
    statement_done(&statement);
    return outcome;
}

enum outcome handover_find(struct election *election, const char *to, const char *what,
                           int64_t now_s, struct handover *out_handover, struct fail *fail)
{
    struct finding finding = {
        .origin = span_str(election->origin), .to = to, .what = what, .now_s = now_s};
    struct conn *conn;
    char code[FAIL_CODE_BYTES];
    enum outcome outcome = people_open(election->folder, &election->store, &conn, fail);
    if (outcome != OK)
        return outcome;
    outcome = people_each(conn, election->vault, KIND_ROW, consider, &finding, fail);
    conn_close(conn);
    if (outcome != OK)
        return outcome;
    if (!finding.found) {
        snprintf(code, sizeof code, "%s.unapproved", what);
        return fail_set(fail, NOT_ALLOWED, code,
                        "no approval is in force to hand the %s over to \"%s\": ask the returning "
                        "officer or the secretary for `ballotd %s approve --to %s`",
                        what, to, strcmp(what, HANDOVER_ANNEX) == 0 ? "annex" : "export", to);
    }
    *out_handover = finding.best;
    return OK;
}

enum outcome handover_recipient(struct election *election, const char *id, unsigned roles,
                                struct recipient *out_recipient, struct fail *fail)
{
    enum outcome outcome = OK;
    pthread_rwlock_rdlock(&election->lock);
    const struct officer *officer = state_officer(election->state, span_str(id));
    if (holds(officer, roles, clock_now_s())) {
        memcpy(out_recipient->key, officer->key, KEY_BYTES);
        copy_text(span_str(officer->name), out_recipient->name, sizeof out_recipient->name);
    } else {
        outcome = fail_set(fail, NOT_ALLOWED, "request.role", "your role does not allow this");
    }
    pthread_rwlock_unlock(&election->lock);
    return outcome;
}

/* -- whose copy it is -------------------------------------------------------------------------- */

void handover_print_note(struct election *election, const struct handover *handover,
                         const struct recipient *recipient, int64_t now_s,
                         const uint8_t manifest_sha256[static HASH_BYTES], struct buf *out_note)
{
    const struct note_signer *signers[] = {&election->authority};
    uint8_t ctx0[HASH_BYTES];
    struct buf text;
    pthread_rwlock_rdlock(&election->lock);
    memcpy(ctx0, election->state->definition->ctx0, HASH_BYTES);
    pthread_rwlock_unlock(&election->lock);
    json_t *object =
        statement_begin(KIND_HANDED_OVER, span_str(election->origin), ctx0, handover->leaf);
    json_put_string(object, "to", span_str(handover->to));
    json_put_string(object, "name", span_str(recipient->name));
    json_put_string(object, "purpose", span_str(handover->purpose));
    json_put_string(object, "approved_by", span_str(handover->approved_by));
    json_put_integer(object, "at", now_s);
    json_put_hex(object, "manifest", span_of(manifest_sha256, HASH_BYTES));
    buf_init(&text, HANDOVER_NOTE_BYTES_MAX);
    statement_end(object, &text);
    statement_sign(buf_span(&text), signers, 1, out_note);
    buf_done(&text);
}
