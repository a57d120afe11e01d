/* Prints tests/vectors/crypto.jsonl: one case a line, from a random generator with a fixed seed, so
 * that every run prints the same. A second program, or a third, checks itself against the file. All
 * byte values are lower-case hex; what each member is, docs/protocol.md says.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "crypto/ceremony.h"
#include "crypto/chunk.h"
#include "crypto/context.h"
#include "crypto/credential.h"
#include "crypto/decryption.h"
#include "crypto/envelope.h"
#include "crypto/shuffle.h"
#include "fixed_random.h"

enum { N_MOST = 5, W_MOST = 2, PAIRS_MOST = N_MOST * W_MOST, TRUSTEES = 3, K = 2 };

/* -- printing -----------------------------------------------------------------------------------
 */

static json_t *begin(const char *what)
{
    json_t *line = json_object();
    json_put_string(line, "what", span_str(what));
    return line;
}

static void end(json_t *line)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    json_print(line, &text);
    puts(buf_text(&text));
    buf_done(&text);
    json_decref(line);
}

static void must(bool right, const char *what)
{
    if (!right) {
        fprintf(stderr, "crypto_vectors: %s does not check\n", what);
        exit(1);
    }
}

/* -- cases --------------------------------------------------------------------------------------
 */

static uint8_t ctx[HASH_BYTES];
static uint8_t credential[KEY_BYTES];

static void hashes(void)
{
    struct hash hash;
    uint8_t wide[HASH_WIDE_BYTES];
    json_t *line = begin("hash");
    hash_start(&hash, "tracker");
    hash_text(&hash, "text");
    hash_integer(&hash, 258);
    hash_count(&hash, 2);
    hash_text(&hash, "one");
    hash_text(&hash, "");
    hash_end(&hash, wide);
    json_put_string(line, "parts", span_str("H(tracker, text, 258, [one, ])"));
    json_put_hex(line, "hash", SPAN_ARRAY(wide));
    end(line);
    for (uint64_t i = 0; i < 3; i++) {
        hash_start(&hash, "base");
        hash_integer(&hash, i);
        struct point point = point_from_hash(&hash);
        line = begin("base");
        json_put_integer(line, "index", (int64_t)i);
        json_put_hex(line, "point", point_span(&point));
        end(line);
    }
}

static void contexts(void)
{
    const uint8_t keys[2][KEY_BYTES] = {{1}, {2}};
    const uint8_t leaves[3][HASH_BYTES] = {{3}, {4}, {5}};
    struct scalar one = scalar_from_u64(1);
    struct point base = point_mul_base(&one);
    uint8_t out[4][HASH_BYTES];
    json_t *line = begin("contexts");
    context_definition(SPAN_LIT("example.org/2026"), SPAN_LIT("{}\n"), keys, 1, out[0]);
    context_key(out[0], leaves[0], &base, out[1]);
    context_open(out[1], leaves + 1, 2, leaves[0], out[2]);
    context_freeze(out[2], leaves[1], out[3]);
    json_put_string(line, "origin", SPAN_LIT("example.org/2026"));
    json_put_string(line, "definition", SPAN_LIT("{}\n"));
    json_put_hex(line, "keys", SPAN_ARRAY(keys));
    json_put_hex(line, "transcript", SPAN_ARRAY(leaves[0]));
    json_put_hex(line, "public", point_span(&base));
    json_put_hex(line, "contests", span_of(leaves[1], 2 * HASH_BYTES));
    json_put_hex(line, "root", SPAN_ARRAY(leaves[0]));
    json_put_hex(line, "freeze", SPAN_ARRAY(leaves[1]));
    json_put_hex(line, "ctx0", SPAN_ARRAY(out[0]));
    json_put_hex(line, "ctx1", SPAN_ARRAY(out[1]));
    json_put_hex(line, "ctx2", SPAN_ARRAY(out[2]));
    json_put_hex(line, "ctx3", SPAN_ARRAY(out[3]));
    end(line);
}

