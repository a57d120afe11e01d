/* Every line of tests/vectors/crypto.jsonl but those of proofs (vectors_ceremony.c,
 * vectors_tally.c), worked out by the verifier's code: H, bases, contexts, codes, chunks, and the
 * proof of one chunk of a ballot. */
#include "election/choice.h"
#include "election/code.h"
#include "vector_stage.h"

static void check_hash(struct vector_line *line)
{
    uint8_t wide[HASH_WIDE_BYTES];
    struct hash hash;
    CHECK_TEXT(vector_text(line, "parts"), "H(tracker, text, 258, [one, ])");
    hash_start(&hash, LABEL_TRACKER);
    hash_text(&hash, "text");
    hash_number(&hash, 258);
    hash_list(&hash, 2);
    hash_text(&hash, "one");
    hash_text(&hash, "");
    hash_end_wide(&hash, wide);
    CHECK_SPAN(span_of(wide, sizeof wide), vector_hex(line, "hash"));
}

static void check_base(struct vector_line *line)
{
    uint8_t bytes[POINT_BYTES];
    struct point point;
    struct hash hash;
    hash_start(&hash, LABEL_BASE);
    hash_number(&hash, vector_number(line, "index"));
    hash_end_point(&hash, &point);
    point_encode(&point, bytes);
    CHECK_SPAN(span_of(bytes, sizeof bytes), vector_hex(line, "point"));
}

static void take(uint8_t *out, struct span bytes)
{
    if (CHECK_UINT(bytes.len, HASH_BYTES))
        memcpy(out, bytes.ptr, HASH_BYTES);
}

static void stage_contexts(struct stage *stage, struct vector_line *line, struct roll *roll,
                           struct opening *open, struct freeze *freeze)
{
    struct span origin = vector_text(line, "origin");
    stage_begin(stage, "", 1, 1);
    stage->entries[0].statement.origin = origin;
    stage->entries[0].text = vector_text(line, "definition");
    struct span keys = vector_hex(line, "keys");
    CHECK_UINT(keys.len, 2 * KEY_BYTES);
    memcpy(stage->trustees[0].sign, keys.ptr, KEY_BYTES);
    memcpy(stage->trustees[0].seal, keys.ptr + KEY_BYTES, POINT_BYTES);
    struct span transcript = vector_hex(line, "transcript"), public = vector_hex(line, "public");
    struct span contests = vector_hex(line, "contests");
    for (size_t i = 0; i < contests.len / HASH_BYTES; i++) {
        uint64_t entry = stage_add(stage, (struct statement){.kind = CONTEST});
        memcpy(stage->entries[entry].leaf.bytes, contests.ptr + i * HASH_BYTES, HASH_BYTES);
    }
    take(roll->root, vector_hex(line, "root"));
    stage_add(stage, (struct statement){.kind = ROLL, .roll = roll});
    stage_add(stage, (struct statement){.kind = OPEN, .open = open});
    uint64_t entry = stage_add(stage, (struct statement){.kind = FREEZE, .freeze = freeze});
    take(stage->entries[entry].leaf.bytes, vector_hex(line, "freeze"));
    stage->definition.title.en = span_text("");
    stage_ready(stage, 0);
    take(stage->election.keys.transcript, transcript);
    take(stage->election.keys.public_bytes, public);
    stage->election.keys.known = true;
}

static void check_contexts(struct vector_line *line)
{
    static const char *const names[CONTEXTS] = {"ctx0", "ctx1", "ctx2", "ctx3"};
    static struct stage stage;
    struct freeze freeze = {0};
    struct roll roll = {.version = 1};
    struct opening open = {.roll = 1};
    stage_contexts(&stage, line, &roll, &open, &freeze);
    contexts_compute(&stage.election);
    CHECK_UINT(stage.election.context_count, CONTEXTS);
    for (unsigned i = 0; i < CONTEXTS; i++)
        CHECK_SPAN(span_of(stage.election.contexts[i], HASH_BYTES), vector_hex(line, names[i]));
    stage_end(&stage);
}

