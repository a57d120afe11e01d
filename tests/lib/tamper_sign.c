/* Alterations of signatures: who signs what, when, and with which encodings. */
#include "tamper.h"

#include "base/code.h"
#include "crypto/hash.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define FOUR(kind)                                                                                 \
    "{\"kind\":\"" kind "\",\"origin\":\"rehearsal.example.org/all\",\"context\":\"" ZEROS         \
    "\",\"answers\":\"" ZEROS "\","

static struct forge_entry *state(struct forge *forge, const char *before, const char *json,
                                 const char *signers)
{
    size_t index = forge_index(forge, forge_entry(forge, before, 0));
    struct forge_entry *entry = forge_insert_text(forge, index, json, signers);
    forge_set_text(entry->object, "answers", forge_entry(forge, KIND_ELECTION, 0)->leaf);
    return entry;
}

static struct forge_entry *notice(struct forge *forge, const char *signers)
{
    return state(forge, KIND_CLOSE,
                 FOUR("notice") "\"text\":{\"en\":\"The hall is open.\",\"cy\":\"\"},"
                                "\"subject\":\"" ZEROS "\"}",
                 signers);
}

static struct forge_entry *role(struct forge *forge, const char *before, const char *action,
                                const char *id, const char *roles, const char *key)
{
    char json[1000];
    snprintf(json, sizeof json,
             FOUR("role") "\"action\":\"%s\",\"officer\":\"%s\",\"name\":\"%s\",\"roles\":%s,"
                          "\"key\":\"%s\",\"until\":0}",
             action, id, *key ? "Officer" : "", roles, key);
    return state(forge, before, json, "/officer/returning /officer/secretary");
}

/* -- encodings -------------------------------------------------------------------------------- */

/* The first signature of a note: where it stands, decoded; and back. */
struct place {
    size_t at, len;
    uint8_t bytes[NOTE_ID_BYTES + SIGNATURE_BYTES];
};

static struct place signature_of(const struct buf *note)
{
    struct place place = {0};
    const uint8_t *line = memmem(note->bytes, note->len, "\n\n", 2);
    const uint8_t *name = line + 2 + 4; /* the dash has three bytes */
    const uint8_t *space = memchr(name, ' ', note->len);
    const uint8_t *end = memchr(space, '\n', note->len);
    place.at = (size_t)(space + 1 - note->bytes);
    place.len = (size_t)(end - space - 1);
    if (!base64_read_exact(span_of(space + 1, place.len), place.bytes, sizeof place.bytes))
        exit(1);
    return place;
}

static void put_signature(struct buf *note, const struct place *place)
{
    struct buf text;
    buf_init(&text, 200);
    base64_add(&text, SPAN_ARRAY(place->bytes));
    memcpy(note->bytes + place->at, text.bytes, place->len);
    buf_done(&text);
}

static struct span text_of(const struct buf *note)
{
    const uint8_t *end = memmem(note->bytes, note->len, "\n\n", 2);
    return span_of(note->bytes, (size_t)(end + 1 - note->bytes));
}

static void flip_signature(struct forge *forge, struct forge_entry *entry)
{
    struct place place = signature_of(&entry->note);
    (void)forge;
    place.bytes[NOTE_ID_BYTES + 40] ^= 1;
    put_signature(&entry->note, &place);
}

static void add_order(struct forge *forge, struct forge_entry *entry)
{
    struct place place = signature_of(&entry->note);
    (void)forge;
    tamper_add_order(place.bytes + NOTE_ID_BYTES + 32);
    put_signature(&entry->note, &place);
}

/* Signs with a point R of the forger's choice for which `r` is the logarithm, up to what has small
 * order: S = r + k a. */
static void sign_with(struct forge *forge, struct forge_entry *entry, const uint8_t *point,
                      const uint8_t *r)
{
    struct place place = signature_of(&entry->note);
    struct note_signer signer = forge_signer(forge, entry->signers[0], entry->object);
    struct span text = text_of(&entry->note);
    uint8_t wide[64], a[32] = {0}, k[32];
    crypto_hash_sha512_state hash;
    crypto_hash_sha512(wide, signer.secret, 32);
    wide[0] &= 248;
    wide[31] &= 127;
    wide[31] |= 64;
    memset(wide + 32, 0, 32);
    crypto_core_ed25519_scalar_reduce(a, wide);
    crypto_hash_sha512_init(&hash);
    crypto_hash_sha512_update(&hash, point, 32);
    crypto_hash_sha512_update(&hash, signer.key.key, 32);
    crypto_hash_sha512_update(&hash, text.ptr, text.len);
    crypto_hash_sha512_final(&hash, wide);
    crypto_core_ed25519_scalar_reduce(k, wide);
    crypto_core_ed25519_scalar_mul(k, k, a);
    memcpy(place.bytes + NOTE_ID_BYTES, point, 32);
    crypto_core_ed25519_scalar_add(place.bytes + NOTE_ID_BYTES + 32, r, k);
    put_signature(&entry->note, &place);
}

static const uint8_t zero[32], identity[32] = {1};

