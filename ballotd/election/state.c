#include "election/state.h"

#include "crypto/context.h"
#include "election/kind.h"

#include <assert.h>
#include <stdlib.h>

/* -- the kinds, in the order of an election's life -------------------------------------------- */

enum {
    BEFORE_END = PHASE_PREPARING | PHASE_OPEN | PHASE_CLOSED | PHASE_FROZEN | PHASE_COUNTED,
    BEFORE_FREEZE = PHASE_PREPARING | PHASE_OPEN | PHASE_CLOSED,
    BEFORE_CLOSE = PHASE_PREPARING | PHASE_OPEN,
};

static const struct kind kinds[] = {
    {KIND_ELECTION, CONTEXT_ZEROS, SIGNED_BY_RETURNING_AND_AUTHORITY, PHASE_EMPTY, check_election,
     apply_election},
    {KIND_ROLE, CONTEXT_0, SIGNED_BY_TWO_OFFICERS, BEFORE_END, check_role, apply_role},
    {KIND_TRUSTEE_COMMIT, CONTEXT_0, SIGNED_BY_TRUSTEE, PHASE_PREPARING, check_trustee_commit,
     apply_trustee_commit},
    {KIND_TRUSTEE_COEFFICIENTS, CONTEXT_0, SIGNED_BY_TRUSTEE, PHASE_PREPARING,
     check_trustee_coefficients, apply_trustee_coefficients},
    {KIND_TRUSTEE_SHARES, CONTEXT_0, SIGNED_BY_TRUSTEE, PHASE_PREPARING, check_trustee_shares,
     apply_trustee_shares},
    {KIND_TRUSTEE_ACCEPT, CONTEXT_0, SIGNED_BY_TRUSTEE, PHASE_PREPARING, check_trustee_accept,
     apply_trustee_accept},
    {KIND_TRUSTEE_COMPLAINT, CONTEXT_0, SIGNED_BY_TRUSTEE, PHASE_PREPARING, check_trustee_complaint,
     apply_trustee_complaint},
    {KIND_TRUSTEE_RESTART, CONTEXT_0, SIGNED_BY_TWO_OFFICERS, PHASE_PREPARING,
     check_trustee_restart, apply_trustee_restart},
    {KIND_CONTEST, CONTEXT_0, SIGNED_BY_RETURNING, PHASE_PREPARING, check_contest, apply_contest},
    {KIND_AMEND, CONTEXT_0, SIGNED_BY_TWO_OFFICERS, BEFORE_CLOSE, check_amend, apply_amend},
    {KIND_NOTICE, CONTEXT_0, SIGNED_BY_RETURNING_OR_AUTHORITY, BEFORE_END | PHASE_CANCELLED,
     check_notice, apply_notice},
    {KIND_SNAPSHOT, CONTEXT_0, SIGNED_BY_EXPORTER, PHASE_PREPARING, check_snapshot, apply_snapshot},
    {KIND_DIFFERENCE, CONTEXT_0, SIGNED_BY_AUTHORITY, PHASE_PREPARING, check_difference,
     apply_difference},
    {KIND_CASE, CONTEXT_0, SIGNED_BY_AUTHORITY, BEFORE_FREEZE, check_case, apply_case},
    {KIND_ROLL, CONTEXT_0, SIGNED_BY_TWO_OFFICERS, BEFORE_CLOSE, check_roll, apply_roll},
    {KIND_ISSUE, CONTEXT_0, SIGNED_BY_REGISTRAR, BEFORE_CLOSE, check_issue, apply_issue},
    {KIND_REISSUE_ORDER, CONTEXT_0, SIGNED_BY_TWO_OFFICERS, BEFORE_CLOSE, check_reissue_order,
     apply_reissue_order},
    {KIND_REISSUE, CONTEXT_0, SIGNED_BY_REGISTRAR, BEFORE_CLOSE, check_reissue, apply_reissue},
    {KIND_OPEN, CONTEXT_1, SIGNED_BY_RETURNING_AND_AUTHORITY, PHASE_PREPARING, check_open,
     apply_open},
    {KIND_BALLOT, CONTEXT_2, SIGNED_BY_CREDENTIAL, PHASE_OPEN, check_ballot, apply_ballot},
    {KIND_CLOSE, CONTEXT_2, SIGNED_BY_RETURNING_AND_AUTHORITY, PHASE_OPEN, check_close,
     apply_close},
    {KIND_FREEZE, CONTEXT_2, SIGNED_BY_RETURNING_AND_AUTHORITY, PHASE_CLOSED, check_freeze,
     apply_freeze},
    {KIND_MIX, CONTEXT_3, SIGNED_BY_TRUSTEE, PHASE_FROZEN, check_mix, apply_mix},
    {KIND_DECRYPTION, CONTEXT_3, SIGNED_BY_TRUSTEE, PHASE_FROZEN, check_decryption,
     apply_decryption},
    {KIND_RESULT, CONTEXT_3, SIGNED_BY_RETURNING_AND_AUTHORITY, PHASE_FROZEN, check_result,
     apply_result},
    {KIND_END, CONTEXT_3, SIGNED_BY_RETURNING_AND_AUTHORITY, PHASE_COUNTED, check_end, apply_end},
};

