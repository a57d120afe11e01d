/* The key ceremony of tests/vectors/crypto.jsonl, put on a board in memory and walked by the
 * verifier's own checks: commitments, proofs, transcript, keys; then each share that is complained
 * of, rightly and wrongly; then every part altered by one bit. */
#include "vector_stage.h"

enum { TRUSTEES = 3, THRESHOLD = 2, STAGES = 3, SHARES_MOST = TRUSTEES * TRUSTEES };

struct share {
    unsigned from, to;
    struct span ephemeral, seal, share, opened, secret, proof;
};

struct vectors {
    uint8_t ctx0[HASH_BYTES];
    struct span commitments[TRUSTEES], proofs[TRUSTEES], coefficients[TRUSTEES];
    struct span reveals[TRUSTEES], lots[TRUSTEES];
    struct share shares[SHARES_MOST];
    size_t share_count;
    struct span all, public, verification, leaves, transcript;
    unsigned coefficient_count, key_count;
};

/* -- reading ------------------------------------------------------------------------------------
 */

static void read_coefficients(struct vector_line *line, struct vectors *vectors)
{
    struct span ctx0 = vector_hex(line, "ctx0");
    CHECK_UINT(vector_number(line, "attempt"), 1);
    unsigned i = vector_number(line, "trustee") - 1;
    if (!CHECK(i < TRUSTEES) || !CHECK_UINT(ctx0.len, HASH_BYTES))
        return;
    memcpy(vectors->ctx0, ctx0.ptr, HASH_BYTES);
    vectors->commitments[i] = vector_hex(line, "commitments");
    vectors->proofs[i] = vector_hex(line, "proofs");
    vectors->coefficients[i] = vector_hex(line, "coefficients");
    vectors->reveals[i] = vector_hex(line, "lots_reveal");
    vectors->lots[i] = vector_hex(line, "lots");
    vectors->coefficient_count++;
}

static void read_share(struct vector_line *line, struct vectors *vectors)
{
    struct share *share = &vectors->shares[vectors->share_count++];
    CHECK_SPAN(vector_hex(line, "ctx0"), span_of(vectors->ctx0, HASH_BYTES));
    CHECK_UINT(vector_number(line, "attempt"), 1);
    share->from = vector_number(line, "from");
    share->to = vector_number(line, "to");
    share->ephemeral = vector_hex(line, "ephemeral");
    share->seal = vector_hex(line, "seal");
    share->share = vector_hex(line, "share");
    share->opened = vector_hex(line, "opened");
    share->secret = vector_hex(line, "secret");
    share->proof = vector_hex(line, "proof");
}

static void read_key(struct vector_line *line, struct vectors *vectors)
{
    CHECK_SPAN(vector_hex(line, "ctx0"), span_of(vectors->ctx0, HASH_BYTES));
    CHECK_UINT(vector_number(line, "attempt"), 1);
    CHECK_UINT(vector_number(line, "threshold"), THRESHOLD);
    vectors->all = vector_hex(line, "commitments");
    vectors->public = vector_hex(line, "public");
    vectors->verification = vector_hex(line, "verification");
    vectors->leaves = vector_hex(line, "leaves");
    vectors->transcript = vector_hex(line, "transcript");
    vectors->key_count++;
}

static void read_line(struct vector_line *line, void *context)
{
    struct span rest;
    if (vector_is(line, "coefficients"))
        read_coefficients(line, context);
    else if (vector_is(line, "share"))
        read_share(line, context);
    else if (vector_is(line, "key"))
        read_key(line, context);
    while (json_more(&line->json) && !line->json.broken) {
        json_name(&line->json, 40, &rest);
        json_any(&line->json, NULL, &rest);
    }
}

/* -- a board ------------------------------------------------------------------------------------
 */

/* What each trustee says at each stage; in memory that a test may alter before it checks. */
struct said {
    struct ceremony commit, coefficients, shares, accept, complaint;
    uint8_t commitments[THRESHOLD][POINT_BYTES];
    uint8_t proofs[THRESHOLD][POINT_BYTES + SCALAR_BYTES];
    unsigned to[TRUSTEES];
    uint8_t share[TRUSTEES][SCALAR_BYTES];
};

