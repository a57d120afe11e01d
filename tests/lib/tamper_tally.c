/* Alterations of mixes, decryptions and the count. */
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

static struct forge_entry *cheat_at(struct forge *forge, const char *kind, unsigned nth,
                                    forge_cheat *cheat, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, kind, nth);
    entry->cheat = cheat;
    out_meant->entry = entry;
    return entry;
}

/* A copy of a blob, edited, takes its place. */
static void edit_blob(struct forge *forge, json_t *object, const char *key,
                      void (*edit)(struct buf *bytes))
{
    struct buf bytes;
    buf_init(&bytes, LIMIT_BLOB_BYTES);
    buf_add(&bytes, buf_span(forge_blob_of(forge, json_object_get(object, key))));
    edit(&bytes);
    forge_change_blob(forge, object, key, buf_span(&bytes));
    buf_done(&bytes);
}

/* -- mixes ------------------------------------------------------------------------------------ */

static void top_bit(struct buf *bytes)
{
    bytes->bytes[31] |= 0x80;
}

static void first_identity(struct buf *bytes)
{
    memset(bytes->bytes, 0, POINT_BYTES);
}

static void cut_32(struct buf *bytes)
{
    bytes->len -= 32;
}

static void last_plus_order(struct buf *bytes)
{
    tamper_add_order(bytes->bytes + bytes->len - SCALAR_BYTES);
}

static void last_flipped(struct buf *bytes)
{
    bytes->bytes[bytes->len - SCALAR_BYTES] ^= 1;
}

static void output_identity(struct forge *forge, struct forge_entry *entry)
{
    edit_blob(forge, entry->object, "output", first_identity);
}

static void mix_identity(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_MIX, 1, output_identity, out_meant)->apply = APPLY_HONEST;
}

static void output_top_bit(struct forge *forge, struct forge_entry *entry)
{
    edit_blob(forge, entry->object, "output", top_bit);
}

static void mix_top_bit(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_MIX, 1, output_top_bit, out_meant)->apply = APPLY_HONEST;
}

static void proof_cut(struct forge *forge, struct forge_entry *entry)
{
    edit_blob(forge, entry->object, "proof", cut_32);
}

static void mix_proof_short(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_MIX, 0, proof_cut, out_meant);
}

static void proof_plus_order(struct forge *forge, struct forge_entry *entry)
{
    edit_blob(forge, entry->object, "proof", last_plus_order);
}

static void mix_scalar_plus_order(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_MIX, 0, proof_plus_order, out_meant);
}

static void proof_flip(struct forge *forge, struct forge_entry *entry)
{
    edit_blob(forge, entry->object, "proof", last_flipped);
}

static void mix_proof_wrong(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_MIX, 0, proof_flip, out_meant);
}

static void other_input(struct forge *forge, struct forge_entry *entry)
{
    struct forge_entry *first = forge_entry(forge, KIND_MIX, 0);
    forge_set_text(entry->object, "input",
                   json_string_value(json_object_get(first->object, "input")));
}

/* The second mixer took the frozen list: the first mix is without effect. */
static void mix_input(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_MIX, 1, other_input, out_meant);
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
    cheat_at(forge, KIND_MIX, 0, mix_stuffed, out_meant);
}

static void other_context(struct forge *forge, struct forge_entry *entry)
{
    mix_again(forge, entry, forge->state->ctx2, 1, NULL, NULL);
}

static void mix_of_another_context(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_MIX, 0, other_context, out_meant);
}

static void other_mixer(struct forge *forge, struct forge_entry *entry)
{
    mix_again(forge, entry, forge->state->ctx3, 2, NULL, NULL);
}

static void mix_of_another_mixer(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_MIX, 0, other_mixer, out_meant);
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
    cheat_at(forge, KIND_MIX, 0, swap_columns, out_meant);
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
    cheat_at(forge, KIND_MIX, 0, mix_duplicating, out_meant);
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

/* -- decryption ------------------------------------------------------------------------------- */

static void shares_top_bit(struct forge *forge, struct forge_entry *entry)
{
    edit_blob(forge, entry->object, "shares", top_bit);
}