const struct kind *kind_find(struct span name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (span_is(name, kinds[i].name))
            return &kinds[i];
    return NULL;
}

const char *phase_name(enum phase phase)
{
    switch (phase) {
    case PHASE_EMPTY:
        return "empty";
    case PHASE_PREPARING:
        return "preparing";
    case PHASE_OPEN:
        return "open";
    case PHASE_CLOSED:
        return "closed";
    case PHASE_FROZEN:
        return "frozen";
    case PHASE_COUNTED:
        return "counted";
    case PHASE_ENDED:
        return "ended";
    case PHASE_CANCELLED:
        return "cancelled";
    }
    return "?";
}

/* -- life ------------------------------------------------------------------------------------- */

enum outcome state_new(struct span origin, struct state **out_state, struct fail *fail)
{
    if (!origin_is_valid(origin))
        return fail_set(fail, BAD_INPUT, "election.origin",
                        "\"%.*s\" is not an origin: 1 to 100 of a-z 0-9 . - /, a letter or digit "
                        "at each end",
                        (int)origin.len, origin.ptr);
    struct state *state = calloc(1, sizeof *state);
    if (!state)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    memcpy(state->origin, origin.ptr, origin.len);
    state->phase = PHASE_EMPTY;
    electorate_init(&state->electorate);
    buf_init(&state->admitted, (size_t)LIMIT_CREDENTIALS * KEY_BYTES);
    *out_state = state;
    return OK;
}

void state_free(struct state *state)
{
    if (!state)
        return;
    for (unsigned i = 0; i < state->contest_count; i++)
        contest_done(&state->contests[i]);
    electorate_done(&state->electorate);
    definition_free(state->definition);
    free(state->roll_styles);
    free(state->papers);
    free(state->boxes);
    buf_done(&state->admitted);
    free(state);
}

/* -- contexts --------------------------------------------------------------------------------- */

static const uint8_t *context_of(const struct state *state, enum kind_context context)
{
    static const uint8_t zeros[HASH_BYTES];
    bool opened = !(state->phase & (PHASE_EMPTY | PHASE_PREPARING));
    switch (context) {
    case CONTEXT_ZEROS:
        return zeros;
    case CONTEXT_0:
        return state->definition ? state->definition->ctx0 : NULL;
    case CONTEXT_1:
        return state->ceremony.complete ? state->ctx1 : NULL;
    case CONTEXT_2:
        return opened ? state->ctx2 : NULL;
    case CONTEXT_3:
        return state->phase & (PHASE_FROZEN | PHASE_COUNTED | PHASE_ENDED) ? state->ctx3 : NULL;
    }
    return NULL;
}

const uint8_t *state_context(const struct state *state, struct span kind)
{
    const struct kind *found = kind_find(kind);
    return found ? context_of(state, found->context) : NULL;
}

int64_t state_time(const struct state *state, int64_t now_s)
{
    return now_s > state->latest_at_s ? now_s : state->latest_at_s;
}

void state_next_ctx2(const struct state *state, uint8_t out_ctx2[static HASH_BYTES])
{
    uint8_t leaves[LIMIT_CONTESTS][HASH_BYTES];
    for (unsigned i = 0; i < state->contest_count; i++)
        memcpy(leaves[i], state->contests[i].leaf, HASH_BYTES);
    context_open(state->ctx1, (const uint8_t(*)[HASH_BYTES])leaves, state->contest_count,
                 state->roll_root, out_ctx2);
}

struct ballot_binding state_binding(const struct state *state, const uint8_t *credential)
{
    return (struct ballot_binding){
        .ctx2 = state->ctx2, .credential = credential, .key = &state->ceremony.key};
}

/* -- checking and applying -------------------------------------------------------------------- */

