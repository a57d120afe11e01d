/* A trustee's part in the key ceremony (docs/protocol.md section 6). Declared in trustee/duty.h.
 *
 * All three statements of an attempt are made at once, when it begins: none depends on what others
 * say, and so the key file is written once, before the first leaves. */
#include "trustee/trustee.h"

#include "crypto/ceremony.h"

#include <stdio.h>

static struct ceremony attempt_of(const struct state *state)
{
    return (struct ceremony){.ctx0 = state->definition->ctx0,
                             .attempt = state->ceremony.attempt,
                             .k = state->definition->threshold};
}

static struct ceremony_channel channel_of(const struct state *state,
                                          const struct ceremony *ceremony, unsigned from,
                                          unsigned to)
{
    return (struct ceremony_channel){.ceremony = ceremony,
                                     .from = from,
                                     .to = to,
                                     .ephemeral = state->ceremony.dealings[from].ephemeral,
                                     .seal = state->definition->trustees[to - 1].seal};
}

static json_t *begin(const struct duty *duty, const char *kind, const uint8_t *answers)
{
    const struct state *state = trustee_state(duty);
    json_t *object =
        statement_begin(kind, span_str(state->origin), state->definition->ctx0, answers);
    json_put_integer(object, "attempt", state->ceremony.attempt);
    json_put_integer(object, "trustee", duty->index);
    return object;
}

static void append_hex(json_t *list, struct span bytes)
{
    json_t *holder = json_object();
    json_put_hex(holder, "hex", bytes);
    json_array_append(list, json_object_get(holder, "hex"));
    json_decref(holder);
}

/* -- making an attempt's statements ----------------------------------------------------------- */

static void make_commit(struct duty *duty, const struct ceremony *ceremony,
                        const struct point *commitments)
{
    struct memory *memory = duty->memory;
    uint8_t hash[HASH_BYTES];
    json_t *object = begin(duty, KIND_TRUSTEE_COMMIT, trustee_state(duty)->ceremony.begun_by);
    ceremony_commit(ceremony, duty->index, commitments, hash);
    json_put_hex(object, "coefficients", SPAN_ARRAY(hash));
    ceremony_commit_lots(ceremony, duty->index, memory->secret.lots, hash);
    json_put_hex(object, "lots", SPAN_ARRAY(hash));
    trustee_sign(duty, object, &memory->said[SAID_COMMIT]);
}

static void make_coefficients(struct duty *duty, const struct ceremony *ceremony,
                              const struct point *commitments)
{
    struct memory *memory = duty->memory;
    struct knowledge proofs[LIMIT_TRUSTEES];
    struct merkle_hash commit;
    merkle_leaf(buf_span(&memory->said[SAID_COMMIT]), &commit);
    ceremony_prove(ceremony, duty->index, &memory->secret, commitments, proofs);
    json_t *object = begin(duty, KIND_TRUSTEE_COEFFICIENTS, commit.bytes);
    json_t *points = json_array(), *proved = json_array();
    for (unsigned l = 0; l < ceremony->k; l++) {
        append_hex(points, point_span(&commitments[l]));
        append_hex(proved, span_of(&proofs[l], sizeof proofs[l]));
    }
    json_put(object, "commitments", points);
    json_put(object, "proofs", proved);
    trustee_sign(duty, object, &memory->said[SAID_COEFFICIENTS]);
}

static json_t *seal_for(struct duty *duty, const struct ceremony_channel *channel,
                        const struct scalar *e)
{
    uint8_t share[SCALAR_BYTES];
    json_t *item = json_object();
    ceremony_seal(channel, e, &duty->memory->secret, share);
    json_put_integer(item, "to", channel->to);
    json_put_hex(item, "share", SPAN_ARRAY(share));
    return item;
}

