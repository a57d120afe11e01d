#include "http/note_header.h"

#include <sodium.h>

#include "base/clock.h"
#include "base/code.h"
#include "crypto/hash.h"
#include "election/statement.h"

#define SCHEME "Ballotd "

static void print_text(struct span origin, const char *method, struct span path, struct span body,
                       const char *purpose, struct buf *out)
{
    uint8_t hash[HASH_BYTES];
    uint8_t nonce[NOTE_HEADER_NONCE_BYTES];

    sha256(body, hash);
    randombytes_buf(nonce, sizeof nonce);
    json_t *object = statement_begin(KIND_REQUEST, origin, NULL, NULL);
    json_put_string(object, "method", span_str(method));
    json_put_string(object, "path", path);
    json_put_hex(object, "body", SPAN_ARRAY(hash));
    json_put_integer(object, "at", clock_now_s());
    json_put_hex(object, "nonce", SPAN_ARRAY(nonce));
    if (*purpose)
        json_put_string(object, "purpose", span_str(purpose));
    statement_end(object, out);
}

void note_header_make(const struct note_signer *signer, struct span origin, const char *method,
                      struct span path, struct span body, const char *purpose, struct buf *out)
{
    struct buf text;
    struct buf note;
    buf_init(&text, NOTE_HEADER_BYTES_MAX);
    buf_init(&note, NOTE_HEADER_BYTES_MAX);
    print_text(origin, method, path, body, purpose, &text);
    statement_sign(buf_span(&text), &signer, 1, &note);
    buf_add_str(out, SCHEME);
    base64_add(out, buf_span(&note));
    buf_done(&text);
    buf_done(&note);
}

static enum outcome read_body_hash(struct span note, struct span origin,
                                   uint8_t out_hash[static HASH_BYTES], struct fail *fail)
{
    struct statement statement;
    uint8_t hash[HASH_BYTES];
    enum outcome outcome = statement_read(note, origin, &statement, fail);
    if (outcome != OK)
        return outcome;
    struct json_take take = statement_take(&statement, fail);
    (void)json_take_string(&take, "method");
    (void)json_take_string(&take, "path");
    json_take_hex(&take, "body", hash, sizeof hash);
    if (take.failed)
        outcome = fail_set(fail, BAD_INPUT, "request.header",
                           "Authorization: the note is not a request: method, path, body expected");
    else
        memcpy(out_hash, hash, sizeof hash);
    statement_done(&statement);
    return outcome;
}

enum outcome note_header_read(const char *value, struct span origin, struct buf *out_note,
                              uint8_t out_body_sha256[static HASH_BYTES], struct fail *fail)
{
    struct span text = span_str(value);
    struct span scheme = SPAN_LIT(SCHEME);

    if (!value)
        return fail_set(
            fail, NOT_ALLOWED, "request.missing",
            "this resource wants a signed request: the header Authorization is missing");
    if (text.len > NOTE_HEADER_BYTES_MAX || !span_starts(text, scheme) ||
        !base64_read(span_of(text.ptr + scheme.len, text.len - scheme.len), out_note))
        return fail_set(fail, BAD_INPUT, "request.header",
                        "Authorization: \"Ballotd\" and a note in base64 expected");
    return read_body_hash(buf_span(out_note), origin, out_body_sha256, fail);
}
