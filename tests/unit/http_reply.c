#include "http/reply.h"

#include "check.h"

static void test_statuses(void)
{
    static const struct {
        const char *code;
        enum outcome outcome;
        unsigned status;
    } cases[] = {
        {"note.malformed", BAD_INPUT, 400},
        {"ballot.proof", BAD_PROOF, 422},
        {"request.asker", NOT_ALLOWED, 403},
        {"ballot.alpha-repeated", CONFLICT, 409},
        {"blob.none", NOT_FOUND, 404},
        {"http.body", TOO_LARGE, 413},
        {"http.busy", BUSY, 503},
        {"store.disk", BROKEN, 500},
        {"request.missing", NOT_ALLOWED, 401},
        {"http.method", NOT_ALLOWED, 405},
        {"http.path-long", TOO_LARGE, 414},
    };

    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        struct fail fail;
        (void)fail_set(&fail, cases[i].outcome, cases[i].code, "why");
        check_case("%s", cases[i].code);
        CHECK_UINT(reply_status(&fail), cases[i].status);
        CHECK_INT(reply_outcome(cases[i].status), cases[i].outcome);
    }
    CHECK_INT(reply_outcome(302), BROKEN);
    CHECK_INT(reply_outcome(418), BROKEN);
}

static void test_round_trip(void)
{
    static const char expected[] =
        "{\"type\":\"urn:ballotd:problem:ballot.alpha-repeated\",\"title\":\"Conflict\","
        "\"status\":409,\"detail\":\"chunk 3: \\\"alpha\\\" stands in entry 17\","
        "\"refusal\":\"{}\\n\\n\xE2\x80\x94 a b\\n\"}";
    struct fail fail;
    struct fail back = {.outcome = OK};
    struct reply reply;
    struct buf refusal;

    check_case("round trip");
    reply_init(&reply);
    buf_init(&refusal, 100);
    (void)fail_set(&fail, CONFLICT, "ballot.alpha-repeated",
                   "chunk 3: \"alpha\" stands in entry 17");
    reply_problem(&reply, &fail, SPAN_LIT("{}\n\n\xE2\x80\x94 a b\n"));
    CHECK_TEXT(buf_span(&reply.body), expected);
    CHECK_STR(reply.type, "application/problem+json");
    CHECK(reply_read_problem(buf_span(&reply.body), &back, &refusal));
    CHECK_INT(back.outcome, CONFLICT);
    CHECK_STR(back.code, fail.code);
    CHECK_STR(back.text, fail.text);
    CHECK_TEXT(buf_span(&refusal), "{}\n\n\xE2\x80\x94 a b\n");
    buf_done(&refusal);
    reply_done(&reply);
}

/* What a message quotes may be any bytes; the problem is good JSON all the same. */
static void test_bytes(void)
{
    struct fail fail;
    struct fail back = {.outcome = OK};
    struct reply reply;
    struct buf refusal;

    check_case("not UTF-8");
    reply_init(&reply);
    buf_init(&refusal, 100);
    (void)fail_set(&fail, BAD_INPUT, "x.y", "\"\xFF\xC3\": \x01 no");
    reply_problem(&reply, &fail, (struct span){0});
    CHECK(reply_read_problem(buf_span(&reply.body), &back, &refusal));
    CHECK_STR(back.text, "\"?\?\": ? no");
    CHECK_UINT(refusal.len, 0);
    buf_done(&refusal);
    reply_done(&reply);
}

static void test_not_problems(void)
{
    static const char *const texts[] = {
        "",
        "<html>502 Bad Gateway</html>",
        "{}",
        "{\"type\":\"about:blank\",\"title\":\"x\",\"status\":400,\"detail\":\"y\"}",
        "{\"type\":\"urn:ballotd:problem:x\",\"title\":\"x\",\"status\":4000,\"detail\":\"y\"}",
        "{\"type\":\"urn:ballotd:problem:\",\"title\":\"\",\"status\":400,\"detail\":\"\",\"a\":1}",
        "{\"type\":\"urn:ballotd:problem:x\", \"title\":\"x\",\"status\":400,\"detail\":\"y\"}",
    };
    struct buf refusal;

    buf_init(&refusal, 100);
    for (size_t i = 0; i < CHECK_COUNT_OF(texts); i++) {
        struct fail fail = {.outcome = OK};
        check_case("%s", texts[i]);
        CHECK(!reply_read_problem(span_str(texts[i]), &fail, &refusal));
        CHECK_INT(fail.outcome, OK);
        CHECK_UINT(refusal.len, 0);
    }
    buf_done(&refusal);
}

int main(void)
{
    test_statuses();
    test_round_trip();
    test_bytes();
    test_not_problems();
    return check_end("http_reply");
}
