/* A trustee's decryption shares (docs/protocol.md section 10). Declared in trustee/duty.h. */
#include "trustee/trustee.h"

#include "crypto/decryption.h"
#include "election/boxes.h"

#include <stdio.h>

static enum outcome make_blob(struct duty *duty, const struct box *box,
                              const struct cipherlist *list, struct buf *out_blob,
                              struct fail *fail)
{
    const struct state *state = trustee_state(duty);
    struct decryption_place place = {state->ctx3, span_str(box->name), duty->index,
                                     &state->ceremony.verification[duty->index]};
    struct trustee_progress progress;
    struct scalar *secret;
    char what[160];
    uint8_t *blob = buf_extend(out_blob, decryption_blob_bytes(list));
    if (!blob)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    enum outcome outcome = trustee_share(duty, &secret, fail);
    if (outcome != OK)
        return outcome;
    (void)snprintf(what, sizeof what, "decrypting %zu papers of %s", list->count, box->name);
    trustee_progress_begin(duty, what, &progress);
    decryption_make(&place, list, secret, &progress.work, blob);
    progress_end(&progress.line);
    sodium_free(secret);
    return OK;
}

static enum outcome state_decryption(struct duty *duty, const struct box *box, struct span blob,
                                     struct fail *fail)
{
    const struct state *state = trustee_state(duty);
    json_t *shares;
    enum outcome outcome = trustee_put_blob(duty, blob, &shares, fail);
    if (outcome != OK)
        return outcome;
    json_t *object =
        statement_begin(KIND_DECRYPTION, span_str(state->origin), state->ctx3, box->last_leaf);
    json_put_string(object, "box", span_str(box->name));
    json_put_integer(object, "trustee", duty->index);
    json_put_hex(object, "input", SPAN_ARRAY(box->list));
    json_put(object, "shares", shares);
    json_put_hex(object, "lots", SPAN_ARRAY(duty->memory->secret.lots));
    return trustee_say(duty, object, fail);
}

static enum outcome decrypt(struct duty *duty, const struct box *box, struct fail *fail)
{
    const struct state *state = trustee_state(duty);
    struct sources sources = follow_sources(&duty->follow);
    struct cipherlist view;
    struct buf list, blob;
    buf_init(&blob, LIMIT_BLOB_BYTES);
    enum outcome outcome = box_list_read(state, &sources, box, &list, fail);
    if (outcome == OK)
        outcome = box_view(box, buf_span(&list), &view, fail);
    if (outcome == OK)
        outcome = make_blob(duty, box, &view, &blob, fail);
    buf_done(&list);
    if (outcome == OK)
        outcome = state_decryption(duty, box, buf_span(&blob), fail);
    buf_done(&blob);
    return outcome;
}

enum outcome trustee_decrypt_step(struct duty *duty, enum step *out_step, struct fail *fail)
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
    for (unsigned i = 0; i < state->box_count; i++) {
        const struct box *box = &state->boxes[i];
        enum work work = boxwork_decrypt(state, box, &seat, &whose);
        if (work == WORK_NOW) {
            *out_step = STEP_DID;
            return decrypt(duty, box, fail);
        }
        if (work == WORK_WAIT) {
            trustee_waits_for(duty, "trustee %u to mix %s", whose, box->name);
            *out_step = STEP_WAIT;
        }
    }
    return OK;
}