static void make_shares(struct duty *duty, const struct ceremony *ceremony)
{
    const struct state *state = trustee_state(duty);
    struct memory *memory = duty->memory;
    struct merkle_hash coefficients;
    struct scalar e;
    merkle_leaf(buf_span(&memory->said[SAID_COEFFICIENTS]), &coefficients);
    scalar_random(&e);
    struct point ephemeral = point_mul_base(&e);
    json_t *object = begin(duty, KIND_TRUSTEE_SHARES, coefficients.bytes);
    json_t *shares = json_array();
    for (unsigned to = 1; to <= state->definition->trustee_count; to++) {
        struct ceremony_channel channel = channel_of(state, ceremony, duty->index, to);
        channel.ephemeral = ephemeral;
        if (to != duty->index && state->ceremony.dealings[to].taking_part)
            json_array_append_new(shares, seal_for(duty, &channel, &e));
    }
    sodium_memzero(&e, sizeof e);
    json_put_hex(object, "ephemeral", point_span(&ephemeral));
    json_put(object, "shares", shares);
    trustee_sign(duty, object, &memory->said[SAID_SHARES]);
}

/* Fresh coefficients; the bytes for lots stay once they are drawn. */
static enum outcome draw(struct duty *duty, struct fail *fail)
{
    const struct state *state = trustee_state(duty);
    struct ceremony ceremony = attempt_of(state);
    struct memory *memory = duty->memory;
    struct point commitments[LIMIT_TRUSTEES];
    struct ceremony_secret *fresh = ceremony_secret_new(ceremony.k);
    if (!fresh)
        return fail_set(fail, BROKEN, "memory", "no guarded memory");
    if (memory->attempt > 0)
        memcpy(fresh->lots, memory->secret.lots, sizeof fresh->lots);
    memory->secret = *fresh;
    ceremony_secret_free(fresh);
    memory->attempt = ceremony.attempt;
    for (unsigned i = 0; i < SAID_COUNT; i++)
        buf_clear(&memory->said[i]);
    ceremony_commitments(&ceremony, &memory->secret, commitments);
    make_commit(duty, &ceremony, commitments);
    make_coefficients(duty, &ceremony, commitments);
    make_shares(duty, &ceremony);
    for (unsigned i = 0; i < SAID_COUNT; i++)
        if (!buf_ok(&memory->said[i]))
            return fail_set(fail, BROKEN, "memory", "out of memory");
    return trustee_remember(duty, fail);
}

/* The memory of this attempt, which must be the one from which the log's commit was made: an old
 * copy of the key file would otherwise go on with other secrets. */
static enum outcome recall(struct duty *duty, struct fail *fail)
{
    const struct key_ceremony *ceremony = &trustee_state(duty)->ceremony;
    const struct dealing *own = &ceremony->dealings[duty->index];
    struct memory *memory = duty->memory;
    struct merkle_hash commit = {{0}};
    if (memory->attempt == ceremony->attempt)
        merkle_leaf(buf_span(&memory->said[SAID_COMMIT]), &commit);
    else if (!own->committed)
        return draw(duty, fail);
    if (own->committed && memcmp(commit.bytes, own->commit_leaf, HASH_BYTES) != 0)
        return fail_set(fail, CONFLICT, "trustee.key-file",
                        "the log holds a commit of trustee %u that is not in this key file: is it "
                        "an old copy?",
                        duty->index);
    return OK;
}

/* -- shares ----------------------------------------------------------------------------------- */

/* f_from(us), off the log, or our own. BAD_PROOF ceremony.share. */
static enum outcome open_share(const struct duty *duty, unsigned from, struct scalar *out_share,
                               struct fail *fail)
{
    const struct state *state = trustee_state(duty);
    struct ceremony ceremony = attempt_of(state);
    const struct dealing *dealing = &state->ceremony.dealings[from];
    if (from == duty->index) {
        *out_share = threshold_evaluate(duty->memory->secret.coefficients, ceremony.k, duty->index);
        return OK;
    }
    struct ceremony_channel channel = channel_of(state, &ceremony, from, duty->index);
    return ceremony_open(&channel, &duty->options->keyfile->secret->seal,
                         dealing->sealed[duty->index], dealing->coefficients, out_share, fail);
}

