/* The mixes and decryptions of tests/vectors/crypto.jsonl, of several lengths and widths, put on a
 * board in memory and judged by the verifier's own checks; then each part altered. Lines come in
 * groups: a mix, two decryptions of its output, the plaintexts. */
#include "vector_stage.h"

enum { TRUSTEES = 3, MIXER = 2, DECRYPTIONS = 2 };

struct group {
    struct span ctx3, box, public, before, after, proof;
    unsigned count, width;
    unsigned trustees[DECRYPTIONS];
    struct span keys[DECRYPTIONS], shares[DECRYPTIONS], plaintexts;
    unsigned decryptions;
};

/* The election of one group; the statements are its own, so that a test may alter them. */
struct tally_of {
    struct stage stage;
    struct box box;
    struct mix mix;
    struct decryption decryptions[DECRYPTIONS];
    struct result result;
    struct result_box result_box;
    unsigned trustees[DECRYPTIONS];
};

/* -- a board ------------------------------------------------------------------------------------
 */

static void fill_keys(const struct group *group, struct keys *keys)
{
    keys->known = true;
    for (unsigned i = 1; i <= TRUSTEES; i++)
        keys->takes_part[i] = true;
    memcpy(keys->public_bytes, group->public.ptr, POINT_BYTES);
    CHECK(point_decode(group->public.ptr, &keys->public));
    for (unsigned i = 0; i < DECRYPTIONS; i++) {
        memcpy(keys->share_bytes[group->trustees[i]], group->keys[i].ptr, POINT_BYTES);
        CHECK(point_decode(group->keys[i].ptr, &keys->share[group->trustees[i]]));
    }
}

static void fill_mix(const struct group *group, struct tally_of *tally)
{
    tally->box = (struct box){
        .name = group->box, .width = group->width, .count = group->count, .last = group->before};
    hash_sha256(group->before, tally->box.last_hash);
    tally->mix = (struct mix){.box = group->box, .step = 1, .trustee = MIXER};
    memcpy(tally->mix.input, tally->box.last_hash, HASH_BYTES);
    tally->mix.output = stage_blob(&tally->stage, group->after);
    tally->mix.proof = stage_blob(&tally->stage, group->proof);
    stage_add(&tally->stage, (struct statement){.kind = MIX, .mix = &tally->mix});
}

static void fill_decryptions(const struct group *group, struct tally_of *tally)
{
    for (unsigned i = 0; i < DECRYPTIONS; i++) {
        struct decryption *decryption = &tally->decryptions[i];
        *decryption = (struct decryption){.box = group->box, .trustee = group->trustees[i]};
        memcpy(decryption->input, tally->mix.output.sha256, HASH_BYTES);
        decryption->shares = stage_blob(&tally->stage, group->shares[i]);
        stage_add(&tally->stage, (struct statement){.kind = DECRYPTION, .decryption = decryption});
        tally->trustees[i] = group->trustees[i];
    }
    tally->result_box = (struct result_box){
        .box = group->box, .plaintexts = stage_blob(&tally->stage, group->plaintexts)};
    tally->result = (struct result){.trustees = tally->trustees,
                                    .trustee_count = DECRYPTIONS,
                                    .boxes = &tally->result_box,
                                    .box_count = 1};
    stage_add(&tally->stage, (struct statement){.kind = RESULT, .result = &tally->result});
}

static void judge(const struct group *group, unsigned threshold, struct tally_of *tally)
{
    stage_begin(&tally->stage, "example.org/vectors", TRUSTEES, threshold);
    fill_mix(group, tally);
    fill_decryptions(group, tally);
    stage_ready(&tally->stage, CONTEXTS);
    struct election *election = &tally->stage.election;
    memcpy(election->contexts[3], group->ctx3.ptr, HASH_BYTES);
    fill_keys(group, &election->keys);
    election->boxes = &tally->box;
    election->box_count = 1;
    election->boxes_known = true;
    mixes_check(election);
    tally->stage.definition.threshold = DECRYPTIONS; /* for the plaintexts: both shares */
    decryption_check(election);
}

static bool all_pass(const struct stage *stage)
{
    bool passed = true;
    for (enum check check = MIX_FORM; check <= DECRYPT_PLAINTEXT; check++)
        passed = stage_passed(stage, check) && passed;
    return passed;
}

static bool none_fails(const struct stage *stage)
{
    for (enum check check = MIX_FORM; check <= DECRYPT_PLAINTEXT; check++)
        if (stage_failed(stage, check))
            return false;
    return true;
}

/* -- as it is, and altered ----------------------------------------------------------------------
 */

static void test_as_it_is(const struct group *group)
{
    static struct tally_of tally;
    CHECK_UINT(group->before.len, (size_t)group->count * group->width * CIPHERTEXT_BYTES);
    CHECK_UINT(group->proof.len, 160 * (size_t)group->count + 192 + 96 * (size_t)group->width);
    CHECK_UINT(group->shares[0].len, 32 * (size_t)group->count * group->width + 96);
    judge(group, 1, &tally);
    CHECK(all_pass(&tally.stage));
    stage_end(&tally.stage);
    judge(group, 2, &tally);
    CHECK(stage_failed(&tally.stage, MIX_QUORUM)); /* one mix is not two */
    stage_end(&tally.stage);
}