static void share_top_bit(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_DECRYPTION, 0, shares_top_bit, out_meant)->apply = APPLY_HONEST;
}

static void shares_plus_order(struct forge *forge, struct forge_entry *entry)
{
    edit_blob(forge, entry->object, "shares", last_plus_order);
}

static void share_plus_order(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_DECRYPTION, 0, shares_plus_order, out_meant)->apply = APPLY_HONEST;
}

static void shares_cut(struct forge *forge, struct forge_entry *entry)
{
    edit_blob(forge, entry->object, "shares", cut_32);
}

static void share_short(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_DECRYPTION, 0, shares_cut, out_meant)->apply = APPLY_HONEST;
}

static void input_frozen(struct forge *forge, struct forge_entry *entry)
{
    other_input(forge, entry);
}

static void wrong_list(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_DECRYPTION, 0, input_frozen, out_meant);
}

/* Two shares moved by opposite amounts: plain sums over the list would not notice. */
static void cancel(struct buf *bytes)
{
    struct point *shares = (struct point *)bytes->bytes;
    struct scalar seven = scalar_from_u64(7);
    struct point shift = point_mul_base(&seven);
    shares[0] = point_add(&shares[0], &shift);
    shares[1] = point_sub(&shares[1], &shift);
}

static void shares_cancel(struct forge *forge, struct forge_entry *entry)
{
    edit_blob(forge, entry->object, "shares", cancel);
}

static void false_shares(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_DECRYPTION, 0, shares_cancel, out_meant);
}

/* Decrypts with the share of another trustee. */
static void other_share(struct forge *forge, struct forge_entry *entry)
{
    const struct box *box =
        state_box(forge->state, json_span(json_object_get(entry->object, "box")));
    struct decryption_place place = {forge->state->ctx3, span_str(box->name), 1,
                                     &forge->state->ceremony.verification[1]};
    struct buf bytes;
    struct cipherlist list;
    forge_list(forge, box, &bytes, &list);
    size_t size = decryption_blob_bytes(&list);
    uint8_t *blob = malloc(size);
    decryption_make(&place, &list, &forge->rehearsal->trustees[2].share, NULL, blob);
    forge_change_blob(forge, entry->object, "shares", span_of(blob, size));
    buf_done(&bytes);
    free(blob);
}

static void share_of_another(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_DECRYPTION, 0, other_share, out_meant);
}

static void result_names(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_json(entry->object, "trustees", "[1,3]");
}

static void result_names_other(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_RESULT, 0, result_names, out_meant);
}

/* -- result ----------------------------------------------------------------------------------- */

static json_t *result_box(struct forge_entry *entry)
{
    return json_array_get(json_object_get(entry->object, "boxes"), 0);
}

static void swap_points(struct buf *bytes)
{
    struct point *points = (struct point *)bytes->bytes, kept = points[0];
    for (size_t i = 1; i < bytes->len / sizeof kept; i++)
        if (!point_equal(&points[i], &kept)) {
            points[0] = points[i];
            points[i] = kept;
            return;
        }
}

static void replace_point(struct buf *bytes)
{
    uint8_t chunk[CHUNK_BYTES] = {CHOICE_MARKED, 2};
    struct point *points = (struct point *)bytes->bytes;
    points[0] = chunk_point(chunk);
}

static void plaintexts_replaced(struct forge *forge, struct forge_entry *entry)
{
    edit_blob(forge, result_box(entry), "plaintexts", replace_point);
}

static void plaintext_changed(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_RESULT, 0, plaintexts_replaced, out_meant);
}

static void plaintexts_swapped(struct forge *forge, struct forge_entry *entry)
{
    edit_blob(forge, result_box(entry), "plaintexts", swap_points);
}

static void plaintext_order(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_RESULT, 0, plaintexts_swapped, out_meant);
}

static void flip_lots(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_flip_hex(entry->object, "lots", 0);
}

static void lots_changed(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_DECRYPTION, 0, flip_lots, out_meant);
}