/* [S]B = R + [k]A holds with R = 0. */
static void small_r(struct forge *forge, struct forge_entry *entry)
{
    sign_with(forge, entry, identity, zero);
}

/* The same with y = p + 1. */
static void noncanonical_r(struct forge *forge, struct forge_entry *entry)
{
    uint8_t point[32];
    memset(point, 0xff, sizeof point);
    point[0] = 0xee;
    point[31] = 0x7f;
    sign_with(forge, entry, point, zero);
}

/* R = B + (0, -1): holds with the cofactor and not without. */
static void mixed_r(struct forge *forge, struct forge_entry *entry)
{
    static const uint8_t order_two[32] = {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
    uint8_t one[32] = {1}, base[32], point[32];
    crypto_scalarmult_ed25519_base_noclamp(base, one);
    if (crypto_core_ed25519_add(point, base, order_two) != 0)
        exit(1);
    sign_with(forge, entry, point, one);
}

static void spoiled(struct forge *forge, forge_cheat *spoil, struct meant *out_meant)
{
    struct forge_entry *entry = notice(forge, "/officer/returning");
    entry->spoil = spoil;
    out_meant->entry = entry;
}

static void signature_wrong(struct forge *forge, struct meant *out_meant)
{
    spoiled(forge, flip_signature, out_meant);
}

static void signature_plus_order(struct forge *forge, struct meant *out_meant)
{
    spoiled(forge, add_order, out_meant);
}

static void signature_small_r(struct forge *forge, struct meant *out_meant)
{
    spoiled(forge, small_r, out_meant);
}

static void signature_noncanonical_r(struct forge *forge, struct meant *out_meant)
{
    spoiled(forge, noncanonical_r, out_meant);
}

static void signature_mixed_r(struct forge *forge, struct meant *out_meant)
{
    spoiled(forge, mixed_r, out_meant);
}

static void ballot_signature(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_BALLOT, 7);
    entry->spoil = flip_signature;
    out_meant->entry = entry;
}

static void small_key(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_hex(json_array_get(json_object_get(entry->object, "officers"), 3), "key",
                  SPAN_ARRAY(identity));
}

/* Anybody could sign for an officer with such a key. */
static void key_of_small_order(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_ELECTION, 0);
    entry->cheat = small_key;
    entry->apply = APPLY_HONEST;
    out_meant->entry = entry;
}

/* -- who -------------------------------------------------------------------------------------- */

static void notice_by_scrutineer(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry = notice(forge, "/officer/scrutineer");
}

static void notice_by_trustee(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry = notice(forge, "/trustee/1");
}

static void extra_signer(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_CLOSE, 0);
    forge_sign_by(entry, "/officer/returning /officer/secretary /authority");
    out_meant->entry = entry;
}

static void authority_missing(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_OPEN, 0);
    forge_sign_by(entry, "/officer/returning");
    out_meant->entry = entry;
}

static void snapshot_by_secretary(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_SNAPSHOT, 0);
    forge_sign_by(entry, "/officer/secretary");
    out_meant->entry = entry;
}

static void mix_by_another(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_MIX, 0);
    forge_sign_by(entry, "/trustee/2");
    out_meant->entry = entry;
}

/* The secretary's appointment is over when the roll is sealed. */
static void role_over(struct forge *forge, struct meant *out_meant)
{
    role(forge, KIND_ROLL, "end", "secretary", "[]", "");
    out_meant->entry = forge_entry(forge, KIND_ROLL, 0);
}

static void resign(struct forge *forge, struct forge_entry *entry)
{
    json_t *other = forge_entry(forge, KIND_BALLOT, 2)->object;
    struct note_signer signer = forge_signer(forge, NAME_CREDENTIAL, other);
    const struct note_signer *signers[] = {&signer};
    struct buf text;
    buf_init(&text, NOTE_BYTES_MAX);
    buf_add(&text, text_of(&entry->note));
    buf_clear(&entry->note);
    statement_sign(buf_span(&text), signers, 1, &entry->note);
    buf_done(&text);
}

static void ballot_by_another(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_BALLOT, 7);
    entry->spoil = resign;
    out_meant->entry = entry;
}

/* -- four eyes -------------------------------------------------------------------------------- */

static void roll_by_one(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_ROLL, 0);
    forge_sign_by(entry, "/officer/returning");
    out_meant->entry = entry;
}

static void roll_by_exporter(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_ROLL, 0);
    forge_sign_by(entry, "/officer/exporter /officer/returning");
    out_meant->entry = entry;
}

/* The same key signs under two names. */
static void sign_as_double(struct forge *forge, struct forge_entry *entry)
{
    struct note_signer first = forge_signer(forge, "/officer/returning", entry->object);
    struct note_signer second = first;
    const struct note_signer *signers[] = {&first, &second};
    struct buf text;
    struct fail fail;
    rehearsal_must(definition_key(forge->rehearsal->election->origin, NAME_OFFICER, "double",
                                  first.key.key, &second.key, &fail),
                   &fail, "double");
    buf_init(&text, NOTE_BYTES_MAX);
    buf_add(&text, text_of(&entry->note));
    buf_clear(&entry->note);
    statement_sign(buf_span(&text), signers, 2, &entry->note);
    buf_done(&text);
}

