/* The kinds of the tally: mix, decryption, result, end (docs/protocol.md sections 9 to 11). */
#include "election/kind.h"

#include "crypto/ceremony.h"
#include "crypto/decryption.h"
#include "crypto/hash.h"
#include "crypto/shuffle.h"
#include "election/boxes.h"
#include "election/tally.h"

/* -- what both have --------------------------------------------------------------------------- */

/* "box" and the trustee who acts on it: a participant of the ceremony, a box with ballots. */
static enum outcome take_box(const struct state *state, struct span name, int64_t trustee,
                             struct box **out_box, struct fail *fail)
{
    struct box *box = state_box(state, name);
    if (!box || box->count == 0)
        return fail_set(fail, NOT_FOUND, "tally.box", "there is no box \"%.*s\" with ballots",
                        (int)name.len, name.ptr);
    if (trustee < 1 || trustee > state->definition->trustee_count ||
        !state->ceremony.dealings[trustee].taking_part)
        return fail_set(fail, NOT_ALLOWED, "tally.trustee", "this trustee holds no share");
    *out_box = box;
    return OK;
}

enum outcome box_list_read(const struct state *state, const struct sources *sources,
                           const struct box *box, struct buf *out_bytes, struct fail *fail)
{
    if (box->steps > 0) {
        buf_init(out_bytes, box->list_bytes);
        return sources->blob(sources->ctx, box->list, box->list_bytes, out_bytes, fail);
    }
    struct boxes boxes;
    buf_init(out_bytes, box->list_bytes);
    enum outcome outcome = boxes_gather(state, sources, buf_span(&state->admitted), &boxes, fail);
    if (outcome == OK) {
        struct box_list *found = boxes_find(&boxes, box->name);
        if (found)
            buf_add(out_bytes, buf_span(&found->bytes));
        if (!found || out_bytes->len != box->list_bytes)
            outcome = fail_set(fail, BROKEN, "tally.list", "the frozen list cannot be made again");
    }
    boxes_done(&boxes);
    return outcome;
}

/* -- mix -------------------------------------------------------------------------------------- */

struct mix_entry {
    struct box *box;
    unsigned step;
    unsigned trustee;
    uint8_t input[HASH_BYTES];
    struct blob_ref output, proof;
};

static enum outcome read_mix(const struct turn *turn, struct mix_entry *out, struct fail *fail)
{
    struct json_take take = statement_take(turn->statement, fail);
    struct span name = json_take_string(&take, "box");
    out->step = (unsigned)json_take_integer(&take, "step", 1, LIMIT_TRUSTEES);
    out->trustee = (unsigned)json_take_integer(&take, "trustee", 1, LIMIT_TRUSTEES);
    json_take_hex(&take, "input", out->input, HASH_BYTES);
    const json_t *output = json_take_object(&take, "output");
    const json_t *proof = json_take_object(&take, "proof");
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = blob_ref_read(output, &out->output, fail);
    if (outcome == OK)
        outcome = blob_ref_read(proof, &out->proof, fail);
    if (outcome == OK)
        outcome = take_box(turn->state, name, out->trustee, &out->box, fail);
    return outcome;
}

static enum outcome check_mix_place(const struct turn *turn, const struct mix_entry *entry,
                                    struct fail *fail)
{
    const struct box *box = entry->box;
    if (entry->step != box->steps + 1 || box->decryptors != 0)
        return fail_set(fail, CONFLICT, "mix.step", "box \"%s\" is at step %u%s", box->name,
                        box->steps, box->decryptors ? " and being decrypted" : "");
    if (box->mixers & (1u << (entry->trustee - 1)))
        return fail_set(fail, CONFLICT, "mix.repeated", "trustee %u has mixed box \"%s\" already",
                        entry->trustee, box->name);
    if (memcmp(entry->input, box->list, HASH_BYTES) != 0)
        return fail_set(fail, CONFLICT, "mix.input", "the input is not the list that stands");
    if (entry->output.size != box->list_bytes ||
        entry->proof.size != mixproof_bytes(box->count, box->width))
        return fail_set(fail, BAD_INPUT, "mix.length", "output or proof have the wrong length");
    return kind_answers(turn, box->last_leaf, "the freeze or the mix before", fail);
}

