/* The kinds reissue.order and reissue: a new code for a lost one, or for a member in whose name
 * somebody else has voted (docs/protocol.md section 7). */
#include "election/kind.h"

/* -- what may be ordered ---------------------------------------------------------------------- */

/* A credential that may be killed: it lives and nobody has voted with it. */
static enum outcome find_unused(const struct state *state, const uint8_t *key,
                                struct credential **out_credential, struct fail *fail)
{
    struct credential *credential = electorate_find(&state->electorate, key);
    if (!credential || credential->killed)
        return fail_set(fail, NOT_FOUND, "reissue.credential", "no such credential is in use");
    if (credential->ballots > 0)
        return fail_set(fail, NOT_ALLOWED, "reissue.used",
                        "a ballot was cast with this credential; a tendered one can be ordered "
                        "beside it");
    *out_credential = credential;
    return OK;
}

/* One with a ballot that somebody disowns: once, and not one that is itself tendered. */
static enum outcome find_disowned(const struct state *state, const uint8_t *key,
                                  struct credential **out_credential, struct fail *fail)
{
    struct credential *credential = electorate_find(&state->electorate, key);
    if (!credential || credential->killed)
        return fail_set(fail, NOT_FOUND, "reissue.credential", "no such credential is in use");
    if (credential->ballots == 0 || credential->standing == CREDENTIAL_TENDERED)
        return fail_set(fail, NOT_ALLOWED, "reissue.tendered",
                        "a tendered ballot is for a member whose own credential has voted");
    *out_credential = credential;
    return OK;
}

static enum outcome find_ordered(const struct state *state, const uint8_t *key, bool tendered,
                                 struct credential **out_credential, struct fail *fail)
{
    return tendered ? find_disowned(state, key, out_credential, fail)
                    : find_unused(state, key, out_credential, fail);
}

/* An order whose credential has voted meanwhile can't be carried out, and hinders nobody. */
static bool order_waits(const struct state *state)
{
    struct credential *credential;
    return state->reissue_ordered && find_ordered(state, state->reissue_order_key,
                                                  state->reissue_tendered, &credential, NULL) == OK;
}

/* -- order ------------------------------------------------------------------------------------ */

static enum outcome read_order(const struct turn *turn, uint8_t out_key[static KEY_BYTES],
                               bool *out_tendered, struct fail *fail)
{
    struct json_take take = statement_take(turn->statement, fail);
    json_take_hex(&take, "credential", out_key, KEY_BYTES);
    *out_tendered = json_take_bool(&take, "tendered");
    struct span reason = json_take_string(&take, "reason");
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK && (reason.len == 0 || reason.len > LIMIT_TEXT_BYTES))
        outcome = fail_set(fail, BAD_INPUT, "reissue.order", "a reason is needed");
    return outcome;
}

enum outcome check_reissue_order(const struct turn *turn, struct fail *fail)
{
    uint8_t key[KEY_BYTES];
    bool tendered;
    struct credential *credential;
    enum outcome outcome = read_order(turn, key, &tendered, fail);
    if (outcome == OK)
        outcome = find_ordered(turn->state, key, tendered, &credential, fail);
    if (outcome != OK)
        return outcome;
    if (tendered && credential->tendered_for)
        return fail_set(fail, CONFLICT, "reissue.repeated",
                        "a tendered credential was ordered beside this one already");
    outcome = kind_answers(turn, credential->made_by, "the issue of the credential", fail);
    if (outcome == OK && order_waits(turn->state))
        outcome = fail_set(fail, BUSY, "reissue.order",
                           "an earlier order waits for the registrar; carry that out first");
    return outcome;
}