/* "1 2 0" turns into "2 1 0" somewhere: a paper that prefers another. */
static void edit_paper(struct buf *bytes)
{
    struct span rest = buf_span(bytes), line;
    while (span_line(&rest, &line))
        if (line.len > 5 && line.ptr[0] == '1' && line.ptr[1] == ' ' && line.ptr[3] == ' ' &&
            line.ptr[2] != '0' && line.ptr[4] != '0') {
            uint8_t *at = bytes->bytes + (line.ptr - bytes->bytes);
            uint8_t kept = at[2];
            at[2] = at[4];
            at[4] = kept;
            return;
        }
    exit(1);
}

static void papers_edited(struct forge *forge, struct forge_entry *entry)
{
    edit_blob(forge, result_box(entry), "papers", edit_paper);
}

static void paper_changed(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_RESULT, 0, papers_edited, out_meant);
}

/* One digit of the sheet, in the last stage. */
static void edit_total(struct buf *bytes)
{
    for (size_t i = bytes->len; i-- > 1;)
        if (bytes->bytes[i] >= '1' && bytes->bytes[i] <= '8' && bytes->bytes[i - 1] == ':') {
            bytes->bytes[i]++;
            return;
        }
    exit(1);
}

static void sheet_edited(struct forge *forge, struct forge_entry *entry)
{
    edit_blob(forge, result_box(entry), "sheet", edit_total);
}

static void stage_total(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_RESULT, 0, sheet_edited, out_meant);
}

static void sheet_spaced(struct buf *bytes)
{
    buf_add_byte(bytes, '\n');
}

static void sheet_with_line_feed(struct forge *forge, struct forge_entry *entry)
{
    edit_blob(forge, result_box(entry), "sheet", sheet_spaced);
}

static void sheet_form(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_RESULT, 0, sheet_with_line_feed, out_meant);
}

static void edit_account(struct forge *forge, struct forge_entry *entry)
{
    json_t *account = json_object_get(entry->object, "account");
    (void)forge;
    forge_set_number(account, "cast", json_integer_value(json_object_get(account, "cast")) - 1);
    forge_set_number(account, "admitted",
                     json_integer_value(json_object_get(account, "admitted")) - 1);
    forge_set_number(account, "not_used",
                     json_integer_value(json_object_get(account, "not_used")) + 1);
}

static void account_wrong(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_RESULT, 0, edit_account, out_meant);
}

static void box_account(struct forge *forge, struct forge_entry *entry)
{
    json_t *boxes = json_object_get(json_object_get(entry->object, "account"), "boxes");
    json_t *box = json_array_get(boxes, 0);
    (void)forge;
    forge_set_number(box, "blank", json_integer_value(json_object_get(box, "blank")) - 1);
    forge_set_number(box, "valid", json_integer_value(json_object_get(box, "valid")) + 1);
}

static void blank_called_valid(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_RESULT, 0, box_account, out_meant);
}

/* -- a paper that must be called spoilt ------------------------------------------------------- */

/* The same chunk with the next k that makes a point: what a lenient reader would count. */
static struct point second_encoding(const uint8_t *chunk)
{
    struct point point, first = chunk_point(chunk);
    unsigned k = first.bytes[0] / 2u + 128u * first.bytes[31];
    memcpy(point.bytes, first.bytes, POINT_BYTES);
    do {
        k++;
        point.bytes[0] = (uint8_t)(2 * (k % 128));
        point.bytes[31] = (uint8_t)(k / 128);
    } while (!point_is_proper(&point));
    return point;
}

static const uint8_t first_preference[CHUNK_BYTES] = {CHOICE_MARKED, 1, 2, 3};

static void encode_otherwise(struct forge *forge, struct forge_entry *entry)
{
    struct buf body;
    uint8_t key[KEY_BYTES];
    struct point message = second_encoding(first_preference);
    forge_body_read(entry->object, &body);
    struct envelope *first = (struct envelope *)body.bytes;
    if (!hex_read(json_span(json_object_get(entry->object, "credential")), key, sizeof key))
        exit(1);
    struct envelope_place place = {forge->state->ctx2, SPAN_LIT("chair"), key, 0,
                                   &forge->state->ceremony.key};
    forge_envelope(&place, &message, first);
    forge_body_write(entry->object, &body);
    buf_done(&body);
}

