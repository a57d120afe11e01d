/* A trustee's mixes (docs/protocol.md section 9). Declared in trustee/duty.h. */
#include "trustee/trustee.h"

#include "base/clock.h"
#include "crypto/shuffle.h"
#include "election/boxes.h"

#include <stdio.h>

struct mixed {
    struct buf list, proof;
};

static enum outcome shuffle(struct duty *duty, const struct mix_place *place,
                            const struct cipherlist *before, struct mixed *out, struct fail *fail)
{
    struct bases bases;
    struct trustee_progress progress;
    char what[160];
    uint8_t *list = buf_extend(&out->list, cipherlist_span(before).len);
    uint8_t *proof = buf_extend(&out->proof, mixproof_bytes(before->count, before->width));
    if (!list || !proof)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    (void)snprintf(what, sizeof what, "mixing %zu papers of %.*s", before->count,
                   (int)place->box.len, (const char *)place->box.ptr);
    trustee_progress_begin(duty, what, &progress);
    enum outcome outcome = bases_init(&bases, before->count, &progress.work, fail);
    if (outcome == OK) {
        outcome = shuffle_make(place, &bases, before, &progress.work, (struct ciphertext *)list,
                               proof, fail);
        bases_done(&bases);
    }
    progress_end(&progress.line);
    return outcome;
}

static enum outcome state_mix(struct duty *duty, const struct box *box, const struct mixed *mixed,
                              struct fail *fail)
{
    const struct state *state = trustee_state(duty);
    json_t *output = NULL, *proof = NULL;
    enum outcome outcome = trustee_put_blob(duty, buf_span(&mixed->list), &output, fail);
    if (outcome == OK)
        outcome = trustee_put_blob(duty, buf_span(&mixed->proof), &proof, fail);
    if (outcome != OK) {
        json_decref(output);
        return outcome;
    }
    json_t *object =
        statement_begin(KIND_MIX, span_str(state->origin), state->ctx3, box->last_leaf);
    json_put_string(object, "box", span_str(box->name));
    json_put_integer(object, "step", box->steps + 1);
    json_put_integer(object, "trustee", duty->index);
    json_put_hex(object, "input", SPAN_ARRAY(box->list));
    json_put(object, "output", output);
    json_put(object, "proof", proof);
    return trustee_say(duty, object, fail);
}

static enum outcome mix(struct duty *duty, const struct box *box, struct fail *fail)
{
    const struct state *state = trustee_state(duty);
    struct sources sources = follow_sources(&duty->follow);
    struct mix_place place = {state->ctx3, span_str(box->name), duty->index, box->steps + 1,
                              &state->ceremony.key};
    struct cipherlist before;
    struct buf input;
    struct mixed mixed;
    buf_init(&mixed.list, LIMIT_BLOB_BYTES);
    buf_init(&mixed.proof, LIMIT_BLOB_BYTES);
    enum outcome outcome = box_list_read(state, &sources, box, &input, fail);
    if (outcome == OK)
        outcome = box_view(box, buf_span(&input), &before, fail);
    if (outcome == OK)
        outcome = shuffle(duty, &place, &before, &mixed, fail);
    buf_done(&input);
    if (outcome == OK)
        outcome = state_mix(duty, box, &mixed, fail);
    buf_done(&mixed.list);
    buf_done(&mixed.proof);
    return outcome;
}

struct seat trustee_seat(const struct duty *duty)
{
    return (struct seat){.trustee = duty->index,
                         .extra = duty->options->extra,
                         .still_s = (clock_monotonic_ms() - duty->follow.grown_ms) / 1000,
                         .patience_s = duty->options->skip_s};
}

enum outcome trustee_mix_step(struct duty *duty, enum step *out_step, struct fail *fail)
{
    const struct state *state = trustee_state(duty);
    bool ready;
    unsigned whose;
    *out_step = STEP_WAIT;
    enum outcome outcome = trustee_hold_freeze(duty, &ready, fail);
    if (outcome != OK || !ready)
        return outcome;
    struct seat seat = trustee_seat(duty);
    *out_step = STEP_OVER;
    if (!state->ceremony.dealings[duty->index].taking_part)
        return fail_set(fail, NOT_ALLOWED, "trustee.left-out",
                        "trustee %u took no part in the ceremony and does not mix", duty->index);
    for (unsigned i = 0; i < state->box_count; i++) {
        const struct box *box = &state->boxes[i];
        enum work work = boxwork_mix(state, box, &seat, &whose);
        if (work == WORK_NOW) {
            *out_step = STEP_DID;
            return mix(duty, box, fail);
        }
        if (work == WORK_WAIT) {
            trustee_waits_for(duty, "trustee %u to mix %s", whose, box->name);
            *out_step = STEP_WAIT;
        }
    }
    return OK;
}
