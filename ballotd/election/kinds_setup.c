/* The kinds that set an election up and amend it: election, role, contest, amend, notice
 * (docs/protocol.md section 4). */
#include "election/kind.h"

#include "base/code.h"
#include "election/tally.h"

#include <assert.h>
#include <stdlib.h>

/* -- election --------------------------------------------------------------------------------- */

static void take_definition(struct state *state, struct definition *definition)
{
    state->definition = definition;
    memcpy(state->officers, definition->officers, sizeof state->officers);
    state->officer_count = definition->officer_count;
    state->closes_s = definition->closes_s;
}

/* Its signers are those that it names itself, so a state with nothing but it checks them. */
static enum outcome check_own_signers(const struct turn *turn, struct definition *definition,
                                      struct fail *fail)
{
    struct state *alone;
    enum outcome outcome = state_new(span_str(definition->origin), &alone, fail);
    if (outcome != OK)
        return outcome;
    take_definition(alone, definition);
    struct turn own = *turn;
    own.state = alone;
    outcome = signers_settle(&own, SIGNED_BY_RETURNING_AND_AUTHORITY, fail);
    alone->definition = NULL;
    state_free(alone);
    return outcome;
}

enum outcome check_election(const struct turn *turn, struct fail *fail)
{
    static const uint8_t zeros[HASH_BYTES];
    struct definition *definition;
    enum outcome outcome = kind_answers(turn, zeros, "nothing (zeros)", fail);
    if (outcome == OK)
        outcome = definition_read(turn->statement, &definition, fail);
    if (outcome != OK)
        return outcome;
    if (turn->trust == TRUST_NOTHING)
        outcome = check_own_signers(turn, definition, fail);
    definition_free(definition);
    return outcome;
}