static void check_credential(struct vector_line *line)
{
    uint8_t symbols[CODE_RANDOM_SYMBOLS], key[KEY_BYTES], seed[HASH_BYTES];
    char tracker[TRACKER_TEXT_BYTES];
    struct hash hash;
    struct fail fail;
    struct span ctx0 = vector_hex(line, "ctx0");
    CHECK_INT(code_read(vector_text(line, "code"), symbols, &fail), GOOD);
    hash_start(&hash, LABEL_CREDENTIAL);
    hash_part(&hash, ctx0);
    hash_bytes(&hash, symbols, sizeof symbols);
    hash_end(&hash, seed);
    CHECK_SPAN(span_of(seed, sizeof seed), vector_hex(line, "seed"));
    CHECK_INT(code_key(ctx0.ptr, symbols, key, &fail), GOOD);
    CHECK_SPAN(span_of(key, sizeof key), vector_hex(line, "key"));
    struct span ctx2 = vector_hex(line, "ctx2");
    tracker_make(ctx2.ptr, key, vector_hex(line, "body"), tracker);
    CHECK_TEXT(vector_text(line, "tracker"), tracker);
}

/* Opens to these bytes; and no smaller k gives a point, so it is what a voter's program makes. */
static void check_chunk(struct vector_line *line)
{
    uint8_t opened[CHUNK_BYTES];
    struct span chunk = vector_hex(line, "chunk"), point = vector_hex(line, "point");
    CHECK(chunk_read(point.ptr, opened));
    CHECK_SPAN(span_of(opened, sizeof opened), chunk);
}

/* What the proof of one chunk must satisfy, by the formulas of section 8. */
static void check_ballot(struct vector_line *line)
{
    struct hash hash;
    struct scalar c, z, r, minus, zero = scalar_from_number(0);
    struct point alpha, beta, proof, key, left, product, base = point_base();
    uint8_t message[POINT_BYTES], opened[CHUNK_BYTES];
    hash_start(&hash, LABEL_BALLOT_PROOF);
    hash_part(&hash, vector_hex(line, "ctx2"));
    hash_part(&hash, vector_text(line, "contest"));
    hash_part(&hash, vector_hex(line, "credential"));
    hash_number(&hash, vector_number(line, "position"));
    struct span public = vector_hex(line, "public"), envelope = vector_hex(line, "envelope");
    const uint8_t *at = envelope.ptr;
    CHECK_UINT(envelope.len, CHUNK_BALLOT_BYTES);
    CHECK(point_decode(public.ptr, &key) && point_decode(at, &alpha) &&
          point_decode(at + 32, &beta) && point_decode(at + 64, &proof) &&
          scalar_decode(at + 96, &z));
    hash_part(&hash, public);
    for (unsigned i = 0; i < 3; i++)
        hash_bytes(&hash, at + (size_t)i * POINT_BYTES, POINT_BYTES);
    hash_end_scalar(&hash, &c);
    scalar_subtract(&zero, &c, &minus);
    point_combine(&z, &minus, &alpha, &left);
    CHECK(point_equal(&left, &proof));
    struct span chunk = vector_hex(line, "chunk");
    CHECK(scalar_decode(vector_hex(line, "r").ptr, &r));
    point_scale(&base, &r, &product);
    CHECK(point_equal(&product, &alpha));
    point_scale(&key, &r, &product);
    point_subtract(&beta, &product, &left);
    point_encode(&left, message);
    CHECK(chunk_read(message, opened));
    CHECK_SPAN(span_of(opened, sizeof opened), chunk);
}

static const struct {
    const char *what;
    void (*check)(struct vector_line *line);
} checks[] = {{"hash", check_hash},         {"base", check_base},
              {"contexts", check_contexts}, {"credential", check_credential},
              {"chunk", check_chunk},       {"ballot", check_ballot}};

static void check_line(struct vector_line *line, void *context)
{
    unsigned *counts = context;
    struct span rest;
    for (size_t i = 0; i < CHECK_COUNT_OF(checks); i++)
        if (vector_is(line, checks[i].what)) {
            counts[i]++;
            checks[i].check(line);
            return;
        }
    while (json_more(&line->json) && !line->json.broken) {
        json_name(&line->json, 40, &rest);
        json_any(&line->json, NULL, &rest);
    }
}

int main(void)
{
    struct arena arena = {NULL};
    unsigned counts[CHECK_COUNT_OF(checks)] = {0};
    vectors_each("tests/vectors/crypto.jsonl", &arena, check_line, counts);
    for (size_t i = 0; i < CHECK_COUNT_OF(checks); i++) {
        check_case("lines of %s", checks[i].what);
        CHECK(counts[i] > 0);
    }
    arena_done(&arena);
    return check_end("verify vectors_crypto");
}