enum outcome apply_reissue_order(const struct turn *turn, struct fail *fail)
{
    struct state *state = turn->state;
    bool tendered;
    enum outcome outcome = read_order(turn, state->reissue_order_key, &tendered, fail);
    if (outcome != OK)
        return outcome;
    memcpy(state->reissue_order_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    state->reissue_tendered = tendered;
    state->reissue_ordered = true;
    if (tendered)
        electorate_find(&state->electorate, state->reissue_order_key)->tendered_for = true;
    return OK;
}

/* -- reissue ---------------------------------------------------------------------------------- */

struct reissue_entry {
    uint8_t old[KEY_BYTES];
    struct credential fresh;
};

static enum outcome read_reissue(const struct turn *turn, struct reissue_entry *out,
                                 struct fail *fail)
{
    uint8_t binding[HASH_BYTES];
    struct json_take take = statement_take(turn->statement, fail);
    json_take_hex(&take, "old", out->old, KEY_BYTES);
    json_take_hex(&take, "new", out->fresh.key, KEY_BYTES);
    struct span style = json_take_string(&take, "style");
    struct span standing = json_take_string(&take, "standing");
    json_take_hex(&take, "binding", binding, HASH_BYTES);
    enum outcome outcome = json_take_end(&take);
    if (outcome != OK)
        return outcome;
    int style_index = definition_style(turn->state->definition, style);
    int standing_index = standing_find(standing);
    if (style_index < 0 || standing_index < 0)
        return fail_set(fail, BAD_INPUT, "reissue.style", "no such style or standing");
    out->fresh.style = (uint16_t)style_index;
    out->fresh.standing = (enum credential_standing)standing_index;
    return OK;
}

static enum outcome check_fresh(const struct state *state, const struct credential *old,
                                const struct credential *fresh, struct fail *fail)
{
    enum credential_standing expected =
        state->reissue_tendered ? CREDENTIAL_TENDERED : old->standing;
    if (fresh->style != old->style || fresh->standing != expected)
        return fail_set(fail, CONFLICT, "reissue.style",
                        "this reissue keeps the style and has the standing \"%s\"",
                        standing_name(expected));
    if (electorate_find(&state->electorate, fresh->key))
        return fail_set(fail, CONFLICT, "reissue.repeated", "the new credential is in use already");
    if (state->electorate.count >= LIMIT_CREDENTIALS)
        return fail_set(fail, TOO_LARGE, "reissue.total", "there may be %d credentials in all",
                        LIMIT_CREDENTIALS);
    return OK;
}

enum outcome check_reissue(const struct turn *turn, struct fail *fail)
{
    const struct state *state = turn->state;
    struct reissue_entry entry = {0};
    struct credential *old;
    if (!state->reissue_ordered)
        return fail_set(fail, NOT_ALLOWED, "reissue.unordered", "nobody ordered a reissue");
    enum outcome outcome = kind_answers(turn, state->reissue_order_leaf, "its order", fail);
    if (outcome == OK)
        outcome = read_reissue(turn, &entry, fail);
    if (outcome == OK && memcmp(entry.old, state->reissue_order_key, KEY_BYTES) != 0)
        outcome =
            fail_set(fail, CONFLICT, "reissue.credential", "the order was for another credential");
    if (outcome == OK)
        outcome = find_ordered(state, entry.old, state->reissue_tendered, &old, fail);
    return outcome == OK ? check_fresh(state, old, &entry.fresh, fail) : outcome;
}

enum outcome apply_reissue(const struct turn *turn, struct fail *fail)
{
    struct state *state = turn->state;
    struct reissue_entry entry = {0};
    struct credential *old;
    enum outcome outcome = read_reissue(turn, &entry, fail);
    if (outcome == OK)
        outcome = find_ordered(state, entry.old, state->reissue_tendered, &old, fail);
    if (outcome != OK)
        return outcome;
    old->killed = !state->reissue_tendered;
    entry.fresh.roll = old->roll;
    memcpy(entry.fresh.made_by, turn->statement->leaf.bytes, HASH_BYTES);
    outcome = electorate_add(&state->electorate, &entry.fresh, fail);
    state->reissue_ordered = false;
    return outcome;
}
