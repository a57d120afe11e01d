/* What the trustees and the daemon make after the freeze: mixes, decryptions, the result. */
#include "forge.h"

#include "base/code.h"
#include "crypto/decryption.h"
#include "crypto/hash.h"
#include "crypto/shuffle.h"
#include "election/boxes.h"
#include "election/tally.h"

#include <stdlib.h>

/* The list that stands; also kept for the daemon's tally, which looks for it among the blobs. */
void forge_list(struct forge *forge, const struct box *box, struct buf *out_bytes,
                struct cipherlist *out_list)
{
    struct sources sources = forge_sources(forge);
    struct fail fail;
    rehearsal_must(box_list_read(forge->state, &sources, box, out_bytes, &fail), &fail, "list");
    rehearsal_must(box_view(box, buf_span(out_bytes), out_list, &fail), &fail, "list");
    json_decref(forge_put_blob(forge, buf_span(out_bytes)));
}

static struct box *box_of(struct forge *forge, const json_t *object)
{
    struct box *box = state_box(forge->state, json_span(json_object_get(object, "box")));
    if (!box)
        exit(1);
    return box;
}

static void put_leaf(json_t *object, const struct box *box)
{
    json_put_hex(object, "answers", SPAN_ARRAY(box->last_leaf));
    json_put_hex(object, "input", SPAN_ARRAY(box->list));
}

void forge_make_mix(struct forge *forge, struct forge_entry *entry)
{
    const struct box *box = box_of(forge, entry->object);
    unsigned trustee = (unsigned)json_integer_value(json_object_get(entry->object, "trustee"));
    struct mix_place place = {forge->state->ctx3, span_str(box->name), trustee, box->steps + 1,
                              &forge->state->ceremony.key};
    struct buf input;
    struct cipherlist before;
    struct bases bases;
    struct fail fail;
    forge_list(forge, box, &input, &before);
    size_t proof_bytes = mixproof_bytes(box->count, box->width);
    uint8_t *proof = malloc(proof_bytes);
    struct ciphertext *output = malloc(box->list_bytes);
    rehearsal_must(bases_init(&bases, box->count, NULL, &fail), &fail, "bases");
    rehearsal_must(shuffle_make(&place, &bases, &before, NULL, output, proof, &fail), &fail, "mix");
    json_put_integer(entry->object, "step", box->steps + 1);
    put_leaf(entry->object, box);
    json_put(entry->object, "output", forge_put_blob(forge, span_of(output, box->list_bytes)));
    json_put(entry->object, "proof", forge_put_blob(forge, span_of(proof, proof_bytes)));
    bases_done(&bases);
    buf_done(&input);
    free(proof);
    free(output);
}

void forge_make_decryption(struct forge *forge, struct forge_entry *entry)
{
    const struct box *box = box_of(forge, entry->object);
    unsigned index = (unsigned)json_integer_value(json_object_get(entry->object, "trustee"));
    const struct rehearsal_trustee *trustee = &forge->rehearsal->trustees[index];
    struct decryption_place place = {forge->state->ctx3, span_str(box->name), index,
                                     &forge->state->ceremony.verification[index]};
    struct buf bytes;
    struct cipherlist list;
    forge_list(forge, box, &bytes, &list);
    size_t blob_bytes = decryption_blob_bytes(&list);
    uint8_t *blob = malloc(blob_bytes);
    decryption_make(&place, &list, &trustee->share, NULL, blob);
    put_leaf(entry->object, box);
    json_put(entry->object, "shares", forge_put_blob(forge, span_of(blob, blob_bytes)));
    json_put_hex(entry->object, "lots", SPAN_ARRAY(trustee->secret->lots));
    buf_done(&bytes);
    free(blob);
}

static enum outcome keep_blob(void *ctx, struct span bytes, struct fail *fail)
{
    (void)fail;
    json_decref(forge_put_blob(ctx, bytes));
    return OK;
}

void forge_make_result(struct forge *forge, struct forge_entry *entry)
{
    struct sources sources = forge_sources(forge);
    struct tally_sink sink = {forge, keep_blob};
    struct buf text;
    struct fail fail;
    buf_init(&text, NOTE_BYTES_MAX);
    rehearsal_must(tally_make(forge->state, &sources, &sink, &text, &fail), &fail, "result");
    json_decref(entry->object);
    entry->object = json_loadb((const char *)text.bytes, text.len, 0, NULL);
    buf_done(&text);
}