struct board_of {
    struct stage stage;
    struct said said[TRUSTEES];
    struct restart restart;
    unsigned again[TRUSTEES];
};

static void fill_shares(const struct vectors *vectors, unsigned from, struct said *said,
                        struct stage *stage)
{
    said->shares =
        (struct ceremony){.attempt = 1, .trustee = from, .to = said->to, .shares = said->share};
    for (size_t i = 0; i < vectors->share_count; i++) {
        const struct share *share = &vectors->shares[i];
        memcpy(stage->trustees[share->to - 1].seal, share->seal.ptr, POINT_BYTES);
        if (share->from != from)
            continue;
        memcpy(said->shares.ephemeral, share->ephemeral.ptr, POINT_BYTES);
        memcpy(said->share[said->shares.share_count], share->share.ptr, SCALAR_BYTES);
        said->to[said->shares.share_count++] = share->to;
    }
}

static void fill(const struct vectors *vectors, unsigned index, struct said *said,
                 struct stage *stage)
{
    unsigned i = index - 1;
    CHECK_UINT(vectors->commitments[i].len, sizeof said->commitments);
    CHECK_UINT(vectors->proofs[i].len, sizeof said->proofs);
    memcpy(said->commitments, vectors->commitments[i].ptr, sizeof said->commitments);
    memcpy(said->proofs, vectors->proofs[i].ptr, sizeof said->proofs);
    said->commit = (struct ceremony){.attempt = 1, .trustee = index};
    memcpy(said->commit.coefficients, vectors->coefficients[i].ptr, HASH_BYTES);
    memcpy(said->commit.lots, vectors->lots[i].ptr, HASH_BYTES);
    said->coefficients = (struct ceremony){.attempt = 1,
                                           .trustee = index,
                                           .commitments = said->commitments,
                                           .proofs = said->proofs,
                                           .commitment_count = THRESHOLD,
                                           .proof_count = THRESHOLD};
    fill_shares(vectors, index, said, stage);
    said->accept = (struct ceremony){.attempt = 1, .trustee = index};
    memcpy(said->accept.transcript, vectors->transcript.ptr, HASH_BYTES);
    memcpy(said->accept.public, vectors->public.ptr, POINT_BYTES);
}

static void board_fill(const struct vectors *vectors, struct board_of *board)
{
    stage_begin(&board->stage, "example.org/vectors", TRUSTEES, THRESHOLD);
    memset(board->said, 0, sizeof board->said);
    for (unsigned i = 1; i <= TRUSTEES; i++)
        fill(vectors, i, &board->said[i - 1], &board->stage);
}

/* The three stages; then, unless a complaint follows, the acceptances. */
static void board_stages(const struct vectors *vectors, struct board_of *board)
{
    static const enum kind kinds[STAGES] = {TRUSTEE_COMMIT, TRUSTEE_COEFFICIENTS, TRUSTEE_SHARES};
    for (unsigned stage = 0; stage < STAGES; stage++)
        for (unsigned i = 0; i < TRUSTEES; i++) {
            struct said *said = &board->said[i];
            struct ceremony *of[STAGES] = {&said->commit, &said->coefficients, &said->shares};
            uint64_t entry = stage_add(
                &board->stage, (struct statement){.kind = kinds[stage], .ceremony = of[stage]});
            memcpy(board->stage.entries[entry].leaf.bytes,
                   vectors->leaves.ptr + (size_t)(stage * TRUSTEES + i) * HASH_BYTES, HASH_BYTES);
        }
}

static void board_check(const struct vectors *vectors, struct board_of *board)
{
    stage_ready(&board->stage, 1);
    memcpy(board->stage.election.contexts[0], vectors->ctx0, HASH_BYTES);
    ceremony_check(&board->stage.election);
}

static void board_accept(const struct vectors *vectors, struct board_of *board)
{
    board_stages(vectors, board);
    for (unsigned i = 0; i < TRUSTEES; i++)
        stage_add(&board->stage,
                  (struct statement){.kind = TRUSTEE_ACCEPT, .ceremony = &board->said[i].accept});
    board_check(vectors, board);
}

/* -- the ceremony as it went --------------------------------------------------------------------
 */

