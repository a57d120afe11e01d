#include "election/ballot_cast.h"

#include "base/code.h"
#include "election/ballot.h"

#include <sodium.h>

struct ballot_secret {
    uint8_t sign[ED25519_SECRET_BYTES];
    uint8_t choices[LIMIT_CONTESTS][CHOICE_BYTES_MAX];
    struct scalar randomness[LIMIT_CONTESTS * LIMIT_CHUNKS];
    bool sealed; /* neither signed nor opened yet */
};

/* -- the code --------------------------------------------------------------------------------- */

static enum outcome find_credential(const struct ballot_cast *cast,
                                    const struct credential **out_credential, struct fail *fail)
{
    const struct state *state = cast->state;
    const struct credential *credential = electorate_find(&state->electorate, cast->credential);
    if (state->phase != PHASE_OPEN)
        return fail_set(fail, NOT_ALLOWED, "cast.closed", "voting is not open: the election is %s",
                        phase_name(state->phase));
    if (!credential)
        return fail_set(fail, NOT_ALLOWED, "cast.code",
                        "this voting code is not one of this election");
    if (credential->killed)
        return fail_set(fail, NOT_ALLOWED, "cast.killed",
                        "this voting code was replaced by a new one; use the new one");
    if (credential->ballots > 0 && !state->definition->changing)
        return fail_set(fail, CONFLICT, "cast.used",
                        "a ballot was cast with this voting code already; if that was not you, "
                        "tell the officers");
    *out_credential = credential;
    return OK;
}

static void derive_key(const struct state *state, const struct credential_code *code,
                       struct ballot_secret *secret, uint8_t *out_key)
{
    uint8_t seed[KEY_BYTES];
    credential_seed(state->definition->ctx0, code, seed);
    ed25519_pair(seed, out_key, secret->sign);
    sodium_memzero(seed, sizeof seed);
}

enum outcome ballot_cast_begin(const struct state *state, const struct credential_code *code,
                               struct ballot_cast *out_cast, struct fail *fail)
{
    const struct credential *credential = NULL;
    if (!state->definition)
        return fail_set(fail, NOT_ALLOWED, "cast.closed", "there is no election yet");
    struct ballot_cast cast = {.state = state, .secret = sodium_malloc(sizeof *cast.secret)};
    if (!cast.secret)
        return fail_set(fail, BROKEN, "memory", "no guarded memory left");
    cast.secret->sealed = false;
    buf_init(&cast.body, LIMIT_ENTRY_BYTES);
    derive_key(state, code, cast.secret, cast.credential);
    enum outcome outcome = find_credential(&cast, &credential, fail);
    if (outcome != OK) {
        ballot_cast_done(&cast);
        return outcome;
    }
    cast.paper = &state->papers[credential->style];
    *out_cast = cast;
    return OK;
}

void ballot_cast_done(struct ballot_cast *cast)
{
    if (!cast)
        return;
    sodium_free(cast->secret);
    buf_done(&cast->body);
    *cast = (struct ballot_cast){0};
}

/* -- sealing ---------------------------------------------------------------------------------- */

enum outcome ballot_cast_seal(struct ballot_cast *cast, const struct choice *choices,
                              struct fail *fail)
{
    const struct ballot_paper *paper = cast->paper;
    struct ballot_secret *secret = cast->secret;
    struct ballot_binding binding = state_binding(cast->state, cast->credential);
    enum outcome outcome = OK;
    for (unsigned i = 0; outcome == OK && i < paper->count; i++) {
        outcome = choice_write(paper->contests[i], &choices[i], secret->choices[i], fail);
        if (outcome != OK)
            fail_within(fail, "contest \"%s\"", paper->contests[i]->id);
    }
    if (outcome != OK)
        return outcome;
    buf_clear(&cast->body);
    uint8_t *body = buf_extend(&cast->body, ballot_paper_chunks(paper) * CHUNK_BALLOT_BYTES);
    if (!body)
        return buf_check(&cast->body, "ballot", fail);
    ballot_paper_seal(paper, &binding, (const uint8_t(*)[CHOICE_BYTES_MAX])secret->choices,
                      (struct envelope *)body, secret->randomness);
    credential_tracker(cast->state->ctx2, cast->credential, buf_span(&cast->body), cast->tracker);
    secret->sealed = true;
    return OK;
}

