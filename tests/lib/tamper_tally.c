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

/* -- decryption ------------------------------------------------------------------------------- */

static void shares_top_bit(struct forge *forge, struct forge_entry *entry)
{
    tamper_edit_blob(forge, entry->object, "shares", tamper_top_bit);
}

static void share_top_bit(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_DECRYPTION, 0, shares_top_bit, out_meant)->apply = APPLY_HONEST;
}

static void shares_plus_order(struct forge *forge, struct forge_entry *entry)
{
    tamper_edit_blob(forge, entry->object, "shares", tamper_last_plus_order);
}

static void share_plus_order(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_DECRYPTION, 0, shares_plus_order, out_meant)->apply = APPLY_HONEST;
}

static void shares_cut(struct forge *forge, struct forge_entry *entry)
{
    tamper_edit_blob(forge, entry->object, "shares", tamper_cut_32);
}

static void share_short(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_DECRYPTION, 0, shares_cut, out_meant)->apply = APPLY_HONEST;
}

static void input_frozen(struct forge *forge, struct forge_entry *entry)
{
    tamper_other_input(forge, entry);
}

static void wrong_list(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_DECRYPTION, 0, input_frozen, out_meant);
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
    tamper_edit_blob(forge, entry->object, "shares", cancel);
}

static void false_shares(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_DECRYPTION, 0, shares_cancel, out_meant);
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
    tamper_cheat(forge, KIND_DECRYPTION, 0, other_share, out_meant);
}

static void result_names(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_json(entry->object, "trustees", "[1,3]");
}

static void result_names_other(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_RESULT, 0, result_names, out_meant);
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
    tamper_edit_blob(forge, result_box(entry), "plaintexts", replace_point);
}

static void plaintext_changed(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_RESULT, 0, plaintexts_replaced, out_meant);
}

static void plaintexts_swapped(struct forge *forge, struct forge_entry *entry)
{
    tamper_edit_blob(forge, result_box(entry), "plaintexts", swap_points);
}

static void plaintext_order(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_RESULT, 0, plaintexts_swapped, out_meant);
}

static void flip_lots(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_flip_hex(entry->object, "lots", 0);
}

static void lots_changed(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_DECRYPTION, 0, flip_lots, out_meant);
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
    tamper_edit_blob(forge, result_box(entry), "papers", edit_paper);
}

static void paper_changed(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_RESULT, 0, papers_edited, out_meant);
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
    tamper_edit_blob(forge, result_box(entry), "sheet", edit_total);
}

static void stage_total(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_RESULT, 0, sheet_edited, out_meant);
}

static void sheet_spaced(struct buf *bytes)
{
    buf_add_byte(bytes, '\n');
}

static void sheet_with_line_feed(struct forge *forge, struct forge_entry *entry)
{
    tamper_edit_blob(forge, result_box(entry), "sheet", sheet_spaced);
}

static void sheet_form(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_RESULT, 0, sheet_with_line_feed, out_meant);
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
    tamper_cheat(forge, KIND_RESULT, 0, edit_account, out_meant);
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
    tamper_cheat(forge, KIND_RESULT, 0, box_account, out_meant);
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
    tamper_edit_blob(forge, result_box(entry), "papers", add_lenient_paper);
}

static void not_minimal(struct forge *forge, struct meant *out_meant)
{
    forge_entry(forge, KIND_BALLOT, 1)->cheat = encode_otherwise;
    tamper_cheat(forge, KIND_RESULT, 0, count_leniently, out_meant);
}

/* Read strictly, an election with such a paper is sound: the paper is spoilt. */
static void not_minimal_spoilt(struct forge *forge, struct meant *out_meant)
{
    (void)out_meant;
    forge_entry(forge, KIND_BALLOT, 1)->cheat = encode_otherwise;
}

#define DECRYPTED "DECRYPT.quorum DECRYPT.plaintext"

const struct tampering tamper_tally[] = {
    {"unaltered-k-not-minimal-spoilt", "", "", SHAPE_PLAIN, not_minimal_spoilt, NULL},
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