static enum outcome check_place(const struct state *state, const struct kind *kind,
                                const struct statement *statement, struct fail *fail)
{
    if (!(state->phase & kind->phases))
        return fail_set(fail, NOT_ALLOWED, "statement.phase",
                        "\"%s\" cannot stand now: the election is %s", kind->name,
                        phase_name(state->phase));
    const uint8_t *context = context_of(state, kind->context);
    if (!context)
        return fail_set(fail, NOT_ALLOWED, "statement.context",
                        "\"%s\" cannot stand yet: its context does not exist", kind->name);
    if (memcmp(context, statement->context, HASH_BYTES) != 0)
        return fail_set(fail, CONFLICT, "statement.context",
                        "\"%s\" carries the context of another election or stage", kind->name);
    if (statement->bytes.len > LIMIT_ENTRY_BYTES)
        return fail_set(fail, TOO_LARGE, "statement.size", "an entry is at most %d bytes",
                        LIMIT_ENTRY_BYTES);
    return OK;
}

static enum outcome find_kind(const struct statement *statement, const struct kind **out_kind,
                              struct fail *fail)
{
    *out_kind = kind_find(statement->kind);
    if (!*out_kind)
        return fail_set(fail, BAD_INPUT, "statement.kind", "there is no kind \"%.*s\"",
                        (int)statement->kind.len, statement->kind.ptr);
    return OK;
}

/* Roles come and go, so whoever signs is asked for again when the statement takes its place; a
 * credential cannot change. A definition checks its own signers. */
static bool asks_signers(const struct turn *turn, const struct kind *kind)
{
    if (kind->check == check_election || turn->trust == TRUST_LOG)
        return false;
    return turn->trust == TRUST_NOTHING || kind->signers != SIGNED_BY_CREDENTIAL;
}

static enum outcome check_turn(struct turn *turn, struct fail *fail)
{
    const struct kind *kind;
    enum outcome outcome = find_kind(turn->statement, &kind, fail);
    if (outcome == OK)
        outcome = check_place(turn->state, kind, turn->statement, fail);
    if (outcome == OK && asks_signers(turn, kind))
        outcome = signers_settle(turn, kind->signers, fail);
    return outcome == OK ? kind->check(turn, fail) : outcome;
}

enum outcome state_check(const struct state *state, const struct statement *statement,
                         const struct sources *sources, enum trust trust, struct fail *fail)
{
    struct turn turn = {(struct state *)state, statement, sources, trust, NULL};
    return check_turn(&turn, fail);
}

enum outcome state_check_partly_signed(const struct state *state, const struct statement *statement,
                                       const struct sources *sources, struct signing *out_signing,
                                       struct fail *fail)
{
    struct turn turn = {(struct state *)state, statement, sources, TRUST_NOTHING, out_signing};
    return check_turn(&turn, fail);
}

enum outcome state_apply(struct state *state, const struct statement *statement,
                         const struct sources *sources, struct fail *fail)
{
    const struct kind *kind = kind_find(statement->kind);
    struct turn turn = {state, statement, sources, TRUST_LOG, NULL};
    assert(kind);
    enum outcome outcome = kind->apply(&turn, fail);
    if (outcome == OK)
        outcome = merkle_append(&state->tree, &statement->leaf, NULL, fail);
    return outcome;
}

/* -- shared by the kinds ---------------------------------------------------------------------- */

enum outcome kind_answers(const struct turn *turn, const uint8_t leaf[static HASH_BYTES],
                          const char *what, struct fail *fail)
{
    if (memcmp(turn->statement->answers, leaf, HASH_BYTES) != 0)
        return fail_set(fail, CONFLICT, "statement.answers",
                        "\"%.*s\" must answer %s, and answers something else",
                        (int)turn->statement->kind.len, turn->statement->kind.ptr, what);
    return OK;
}

enum outcome blob_ref_read(const json_t *object, struct blob_ref *out_ref, struct fail *fail)
{
    struct blob_ref ref;
    struct json_take take = json_take_from(object, "blob reference", fail);
    json_take_hex(&take, "sha256", ref.sha256, HASH_BYTES);
    ref.size = (uint64_t)json_take_integer(&take, "size", 0, LIMIT_BLOB_BYTES);
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK)
        *out_ref = ref;
    return outcome;
}

json_t *blob_ref_json(const struct blob_ref *ref)
{
    json_t *object = json_object();
    json_put_hex(object, "sha256", SPAN_ARRAY(ref->sha256));
    json_put_integer(object, "size", (int64_t)ref->size);
    return object;
}

enum outcome turn_blob(const struct turn *turn, const struct blob_ref *ref, struct buf *out,
                       struct fail *fail)
{
    buf_init(out, ref->size);
    return turn->sources->blob(turn->sources->ctx, ref->sha256, ref->size, out, fail);
}