static void credentials(void)
{
    struct credential_code code;
    char text[CODE_TEXT_BYTES];
    char tracker[TRACKER_TEXT_BYTES];
    uint8_t seed[KEY_BYTES];
    json_t *line = begin("credential");
    credential_code_draw(&code);
    credential_code_print(&code, text);
    credential_seed(ctx, &code, seed);
    credential_key(ctx, &code, credential);
    credential_tracker(ctx, credential, SPAN_LIT("a body"), tracker);
    json_put_hex(line, "ctx0", SPAN_ARRAY(ctx));
    json_put_string(line, "code", span_str(text));
    json_put_hex(line, "seed", SPAN_ARRAY(seed));
    json_put_hex(line, "key", SPAN_ARRAY(credential));
    json_put_hex(line, "ctx2", SPAN_ARRAY(ctx));
    json_put_hex(line, "body", SPAN_LIT("a body"));
    json_put_string(line, "tracker", span_str(tracker));
    end(line);
}

static void chunks(void)
{
    for (int i = 0; i < 3; i++) {
        uint8_t chunk[CHUNK_BYTES] = {0};
        if (i == 1) {
            memset(chunk, 0xff, sizeof chunk);
        } else if (i == 2) {
            randombytes_buf(chunk, sizeof chunk);
        }
        struct point point = chunk_point(chunk);
        json_t *line = begin("chunk");
        json_put_hex(line, "chunk", SPAN_ARRAY(chunk));
        json_put_hex(line, "point", point_span(&point));
        end(line);
    }
}

static void ballot(const struct point *key)
{
    struct envelope_place place = {.ctx2 = ctx,
                                   .contest = SPAN_LIT("chair"),
                                   .credential = credential,
                                   .position = 1,
                                   .key = key};
    uint8_t chunk[CHUNK_BYTES] = {CHOICE_MARKED, 2, 1};
    struct envelope envelope;
    struct scalar r;
    envelope_seal(&place, chunk, &envelope, &r);
    must(envelope_check(&place, &envelope), "ballot");
    json_t *line = begin("ballot");
    json_put_hex(line, "ctx2", SPAN_ARRAY(ctx));
    json_put_string(line, "contest", place.contest);
    json_put_hex(line, "credential", SPAN_ARRAY(credential));
    json_put_integer(line, "position", (int64_t)place.position);
    json_put_hex(line, "public", point_span(key));
    json_put_hex(line, "envelope", span_of(&envelope, sizeof envelope));
    json_put_hex(line, "chunk", SPAN_ARRAY(chunk));
    json_put_hex(line, "r", scalar_span(&r));
    end(line);
}

struct party {
    struct ceremony_secret *secret;
    struct scalar seal_secret;
    struct point seal;
    struct scalar e;
    struct point ephemeral;
};

static const struct ceremony ceremony = {.ctx0 = ctx, .attempt = 1, .k = K};

static void coefficients(unsigned i, const struct party *party, struct point *out_commitments)
{
    struct knowledge proofs[K];
    uint8_t commit[HASH_BYTES];
    uint8_t lots[HASH_BYTES];
    ceremony_commitments(&ceremony, party->secret, out_commitments);
    ceremony_commit(&ceremony, i, out_commitments, commit);
    ceremony_commit_lots(&ceremony, i, party->secret->lots, lots);
    ceremony_prove(&ceremony, i, party->secret, out_commitments, proofs);
    must(ceremony_check(&ceremony, i, commit, out_commitments, proofs, NULL) == OK, "coefficients");
    json_t *line = begin("coefficients");
    json_put_hex(line, "ctx0", SPAN_ARRAY(ctx));
    json_put_integer(line, "attempt", 1);
    json_put_integer(line, "trustee", i);
    json_put_hex(line, "commitments", span_of(out_commitments, K * POINT_BYTES));
    json_put_hex(line, "proofs", SPAN_ARRAY(proofs));
    json_put_hex(line, "coefficients", SPAN_ARRAY(commit));
    json_put_hex(line, "lots_reveal", SPAN_ARRAY(party->secret->lots));
    json_put_hex(line, "lots", SPAN_ARRAY(lots));
    end(line);
}

