/* Alterations of ballots, papers and the freeze. What the daemon would have refused is posted all
 * the same; the lists follow it. */
#include "tamper.h"

#include "base/code.h"
#include "crypto/envelope.h"

#include <stdlib.h>

/* -- encodings and proofs --------------------------------------------------------------------- */

/* Edits the first envelope of a ballot's body. */
static void edit(struct forge_entry *entry, void (*change)(struct envelope *first))
{
    struct buf body;
    forge_body_read(entry->object, &body);
    change((struct envelope *)body.bytes);
    forge_body_write(entry->object, &body);
    buf_done(&body);
}

static void set_top_bit(struct envelope *first)
{
    first->ciphertext.beta.bytes[31] |= 0x80;
}

static void top_bit(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    edit(entry, set_top_bit);
}

static void point_top_bit(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_BALLOT, 4, top_bit, out_meant)->apply = APPLY_HONEST;
}

static void add_order(struct envelope *first)
{
    tamper_add_order(first->proof.z.bytes);
}

static void plus_order(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    edit(entry, add_order);
}

static void scalar_plus_order(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_BALLOT, 5, plus_order, out_meant);
}

static void make_identity(struct envelope *first)
{
    first->ciphertext.alpha = point_identity();
}

static void identity(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    edit(entry, make_identity);
}

static void alpha_identity(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_BALLOT, 6, identity, out_meant)->apply = APPLY_HONEST;
}

static void make_odd(struct envelope *first)
{
    memset(first->proof.t.bytes, 0xff, POINT_BYTES);
    first->proof.t.bytes[0] = 0xee; /* p + 1: the field element 1, written otherwise */
    first->proof.t.bytes[31] = 0x7f;
}

static void noncanonical(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    edit(entry, make_odd);
}

static void point_not_canonical(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_BALLOT, 6, noncanonical, out_meant);
}

static void cut(struct forge *forge, struct forge_entry *entry)
{
    struct buf body;
    (void)forge;
    forge_body_read(entry->object, &body);
    body.len -= sizeof(struct envelope);
    forge_body_write(entry->object, &body);
    buf_done(&body);
}

static void body_short(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_BALLOT, 8, cut, out_meant)->apply = APPLY_NOTHING;
}

/* The last character of a padded base64 text has bits that nobody reads. */
static void loosen_base64(struct forge *forge, struct forge_entry *entry)
{
    struct buf text;
    struct span body = json_span(json_object_get(entry->object, "body"));
    (void)forge;
    buf_init(&text, LIMIT_ENTRY_BYTES);
    buf_add(&text, body);
    uint8_t *last = text.bytes + text.len - 1;
    while (*last == '=')
        last--;
    (*last)++;
    json_put_string(entry->object, "body", buf_span(&text));
    buf_done(&text);
}

static void base64_loose(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_BALLOT, 8, loosen_base64, out_meant)->apply = APPLY_NOTHING;
}

static void flip_z(struct envelope *first)
{
    first->proof.z.bytes[0] ^= 1;
}

static void wrong_proof(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    edit(entry, flip_z);
}

static void proof_wrong(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_BALLOT, 9, wrong_proof, out_meant);
}

/* -- whose ballot ----------------------------------------------------------------------------- */

static void take_body(struct forge_entry *entry, const struct forge_entry *from)
{
    json_put(entry->object, "body", json_incref(json_object_get(from->object, "body")));
}

static void body_of_tenth(struct forge *forge, struct forge_entry *entry)
{
    take_body(entry, forge_entry(forge, KIND_BALLOT, 10));
}

/* Word for word what another voter sent. */
static void body_copied(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_BALLOT, 12, body_of_tenth, out_meant)->apply = APPLY_HONEST;
}

static void rerandomise(struct forge *forge, struct forge_entry *entry)
{
    struct buf body;
    body_of_tenth(forge, entry);
    forge_body_read(entry->object, &body);
    struct envelope *envelopes = (struct envelope *)body.bytes;
    for (size_t i = 0; i < body.len / sizeof *envelopes; i++) {
        struct scalar r;
        scalar_random(&r);
        envelopes[i].ciphertext =
            elgamal_reencrypt(&forge->state->ceremony.key, &envelopes[i].ciphertext, &r);
    }
    forge_body_write(entry->object, &body);
    buf_done(&body);
}