static void test_keys(const struct vectors *vectors)
{
    static struct board_of board;
    check_case("the ceremony");
    board_fill(vectors, &board);
    board_accept(vectors, &board);
    const struct keys *keys = &board.stage.election.keys;
    for (enum check check = KEY_COMMIT; check <= KEY_PUBLIC; check++)
        CHECK(stage_passed(&board.stage, check));
    CHECK_SPAN(span_of(keys->public_bytes, POINT_BYTES), vectors->public);
    CHECK_SPAN(span_of(keys->share_bytes[1], TRUSTEES * POINT_BYTES), vectors->verification);
    CHECK_SPAN(span_of(keys->transcript, HASH_BYTES), vectors->transcript);
    stage_end(&board.stage);
}

static void test_lots(const struct vectors *vectors)
{
    for (unsigned i = 0; i < TRUSTEES; i++) {
        uint8_t committed[HASH_BYTES];
        struct hash hash;
        check_case("lots of trustee %u", i + 1);
        hash_start(&hash, LABEL_LOTS_COMMIT);
        hash_bytes(&hash, vectors->ctx0, HASH_BYTES);
        hash_number(&hash, i + 1);
        hash_part(&hash, vectors->reveals[i]);
        hash_end(&hash, committed);
        CHECK_SPAN(span_of(committed, HASH_BYTES), vectors->lots[i]);
    }
}

/* The secret takes the pad off, and what is under it is f_i(j). */
static void test_pads(const struct vectors *vectors)
{
    for (size_t i = 0; i < vectors->share_count; i++) {
        const struct share *share = &vectors->shares[i];
        uint8_t pad[HASH_BYTES];
        struct hash hash;
        check_case("share from %u to %u", share->from, share->to);
        hash_start(&hash, LABEL_SHARE_PAD);
        hash_bytes(&hash, vectors->ctx0, HASH_BYTES);
        hash_number(&hash, 1);
        hash_number(&hash, share->from);
        hash_number(&hash, share->to);
        hash_part(&hash, share->ephemeral);
        hash_part(&hash, share->seal);
        hash_part(&hash, share->secret);
        hash_end(&hash, pad);
        for (unsigned b = 0; b < HASH_BYTES; b++)
            pad[b] ^= share->share.ptr[b];
        CHECK_SPAN(span_of(pad, HASH_BYTES), share->opened);
    }
}

/* -- complaints ---------------------------------------------------------------------------------
 */

/* Whose fault the verifier finds: a restart for the other reason, or with the culprit, must fail.
 */
static bool complaint_stands(const struct vectors *vectors, const struct share *share,
                             struct board_of *board, enum restart_reason reason, unsigned culprit)
{
    struct ceremony *complaint = &board->said[share->to - 1].complaint;
    *complaint = (struct ceremony){.attempt = 1, .trustee = share->to, .against = share->from};
    memcpy(complaint->secret, share->secret.ptr, POINT_BYTES);
    memcpy(complaint->proof, share->proof.ptr, sizeof complaint->proof);
    board_stages(vectors, board);
    stage_add(&board->stage, (struct statement){.kind = TRUSTEE_COMPLAINT, .ceremony = complaint});
    board->restart = (struct restart){.attempt = 2, .trustees = board->again, .reason = reason};
    for (unsigned i = 1; i <= TRUSTEES; i++)
        if (i != culprit)
            board->again[board->restart.trustee_count++] = i;
    stage_add(&board->stage,
              (struct statement){.kind = TRUSTEE_RESTART, .restart = &board->restart});
    board_check(vectors, board);
    bool stands = !stage_failed(&board->stage, KEY_COMPLAINT);
    stage_end(&board->stage);
    return stands;
}

static void test_false_complaints(const struct vectors *vectors)
{
    static struct board_of board;
    for (size_t i = 0; i < vectors->share_count; i++) {
        const struct share *share = &vectors->shares[i];
        check_case("false complaint about %u by %u", share->from, share->to);
        board_fill(vectors, &board);
        CHECK(complaint_stands(vectors, share, &board, RESTART_FALSE_COMPLAINT, share->to));
        board_fill(vectors, &board);
        CHECK(!complaint_stands(vectors, share, &board, RESTART_PROVED, share->from));
    }
}