static void one_officer_twice(struct forge *forge, struct meant *out_meant)
{
    char key[2 * KEY_BYTES + 1];
    struct forge_entry *roll = forge_entry(forge, KIND_ROLL, 0);
    hex_print(SPAN_ARRAY(forge->rehearsal->officers[RETURNING].key.key), key);
    role(forge, KIND_ROLL, "appoint", "double", "[\"deputy\"]", key);
    roll->spoil = sign_as_double;
    out_meant->entry = roll;
}

/* -- context and answers ---------------------------------------------------------------------- */

static void other_context(struct forge *forge, struct forge_entry *entry)
{
    forge_set_hex(entry->object, "context", span_of(forge->state->ctx1, HASH_BYTES));
}

static void context_of_another_stage(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = notice(forge, "/officer/returning");
    entry->cheat = other_context;
    out_meant->entry = entry;
}

static void ballot_of_another_stage(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_BALLOT, 2);
    entry->cheat = other_context;
    out_meant->entry = entry;
}

static void answer_open(struct forge *forge, struct forge_entry *entry)
{
    forge_set_text(entry->object, "answers", forge_entry(forge, KIND_SNAPSHOT, 0)->leaf);
}

static void contest_answers_snapshot(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_CONTEST, 1);
    entry->cheat = answer_open;
    out_meant->entry = entry;
}

static void ballot_answers_snapshot(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_BALLOT, 2);
    entry->cheat = answer_open;
    out_meant->entry = entry;
}

static void answer_freeze(struct forge *forge, struct forge_entry *entry)
{
    forge_set_text(entry->object, "answers", forge_entry(forge, KIND_FREEZE, 0)->leaf);
}

static void second_mix_answers_freeze(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_MIX, 1);
    entry->cheat = answer_freeze;
    out_meant->entry = entry;
}

const struct tampering tamper_sign[] = {
    {"signature-wrong", "SIGN.signature", "", SHAPE_PLAIN, signature_wrong, NULL},
    {"signature-plus-L", "SIGN.signature", "", SHAPE_PLAIN, signature_plus_order, NULL},
    {"signature-R-of-small-order", "SIGN.signature", "", SHAPE_PLAIN, signature_small_r, NULL},
    {"signature-R-not-canonical", "SIGN.signature", "", SHAPE_PLAIN, signature_noncanonical_r,
     NULL},
    {"signature-R-with-torsion", "SIGN.signature", "", SHAPE_PLAIN, signature_mixed_r, NULL},
    {"ballot-signature-wrong", "SIGN.signature", "", SHAPE_PLAIN, ballot_signature, NULL},
    {"officer-key-of-small-order", "STATE.form", "STATE.order", SHAPE_PLAIN, key_of_small_order,
     NULL},
    {"notice-by-scrutineer", "SIGN.signers", "", SHAPE_PLAIN, notice_by_scrutineer, NULL},
    {"notice-by-trustee", "SIGN.signers", "", SHAPE_PLAIN, notice_by_trustee, NULL},
    {"close-with-extra-signer", "SIGN.signers", "", SHAPE_PLAIN, extra_signer, NULL},
    {"open-without-authority", "SIGN.signers", "", SHAPE_PLAIN, authority_missing, NULL},
    {"snapshot-by-secretary", "SIGN.signers", "", SHAPE_PLAIN, snapshot_by_secretary, NULL},
    {"mix-signed-by-another-trustee", "SIGN.signers", "", SHAPE_PLAIN, mix_by_another, NULL},
    {"officer-whose-role-ended", "SIGN.signers", "SIGN.four-eyes", SHAPE_PLAIN, role_over, NULL},
    {"ballot-signed-by-another", "SIGN.signature", "", SHAPE_PLAIN, ballot_by_another, NULL},
    {"roll-by-one-officer", "SIGN.four-eyes", "SIGN.signers", SHAPE_PLAIN, roll_by_one, NULL},
    {"roll-by-exporter", "SIGN.signers", "", SHAPE_PLAIN, roll_by_exporter, NULL},
    {"one-officer-twice", "SIGN.four-eyes", "STATE.definition", SHAPE_PLAIN, one_officer_twice,
     NULL},
    {"notice-of-another-stage", "SIGN.context", "", SHAPE_PLAIN, context_of_another_stage, NULL},
    {"ballot-of-another-stage", "SIGN.context", "", SHAPE_PLAIN, ballot_of_another_stage, NULL},
    {"contest-answers-snapshot", "SIGN.answers", "", SHAPE_PLAIN, contest_answers_snapshot, NULL},
    {"ballot-answers-snapshot", "SIGN.answers", "", SHAPE_PLAIN, ballot_answers_snapshot, NULL},
    {"second-mix-answers-freeze", "SIGN.answers", "", SHAPE_PLAIN, second_mix_answers_freeze, NULL},
    {0},
};
