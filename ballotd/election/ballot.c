#include "election/ballot.h"

#include "base/code.h"

enum outcome ballot_read(const struct statement *statement, struct ballot *out, struct fail *fail)
{
    *out = (struct ballot){0};
    buf_init(&out->body, LIMIT_ENTRY_BYTES);
    struct json_take take = statement_take(statement, fail);
    out->roll = (unsigned)json_take_integer(&take, "roll", 1, INT32_MAX);
    out->style = json_take_string(&take, "style");
    json_take_hex(&take, "paper", out->paper, HASH_BYTES);
    json_take_hex(&take, "credential", out->credential, KEY_BYTES);
    out->sequence = (uint32_t)json_take_integer(&take, "sequence", 0, INT32_MAX);
    json_take_hex(&take, "previous", out->previous, HASH_BYTES);
    struct span body = json_take_string(&take, "body");
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK && !base64_read(body, &out->body))
        outcome = fail_set(fail, BAD_INPUT, "ballot.body", "the body is not canonical base64");
    return outcome;
}

void ballot_done(struct ballot *ballot)
{
    if (ballot)
        buf_done(&ballot->body);
}

void ballot_print(const struct ballot_place *place, const struct ballot *ballot,
                  struct buf *out_text)
{
    struct buf body;
    buf_init(&body, 2 * LIMIT_ENTRY_BYTES);
    base64_add(&body, buf_span(&ballot->body));
    json_t *object = statement_begin(KIND_BALLOT, place->origin, place->ctx2, place->open);
    json_put_integer(object, "roll", ballot->roll);
    json_put_string(object, "style", ballot->style);
    json_put_hex(object, "paper", SPAN_ARRAY(ballot->paper));
    json_put_hex(object, "credential", SPAN_ARRAY(ballot->credential));
    json_put_integer(object, "sequence", ballot->sequence);
    json_put_hex(object, "previous", SPAN_ARRAY(ballot->previous));
    json_put_string(object, "body", buf_span(&body));
    statement_end(object, out_text);
    buf_done(&body);
}
