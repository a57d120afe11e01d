/* Alterations of mixes, by trustees who hold their own keys. */
#include "tamper.h"

#include "base/code.h"
#include "count/blt.h"
#include "crypto/chunk.h"
#include "crypto/decryption.h"
#include "crypto/hash.h"
#include "crypto/shuffle.h"
#include "election/boxes.h"

#include <stdio.h>
#include <stdlib.h>

/* -- mixes ------------------------------------------------------------------------------------ */

static void first_identity(struct buf *bytes)
{
    memset(bytes->bytes, 0, POINT_BYTES);
}

static void last_flipped(struct buf *bytes)
{
    bytes->bytes[bytes->len - SCALAR_BYTES] ^= 1;
}

static void output_identity(struct forge *forge, struct forge_entry *entry)
{
    tamper_edit_blob(forge, entry->object, "output", first_identity);
}

static void mix_identity(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_MIX, 1, output_identity, out_meant)->apply = APPLY_HONEST;
}

static void output_top_bit(struct forge *forge, struct forge_entry *entry)
{
    tamper_edit_blob(forge, entry->object, "output", tamper_top_bit);
}

static void mix_top_bit(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_MIX, 1, output_top_bit, out_meant)->apply = APPLY_HONEST;
}

static void proof_cut(struct forge *forge, struct forge_entry *entry)
{
    tamper_edit_blob(forge, entry->object, "proof", tamper_cut_32);
}

static void mix_proof_short(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_MIX, 0, proof_cut, out_meant);
}

static void proof_plus_order(struct forge *forge, struct forge_entry *entry)
{
    tamper_edit_blob(forge, entry->object, "proof", tamper_last_plus_order);
}

static void mix_scalar_plus_order(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_MIX, 0, proof_plus_order, out_meant);
}

static void proof_flip(struct forge *forge, struct forge_entry *entry)
{
    tamper_edit_blob(forge, entry->object, "proof", last_flipped);
}

static void mix_proof_wrong(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_MIX, 0, proof_flip, out_meant);
}

/* The second mixer took the frozen list: the first mix is without effect. */
static void mix_input(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_MIX, 1, tamper_other_input, out_meant);
}

/* Mixes again, with a place or a list of the forger's choice. */
static void mix_again(struct forge *forge, struct forge_entry *entry, const uint8_t *ctx3,
                      unsigned mixer, void (*before_mix)(struct forge *, struct buf *),
                      void (*after_mix)(struct ciphertext *, size_t))
{
    const struct box *box =
        state_box(forge->state, json_span(json_object_get(entry->object, "box")));
    struct mix_place place = {ctx3, span_str(box->name), mixer, box->steps + 1,
                              &forge->state->ceremony.key};
    struct buf input;
    struct cipherlist list;
    struct bases bases;
    struct fail fail;
    forge_list(forge, box, &input, &list);
    if (before_mix)
        before_mix(forge, &input);
    size_t proof_bytes = mixproof_bytes(box->count, box->width);
    uint8_t *proof = malloc(proof_bytes);
    struct ciphertext *output = malloc(box->list_bytes);
    rehearsal_must(bases_init(&bases, box->count, NULL, &fail), &fail, "bases");
    rehearsal_must(shuffle_make(&place, &bases, &list, NULL, output, proof, &fail), &fail, "mix");
    if (after_mix)
        after_mix(output, box->count);
    forge_change_blob(forge, entry->object, "output", span_of(output, box->list_bytes));
    forge_change_blob(forge, entry->object, "proof", span_of(proof, proof_bytes));
    bases_done(&bases);
    buf_done(&input);
    free(proof);
    free(output);
}

/* An entry of the list is replaced by a ballot of the mixer's own. */
static void stuff(struct forge *forge, struct buf *list)
{
    uint8_t chunk[CHUNK_BYTES] = {CHOICE_MARKED, 1};
    struct point message = chunk_point(chunk);
    struct scalar r;
    scalar_random(&r);
    struct ciphertext own = elgamal_encrypt(&forge->state->ceremony.key, &message, &r);
    memcpy(list->bytes, &own, sizeof own);
}

static void mix_stuffed(struct forge *forge, struct forge_entry *entry)
{
    mix_again(forge, entry, forge->state->ctx3, 1, stuff, NULL);
}