enum outcome apply_election(const struct turn *turn, struct fail *fail)
{
    struct definition *definition;
    enum outcome outcome = definition_read(turn->statement, &definition, fail);
    if (outcome != OK)
        return outcome;
    struct state *state = turn->state;
    take_definition(state, definition);
    memcpy(state->definition_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    memcpy(state->amend_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    memcpy(state->ceremony.begun_by, turn->statement->leaf.bytes, HASH_BYTES);
    state->ceremony.attempt = 1;
    for (unsigned i = 1; i <= definition->trustee_count; i++)
        state->ceremony.dealings[i].taking_part = true;
    state->phase = PHASE_PREPARING;
    return OK;
}

/* -- role ------------------------------------------------------------------------------------- */

static enum outcome read_role(const struct turn *turn, bool *out_appoint,
                              struct officer *out_officer, struct fail *fail)
{
    struct officer officer = {0};
    struct json_take take = statement_take(turn->statement, fail);
    struct span action = json_take_string(&take, "action");
    struct span id = json_take_string(&take, "officer");
    struct span name = json_take_string(&take, "name");
    const json_t *roles = json_take_array(&take, "roles");
    *out_appoint = span_is(action, "appoint");
    struct span key = json_take_string(&take, "key");
    officer.until_s = json_take_integer(&take, "until", 0, INT64_MAX);
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = officer_read_roles(roles, &officer.roles, fail);
    if (outcome != OK)
        return outcome;
    if (!*out_appoint && !span_is(action, "end"))
        return fail_set(fail, BAD_INPUT, "role.action", "\"action\" is \"appoint\" or \"end\"");
    bool named = *out_appoint ? name_copy(name, officer.name) && officer.roles != 0 &&
                                    hex_read(key, officer.key, KEY_BYTES) &&
                                    ed25519_key_is_sound(officer.key)
                              : name.len == 0 && officer.roles == 0 && key.len == 0;
    if (!id_copy(id, officer.id) || !named)
        return fail_set(fail, BAD_INPUT, "role.malformed",
                        "an appointment has id, name, roles and key; an end has only the id");
    *out_officer = officer;
    return OK;
}

/* One key is one person: it may come back only under the id that had it. */
static bool key_is_taken(const struct state *state, const struct officer *officer)
{
    const struct definition *d = state->definition;
    for (unsigned i = 0; i < state->officer_count; i++)
        if (memcmp(state->officers[i].key, officer->key, KEY_BYTES) == 0 &&
            strcmp(state->officers[i].id, officer->id) != 0)
            return true;
    for (unsigned i = 0; i < d->trustee_count; i++)
        if (memcmp(d->trustees[i].sign, officer->key, KEY_BYTES) == 0)
            return true;
    return memcmp(d->authority_key, officer->key, KEY_BYTES) == 0 ||
           memcmp(d->registrar_key, officer->key, KEY_BYTES) == 0 ||
           memcmp(d->log_key, officer->key, KEY_BYTES) == 0;
}

enum outcome check_role(const struct turn *turn, struct fail *fail)
{
    bool appoint;
    struct officer officer;
    enum outcome outcome = kind_answers(turn, turn->state->definition_leaf, "the definition", fail);
    if (outcome == OK)
        outcome = read_role(turn, &appoint, &officer, fail);
    if (outcome != OK)
        return outcome;
    const struct officer *held = state_officer(turn->state, span_str(officer.id));
    if (!appoint && (!held || held->roles == 0))
        return fail_set(fail, NOT_FOUND, "role.officer", "no officer \"%s\" is in office",
                        officer.id);
    if (appoint && key_is_taken(turn->state, &officer))
        return fail_set(fail, CONFLICT, "role.key", "this key belongs to somebody else already");
    if (appoint && !held && turn->state->officer_count == LIMIT_OFFICERS)
        return fail_set(fail, TOO_LARGE, "role.count", "there are %d officers already",
                        LIMIT_OFFICERS);
    return OK;
}

enum outcome apply_role(const struct turn *turn, struct fail *fail)
{
    bool appoint;
    struct officer officer;
    enum outcome outcome = read_role(turn, &appoint, &officer, fail);
    if (outcome != OK)
        return outcome;
    struct officer *held = (struct officer *)state_officer(turn->state, span_str(officer.id));
    if (!appoint)
        held->roles = 0;
    else if (held)
        *held = officer;
    else
        turn->state->officers[turn->state->officer_count++] = officer;
    return OK;
}

/* -- contest ---------------------------------------------------------------------------------- */

static enum outcome read_contest(const struct turn *turn, struct contest *out, struct fail *fail)
{
    struct json_take take = statement_take(turn->statement, fail);
    return contest_read(turn->statement->object, &take, out, fail);
}

/* At most so many boxes, before small ones merge. */
static unsigned boxes_of(const struct definition *definition, const struct contest *contest)
{
    bool in[LIMIT_UNITS] = {false};
    unsigned count = 0;
    for (unsigned s = 0; s < definition->style_count; s++) {
        const struct ballot_style *style = &definition->styles[s];
        if (in[style->unit] || !contest_has_style(contest, span_str(style->id)))
            continue;
        in[style->unit] = true;
        count++;
    }
    return contest->by_unit ? count : 1;
}

static enum outcome check_box_count(const struct state *state, const struct contest *contest,
                                    struct fail *fail)
{
    unsigned boxes = boxes_of(state->definition, contest);
    for (unsigned i = 0; i < state->contest_count; i++)
        boxes += boxes_of(state->definition, &state->contests[i]);
    return boxes <= LIMIT_BOXES
               ? OK
               : fail_set(fail, TOO_LARGE, "contest.boxes",
                          "with contest \"%s\" there would be %u boxes; %d fit into one result",
                          contest->id, boxes, LIMIT_BOXES);
}

static enum outcome check_contest_styles(const struct state *state, const struct contest *contest,
                                         struct fail *fail)
{
    for (size_t i = 0; i < json_array_size(contest->styles); i++)
        if (definition_style(state->definition, json_span(json_array_get(contest->styles, i))) < 0)
            return fail_set(fail, NOT_FOUND, "contest.style",
                            "contest \"%s\" names no style of the definition", contest->id);
    return OK;
}

/* What could not be counted at the end must not stand at the beginning. */
static enum outcome check_contest_fits(const struct state *state, const struct contest *contest,
                                       struct fail *fail)
{
    for (unsigned i = 0; i < state->contest_count; i++)
        if (strcmp(state->contests[i].id, contest->id) == 0)
            return fail_set(fail, CONFLICT, "contest.repeated", "contest \"%s\" stands already",
                            contest->id);
    if (state->contest_count == LIMIT_CONTESTS)
        return fail_set(fail, TOO_LARGE, "contest.count", "there are %d contests already",
                        LIMIT_CONTESTS);
    enum outcome outcome = check_contest_styles(state, contest, fail);
    if (outcome == OK && contest->layout != MARKING_RANKING)
        outcome =
            fail_set(fail, BAD_INPUT, "contest.layout",
                     "rule \"%s\" counts rankings; the layout must be \"ranking\"", contest->rule);
    if (outcome == OK)
        outcome = check_box_count(state, contest, fail);
    return outcome == OK ? tally_try(state, contest, fail) : outcome;
}

enum outcome check_contest(const struct turn *turn, struct fail *fail)
{
    struct contest contest;
    enum outcome outcome = kind_answers(turn, turn->state->definition_leaf, "the definition", fail);
    if (outcome == OK)
        outcome = read_contest(turn, &contest, fail);
    if (outcome != OK)
        return outcome;
    outcome = check_contest_fits(turn->state, &contest, fail);
    contest_done(&contest);
    return outcome;
}

enum outcome apply_contest(const struct turn *turn, struct fail *fail)
{
    struct contest *contest = &turn->state->contests[turn->state->contest_count];
    enum outcome outcome = read_contest(turn, contest, fail);
    if (outcome != OK)
        return outcome;
    memcpy(contest->leaf, turn->statement->leaf.bytes, HASH_BYTES);
    turn->state->contest_count++;
    return OK;
}

/* -- amend ------------------------------------------------------------------------------------ */

struct amendment {
    enum { AMEND_CLOSE, AMEND_WITHDRAW, AMEND_CANCEL } change;
    int64_t closes_s;
    char contest[LIMIT_ID_BYTES + 1];
    unsigned candidate;
};

static enum outcome read_amendment(const struct turn *turn, struct amendment *out,
                                   struct fail *fail)
{
    struct amendment amendment = {0};
    struct json_take take = statement_take(turn->statement, fail);
    struct span change = json_take_string(&take, "change");
    amendment.closes_s = json_take_integer(&take, "closes_at", 0, INT64_MAX);
    struct span contest = json_take_string(&take, "contest");
    amendment.candidate = (unsigned)json_take_integer(&take, "candidate", 0, LIMIT_CANDIDATES);
    struct span text = json_take_string(&take, "text");
    enum outcome outcome = json_take_end(&take);
    if (outcome != OK)
        return outcome;
    bool close = span_is(change, "close"), withdraw = span_is(change, "withdraw");
    amendment.change = close ? AMEND_CLOSE : withdraw ? AMEND_WITHDRAW : AMEND_CANCEL;
    if ((!close && !withdraw && !span_is(change, "cancel")) || text.len > LIMIT_TEXT_BYTES ||
        close != (amendment.closes_s != 0) || withdraw != (amendment.candidate != 0) ||
        (withdraw ? !id_copy(contest, amendment.contest) : contest.len != 0))
        return fail_set(fail, BAD_INPUT, "amend.malformed",
                        "an amendment is \"close\" with a time, \"withdraw\" with contest and "
                        "candidate, or \"cancel\"");
    *out = amendment;
    return OK;
}

static enum outcome check_withdrawal(const struct state *state, const struct amendment *amendment,
                                     struct fail *fail)
{
    const struct contest *contest = NULL;
    for (unsigned i = 0; i < state->contest_count; i++)
        if (strcmp(state->contests[i].id, amendment->contest) == 0)
            contest = &state->contests[i];
    if (!contest || amendment->candidate > contest->candidates)
        return fail_set(fail, NOT_FOUND, "amend.candidate", "contest \"%s\" has no candidate %u",
                        amendment->contest, amendment->candidate);
    unsigned gone = 0;
    for (unsigned i = 0; i < state->withdrawal_count; i++) {
        bool same = strcmp(state->withdrawals[i].contest, amendment->contest) == 0;
        gone += same;
        if (same && state->withdrawals[i].candidate == amendment->candidate)
            return fail_set(fail, CONFLICT, "amend.repeated", "this candidate withdrew already");
    }
    if (gone + 1 >= contest->candidates)
        return fail_set(fail, CONFLICT, "amend.last",
                        "the last candidate of contest \"%s\" cannot withdraw; cancel instead",
                        contest->id);
    if (state->withdrawal_count == sizeof state->withdrawals / sizeof *state->withdrawals)
        return fail_set(fail, TOO_LARGE, "amend.count", "too many withdrawals");
    return OK;
}

enum outcome check_amend(const struct turn *turn, struct fail *fail)
{
    struct amendment amendment;
    const struct state *state = turn->state;
    enum outcome outcome =
        kind_answers(turn, state->amend_leaf, "the definition or the last amendment", fail);
    if (outcome == OK)
        outcome = read_amendment(turn, &amendment, fail);
    if (outcome != OK)
        return outcome;
    if (amendment.change == AMEND_CLOSE && amendment.closes_s <= state->closes_s)
        return fail_set(fail, NOT_ALLOWED, "amend.close", "the close can only be put off");
    if (amendment.change == AMEND_WITHDRAW)
        return check_withdrawal(state, &amendment, fail);
    return OK;
}

enum outcome apply_amend(const struct turn *turn, struct fail *fail)
{
    struct amendment amendment;
    struct state *state = turn->state;
    enum outcome outcome = read_amendment(turn, &amendment, fail);
    if (outcome != OK)
        return outcome;
    memcpy(state->amend_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    if (amendment.change == AMEND_CLOSE) {
        state->closes_s = amendment.closes_s;
    } else if (amendment.change == AMEND_CANCEL) {
        state->phase = PHASE_CANCELLED;
    } else {
        struct withdrawal *withdrawal = &state->withdrawals[state->withdrawal_count++];
        memcpy(withdrawal->contest, amendment.contest, sizeof withdrawal->contest);
        withdrawal->candidate = amendment.candidate;
    }
    return OK;
}

/* -- notice ----------------------------------------------------------------------------------- */

enum outcome check_notice(const struct turn *turn, struct fail *fail)
{
    uint8_t subject[HASH_BYTES];
    enum outcome outcome = kind_answers(turn, turn->state->definition_leaf, "the definition", fail);
    if (outcome != OK)
        return outcome;
    struct json_take take = statement_take(turn->statement, fail);
    const json_t *text = json_take_object(&take, "text");
    json_take_hex(&take, "subject", subject, HASH_BYTES);
    outcome = json_take_end(&take);
    return outcome == OK ? text_check(text, "notice", fail) : outcome;
}

enum outcome apply_notice(const struct turn *turn, struct fail *fail)
{
    (void)turn;
    (void)fail;
    return OK;
}
