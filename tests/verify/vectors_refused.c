/* Every line of tests/vectors/refused.jsonl, judged by the verifier: it must accept and refuse the
 * same encodings as the daemon, which tests itself against the same file. */
#include "crypto/ed25519.h"
#include "crypto/group.h"
#include "election/choice.h"
#include "vectors.h"

struct tally {
    unsigned accepted, refused;
};

static bool judge_bytes(struct vector_line *line)
{
    struct span bytes = vector_hex(line, "bytes");
    struct point point;
    struct scalar scalar;
    uint8_t chunk[CHUNK_BYTES];
    CHECK_UINT(bytes.len, POINT_BYTES);
    if (vector_is(line, "point"))
        return point_decode_any(bytes.ptr, &point);
    if (vector_is(line, "proper point"))
        return point_decode(bytes.ptr, &point);
    if (vector_is(line, "scalar"))
        return scalar_decode(bytes.ptr, &scalar);
    CHECK(vector_is(line, "chunk"));
    return chunk_read(bytes.ptr, chunk);
}

static bool judge_signature(struct vector_line *line)
{
    struct span key = vector_hex(line, "key"), message = vector_hex(line, "message");
    struct span signature = vector_hex(line, "signature");
    CHECK_UINT(key.len, KEY_BYTES);
    CHECK_UINT(signature.len, SIGNATURE_BYTES);
    return ed25519_verify(key.ptr, message, signature.ptr, NULL) == GOOD;
}

static void check_line(struct vector_line *line, void *context)
{
    struct tally *tally = context;
    bool wanted, accepted;
    struct span why = vector_text(line, "why");
    json_boolean(&line->json, "accepted", &wanted);
    check_case("%.*s: %.*s", (int)line->what.len, (const char *)line->what.ptr, (int)why.len,
               (const char *)why.ptr);
    accepted = vector_is(line, "signature") ? judge_signature(line) : judge_bytes(line);
    CHECK_INT(accepted, wanted);
    tally->accepted += accepted;
    tally->refused += !accepted;
}

int main(void)
{
    struct arena arena = {NULL};
    struct tally tally = {0};
    vectors_each("tests/vectors/refused.jsonl", &arena, check_line, &tally);
    check_case("the file as a whole");
    CHECK(tally.accepted >= 8 && tally.refused >= 20);
    arena_done(&arena);
    return check_end("verify vectors_refused");
}