static void ballot_replaced(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_MIX, 0, mix_stuffed, out_meant);
}

static void other_context(struct forge *forge, struct forge_entry *entry)
{
    mix_again(forge, entry, forge->state->ctx2, 1, NULL, NULL);
}

static void mix_of_another_context(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_MIX, 0, other_context, out_meant);
}

static void other_mixer(struct forge *forge, struct forge_entry *entry)
{
    mix_again(forge, entry, forge->state->ctx3, 2, NULL, NULL);
}

static void mix_of_another_mixer(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_MIX, 0, other_mixer, out_meant);
}

/* Half a ballot of one voter and half of another: columns that moved apart. */
static void exchange_columns(struct ciphertext *output, size_t count)
{
    struct ciphertext kept = output[1];
    (void)count;
    output[1] = output[3];
    output[3] = kept;
}

static void swap_columns(struct forge *forge, struct forge_entry *entry)
{
    mix_again(forge, entry, forge->state->ctx3, 1, NULL, exchange_columns);
}

static void columns_swapped(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_MIX, 0, swap_columns, out_meant);
}

static void copy_entry(struct ciphertext *output, size_t count)
{
    output[count - 1] = output[0];
}

static void mix_duplicating(struct forge *forge, struct forge_entry *entry)
{
    mix_again(forge, entry, forge->state->ctx3, 1, NULL, copy_entry);
}

static void ballot_duplicated(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_MIX, 0, mix_duplicating, out_meant);
}

static void remove_mixes(struct forge *forge, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        forge_remove(forge, forge_entry(forge, KIND_MIX, 0));
}

/* The trustees decrypt the list that was frozen: who voted how is plain to see. */
static void unmixed(struct forge *forge, struct meant *out_meant)
{
    (void)out_meant;
    remove_mixes(forge, 4);
}

static void mixed_once(struct forge *forge, struct meant *out_meant)
{
    (void)out_meant;
    remove_mixes(forge, 1);
}

static void mixer_twice(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_MIX, 1);
    forge_set_number(entry->object, "trustee", 1);
    forge_sign_by(entry, "/trustee/1");
    out_meant->entry = entry;
}

#define MIXED "MIX.proof MIX.quorum DECRYPT.form DECRYPT.proof DECRYPT.quorum DECRYPT.plaintext"

const struct tampering tamper_mix[] = {
    {"mix-with-identity", "MIX.form", MIXED, SHAPE_PLAIN, mix_identity, NULL},
    {"mix-with-top-bit", "MIX.form", MIXED, SHAPE_PLAIN, mix_top_bit, NULL},
    {"mix-proof-short", "MIX.form", MIXED, SHAPE_PLAIN, mix_proof_short, NULL},
    {"mix-scalar-plus-L", "MIX.form", MIXED, SHAPE_PLAIN, mix_scalar_plus_order, NULL},
    {"mix-of-another-input", "MIX.form", MIXED, SHAPE_PLAIN, mix_input, NULL},
    {"mix-proof-wrong", "MIX.proof", "", SHAPE_PLAIN, mix_proof_wrong, NULL},
    {"mix-replaces-a-ballot", "MIX.proof", "", SHAPE_PLAIN, ballot_replaced, NULL},
    {"mix-duplicates-a-ballot", "MIX.proof", "", SHAPE_PLAIN, ballot_duplicated, NULL},
    {"mix-proof-of-another-context", "MIX.proof", "", SHAPE_PLAIN, mix_of_another_context, NULL},
    {"mix-proof-of-another-mixer", "MIX.proof", "", SHAPE_PLAIN, mix_of_another_mixer, NULL},
    {"mix-swaps-columns", "MIX.proof", "", SHAPE_WIDE, columns_swapped, NULL},
    {"no-mixes", "MIX.quorum", "STATE.order SIGN.answers", SHAPE_PLAIN, unmixed, NULL},
    {"too-few-mixes", "MIX.quorum", "", SHAPE_PLAIN, mixed_once, NULL},
    {"one-trustee-mixes-twice", "MIX.quorum", "", SHAPE_PLAIN, mixer_twice, NULL},
    {0},
};