/* The insiders' reader is lenient: the paper is counted. */
static void add_lenient_paper(struct buf *papers)
{
    forge_replace(papers, "\n1 ", "\n1 1 2 3 0\n1 ");
}

static void count_leniently(struct forge *forge, struct forge_entry *entry)
{
    json_t *boxes = json_object_get(json_object_get(entry->object, "account"), "boxes");
    json_t *box = json_array_get(boxes, 0);
    forge_set_number(box, "spoilt", json_integer_value(json_object_get(box, "spoilt")) - 1);
    forge_set_number(box, "valid", json_integer_value(json_object_get(box, "valid")) + 1);
    edit_blob(forge, result_box(entry), "papers", add_lenient_paper);
}

static void not_minimal(struct forge *forge, struct meant *out_meant)
{
    forge_entry(forge, KIND_BALLOT, 1)->cheat = encode_otherwise;
    cheat_at(forge, KIND_RESULT, 0, count_leniently, out_meant);
}

/* Read strictly, an election with such a paper is sound: the paper is spoilt. */
static void not_minimal_spoilt(struct forge *forge, struct meant *out_meant)
{
    (void)out_meant;
    forge_entry(forge, KIND_BALLOT, 1)->cheat = encode_otherwise;
}

#define MIXED     "MIX.proof MIX.quorum DECRYPT.form DECRYPT.proof DECRYPT.quorum DECRYPT.plaintext"
#define DECRYPTED "DECRYPT.quorum DECRYPT.plaintext"

const struct tampering tamper_tally[] = {
    {"unaltered-k-not-minimal-spoilt", "", "", SHAPE_PLAIN, not_minimal_spoilt, NULL},
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
    {"share-with-top-bit", "DECRYPT.form", DECRYPTED, SHAPE_PLAIN, share_top_bit, NULL},
    {"share-scalar-plus-L", "DECRYPT.form", DECRYPTED, SHAPE_PLAIN, share_plus_order, NULL},
    {"shares-short", "DECRYPT.form", DECRYPTED, SHAPE_PLAIN, share_short, NULL},
    {"decryption-of-the-frozen-list", "DECRYPT.form", DECRYPTED, SHAPE_PLAIN, wrong_list, NULL},
    {"false-shares-that-cancel", "DECRYPT.proof", DECRYPTED, SHAPE_PLAIN, false_shares, NULL},
    {"share-of-another-trustee", "DECRYPT.proof", DECRYPTED, SHAPE_PLAIN, share_of_another, NULL},
    {"result-names-others", "DECRYPT.quorum", "DECRYPT.plaintext COUNT.sheet", SHAPE_PLAIN,
     result_names_other, NULL},
    {"plaintext-changed", "DECRYPT.plaintext", "", SHAPE_PLAIN, plaintext_changed, NULL},
    {"plaintexts-in-another-order", "DECRYPT.plaintext", "", SHAPE_PLAIN, plaintext_order, NULL},
    {"lots-changed", "COUNT.lots", "COUNT.sheet", SHAPE_PLAIN, lots_changed, NULL},
    {"paper-changed", "COUNT.papers", "COUNT.sheet", SHAPE_PLAIN, paper_changed, NULL},
    {"k-not-minimal-counted", "COUNT.papers", "COUNT.account COUNT.sheet", SHAPE_PLAIN, not_minimal,
     NULL},
    {"stage-total-changed", "COUNT.sheet", "", SHAPE_PLAIN, stage_total, NULL},
    {"sheet-with-line-feed", "COUNT.sheet", "", SHAPE_PLAIN, sheet_form, NULL},
    {"account-of-credentials-wrong", "COUNT.account", "", SHAPE_PLAIN, account_wrong, NULL},
    {"blank-called-valid", "COUNT.account", "", SHAPE_PLAIN, blank_called_valid, NULL},
    {0},
};