/* Shares from i to j, each with the complaint that j could make. */
static struct scalar share(const struct party *parties, const struct point *commitments, unsigned i,
                           unsigned j)
{
    struct ceremony_channel channel = {.ceremony = &ceremony,
                                       .from = i,
                                       .to = j,
                                       .ephemeral = parties[i - 1].ephemeral,
                                       .seal = parties[j - 1].seal};
    uint8_t sealed[SCALAR_BYTES];
    struct scalar opened = {0};
    ceremony_seal(&channel, &parties[i - 1].e, parties[i - 1].secret, sealed);
    must(ceremony_open(&channel, &parties[j - 1].seal_secret, sealed, &commitments[(i - 1) * K],
                       &opened, NULL) == OK,
         "share");
    struct ceremony_complaint complaint = ceremony_complain(&channel, &parties[j - 1].seal_secret);
    must(ceremony_complaint_check(&channel, &complaint), "complaint");
    json_t *line = begin("share");
    json_put_hex(line, "ctx0", SPAN_ARRAY(ctx));
    json_put_integer(line, "attempt", 1);
    json_put_integer(line, "from", i);
    json_put_integer(line, "to", j);
    json_put_hex(line, "ephemeral", point_span(&channel.ephemeral));
    json_put_hex(line, "seal", point_span(&channel.seal));
    json_put_hex(line, "share", SPAN_ARRAY(sealed));
    json_put_hex(line, "opened", scalar_span(&opened));
    json_put_hex(line, "secret", point_span(&complaint.secret));
    json_put_hex(line, "proof", span_of(&complaint.proof, sizeof complaint.proof));
    end(line);
    return opened;
}

struct keys {
    struct point public;
    struct scalar secrets[TRUSTEES];
    struct point verification[TRUSTEES];
};

static void key_line(const struct point *commitments, struct keys *keys)
{
    json_t *line = begin("key");
    must(threshold_public(commitments, TRUSTEES, K, &keys->public), "public");
    for (unsigned j = 1; j <= TRUSTEES; j++) {
        must(threshold_verification_key(commitments, TRUSTEES, K, j, &keys->verification[j - 1]),
             "verification key");
    }
    uint8_t leaves[3 * TRUSTEES][HASH_BYTES];
    uint8_t transcript[HASH_BYTES];
    randombytes_buf(leaves, sizeof leaves);
    ceremony_transcript(&ceremony, (const uint8_t(*)[HASH_BYTES])leaves, 3 * TRUSTEES, transcript);
    json_put_hex(line, "ctx0", SPAN_ARRAY(ctx));
    json_put_integer(line, "attempt", 1);
    json_put_integer(line, "threshold", K);
    json_put_hex(line, "commitments", span_of(commitments, TRUSTEES * K * POINT_BYTES));
    json_put_hex(line, "public", point_span(&keys->public));
    json_put_hex(line, "verification", SPAN_ARRAY(keys->verification));
    json_put_hex(line, "leaves", SPAN_ARRAY(leaves));
    json_put_hex(line, "transcript", SPAN_ARRAY(transcript));
    end(line);
}

static void key_ceremony(struct keys *keys)
{
    struct party parties[TRUSTEES];
    struct point commitments[TRUSTEES * K];
    for (unsigned i = 1; i <= TRUSTEES; i++) {
        struct party *party = &parties[i - 1];
        party->secret = ceremony_secret_new(K);
        must(party->secret != NULL, "memory");
        scalar_random(&party->seal_secret);
        scalar_random(&party->e);
        party->seal = point_mul_base(&party->seal_secret);
        party->ephemeral = point_mul_base(&party->e);
        coefficients(i, party, &commitments[(i - 1) * K]);
    }
    for (unsigned j = 1; j <= TRUSTEES; j++) {
        struct scalar shares[TRUSTEES];
        for (unsigned i = 1; i <= TRUSTEES; i++) {
            shares[i - 1] = i == j ? threshold_evaluate(parties[j - 1].secret->coefficients, K, j)
                                   : share(parties, commitments, i, j);
        }
        keys->secrets[j - 1] = ceremony_key_share(shares, TRUSTEES);
    }
    key_line(commitments, keys);
    for (unsigned i = 0; i < TRUSTEES; i++) {
        ceremony_secret_free(parties[i].secret);
    }
}

