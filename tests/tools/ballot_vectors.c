/* Prints tests/vectors/ballot.jsonl: whole ballots, one a line, from a random generator with a
 * fixed seed. Every program that makes or checks ballots must arrive at these bytes from what is
 * given: code, contexts, key, choices, and for each chunk the scalars r and t. */
#include "ballot_stage.h"

#include "base/code.h"
#include "election/ballot_cast.h"
#include "fixed_random.h"
#include "labels.h"

/* The nonce of a chunk's proof: t = z - c r, by the formulas of docs/protocol.md section 8. */
static struct scalar nonce_of(const struct stage *stage, const struct ballot_cast *cast,
                              const struct contest *contest, unsigned position,
                              const struct envelope *envelope, const struct scalar *r)
{
    struct hash hash;
    hash_start(&hash, LABEL_BALLOT_PROOF);
    hash_part(&hash, SPAN_ARRAY(stage->state->ctx2));
    hash_text(&hash, contest->id);
    hash_part(&hash, SPAN_ARRAY(cast->credential));
    hash_integer(&hash, position);
    hash_part(&hash, point_span(&stage->state->ceremony.key));
    hash_part(&hash, point_span(&envelope->ciphertext.alpha));
    hash_part(&hash, point_span(&envelope->ciphertext.beta));
    hash_part(&hash, point_span(&envelope->proof.t));
    struct scalar c = scalar_from_hash(&hash), product = scalar_mul(&c, r);
    struct scalar t = scalar_sub(&envelope->proof.z, &product);
    struct point commitment = point_mul_base(&t);
    if (!point_equal(&commitment, &envelope->proof.t)) {
        fprintf(stderr, "ballot_vectors: T is not tB\n");
        exit(1);
    }
    return t;
}

static void append_hex(json_t *list, struct span bytes)
{
    char hex[2 * CHOICE_BYTES_MAX + 1];
    hex_print(bytes, hex);
    json_array_append_new(list, json_string(hex));
}

