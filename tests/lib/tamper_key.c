/* Alterations of the key ceremony. What follows a false key could not be decrypted by anybody, so
 * several of these are found at more than one place. */
#include "tamper.h"

#include "base/code.h"

#include <stdlib.h>

static struct forge_entry *cheat_at(struct forge *forge, const char *kind, unsigned nth,
                                    forge_cheat *cheat, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, kind, nth);
    entry->cheat = cheat;
    entry->apply = APPLY_HONEST;
    out_meant->entry = entry;
    return entry;
}

static void flip_commit(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_flip_hex(entry->object, "coefficients", 0);
}

/* A trustee whose coefficients are not those it committed to: it saw the others' first. */
static void commit_differs(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_TRUSTEE_COMMIT, 1, flip_commit, out_meant);
    out_meant->entry = forge_entry(forge, KIND_TRUSTEE_COEFFICIENTS, 1);
}

static void flip_proof(struct forge *forge, struct forge_entry *entry)
{
    uint8_t proof[POINT_BYTES + SCALAR_BYTES];
    char hex[2 * sizeof proof + 1];
    json_t *proofs = json_object_get(entry->object, "proofs");
    (void)forge;
    if (!hex_read(json_span(json_array_get(proofs, 1)), proof, sizeof proof))
        exit(1);
    proof[POINT_BYTES] ^= 1;
    hex_print(SPAN_ARRAY(proof), hex);
    json_array_set_new(proofs, 1, json_string(hex));
}

static void proof_wrong(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_TRUSTEE_COEFFICIENTS, 0, flip_proof, out_meant);
}

static void zero_coefficient(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    json_array_set_new(
        json_object_get(entry->object, "commitments"), 1,
        json_string("0000000000000000000000000000000000000000000000000000000000000000"));
}

static void coefficient_identity(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_TRUSTEE_COEFFICIENTS, 2, zero_coefficient, out_meant);
}

static void flip_transcript(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_flip_hex(entry->object, "transcript", 0);
}

static void transcript_differs(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_TRUSTEE_ACCEPT, 1, flip_transcript, out_meant);
}

/* A key of which the forger knows the whole secret: every trustee accepts it, voters use it. */
static struct point own_key(void)
{
    struct scalar secret = scalar_from_u64(42);
    return point_mul_base(&secret);
}

static void accept_own(struct forge *forge, struct forge_entry *entry)
{
    struct point key = own_key();
    (void)forge;
    forge_set_hex(entry->object, "public", point_span(&key));
}

static void rogue_key(struct forge *forge, struct meant *out_meant)
{
    for (unsigned i = 0; i < 3; i++)
        cheat_at(forge, KIND_TRUSTEE_ACCEPT, i, accept_own, out_meant);
    out_meant->entry = forge_entry(forge, KIND_TRUSTEE_ACCEPT, 0);
}

static void open_names_own(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_OPEN, 0, accept_own, out_meant);
}

/* "Trustee 1 sent me a bad share", with a proof that does not hold. */
static void false_complaint(struct forge *forge, struct meant *out_meant)
{
    size_t index = forge_index(forge, forge_entry(forge, KIND_TRUSTEE_ACCEPT, 0));
    struct point point = own_key();
    uint8_t proof[3 * POINT_BYTES];
    json_t *object = json_deep_copy(forge_entry(forge, KIND_TRUSTEE_ACCEPT, 1)->object);
    struct scalar zero = scalar_from_u64(7);
    memcpy(proof, point.bytes, POINT_BYTES);
    memcpy(proof + POINT_BYTES, point.bytes, POINT_BYTES);
    memcpy(proof + (size_t)2 * POINT_BYTES, zero.bytes, SCALAR_BYTES);
    json_object_del(object, "transcript");
    json_object_del(object, "public");
    forge_set_text(object, "kind", KIND_TRUSTEE_COMPLAINT);
    forge_set_text(object, "answers", forge_entry(forge, KIND_TRUSTEE_SHARES, 0)->leaf);
    forge_set_number(object, "against", 1);
    forge_set_hex(object, "secret", point_span(&point));
    forge_set_hex(object, "proof", SPAN_ARRAY(proof));
    struct forge_entry *entry = forge_insert(forge, index, object, "/trustee/2");
    entry->apply = APPLY_NOTHING;
    out_meant->entry = entry;
}

static void share_too_many(struct forge *forge, struct forge_entry *entry)
{
    json_t *shares = json_object_get(entry->object, "shares");
    (void)forge;
    json_array_append_new(shares, json_deep_copy(json_array_get(shares, 1)));
}

static void share_twice(struct forge *forge, struct meant *out_meant)
{
    cheat_at(forge, KIND_TRUSTEE_SHARES, 0, share_too_many, out_meant);
}

static void reveal_early(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_TRUSTEE_COEFFICIENTS, 0);
    forge_move(forge, entry, forge_entry(forge, KIND_TRUSTEE_COMMIT, 2));
    out_meant->entry = entry;
}

#define AFTER_KEY                                                                                  \
    "KEY.commit KEY.proof KEY.accept KEY.public SIGN.context BALLOT.proof BALLOT.paper MIX.proof " \
    "DECRYPT.proof COUNT.lots"

const struct tampering tamper_key[] = {
    {"coefficients-after-the-others", "KEY.commit", AFTER_KEY, SHAPE_PLAIN, commit_differs, NULL},
    {"coefficients-before-the-others", "KEY.commit", AFTER_KEY, SHAPE_PLAIN, reveal_early, NULL},
    {"coefficient-not-proved", "KEY.proof", "", SHAPE_PLAIN, proof_wrong, NULL},
    {"coefficient-identity", "KEY.proof", AFTER_KEY, SHAPE_PLAIN, coefficient_identity, NULL},
    {"share-sent-twice", "STATE.form", "SIGN.answers KEY.accept " AFTER_KEY, SHAPE_PLAIN,
     share_twice, NULL},
    {"complaint-not-proved", "KEY.complaint", AFTER_KEY, SHAPE_PLAIN, false_complaint, NULL},
    {"transcript-differs", "KEY.accept", AFTER_KEY, SHAPE_PLAIN, transcript_differs, NULL},
    {"rogue-key", "KEY.accept", AFTER_KEY, SHAPE_PLAIN, rogue_key, NULL},
    {"open-names-another-key", "KEY.public", AFTER_KEY, SHAPE_PLAIN, open_names_own, NULL},
    {0},
};