static void mix(const struct keys *keys, const struct cipherlist *before,
                struct ciphertext *out_after)
{
    static uint8_t proof_at[160 * N_MOST + 192 + 96 * W_MOST];
    struct span proof = {.ptr = proof_at, .len = 160 * before->count + 192 + 96 * before->width};
    struct bases bases;
    struct mix_place place = {
        .ctx3 = ctx, .box = SPAN_LIT("chair/north"), .mixer = 2, .step = 1, .key = &keys->public};
    struct cipherlist after = {.at = out_after, .count = before->count, .width = before->width};
    must(bases_init(&bases, before->count, NULL, NULL) == OK &&
             shuffle_make(&place, &bases, before, NULL, out_after, proof_at, NULL) == OK &&
             shuffle_check(&place, &bases, before, &after, proof, NULL, NULL) == OK,
         "mix");
    json_t *line = begin("mix");
    json_put_hex(line, "ctx3", SPAN_ARRAY(ctx));
    json_put_string(line, "box", place.box);
    json_put_integer(line, "mixer", (int64_t)place.mixer);
    json_put_integer(line, "step", (int64_t)place.step);
    json_put_hex(line, "public", point_span(&keys->public));
    json_put_integer(line, "count", (int64_t)before->count);
    json_put_integer(line, "width", (int64_t)before->width);
    json_put_hex(line, "before", cipherlist_span(before));
    json_put_hex(line, "after", cipherlist_span(&after));
    json_put_hex(line, "proof", proof);
    end(line);
    bases_done(&bases);
}

static void decryption(const struct keys *keys, const struct cipherlist *list, unsigned trustee,
                       uint8_t *out_blob)
{
    struct decryption_place place = {.ctx3 = ctx,
                                     .box = SPAN_LIT("chair/north"),
                                     .trustee = trustee,
                                     .key = &keys->verification[trustee - 1]};
    decryption_make(&place, list, &keys->secrets[trustee - 1], NULL, out_blob);
    struct span blob = span_of(out_blob, decryption_blob_bytes(list));
    must(decryption_check(&place, list, blob, NULL, NULL) == OK, "decryption");
    json_t *line = begin("decryption");
    json_put_hex(line, "ctx3", SPAN_ARRAY(ctx));
    json_put_string(line, "box", place.box);
    json_put_integer(line, "trustee", trustee);
    json_put_hex(line, "key", point_span(place.key));
    json_put_integer(line, "count", (int64_t)list->count);
    json_put_integer(line, "width", (int64_t)list->width);
    json_put_hex(line, "list", cipherlist_span(list));
    json_put_hex(line, "blob", blob);
    end(line);
}

static void plaintexts(const struct cipherlist *list, const struct span *blobs)
{
    static const unsigned indices[K] = {1, 3};
    struct point points[PAIRS_MOST];
    decryption_combine(list, blobs, indices, K, NULL, points);
    json_t *line = begin("plaintexts");
    json_put_hex(line, "list", cipherlist_span(list));
    json_put_integer(line, "first", indices[0]);
    json_put_hex(line, "first_blob", blobs[0]);
    json_put_integer(line, "second", indices[1]);
    json_put_hex(line, "second_blob", blobs[1]);
    json_put_hex(line, "points", span_of(points, list->count * list->width * POINT_BYTES));
    end(line);
}

static void tally(const struct keys *keys, unsigned count, unsigned width)
{
    struct ciphertext before_at[PAIRS_MOST];
    struct ciphertext after_at[PAIRS_MOST];
    uint8_t blobs[K][PAIRS_MOST * POINT_BYTES + DECRYPTION_PROOF_BYTES];
    for (unsigned m = 0; m < count * width; m++) {
        uint8_t chunk[CHUNK_BYTES] = {CHOICE_MARKED, (uint8_t)m};
        struct point message = chunk_point(chunk);
        struct scalar r;
        scalar_random(&r);
        before_at[m] = elgamal_encrypt(&keys->public, &message, &r);
    }
    struct cipherlist before = {.at = before_at, .count = count, .width = width};
    struct cipherlist after = {.at = after_at, .count = count, .width = width};
    mix(keys, &before, after_at);
    decryption(keys, &after, 1, blobs[0]);
    decryption(keys, &after, 3, blobs[1]);
    size_t bytes = decryption_blob_bytes(&after);
    plaintexts(&after, (const struct span[]){span_of(blobs[0], bytes), span_of(blobs[1], bytes)});
}

int main(void)
{
    static const unsigned sizes[][2] = {{3, 2}, {1, 1}, {2, 1}, {2, 2}, {5, 1}, {5, 2}};
    struct keys keys;
    if (!fixed_random_begin("ballotd vectors")) {
        return 1;
    }
    randombytes_buf(ctx, sizeof ctx);
    hashes();
    contexts();
    credentials();
    chunks();
    key_ceremony(&keys);
    ballot(&keys.public);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        tally(&keys, sizes[i][0], sizes[i][1]);
    }
    return 0;
}