/* All shares in guarded memory, by participant; *out_bad is the first sender whose share is bad, or
 * 0. */
static enum outcome open_shares(const struct duty *duty, struct scalar *shares, unsigned *out_count,
                                unsigned *out_bad, struct fail *fail)
{
    const struct state *state = trustee_state(duty);
    unsigned count = 0;
    *out_bad = 0;
    for (unsigned from = 1; from <= state->definition->trustee_count; from++) {
        if (!state->ceremony.dealings[from].taking_part)
            continue;
        enum outcome outcome = open_share(duty, from, &shares[count++], fail);
        if (outcome != OK) {
            *out_bad = from;
            return outcome;
        }
    }
    *out_count = count;
    return OK;
}

enum outcome trustee_share(const struct duty *duty, struct scalar **out_share, struct fail *fail)
{
    const struct state *state = trustee_state(duty);
    unsigned count = 0, bad = 0;
    if (!state->ceremony.dealings[duty->index].taking_part)
        return fail_set(fail, NOT_ALLOWED, "trustee.left-out",
                        "trustee %u took no part in the ceremony and holds no share", duty->index);
    struct scalar *shares = sodium_malloc((LIMIT_TRUSTEES + 1) * sizeof *shares);
    if (!shares)
        return fail_set(fail, BROKEN, "memory", "no guarded memory");
    enum outcome outcome = open_shares(duty, shares, &count, &bad, fail);
    if (outcome == OK) {
        shares[0] = ceremony_key_share(shares, count);
        struct point key = point_mul_base(&shares[0]);
        if (!point_equal(&key, &state->ceremony.verification[duty->index]))
            outcome = fail_set(fail, CONFLICT, "trustee.key-file",
                               "this key file does not hold the secrets of trustee %u's part in "
                               "the ceremony: is it an old copy?",
                               duty->index);
    }
    if (outcome == OK)
        *out_share = shares;
    else
        sodium_free(shares);
    return outcome;
}

static enum outcome complain(struct duty *duty, unsigned against, struct fail *fail)
{
    const struct state *state = trustee_state(duty);
    struct ceremony ceremony = attempt_of(state);
    struct ceremony_channel channel = channel_of(state, &ceremony, against, duty->index);
    struct ceremony_complaint complaint =
        ceremony_complain(&channel, &duty->options->keyfile->secret->seal);
    json_t *object =
        begin(duty, KIND_TRUSTEE_COMPLAINT, state->ceremony.dealings[against].deal_leaf);
    json_put_integer(object, "against", against);
    json_put_hex(object, "secret", point_span(&complaint.secret));
    json_put_hex(object, "proof", span_of(&complaint.proof, sizeof complaint.proof));
    report_line(REPORT_WARN, "trustee %u sent a bad share; saying so, with the proof", against);
    return trustee_say(duty, object, fail);
}

static enum outcome accept(struct duty *duty, struct fail *fail)
{
    const struct state *state = trustee_state(duty);
    uint8_t transcript[HASH_BYTES];
    struct point key;
    if (!state_key(state, transcript, &key))
        return fail_set(fail, BAD_PROOF, "trustee.key", "the election's key is not proper");
    enum outcome outcome = trustee_remember(duty, fail);
    if (outcome != OK)
        return outcome;
    json_t *object =
        begin(duty, KIND_TRUSTEE_ACCEPT, state->ceremony.dealings[duty->index].deal_leaf);
    json_put_hex(object, "transcript", SPAN_ARRAY(transcript));
    json_put_hex(object, "public", point_span(&key));
    return trustee_say(duty, object, fail);
}