/* Every 32 bytes of a span in turn with a bit of their own flipped: one check must fail. */
static void test_flipped(const struct group *group, const char *name, size_t member)
{
    static struct tally_of tally;
    struct group altered = *group;
    struct span *span = (struct span *)(void *)((char *)&altered + member);
    uint8_t bytes[4096];
    if (!CHECK(span->len <= sizeof bytes))
        return;
    memcpy(bytes, span->ptr, span->len);
    span->ptr = bytes;
    for (size_t at = 0; at < span->len; at += POINT_BYTES) {
        check_case("%u by %u: %s, byte %zu", group->count, group->width, name, at);
        bytes[at] ^= 4;
        judge(&altered, 1, &tally);
        CHECK(!none_fails(&tally.stage));
        stage_end(&tally.stage);
        bytes[at] ^= 4;
    }
}

/* Another point in the place of each point, so that the encoding is right and the proof is not. */
static void test_exchanged(const struct group *group, const char *name, size_t member)
{
    static struct tally_of tally;
    struct group altered = *group;
    struct span *span = (struct span *)(void *)((char *)&altered + member);
    uint8_t bytes[4096];
    memcpy(bytes, span->ptr, span->len);
    span->ptr = bytes;
    for (size_t at = 0; at + 2 * POINT_BYTES <= span->len; at += POINT_BYTES) {
        check_case("%u by %u: %s, points at %zu exchanged", group->count, group->width, name, at);
        uint8_t first[POINT_BYTES];
        memcpy(first, bytes + at, POINT_BYTES);
        memmove(bytes + at, bytes + at + POINT_BYTES, POINT_BYTES);
        memcpy(bytes + at + POINT_BYTES, first, POINT_BYTES);
        judge(&altered, 1, &tally);
        CHECK(!none_fails(&tally.stage));
        stage_end(&tally.stage);
        memmove(bytes + at + POINT_BYTES, bytes + at, POINT_BYTES);
        memcpy(bytes + at, first, POINT_BYTES);
    }
}

static void test_altered(const struct group *group)
{
    test_flipped(group, "context", offsetof(struct group, ctx3));
    test_flipped(group, "output", offsetof(struct group, after));
    test_flipped(group, "proof", offsetof(struct group, proof));
    test_flipped(group, "shares of the first", offsetof(struct group, shares));
    test_flipped(group, "plaintexts", offsetof(struct group, plaintexts));
    test_exchanged(group, "output", offsetof(struct group, after));
    test_exchanged(group, "plaintexts", offsetof(struct group, plaintexts));
}

/* -- reading ------------------------------------------------------------------------------------
 */

struct run {
    struct group group;
    unsigned groups;
};

static void read_mix(struct vector_line *line, struct group *group)
{
    *group = (struct group){.ctx3 = vector_hex(line, "ctx3"), .box = vector_text(line, "box")};
    CHECK_UINT(vector_number(line, "mixer"), MIXER);
    CHECK_UINT(vector_number(line, "step"), 1);
    group->public = vector_hex(line, "public");
    group->count = vector_number(line, "count");
    group->width = vector_number(line, "width");
    group->before = vector_hex(line, "before");
    group->after = vector_hex(line, "after");
    group->proof = vector_hex(line, "proof");
}

static void read_decryption(struct vector_line *line, struct group *group)
{
    unsigned place = group->decryptions++ % DECRYPTIONS;
    CHECK_SPAN(vector_hex(line, "ctx3"), group->ctx3);
    CHECK_SPAN(vector_text(line, "box"), group->box);
    group->trustees[place] = vector_number(line, "trustee");
    group->keys[place] = vector_hex(line, "key");
    CHECK_UINT(vector_number(line, "count"), group->count);
    CHECK_UINT(vector_number(line, "width"), group->width);
    CHECK_SPAN(vector_hex(line, "list"), group->after);
    group->shares[place] = vector_hex(line, "blob");
}

static void read_plaintexts(struct vector_line *line, struct run *run)
{
    struct group *group = &run->group;
    CHECK_SPAN(vector_hex(line, "list"), group->after);
    CHECK_UINT(vector_number(line, "first"), group->trustees[0]);
    CHECK_SPAN(vector_hex(line, "first_blob"), group->shares[0]);
    CHECK_UINT(vector_number(line, "second"), group->trustees[1]);
    CHECK_SPAN(vector_hex(line, "second_blob"), group->shares[1]);
    group->plaintexts = vector_hex(line, "points");
    CHECK_UINT(group->decryptions, DECRYPTIONS);
    check_case("%u by %u", group->count, group->width);
    run->groups++;
    test_as_it_is(group);
    test_altered(group);
}

static void read_line(struct vector_line *line, void *context)
{
    struct run *run = context;
    struct span rest;
    if (vector_is(line, "mix"))
        read_mix(line, &run->group);
    else if (vector_is(line, "decryption"))
        read_decryption(line, &run->group);
    else if (vector_is(line, "plaintexts"))
        read_plaintexts(line, run);
    while (json_more(&line->json) && !line->json.broken) {
        json_name(&line->json, 40, &rest);
        json_any(&line->json, NULL, &rest);
    }
}

int main(void)
{
    static struct run run;
    struct arena arena = {NULL};
    vectors_each("tests/vectors/crypto.jsonl", &arena, read_line, &run);
    check_case("groups");
    CHECK_UINT(run.groups, 6);
    arena_done(&arena);
    return check_end("verify vectors_tally");
}