static enum outcome check_shuffle(const struct turn *turn, const struct mix_entry *entry,
                                  struct span input, struct span output, struct span proof,
                                  struct fail *fail)
{
    const struct state *state = turn->state;
    struct cipherlist before, after;
    struct bases bases;
    struct mix_place place = {state->ctx3, span_str(entry->box->name), entry->trustee, entry->step,
                              &state->ceremony.key};
    enum outcome outcome = box_view(entry->box, input, &before, fail);
    if (outcome == OK)
        outcome = box_view(entry->box, output, &after, fail);
    if (outcome == OK)
        outcome = bases_init(&bases, entry->box->count, NULL, fail);
    if (outcome != OK)
        return outcome;
    outcome = shuffle_check(&place, &bases, &before, &after, proof, NULL, fail);
    bases_done(&bases);
    return outcome;
}

static enum outcome check_mix_proof(const struct turn *turn, const struct mix_entry *entry,
                                    struct fail *fail)
{
    struct buf input, output = {0}, proof = {0};
    enum outcome outcome = box_list_read(turn->state, turn->sources, entry->box, &input, fail);
    if (outcome == OK)
        outcome = turn_blob(turn, &entry->output, &output, fail);
    if (outcome == OK)
        outcome = turn_blob(turn, &entry->proof, &proof, fail);
    if (outcome == OK)
        outcome =
            check_shuffle(turn, entry, buf_span(&input), buf_span(&output), buf_span(&proof), fail);
    buf_done(&input);
    buf_done(&output);
    buf_done(&proof);
    return outcome;
}

enum outcome check_mix(const struct turn *turn, struct fail *fail)
{
    struct mix_entry entry;
    enum outcome outcome = read_mix(turn, &entry, fail);
    if (outcome == OK)
        outcome = check_mix_place(turn, &entry, fail);
    if (outcome == OK && turn->trust == TRUST_NOTHING)
        outcome = check_mix_proof(turn, &entry, fail);
    return outcome;
}