static enum outcome accept_or_complain(struct duty *duty, struct fail *fail)
{
    unsigned count = 0, bad = 0;
    struct scalar *shares = sodium_malloc((LIMIT_TRUSTEES + 1) * sizeof *shares);
    if (!shares)
        return fail_set(fail, BROKEN, "memory", "no guarded memory");
    enum outcome outcome = open_shares(duty, shares, &count, &bad, fail);
    sodium_free(shares);
    if (bad != 0)
        return complain(duty, bad, fail);
    return outcome == OK ? accept(duty, fail) : outcome;
}

/* -- whose turn it is ------------------------------------------------------------------------- */

/* True when not everybody has come so far; says who is missing. */
static bool others_missing(struct duty *duty, size_t flag_offset, const char *what)
{
    const struct state *state = trustee_state(duty);
    char list[160] = "";
    for (unsigned i = 1; i <= state->definition->trustee_count; i++) {
        const struct dealing *dealing = &state->ceremony.dealings[i];
        size_t len = strlen(list);
        if (dealing->taking_part && !*(const bool *)((const char *)dealing + flag_offset))
            (void)snprintf(list + len, sizeof list - len, "%s%u", len ? ", " : "", i);
    }
    trustee_waits_for(duty, "%s of trustee %s", what, list);
    return list[0] != '\0';
}
#define OTHERS_MISSING(duty, flag, what) others_missing(duty, offsetof(struct dealing, flag), what)

static enum outcome post_said(struct duty *duty, enum said which, struct fail *fail)
{
    const struct wire *wire = duty->options->wire;
    return wire->post(wire->ctx, buf_span(&duty->memory->said[which]), fail);
}

static enum outcome next(struct duty *duty, enum step *out_step, struct fail *fail)
{
    const struct dealing *own = &trustee_state(duty)->ceremony.dealings[duty->index];
    enum outcome outcome = recall(duty, fail);
    *out_step = STEP_DID;
    if (outcome != OK)
        return outcome;
    if (!own->committed)
        return post_said(duty, SAID_COMMIT, fail);
    *out_step = STEP_WAIT;
    if (OTHERS_MISSING(duty, committed, "the commitment"))
        return OK;
    *out_step = STEP_DID;
    if (!own->revealed)
        return post_said(duty, SAID_COEFFICIENTS, fail);
    *out_step = STEP_WAIT;
    if (OTHERS_MISSING(duty, revealed, "the coefficients"))
        return OK;
    *out_step = STEP_DID;
    if (!own->dealt)
        return post_said(duty, SAID_SHARES, fail);
    *out_step = STEP_WAIT;
    if (OTHERS_MISSING(duty, dealt, "the shares"))
        return OK;
    *out_step = STEP_DID;
    if (!own->accepted)
        return accept_or_complain(duty, fail);
    *out_step = STEP_WAIT;
    (void)OTHERS_MISSING(duty, accepted, "the acceptance");
    return OK;
}

enum outcome trustee_ceremony_step(struct duty *duty, enum step *out_step, struct fail *fail)
{
    const struct key_ceremony *ceremony = &trustee_state(duty)->ceremony;
    *out_step = STEP_WAIT;
    if (!ceremony->dealings[duty->index].taking_part)
        return fail_set(fail, NOT_ALLOWED, "trustee.left-out",
                        "trustee %u takes no part in attempt %u of the ceremony", duty->index,
                        ceremony->attempt);
    if (ceremony->over) {
        trustee_waits_for(duty,
                          "two officers to begin the ceremony again without trustee %u (trustee %u "
                          "complained of trustee %u)",
                          ceremony->culprit, ceremony->complainant, ceremony->accused);
        return OK;
    }
    if (!ceremony->complete)
        return next(duty, out_step, fail);
    struct scalar *share;
    enum outcome outcome = trustee_share(duty, &share, fail);
    if (outcome != OK)
        return outcome;
    sodium_free(share);
    *out_step = STEP_OVER;
    return OK;
}