static void copy_rerandomised(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_BALLOT, 12, rerandomise, out_meant);
}

/* Two ballots exchange their bodies; each is signed again. */
static json_t *exchanged;

static void body_of_next(struct forge *forge, struct forge_entry *entry)
{
    struct buf body;
    uint8_t key[KEY_BYTES];
    struct forge_entry *next = forge_entry(forge, KIND_BALLOT, 11);
    exchanged = json_incref(json_object_get(entry->object, "body"));
    forge_body_read(next->object, &body);
    if (!hex_read(json_span(json_object_get(next->object, "credential")), key, sizeof key))
        exit(1);
    forge_seal(forge, &body, &forge->state->papers[0], key);
    forge_body_write(entry->object, &body);
    buf_done(&body);
}

static void body_exchanged(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    json_put(entry->object, "body", exchanged);
}

static void bodies_swapped(struct forge *forge, struct meant *out_meant)
{
    forge_entry(forge, KIND_BALLOT, 11)->cheat = body_exchanged;
    tamper_cheat(forge, KIND_BALLOT, 10, body_of_next, out_meant);
}

/* -- who may ---------------------------------------------------------------------------------- */

static struct forge_entry *again(struct forge *forge, const uint8_t *credential)
{
    json_t *ballot = json_deep_copy(forge_entry(forge, KIND_BALLOT, 3)->object);
    if (credential)
        forge_set_hex(ballot, "credential", span_of(credential, KEY_BYTES));
    return forge_insert(forge, forge_index(forge, forge_entry(forge, KIND_CLOSE, 0)), ballot,
                        NAME_CREDENTIAL);
}

static void voted_twice(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry = again(forge, NULL);
}

static void never_issued(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = again(forge, forge_credential(forge, 3));
    entry->apply = APPLY_NOTHING;
    out_meant->entry = entry;
}

static void other_roll(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(entry->object, "roll", 2);
}

static void roll_version(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_BALLOT, 3, other_roll, out_meant);
}

static void other_style(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_text(entry->object, "style", "none");
}

static void style_wrong(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_BALLOT, 3, other_style, out_meant);
}

static void skip_sequence(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(entry->object, "sequence", 2);
}

static void sequence_skipped(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_BALLOT, 20, skip_sequence, out_meant);
}

static void other_previous(struct forge *forge, struct forge_entry *entry)
{
    forge_set_text(entry->object, "previous", forge_entry(forge, KIND_BALLOT, 1)->leaf);
}

static void previous_wrong(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_BALLOT, 20, other_previous, out_meant);
}

static void sequence_not_asked(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(entry->object, "sequence", 1);
}

static void sequence_one(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_BALLOT, 3, sequence_not_asked, out_meant);
}

/* -- papers ----------------------------------------------------------------------------------- */

static void other_paper(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_flip_hex(entry->object, "paper", 0);
}

static void paper_of_ballot(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_BALLOT, 3, other_paper, out_meant);
}

/* Voters are shown a paper that is one contest short; its width stays as the contests say. */
static void widen_paper(struct forge *forge, struct forge_entry *entry)
{
    json_t *item = json_array_get(json_object_get(entry->object, "papers"), 0);
    struct buf note, text;
    const struct note_signer *signers[] = {&forge->rehearsal->election->authority};
    const struct buf *old = forge_blob_of(forge, json_object_get(item, "paper"));
    const uint8_t *end = memmem(old->bytes, old->len, "\n\n", 2);
    buf_init(&text, LIMIT_ENTRY_BYTES);
    buf_init(&note, LIMIT_ENTRY_BYTES);
    buf_add(&text, span_of(old->bytes, (size_t)(end + 1 - old->bytes)));
    forge_replace(&text, "\"width\":1", "\"width\":2");
    statement_sign(buf_span(&text), signers, 1, &note);
    forge_change_blob(forge, item, "paper", buf_span(&note));
    buf_done(&text);
    buf_done(&note);
}

static void paper_wide(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_OPEN, 0, widen_paper, out_meant);
}

/* -- freeze ----------------------------------------------------------------------------------- */

static void other_root(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_flip_hex(entry->object, "root", 0);
}

static void freeze_root(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_FREEZE, 0, other_root, out_meant);
}

static void other_size(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(entry->object, "size",
                     json_integer_value(json_object_get(entry->object, "size")) - 1);
}