static void test_proved_complaints(const struct vectors *vectors)
{
    static struct board_of board;
    for (size_t i = 0; i < vectors->share_count; i++) {
        const struct share *share = &vectors->shares[i];
        struct said *sender = &board.said[share->from - 1];
        unsigned place = share->to - (share->to > share->from ? 2 : 1);
        check_case("bad share from %u to %u", share->from, share->to);
        board_fill(vectors, &board);
        sender->share[place][0] ^= 1;
        CHECK(complaint_stands(vectors, share, &board, RESTART_PROVED, share->from));
        board_fill(vectors, &board);
        sender->share[place][0] ^= 1;
        CHECK(!complaint_stands(vectors, share, &board, RESTART_FALSE_COMPLAINT, share->to));
    }
}

static void test_unproved_complaints(const struct vectors *vectors)
{
    static struct board_of board;
    for (unsigned part = 0; part < 4; part++) { /* the secret; T1, T2, z of the proof */
        struct share share = vectors->shares[0];
        uint8_t secret[POINT_BYTES], proof[2 * POINT_BYTES + SCALAR_BYTES];
        check_case("complaint with part %u altered", part);
        memcpy(secret, share.secret.ptr, sizeof secret);
        memcpy(proof, share.proof.ptr, sizeof proof);
        if (part == 0)
            memcpy(secret, share.ephemeral.ptr, sizeof secret); /* a point, but another */
        else if (part == 3)
            proof[2 * POINT_BYTES] ^= 1;
        else
            memcpy(proof + (size_t)(part - 1) * POINT_BYTES, share.seal.ptr, POINT_BYTES);
        share.secret.ptr = secret;
        share.proof.ptr = proof;
        board_fill(vectors, &board);
        CHECK(!complaint_stands(vectors, &share, &board, RESTART_FALSE_COMPLAINT, share.to));
    }
}

/* -- altered ------------------------------------------------------------------------------------
 */

static void test_altered(const struct vectors *vectors)
{
    static struct board_of board;
    static const struct {
        const char *name;
        size_t at; /* in struct said */
        enum check check;
    } cases[] = {
        {"commit", offsetof(struct said, commit.coefficients), KEY_COMMIT},
        {"a coefficient", offsetof(struct said, commitments), KEY_COMMIT},
        {"T", offsetof(struct said, proofs), KEY_PROOF},
        {"z", offsetof(struct said, proofs) + POINT_BYTES, KEY_PROOF},
        {"transcript", offsetof(struct said, accept.transcript), KEY_ACCEPT},
        {"Y", offsetof(struct said, accept.public), KEY_ACCEPT},
    };
    for (unsigned trustee = 0; trustee < TRUSTEES; trustee++)
        for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
            check_case("trustee %u, %s altered", trustee + 1, cases[i].name);
            board_fill(vectors, &board);
            ((uint8_t *)&board.said[trustee])[cases[i].at] ^= 2;
            board_accept(vectors, &board);
            CHECK(stage_failed(&board.stage, cases[i].check));
            stage_end(&board.stage);
        }
    check_case("a later leaf");
    board_fill(vectors, &board);
    struct vectors other = *vectors;
    uint8_t leaves[STAGES * TRUSTEES * HASH_BYTES];
    memcpy(leaves, vectors->leaves.ptr, sizeof leaves);
    leaves[sizeof leaves - 1] ^= 1;
    other.leaves.ptr = leaves;
    board_accept(&other, &board);
    CHECK(stage_failed(&board.stage, KEY_ACCEPT));
    stage_end(&board.stage);
}

int main(void)
{
    static struct vectors vectors;
    struct arena arena = {NULL};
    vectors_each("tests/vectors/crypto.jsonl", &arena, read_line, &vectors);
    CHECK_UINT(vectors.coefficient_count, TRUSTEES);
    CHECK_UINT(vectors.share_count, TRUSTEES * (TRUSTEES - 1));
    CHECK_UINT(vectors.key_count, 1);
    if (check_state.failed == 0) {
        test_keys(&vectors);
        test_lots(&vectors);
        test_pads(&vectors);
        test_false_complaints(&vectors);
        test_proved_complaints(&vectors);
        test_unproved_complaints(&vectors);
        test_altered(&vectors);
    }
    arena_done(&arena);
    return check_end("verify vectors_ceremony");
}