enum outcome apply_mix(const struct turn *turn, struct fail *fail)
{
    struct mix_entry entry;
    enum outcome outcome = read_mix(turn, &entry, fail);
    if (outcome != OK)
        return outcome;
    struct box *box = entry.box;
    box->steps = entry.step;
    box->mixers |= 1u << (entry.trustee - 1);
    memcpy(box->list, entry.output.sha256, HASH_BYTES);
    memcpy(box->last_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    return OK;
}

/* -- decryption ------------------------------------------------------------------------------- */

struct decryption_entry {
    struct box *box;
    unsigned trustee;
    uint8_t input[HASH_BYTES];
    struct blob_ref shares;
    uint8_t lots[HASH_BYTES];
};

static enum outcome read_decryption(const struct turn *turn, struct decryption_entry *out,
                                    struct fail *fail)
{
    struct json_take take = statement_take(turn->statement, fail);
    struct span name = json_take_string(&take, "box");
    out->trustee = (unsigned)json_take_integer(&take, "trustee", 1, LIMIT_TRUSTEES);
    json_take_hex(&take, "input", out->input, HASH_BYTES);
    const json_t *shares = json_take_object(&take, "shares");
    json_take_hex(&take, "lots", out->lots, HASH_BYTES);
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = blob_ref_read(shares, &out->shares, fail);
    if (outcome == OK)
        outcome = take_box(turn->state, name, out->trustee, &out->box, fail);
    return outcome;
}

static enum outcome check_decryption_place(const struct turn *turn,
                                           const struct decryption_entry *entry, struct fail *fail)
{
    const struct box *box = entry->box;
    if (box->steps < turn->state->definition->threshold)
        return fail_set(fail, NOT_ALLOWED, "decryption.early",
                        "box \"%s\" was mixed by %u trustees, %u are needed", box->name, box->steps,
                        turn->state->definition->threshold);
    if (box->decryptors & (1u << (entry->trustee - 1)))
        return fail_set(fail, CONFLICT, "decryption.repeated",
                        "trustee %u has decrypted box \"%s\" already", entry->trustee, box->name);
    if (memcmp(entry->input, box->list, HASH_BYTES) != 0)
        return fail_set(fail, CONFLICT, "decryption.input", "the input is not the last mixed list");
    return kind_answers(turn, box->last_leaf, "the last mix of the box", fail);
}

static enum outcome check_reveal(const struct state *state, const struct decryption_entry *entry,
                                 struct fail *fail)
{
    uint8_t commitment[HASH_BYTES];
    struct ceremony ceremony = {state->definition->ctx0, state->ceremony.attempt,
                                state->definition->threshold};
    ceremony_commit_lots(&ceremony, entry->trustee, entry->lots, commitment);
    if (memcmp(commitment, state->ceremony.dealings[entry->trustee].lots, HASH_BYTES) != 0)
        return fail_set(fail, BAD_PROOF, "decryption.lots",
                        "the bytes for lots are not those that trustee %u committed to",
                        entry->trustee);
    return OK;
}

static enum outcome check_shares(const struct turn *turn, const struct decryption_entry *entry,
                                 struct fail *fail)
{
    const struct state *state = turn->state;
    struct buf list, shares = {0};
    struct cipherlist view;
    struct decryption_place place = {state->ctx3, span_str(entry->box->name), entry->trustee,
                                     &state->ceremony.verification[entry->trustee]};
    enum outcome outcome = box_list_read(state, turn->sources, entry->box, &list, fail);
    if (outcome == OK)
        outcome = turn_blob(turn, &entry->shares, &shares, fail);
    if (outcome == OK)
        outcome = box_view(entry->box, buf_span(&list), &view, fail);
    if (outcome == OK)
        outcome = decryption_check(&place, &view, buf_span(&shares), NULL, fail);
    buf_done(&list);
    buf_done(&shares);
    return outcome;
}

enum outcome check_decryption(const struct turn *turn, struct fail *fail)
{
    struct decryption_entry entry;
    enum outcome outcome = read_decryption(turn, &entry, fail);
    if (outcome == OK)
        outcome = check_decryption_place(turn, &entry, fail);
    if (outcome == OK)
        outcome = check_reveal(turn->state, &entry, fail);
    if (outcome == OK && turn->trust == TRUST_NOTHING)
        outcome = check_shares(turn, &entry, fail);
    return outcome;
}

enum outcome apply_decryption(const struct turn *turn, struct fail *fail)
{
    struct decryption_entry entry;
    enum outcome outcome = read_decryption(turn, &entry, fail);
    if (outcome != OK)
        return outcome;
    struct box *box = entry.box;
    box->decryptors |= 1u << (entry.trustee - 1);
    memcpy(box->shares[entry.trustee].sha256, entry.shares.sha256, HASH_BYTES);
    box->shares[entry.trustee].size = entry.shares.size;
    memcpy(turn->state->lots[entry.trustee], entry.lots, HASH_BYTES);
    return OK;
}

/* -- result and end --------------------------------------------------------------------------- */

/* Asked at the very commit too: a decryption may have come in while the papers were counted. */
static enum outcome check_decryptors(const struct turn *turn, struct fail *fail)
{
    const json_t *stated = json_object_get(turn->statement->object, "trustees");
    unsigned indices[LIMIT_TRUSTEES];
    unsigned count = tally_trustees(turn->state, indices);
    bool same = json_array_size(stated) == count;
    for (unsigned i = 0; same && i < count; i++)
        same = json_integer_value(json_array_get(stated, i)) == indices[i];
    return same ? OK
                : fail_set(fail, CONFLICT, "result.trustees",
                           "the trustees listed are not those who have decrypted; fetch the draft "
                           "again");
}

enum outcome check_result(const struct turn *turn, struct fail *fail)
{
    struct buf expected;
    enum outcome outcome = kind_answers(turn, turn->state->freeze_leaf, "the freeze", fail);
    if (outcome == OK)
        outcome = check_decryptors(turn, fail);
    if (outcome != OK || turn->trust != TRUST_NOTHING)
        return outcome;
    buf_init(&expected, LIMIT_ENTRY_BYTES);
    outcome = tally_make(turn->state, turn->sources, NULL, &expected, fail);
    if (outcome == OK && !span_equal(buf_span(&expected), turn->statement->note.text))
        outcome = fail_set(fail, CONFLICT, "result.differs",
                           "this is not the result that the decrypted papers give");
    buf_done(&expected);
    return outcome;
}

enum outcome apply_result(const struct turn *turn, struct fail *fail)
{
    (void)fail;
    turn->state->phase = PHASE_COUNTED;
    memcpy(turn->state->result_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    return OK;
}

enum outcome check_end(const struct turn *turn, struct fail *fail)
{
    enum outcome outcome = kind_answers(turn, turn->state->result_leaf, "the result", fail);
    if (outcome != OK)
        return outcome;
    struct json_take take = statement_take(turn->statement, fail);
    struct span text = json_take_string(&take, "text");
    outcome = json_take_end(&take);
    if (outcome == OK && text.len > LIMIT_TEXT_BYTES)
        outcome = fail_set(fail, TOO_LARGE, "end.text", "the text is too long");
    return outcome;
}

enum outcome apply_end(const struct turn *turn, struct fail *fail)
{
    (void)fail;
    turn->state->phase = PHASE_ENDED;
    return OK;
}