static void freeze_size(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_FREEZE, 0, other_size, out_meant);
}

/* A ballot that stands in the log and is left out of the lists. */
static void ballot_dropped(struct forge *forge, struct meant *out_meant)
{
    forge_entry(forge, KIND_BALLOT, 13)->apply = APPLY_NOTHING;
    out_meant->entry = forge_entry(forge, KIND_FREEZE, 0);
}

static void flip_list(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_flip_hex(json_array_get(json_object_get(entry->object, "boxes"), 1), "list", 31);
}

static void list_wrong(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_FREEZE, 0, flip_list, out_meant)->apply = APPLY_HONEST;
}

static void lose_box(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    json_array_remove(json_object_get(entry->object, "boxes"), 1);
}

static void box_missing(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_FREEZE, 0, lose_box, out_meant)->apply = APPLY_HONEST;
}

#define TALLY                                                                                      \
    "MIX.form MIX.proof MIX.quorum DECRYPT.form DECRYPT.proof DECRYPT.quorum DECRYPT.plaintext "   \
    "COUNT.papers COUNT.sheet COUNT.account FREEZE.lists"

const struct tampering tamper_ballot[] = {
    {"point-with-top-bit", "BALLOT.form", TALLY, SHAPE_PLAIN, point_top_bit, NULL},
    {"point-identity", "BALLOT.form", TALLY, SHAPE_PLAIN, alpha_identity, NULL},
    {"point-not-canonical", "BALLOT.form", TALLY, SHAPE_PLAIN, point_not_canonical, NULL},
    {"scalar-plus-L", "BALLOT.form", TALLY, SHAPE_PLAIN, scalar_plus_order, NULL},
    {"body-short", "BALLOT.form", TALLY, SHAPE_PLAIN, body_short, NULL},
    {"body-base64-not-canonical", "STATE.form", TALLY, SHAPE_PLAIN, base64_loose, NULL},
    {"ballot-proof-wrong", "BALLOT.proof", TALLY, SHAPE_PLAIN, proof_wrong, NULL},
    {"ballot-copied", "BALLOT.alpha", "BALLOT.proof " TALLY, SHAPE_PLAIN, body_copied, NULL},
    {"ballot-copied-rerandomised", "BALLOT.proof", TALLY, SHAPE_PLAIN, copy_rerandomised, NULL},
    {"ballots-swapped", "BALLOT.proof", TALLY, SHAPE_PLAIN, bodies_swapped, NULL},
    {"voted-twice", "BALLOT.one", TALLY, SHAPE_PLAIN, voted_twice, NULL},
    {"sequence-where-none-is", "BALLOT.one", TALLY, SHAPE_PLAIN, sequence_one, NULL},
    {"sequence-skipped", "BALLOT.one", TALLY, SHAPE_CHANGING, sequence_skipped, NULL},
    {"previous-of-another", "BALLOT.one", TALLY, SHAPE_CHANGING, previous_wrong, NULL},
    {"credential-never-issued", "BALLOT.credential", TALLY, SHAPE_PLAIN, never_issued, NULL},
    {"ballot-of-another-roll", "BALLOT.credential", TALLY, SHAPE_PLAIN, roll_version, NULL},
    {"ballot-of-another-style", "BALLOT.credential", "BALLOT.form BALLOT.paper " TALLY, SHAPE_PLAIN,
     style_wrong, NULL},
    {"ballot-on-another-paper", "BALLOT.paper", TALLY, SHAPE_PLAIN, paper_of_ballot, NULL},
    {"paper-with-wrong-width", "BALLOT.paper", TALLY, SHAPE_PLAIN, paper_wide, NULL},
    {"freeze-of-another-root", "FREEZE.tree", "", SHAPE_PLAIN, freeze_root, NULL},
    {"freeze-of-another-size", "FREEZE.tree", "", SHAPE_PLAIN, freeze_size, NULL},
    {"ballot-dropped", "FREEZE.lists", TALLY, SHAPE_PLAIN, ballot_dropped, NULL},
    {"freeze-names-another-list", "FREEZE.lists", TALLY, SHAPE_PLAIN, list_wrong, NULL},
    {"box-missing", "FREEZE.lists", TALLY, SHAPE_PLAIN, box_missing, NULL},
    {0},
};
