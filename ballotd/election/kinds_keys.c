/* The kinds of the key ceremony (docs/protocol.md section 6). The proofs are crypto/ceremony.h; who
 * must say what when is here. */
#include "election/kind.h"

#include "base/code.h"
#include "crypto/ceremony.h"
#include "crypto/context.h"

/* -- where the ceremony stands ------------------------------------------------------------------
 */

struct ceremony ceremony_proofs_of(const struct state *state)
{
    return (struct ceremony){.ctx0 = state->definition->ctx0,
                             .attempt = state->ceremony.attempt,
                             .k = state->definition->threshold};
}

static bool everybody(const struct state *state, size_t flag_offset)
{
    for (unsigned i = 1; i <= state->definition->trustee_count; i++) {
        const struct dealing *dealing = &state->ceremony.dealings[i];
        if (dealing->taking_part && !*(const bool *)((const char *)dealing + flag_offset))
            return false;
    }
    return true;
}
#define EVERYBODY(state, flag) everybody(state, offsetof(struct dealing, flag))

/* "attempt" and "trustee", which begin the members of all of them. */
enum outcome ceremony_take_sender(const struct turn *turn, struct json_take *take,
                                  unsigned *out_index, struct fail *fail)
{
    const struct state *state = turn->state;
    json_take_integer(take, "attempt", state->ceremony.attempt, state->ceremony.attempt);
    int64_t index = json_take_integer(take, "trustee", 1, state->definition->trustee_count);
    if (take->failed)
        return BAD_INPUT;
    if (state->ceremony.complete || state->ceremony.over)
        return fail_set(fail, NOT_ALLOWED, "trustee.stage", "this attempt of the ceremony is over");
    if (!state->ceremony.dealings[index].taking_part)
        return fail_set(fail, NOT_ALLOWED, "trustee.participant",
                        "trustee %d takes no part in this attempt", (int)index);
    *out_index = (unsigned)index;
    return OK;
}

enum outcome ceremony_wrong_stage(struct fail *fail, const char *why)
{
    return fail_set(fail, NOT_ALLOWED, "trustee.stage", "not now: %s", why);
}

static bool read_points(const json_t *list, unsigned count, struct point *out)
{
    if (json_array_size(list) != count)
        return false;
    for (unsigned i = 0; i < count; i++)
        if (!hex_read(json_span(json_array_get(list, i)), out[i].bytes, POINT_BYTES))
            return false;
    return true;
}

/* -- trustee.commit --------------------------------------------------------------------------- */

static enum outcome read_commit(const struct turn *turn, unsigned *out_index,
                                uint8_t *out_commitment, uint8_t *out_lots, struct fail *fail)
{
    struct json_take take = statement_take(turn->statement, fail);
    enum outcome outcome = ceremony_take_sender(turn, &take, out_index, fail);
    if (outcome != OK)
        return outcome;
    json_take_hex(&take, "coefficients", out_commitment, HASH_BYTES);
    json_take_hex(&take, "lots", out_lots, HASH_BYTES);
    return json_take_end(&take);
}

enum outcome check_trustee_commit(const struct turn *turn, struct fail *fail)
{
    unsigned index;
    uint8_t commitment[HASH_BYTES], lots[HASH_BYTES];
    enum outcome outcome = read_commit(turn, &index, commitment, lots, fail);
    if (outcome == OK)
        outcome =
            kind_answers(turn, turn->state->ceremony.begun_by, "what began this attempt", fail);
    if (outcome == OK && turn->state->ceremony.dealings[index].committed)
        outcome =
            fail_set(fail, CONFLICT, "trustee.repeated", "trustee %u committed already", index);
    return outcome;
}

