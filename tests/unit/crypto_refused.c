/* Every line of tests/vectors/refused.jsonl, judged by the daemon: it must accept and refuse the
 * same encodings as the verifier, which tests itself against the same file. */
#include "check.h"

#include "base/code.h"
#include "base/json.h"
#include "crypto/chunk.h"
#include "crypto/ed25519.h"
#include "crypto/group.h"

enum { LINE_BYTES = 4096, MESSAGE_BYTES_MAX = 200 };

static bool judge_bytes(struct span what, const uint8_t *bytes)
{
    struct point point;
    struct scalar scalar;
    uint8_t chunk[CHUNK_BYTES];
    memcpy(point.bytes, bytes, POINT_BYTES);
    memcpy(scalar.bytes, bytes, SCALAR_BYTES);
    if (span_equal(what, SPAN_LIT("point")))
        return point_is_valid(&point);
    if (span_equal(what, SPAN_LIT("proper point")))
        return point_is_proper(&point);
    if (span_equal(what, SPAN_LIT("scalar")))
        return scalar_is_canonical(&scalar);
    CHECK(span_equal(what, SPAN_LIT("chunk")));
    return chunk_open(&point, chunk);
}

static bool judge_signature(struct json_take *take)
{
    uint8_t key[KEY_BYTES], signature[SIGNATURE_BYTES], message[MESSAGE_BYTES_MAX];
    json_take_hex(take, "key", key, sizeof key);
    struct span hex = json_take_string(take, "message");
    CHECK(hex.len / 2 <= sizeof message && hex_read(hex, message, hex.len / 2));
    json_take_hex(take, "signature", signature, sizeof signature);
    return ed25519_verify(key, span_of(message, hex.len / 2), signature);
}

static void check_line(const char *text)
{
    json_t *line;
    struct fail fail = {0};
    bool accepted;
    uint8_t bytes[POINT_BYTES];
    if (!CHECK_INT(json_read_canonical(span_of(text, strcspn(text, "\n")), "vector", &line, &fail),
                   OK))
        return;
    struct json_take take = json_take_from(line, "vector", &fail);
    struct span what = json_take_string(&take, "what");
    struct span why = json_take_string(&take, "why");
    bool wanted = json_take_bool(&take, "accepted");
    check_case("%.*s: %.*s", (int)what.len, (const char *)what.ptr, (int)why.len,
               (const char *)why.ptr);
    if (span_equal(what, SPAN_LIT("signature"))) {
        accepted = judge_signature(&take);
    } else {
        json_take_hex(&take, "bytes", bytes, sizeof bytes);
        accepted = judge_bytes(what, bytes);
    }
    CHECK_INT(json_take_end(&take), OK);
    CHECK_INT(accepted, wanted);
    json_decref(line);
}

int main(void)
{
    char text[LINE_BYTES];
    if (sodium_init() < 0)
        return 1;
    FILE *file = fopen("tests/vectors/refused.jsonl", "r");
    if (file == NULL) {
        CHECK(file != NULL);
        return 1;
    }
    while (fgets(text, sizeof text, file) != NULL)
        check_line(text);
    fclose(file);
    return check_end("crypto_refused");
}