static enum outcome decide(struct ballot_cast *cast, struct fail *fail)
{
    if (!cast->secret->sealed)
        return fail_set(fail, NOT_ALLOWED, "cast.decided",
                        "this ballot was not sealed, or was cast or opened already");
    cast->secret->sealed = false;
    return OK;
}

/* -- cast ------------------------------------------------------------------------------------- */

/* Which ballot of the credential this is. */
static void place_in_sequence(const struct ballot_cast *cast, struct ballot *ballot)
{
    const struct credential *credential =
        electorate_find(&cast->state->electorate, cast->credential);
    ballot->roll = credential->roll;
    ballot->sequence = credential->ballots;
    if (credential->ballots > 0)
        memcpy(ballot->previous, credential->ballot_leaf, HASH_BYTES);
}

enum outcome ballot_cast_sign(struct ballot_cast *cast, struct buf *out_note, struct fail *fail)
{
    const struct state *state = cast->state;
    struct note_signer signer = {.secret = cast->secret->sign};
    const struct note_signer *signers[] = {&signer};
    struct ballot_place place = {span_str(state->origin), state->ctx2, state->open_leaf};
    struct ballot ballot = {.style = span_str(cast->paper->style), .body = cast->body};
    struct buf text;
    enum outcome outcome = decide(cast, fail);
    if (outcome == OK)
        outcome =
            definition_key(state->origin, NAME_CREDENTIAL, "", cast->credential, &signer.key, fail);
    if (outcome != OK)
        return outcome;
    sodium_memzero(cast->secret->randomness, sizeof cast->secret->randomness);
    sodium_memzero(cast->secret->choices, sizeof cast->secret->choices);
    memcpy(ballot.paper, cast->paper->sha256, HASH_BYTES);
    memcpy(ballot.credential, cast->credential, KEY_BYTES);
    place_in_sequence(cast, &ballot);
    buf_init(&text, LIMIT_ENTRY_BYTES);
    ballot_print(&place, &ballot, &text);
    outcome = buf_check(&text, "ballot", fail);
    if (outcome == OK) {
        statement_sign(buf_span(&text), signers, 1, out_note);
        outcome = buf_check(out_note, "ballot", fail);
    }
    buf_done(&text);
    sodium_memzero(cast->secret->sign, sizeof cast->secret->sign);
    return outcome;
}

/* -- audit ------------------------------------------------------------------------------------ */

static void append_hex(json_t *list, struct span bytes)
{
    struct buf hex;
    buf_init(&hex, 2 * CHOICE_BYTES_MAX);
    hex_add(&hex, bytes);
    json_array_append_new(list, json_string(buf_text(&hex)));
    buf_done(&hex);
}

static json_t *choices_json(const struct ballot_cast *cast)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < cast->paper->count; i++)
        append_hex(list, span_of(cast->secret->choices[i],
                                 contest_choice_bytes(cast->paper->contests[i])));
    return list;
}

static json_t *randomness_json(const struct ballot_cast *cast)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ballot_paper_chunks(cast->paper); i++)
        append_hex(list, scalar_span(&cast->secret->randomness[i]));
    return list;
}

enum outcome ballot_cast_open(struct ballot_cast *cast, struct buf *out_line, struct fail *fail)
{
    const struct state *state = cast->state;
    struct buf body;
    enum outcome outcome = decide(cast, fail);
    if (outcome != OK)
        return outcome;
    sodium_memzero(cast->secret->sign, sizeof cast->secret->sign);
    buf_init(&body, (size_t)2 * LIMIT_ENTRY_BYTES);
    base64_add(&body, buf_span(&cast->body));
    json_t *object =
        statement_begin("audit", span_str(state->origin), state->ctx2, state->open_leaf);
    json_put_string(object, "style", span_str(cast->paper->style));
    json_put_hex(object, "credential", SPAN_ARRAY(cast->credential));
    json_put_string(object, "body", buf_span(&body));
    json_put(object, "choices", choices_json(cast));
    json_put(object, "randomness", randomness_json(cast));
    statement_end(object, out_line);
    buf_done(&body);
    sodium_memzero(cast->secret, sizeof *cast->secret);
    return buf_check(out_line, "audit", fail);
}