enum outcome apply_trustee_commit(const struct turn *turn, struct fail *fail)
{
    unsigned index;
    uint8_t commitment[HASH_BYTES], lots[HASH_BYTES];
    enum outcome outcome = read_commit(turn, &index, commitment, lots, fail);
    if (outcome != OK)
        return outcome;
    struct dealing *dealing = &turn->state->ceremony.dealings[index];
    memcpy(dealing->commitment, commitment, HASH_BYTES);
    memcpy(dealing->lots, lots, HASH_BYTES);
    memcpy(dealing->commit_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    dealing->committed = true;
    return OK;
}

/* -- trustee.coefficients --------------------------------------------------------------------- */

static enum outcome read_coefficients(const struct turn *turn, unsigned *out_index,
                                      struct point *out_points, struct knowledge *out_proofs,
                                      struct fail *fail)
{
    unsigned k = turn->state->definition->threshold;
    struct json_take take = statement_take(turn->statement, fail);
    enum outcome outcome = ceremony_take_sender(turn, &take, out_index, fail);
    if (outcome != OK)
        return outcome;
    const json_t *points = json_take_array(&take, "commitments");
    const json_t *proofs = json_take_array(&take, "proofs");
    outcome = json_take_end(&take);
    bool sound =
        outcome == OK && read_points(points, k, out_points) && json_array_size(proofs) == k;
    for (unsigned i = 0; sound && i < k; i++)
        sound = hex_read(json_span(json_array_get(proofs, i)), (uint8_t *)&out_proofs[i],
                         sizeof out_proofs[i]);
    if (outcome == OK && !sound)
        outcome = fail_set(fail, BAD_INPUT, "trustee.coefficients",
                           "exactly %u commitments and proofs in hex are needed", k);
    return outcome;
}

enum outcome check_trustee_coefficients(const struct turn *turn, struct fail *fail)
{
    const struct state *state = turn->state;
    unsigned index;
    struct point points[LIMIT_TRUSTEES];
    struct knowledge proofs[LIMIT_TRUSTEES];
    enum outcome outcome = read_coefficients(turn, &index, points, proofs, fail);
    if (outcome != OK)
        return outcome;
    const struct dealing *dealing = &state->ceremony.dealings[index];
    if (!EVERYBODY(state, committed))
        return ceremony_wrong_stage(fail, "not everybody has committed");
    if (dealing->revealed)
        return fail_set(fail, CONFLICT, "trustee.repeated", "trustee %u did this already", index);
    outcome = kind_answers(turn, dealing->commit_leaf, "the trustee's own commit", fail);
    struct ceremony ceremony = ceremony_proofs_of(state);
    if (outcome == OK && turn->trust == TRUST_NOTHING)
        outcome = ceremony_check(&ceremony, index, dealing->commitment, points, proofs, fail);
    return outcome;
}

enum outcome apply_trustee_coefficients(const struct turn *turn, struct fail *fail)
{
    unsigned index;
    struct point points[LIMIT_TRUSTEES];
    struct knowledge proofs[LIMIT_TRUSTEES];
    enum outcome outcome = read_coefficients(turn, &index, points, proofs, fail);
    if (outcome != OK)
        return outcome;
    struct dealing *dealing = &turn->state->ceremony.dealings[index];
    memcpy(dealing->coefficients, points, sizeof points);
    memcpy(dealing->reveal_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    dealing->revealed = true;
    return OK;
}

/* -- trustee.shares --------------------------------------------------------------------------- */

/* One share for every other participant, ascending. */
static enum outcome read_share_list(const struct state *state, unsigned from, const json_t *list,
                                    uint8_t (*out_sealed)[SCALAR_BYTES], struct fail *fail)
{
    size_t at = 0;
    for (unsigned to = 1; to <= state->definition->trustee_count; to++) {
        if (to == from || !state->ceremony.dealings[to].taking_part)
            continue;
        struct json_take take = json_take_from(json_array_get(list, at++), "share", fail);
        json_take_integer(&take, "to", to, to);
        json_take_hex(&take, "share", out_sealed[to], SCALAR_BYTES);
        enum outcome outcome = json_take_end(&take);
        if (outcome != OK)
            return outcome;
    }
    if (json_array_size(list) != at)
        return fail_set(fail, BAD_INPUT, "trustee.shares", "%zu shares are needed", at);
    return OK;
}

static enum outcome read_shares(const struct turn *turn, unsigned *out_index,
                                struct point *out_ephemeral, uint8_t (*out_sealed)[SCALAR_BYTES],
                                struct fail *fail)
{
    struct json_take take = statement_take(turn->statement, fail);
    enum outcome outcome = ceremony_take_sender(turn, &take, out_index, fail);
    if (outcome != OK)
        return outcome;
    json_take_hex(&take, "ephemeral", out_ephemeral->bytes, POINT_BYTES);
    const json_t *list = json_take_array(&take, "shares");
    outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = read_share_list(turn->state, *out_index, list, out_sealed, fail);
    if (outcome == OK && !point_is_proper(out_ephemeral))
        outcome = fail_set(fail, BAD_INPUT, "trustee.ephemeral", "not a proper point");
    return outcome;
}

enum outcome check_trustee_shares(const struct turn *turn, struct fail *fail)
{
    const struct state *state = turn->state;
    unsigned index;
    struct point ephemeral;
    uint8_t sealed[LIMIT_TRUSTEES + 1][SCALAR_BYTES];
    enum outcome outcome = read_shares(turn, &index, &ephemeral, sealed, fail);
    if (outcome != OK)
        return outcome;
    const struct dealing *dealing = &state->ceremony.dealings[index];
    if (!EVERYBODY(state, revealed))
        return ceremony_wrong_stage(fail, "not everybody's coefficients are there");
    if (dealing->dealt)
        return fail_set(fail, CONFLICT, "trustee.repeated", "trustee %u dealt already", index);
    return kind_answers(turn, dealing->reveal_leaf, "the trustee's own coefficients", fail);
}

enum outcome apply_trustee_shares(const struct turn *turn, struct fail *fail)
{
    unsigned index;
    struct point ephemeral;
    uint8_t sealed[LIMIT_TRUSTEES + 1][SCALAR_BYTES] = {{0}};
    enum outcome outcome = read_shares(turn, &index, &ephemeral, sealed, fail);
    if (outcome != OK)
        return outcome;
    struct dealing *dealing = &turn->state->ceremony.dealings[index];
    dealing->ephemeral = ephemeral;
    memcpy(dealing->sealed, sealed, sizeof sealed);
    memcpy(dealing->deal_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    dealing->dealt = true;
    return OK;
}

/* -- trustee.accept --------------------------------------------------------------------------- */

/* All commitments of the participants, k each, ascending: what threshold.h takes. */
static unsigned gather_commitments(const struct state *state, struct point *out)
{
    unsigned participants = 0, k = state->definition->threshold;
    for (unsigned i = 1; i <= state->definition->trustee_count; i++)
        if (state->ceremony.dealings[i].taking_part)
            memcpy(out + (size_t)k * participants++, state->ceremony.dealings[i].coefficients,
                   k * sizeof *out);
    return participants;
}

static void key_transcript(const struct state *state, uint8_t out_transcript[static HASH_BYTES])
{
    uint8_t leaves[3 * LIMIT_TRUSTEES][HASH_BYTES];
    size_t count = 0;
    for (unsigned stage = 0; stage < 3; stage++)
        for (unsigned i = 1; i <= state->definition->trustee_count; i++) {
            const struct dealing *dealing = &state->ceremony.dealings[i];
            const uint8_t *leaf = stage == 0   ? dealing->commit_leaf
                                  : stage == 1 ? dealing->reveal_leaf
                                               : dealing->deal_leaf;
            if (dealing->taking_part)
                memcpy(leaves[count++], leaf, HASH_BYTES);
        }
    struct ceremony ceremony = ceremony_proofs_of(state);
    ceremony_transcript(&ceremony, (const uint8_t(*)[HASH_BYTES])leaves, count, out_transcript);
}

/* The election's key and every participant's verification key; false when one is not proper. */
static bool derive_keys(const struct state *state, struct point *out_key,
                        struct point out_verification[static LIMIT_TRUSTEES + 1])
{
    struct point commitments[LIMIT_TRUSTEES * LIMIT_TRUSTEES];
    unsigned participants = gather_commitments(state, commitments);
    unsigned k = state->definition->threshold;
    bool proper = threshold_public(commitments, participants, k, out_key);
    for (unsigned i = 1; proper && i <= state->definition->trustee_count; i++)
        if (state->ceremony.dealings[i].taking_part)
            proper =
                threshold_verification_key(commitments, participants, k, i, &out_verification[i]);
    return proper;
}

bool state_key(const struct state *state, uint8_t out_transcript[static HASH_BYTES],
               struct point *out_key)
{
    struct point verification[LIMIT_TRUSTEES + 1];
    if (!EVERYBODY(state, dealt) || !derive_keys(state, out_key, verification))
        return false;
    key_transcript(state, out_transcript);
    return true;
}

static enum outcome read_accept(const struct turn *turn, unsigned *out_index, uint8_t *transcript,
                                struct point *key, struct fail *fail)
{
    struct json_take take = statement_take(turn->statement, fail);
    enum outcome outcome = ceremony_take_sender(turn, &take, out_index, fail);
    if (outcome != OK)
        return outcome;
    json_take_hex(&take, "transcript", transcript, HASH_BYTES);
    json_take_hex(&take, "public", key->bytes, POINT_BYTES);
    return json_take_end(&take);
}

enum outcome check_trustee_accept(const struct turn *turn, struct fail *fail)
{
    const struct state *state = turn->state;
    unsigned index;
    uint8_t stated[HASH_BYTES], transcript[HASH_BYTES];
    struct point key, stated_key;
    enum outcome outcome = read_accept(turn, &index, stated, &stated_key, fail);
    if (outcome != OK)
        return outcome;
    const struct dealing *dealing = &state->ceremony.dealings[index];
    if (!EVERYBODY(state, dealt))
        return ceremony_wrong_stage(fail, "not everybody has dealt shares");
    if (dealing->accepted)
        return fail_set(fail, CONFLICT, "trustee.repeated", "trustee %u accepted already", index);
    outcome = kind_answers(turn, dealing->deal_leaf, "the trustee's own shares", fail);
    if (outcome != OK)
        return outcome;
    if (!state_key(state, transcript, &key))
        return fail_set(fail, BAD_PROOF, "trustee.key", "a key of the ceremony is not proper");
    if (memcmp(stated, transcript, HASH_BYTES) != 0 || !point_equal(&key, &stated_key))
        return fail_set(fail, CONFLICT, "trustee.transcript",
                        "trustee %u accepted another transcript or key", index);
    return OK;
}

/* With the last acceptance the key stands. */
static enum outcome complete(struct state *state, struct fail *fail)
{
    struct key_ceremony *ceremony = &state->ceremony;
    if (!derive_keys(state, &ceremony->key, ceremony->verification))
        return fail_set(fail, BAD_PROOF, "trustee.key", "a key of the ceremony is not proper");
    key_transcript(state, ceremony->transcript);
    context_key(state->definition->ctx0, ceremony->transcript, &ceremony->key, state->ctx1);
    ceremony->complete = true;
    return OK;
}

enum outcome apply_trustee_accept(const struct turn *turn, struct fail *fail)
{
    struct state *state = turn->state;
    unsigned index;
    uint8_t transcript[HASH_BYTES];
    struct point key;
    enum outcome outcome = read_accept(turn, &index, transcript, &key, fail);
    if (outcome != OK)
        return outcome;
    state->ceremony.dealings[index].accepted = true;
    return EVERYBODY(state, accepted) ? complete(state, fail) : OK;
}