static json_t *contests_json(const struct stage *stage, const char *const texts[],
                             const json_t *choices)
{
    static const char *const layouts[] = {"ranking", "one", "several", "approval", "yes-no"};
    json_t *list = json_array();
    for (unsigned i = 0; i < STAGE_CONTESTS; i++) {
        const struct contest *contest = stage->paper.contests[i];
        json_t *item = json_object();
        json_put_string(item, "contest", span_str(contest->id));
        json_put_string(item, "layout", span_str(layouts[contest->layout]));
        json_put_integer(item, "most", contest->most);
        json_put_integer(item, "candidates", contest->candidates);
        json_put_integer(item, "width", contest_width(contest));
        json_put_string(item, "typed", span_str(texts[i]));
        json_put_string(item, "choice", json_span(json_array_get(choices, i)));
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *nonces_json(const struct stage *stage, const struct ballot_cast *cast,
                           const json_t *randomness)
{
    const struct envelope *envelope = (const struct envelope *)cast->body.bytes;
    json_t *list = json_array();
    size_t chunk = 0;
    for (unsigned i = 0; i < STAGE_CONTESTS; i++)
        for (unsigned l = 0; l < contest_width(stage->paper.contests[i]); l++, chunk++) {
            struct scalar r;
            if (!hex_read(json_span(json_array_get(randomness, chunk)), r.bytes, SCALAR_BYTES))
                exit(1);
            struct scalar t =
                nonce_of(stage, cast, stage->paper.contests[i], l, &envelope[chunk], &r);
            append_hex(list, scalar_span(&t));
        }
    return list;
}

static json_t *open_again(struct ballot_cast *cast, struct buf *line)
{
    struct fail fail;
    stage_must(ballot_cast_open(cast, line, &fail), &fail);
    json_t *audit = json_loadb((const char *)line->bytes, line->len, 0, NULL);
    if (!audit)
        exit(1);
    return audit;
}

static void put_given(const struct stage *stage, const struct ballot_cast *cast, json_t *line)
{
    char code[CODE_TEXT_BYTES];
    credential_code_print(&stage->code, code);
    json_put_string(line, "what", SPAN_LIT("ballot"));
    json_put_string(line, "origin", SPAN_LIT(STAGE_ORIGIN));
    json_put_hex(line, "ctx0", SPAN_ARRAY(stage->definition.ctx0));
    json_put_hex(line, "ctx2", SPAN_ARRAY(stage->state->ctx2));
    json_put_hex(line, "open", SPAN_ARRAY(stage->state->open_leaf));
    json_put_string(line, "code", span_str(code));
    json_put_hex(line, "credential", SPAN_ARRAY(cast->credential));
    json_put_hex(line, "public", point_span(&stage->state->ceremony.key));
    json_put_integer(line, "roll", 1);
    json_put_string(line, "style", span_str(stage->paper.style));
    json_put_hex(line, "paper", SPAN_ARRAY(stage->paper.sha256));
}

/* Casting and opening exclude each other, so the ballot is made twice from the same randomness. */
static void print_ballot(const struct stage *stage, const char *const texts[])
{
    struct choice choices[STAGE_CONTESTS];
    struct ballot_cast cast, opened;
    struct buf note, audit_line, line;
    struct fail fail;
    uint64_t block = fixed_random.block;
    buf_init(&note, LIMIT_ENTRY_BYTES);
    buf_init(&audit_line, LIMIT_ENTRY_BYTES);
    buf_init(&line, 4 * LIMIT_ENTRY_BYTES);
    stage_choose(stage, texts, choices);
    stage_must(ballot_cast_begin(stage->state, &stage->code, &opened, &fail), &fail);
    stage_must(ballot_cast_seal(&opened, choices, &fail), &fail);
    fixed_random.block = block;
    stage_must(ballot_cast_begin(stage->state, &stage->code, &cast, &fail), &fail);
    stage_must(ballot_cast_seal(&cast, choices, &fail), &fail);
    stage_must(ballot_cast_sign(&cast, &note, &fail), &fail);
    json_t *audit = open_again(&opened, &audit_line);
    json_t *object = json_object();
    put_given(stage, &cast, object);
    json_put(object, "contests", contests_json(stage, texts, json_object_get(audit, "choices")));
    const json_t *randomness = json_object_get(audit, "randomness");
    json_put(object, "r", json_deep_copy(randomness));
    json_put(object, "t", nonces_json(stage, &opened, randomness));
    json_put_string(object, "body", json_span(json_object_get(audit, "body")));
    json_put_string(object, "tracker", span_str(cast.tracker));
    json_put_string(object, "note", buf_span(&note));
    json_put_string(object, "audit", buf_span(&audit_line));
    json_print(object, &line);
    puts(buf_text(&line));
    json_decref(object);
    json_decref(audit);
    ballot_cast_done(&cast);
    ballot_cast_done(&opened);
    buf_done(&note);
    buf_done(&audit_line);
    buf_done(&line);
}

int main(void)
{
    static const char *const papers[][STAGE_CONTESTS] = {
        {"3,1,2", "40,1,39,2,38,3,37,4,36,5,35,6,34,7,33,8,32,9,31,10,30,11,29,12", "2", "1,8,12",
         "1,2,3,4,5,6,7,8,9", "yes"},
        {"blank", "abstain", "spoilt", "blank", "abstain", "spoilt"},
        {"8,7,6,5,4,3,2,1", "17", "3", "9", "9", "no"},
    };
    struct stage stage;
    if (!fixed_random_begin("ballot vectors"))
        return 1;
    stage_begin(&stage);
    for (size_t i = 0; i < sizeof papers / sizeof *papers; i++)
        print_ballot(&stage, papers[i]);
    stage_end(&stage);
    return 0;
}
