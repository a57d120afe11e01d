/* What goes wrong in a key ceremony: a complaint, and the restart without whoever stopped it
 * (docs/protocol.md section 6, steps 4 and 5). */
#include "election/kind.h"

#include "crypto/ceremony.h"

/* -- trustee.complaint ------------------------------------------------------------------------ */

struct complaint_entry {
    unsigned by, against;
    struct ceremony_complaint complaint;
};

static enum outcome read_complaint(const struct turn *turn, struct complaint_entry *out,
                                   struct fail *fail)
{
    struct json_take take = statement_take(turn->statement, fail);
    enum outcome outcome = ceremony_take_sender(turn, &take, &out->by, fail);
    if (outcome != OK)
        return outcome;
    out->against =
        (unsigned)json_take_integer(&take, "against", 1, turn->state->definition->trustee_count);
    json_take_hex(&take, "secret", out->complaint.secret.bytes, POINT_BYTES);
    json_take_hex(&take, "proof", (uint8_t *)&out->complaint.proof, sizeof out->complaint.proof);
    return json_take_end(&take);
}

static struct ceremony_channel channel_of(const struct state *state,
                                          const struct ceremony *ceremony, unsigned from,
                                          unsigned to)
{
    return (struct ceremony_channel){
        .ceremony = ceremony,
        .from = from,
        .to = to,
        .ephemeral = state->ceremony.dealings[from].ephemeral,
        .seal = state->definition->trustees[to - 1].seal,
    };
}

enum outcome check_trustee_complaint(const struct turn *turn, struct fail *fail)
{
    const struct state *state = turn->state;
    struct complaint_entry entry;
    enum outcome outcome = read_complaint(turn, &entry, fail);
    if (outcome != OK)
        return outcome;
    const struct dealing *accused = &state->ceremony.dealings[entry.against];
    if (entry.by == entry.against || !accused->taking_part || !accused->dealt)
        return ceremony_wrong_stage(fail, "that trustee has dealt no share to complain of");
    outcome = kind_answers(turn, accused->deal_leaf, "the shares complained of", fail);
    struct ceremony ceremony = ceremony_proofs_of(state);
    struct ceremony_channel channel = channel_of(state, &ceremony, entry.against, entry.by);
    if (outcome == OK && turn->trust == TRUST_NOTHING &&
        !ceremony_complaint_check(&channel, &entry.complaint))
        outcome =
            fail_set(fail, BAD_PROOF, "trustee.complaint", "the complaint's proof does not hold");
    return outcome;
}

enum outcome apply_trustee_complaint(const struct turn *turn, struct fail *fail)
{
    struct state *state = turn->state;
    struct complaint_entry entry;
    enum outcome outcome = read_complaint(turn, &entry, fail);
    if (outcome != OK)
        return outcome;
    const struct dealing *accused = &state->ceremony.dealings[entry.against];
    struct ceremony ceremony = ceremony_proofs_of(state);
    struct ceremony_channel channel = channel_of(state, &ceremony, entry.against, entry.by);
    enum ceremony_culprit culprit = ceremony_judge(
        &channel, &entry.complaint, accused->sealed[entry.by], accused->coefficients);
    state->ceremony.over = true;
    state->ceremony.complainant = entry.by;
    state->ceremony.accused = entry.against;
    state->ceremony.culprit = culprit == CEREMONY_SENDER ? entry.against : entry.by;
    memcpy(state->ceremony.complaint_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    return OK;
}

/* -- trustee.restart -------------------------------------------------------------------------- */

/* The new participants: ascending, all of the present attempt, at least k. */
static enum outcome read_participants(const struct state *state, const json_t *list,
                                      bool *out_taking_part, struct fail *fail)
{
    int64_t last = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        int64_t index = json_integer_value(json_array_get(list, i));
        if (index <= last || index > state->definition->trustee_count ||
            !state->ceremony.dealings[index].taking_part)
            return fail_set(fail, BAD_INPUT, "trustee.restart",
                            "\"trustees\" must be participants of this attempt, ascending");
        out_taking_part[index] = true;
        last = index;
    }
    if (json_array_size(list) < state->definition->threshold)
        return fail_set(fail, BAD_INPUT, "trustee.restart", "fewer trustees than the threshold");
    return OK;
}

static enum outcome read_restart(const struct turn *turn, bool *out_taking_part,
                                 struct span *out_reason, struct fail *fail)
{
    const struct state *state = turn->state;
    struct json_take take = statement_take(turn->statement, fail);
    json_take_integer(&take, "attempt", state->ceremony.attempt + 1, state->ceremony.attempt + 1);
    const json_t *list = json_take_array(&take, "trustees");
    *out_reason = json_take_string(&take, "reason");
    struct span text = json_take_string(&take, "text");
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK && text.len > LIMIT_TEXT_BYTES)
        outcome = fail_set(fail, TOO_LARGE, "trustee.restart", "the text is too long");
    return outcome == OK ? read_participants(state, list, out_taking_part, fail) : outcome;
}

static enum outcome check_reason(const struct state *state, const bool *taking_part,
                                 struct span reason, struct fail *fail)
{
    const struct key_ceremony *ceremony = &state->ceremony;
    bool smaller = false;
    for (unsigned i = 1; i <= state->definition->trustee_count; i++)
        smaller = smaller || (ceremony->dealings[i].taking_part && !taking_part[i]);
    const char *expected = !ceremony->over                          ? "absent"
                           : ceremony->culprit == ceremony->accused ? "proved"
                                                                    : "false-complaint";
    if (!span_is(reason, expected))
        return fail_set(fail, CONFLICT, "trustee.restart", "the reason must be \"%s\"", expected);
    if (ceremony->over ? taking_part[ceremony->culprit] : !smaller)
        return fail_set(fail, CONFLICT, "trustee.restart",
                        "the new attempt must leave out the trustee who stopped this one");
    return OK;
}

enum outcome check_trustee_restart(const struct turn *turn, struct fail *fail)
{
    const struct state *state = turn->state;
    bool taking_part[LIMIT_TRUSTEES + 1] = {false};
    struct span reason;
    if (state->ceremony.complete)
        return ceremony_wrong_stage(fail, "the ceremony is complete");
    enum outcome outcome = read_restart(turn, taking_part, &reason, fail);
    if (outcome == OK)
        outcome = check_reason(state, taking_part, reason, fail);
    if (outcome != OK)
        return outcome;
    return state->ceremony.over
               ? kind_answers(turn, state->ceremony.complaint_leaf, "the complaint", fail)
               : kind_answers(turn, state->ceremony.begun_by, "what began this attempt", fail);
}

enum outcome apply_trustee_restart(const struct turn *turn, struct fail *fail)
{
    struct state *state = turn->state;
    bool taking_part[LIMIT_TRUSTEES + 1] = {false};
    struct span reason;
    enum outcome outcome = read_restart(turn, taking_part, &reason, fail);
    if (outcome != OK)
        return outcome;
    unsigned attempt = state->ceremony.attempt + 1;
    state->ceremony = (struct key_ceremony){.attempt = attempt};
    memcpy(state->ceremony.begun_by, turn->statement->leaf.bytes, HASH_BYTES);
    for (unsigned i = 1; i <= LIMIT_TRUSTEES; i++)
        state->ceremony.dealings[i].taking_part = taking_part[i];
    return OK;
}
