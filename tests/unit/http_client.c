#include "http/client.h"
#include "http/note_header.h"

#include "http_election.h"
#include "http_wire.h"

static struct server *server;
static struct client *plain, *officer, *trustee;
static struct note_signer signers[2];
static uint8_t secrets[2][ED25519_SECRET_BYTES];

static struct client *make_client(const struct note_signer *signer)
{
    struct client *client = NULL;
    const struct client_options options = {
        .url = server_url(server), .signer = signer, .origin = SPAN_LIT(STAND_IN_ORIGIN)};

    CHECK_INT(client_new(&options, &client, NULL), OK);
    return client;
}

static void make_clients(void)
{
    static const char *const names[] = {STAND_IN_ORIGIN "/officer/ann",
                                        STAND_IN_ORIGIN "/trustee/2"};

    for (uint8_t i = 0; i < 2; i++) {
        const uint8_t seed[KEY_BYTES] = {i};
        uint8_t key[KEY_BYTES];
        ed25519_pair(seed, key, secrets[i]);
        CHECK_INT(note_key_make(span_str(names[i]), NOTE_ED25519, key, &signers[i].key, NULL), OK);
        signers[i].secret = secrets[i];
    }
    plain = make_client(NULL);
    officer = make_client(&signers[0]);
    trustee = make_client(&signers[1]);
}

static void test_get(void)
{
    struct buf out;
    struct fail fail = {.outcome = OK};

    check_case("get");
    buf_init(&out, 20000);
    CHECK_INT(client_get(plain, "checkpoint", &out, NULL), OK);
    CHECK_TEXT(buf_span(&out), "a checkpoint\n");
    CHECK_INT(client_get(plain, "tile/0/000", &out, NULL), OK);
    CHECK_UINT(out.len, 13 + 8192);
    CHECK_INT(client_get(plain, "tile/0/001", &out, &fail), NOT_FOUND);
    CHECK_STR(fail.code, "board.path");
    CHECK_STR(fail.text, "no \"tile/0/001\" here");
    CHECK_INT(client_get(plain, "blob/sha256/big", &out, &fail), TOO_LARGE);
    CHECK_UINT(out.len, 13 + 8192);
    CHECK_INT(client_get(plain, "annex", &out, &fail), NOT_ALLOWED);
    CHECK_STR(fail.code, "request.missing");
    buf_done(&out);
}

static void test_signed(void)
{
    struct buf out;
    struct fail fail = {.outcome = OK};

    check_case("signed");
    buf_init(&out, 20000);
    CHECK_INT(client_get(officer, "draft/result", &out, NULL), OK);
    CHECK_TEXT(buf_span(&out), "result");
    buf_clear(&out);
    CHECK_INT(client_get(officer, "roll/member/12", &out, NULL), OK);
    CHECK_TEXT(buf_span(&out), "member12");
    CHECK_INT(client_get(trustee, "draft/result", &out, &fail), NOT_ALLOWED);
    CHECK_STR(fail.code, "request.asker");
    CHECK_INT(client_get(officer, "annex", &out, &fail), NOT_ALLOWED);
    CHECK_STR(fail.code, "annex.role");
    buf_done(&out);
}

static void test_put(void)
{
    static uint8_t blob[3 << 20];
    static const char path[] =
        "blob/sha256/00000000000000000000000000000000000000000000000000000000000000ff";
    static const char private[] =
        "private/evidence/00000000000000000000000000000000000000000000000000000000000000ff";
    const uint8_t salt[SALT_BYTES] = {1};
    struct fail fail = {.outcome = OK};

    check_case("put");
    CHECK_INT(client_put(trustee, path, NULL, SPAN_ARRAY(blob), NULL), OK);
    CHECK_INT(client_put(trustee, path, NULL, SPAN_LIT(""), NULL), OK);
    CHECK_INT(client_put(officer, private, salt, SPAN_LIT("a letter"), NULL), OK);
    CHECK_UINT(stand_in.puts, 3);
    CHECK_INT(client_put(officer, private, NULL, SPAN_LIT("a letter"), &fail), BAD_INPUT);
    CHECK_STR(fail.code, "http.hash");
    CHECK_INT(client_put(trustee, "blob/sha256/FF", NULL, SPAN_LIT("x"), &fail), BAD_INPUT);
    CHECK_STR(fail.code, "http.hash");
    CHECK_INT(client_put(officer, path, NULL, SPAN_ARRAY(blob), &fail), NOT_ALLOWED);
    CHECK_STR(fail.code, "request.asker");
    CHECK_INT(client_put(plain, path, NULL, SPAN_ARRAY(blob), &fail), NOT_ALLOWED);
    CHECK_STR(fail.code, "request.missing");
    CHECK_UINT(stand_in.puts, 3);
}

static void test_post(void)
{
    static const uint8_t large[70000];
    struct buf out;
    unsigned status = 0;
    struct fail fail = {.outcome = OK};

    check_case("post");
    buf_init(&out, 20000);
    CHECK_INT(client_post(plain, "statements", SPAN_LIT("later"), &status, &out, NULL), OK);
    CHECK_UINT(status, 201);
    CHECK_TEXT(buf_span(&out), STAND_IN_RECEIPT);
    CHECK_INT(client_post(plain, "statements", SPAN_LIT("no"), &status, &out, &fail), CONFLICT);
    CHECK_STR(fail.code, "ballot.alpha-repeated");
    CHECK_TEXT(client_refusal(plain), "a refusal\n");
    CHECK_INT(client_post(plain, "statements", SPAN_ARRAY(large), &status, &out, &fail), TOO_LARGE);
    CHECK_STR(fail.code, "http.body");
    CHECK_UINT(client_refusal(plain).len, 0);
    CHECK_UINT(out.len, sizeof STAND_IN_RECEIPT - 1);
    buf_done(&out);
}

/* A signature is for one request: the server compares the body that came with the one signed. */
static void test_other_body(void)
{
    static struct answer answer;
    struct buf request;
    struct buf value;

    check_case("another body than the signed one");
    buf_init(&value, 1 << 16);
    buf_init(&request, 1 << 16);
    note_header_make(&signers[0], SPAN_LIT(STAND_IN_ORIGIN), "POST", SPAN_LIT("cases"),
                     SPAN_LIT("now"), "", &value);
    buf_add_format(&request,
                   "POST " WIRE_BASE "cases HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                   "Authorization: %s\r\nContent-Length: 3\r\n\r\nnew",
                   buf_text(&value));
    wire_ask(buf_text(&request), &answer);
    CHECK_UINT(answer.status, 403);
    CHECK(strstr(answer.text, "request.body"));
    buf_done(&value);
    buf_done(&request);
}

struct counted {
    unsigned given, wanted, good, refused, bad;
};

static bool next_post(void *ctx, struct span *out_body, void **out_item)
{
    struct counted *counted = ctx;

    if (counted->given == counted->wanted)
        return false;
    *out_item = counted;
    *out_body = counted->given++ % 5 ? SPAN_LIT("later") : SPAN_LIT("no");
    return true;
}

static void end_post(void *ctx, const struct client_result *result)
{
    struct counted *counted = ctx;

    if (!result->fail && result->status == 201 && span_is(result->body, STAND_IN_RECEIPT))
        counted->good++;
    else if (result->fail && result->fail->outcome == CONFLICT && result->refusal.len > 0)
        counted->refused++;
    else
        counted->bad++;
}

static void test_many(void)
{
    struct counted counted = {.wanted = 500};
    const struct client_source source = {.next = next_post, .end = end_post, .ctx = &counted};

    check_case("many");
    CHECK_INT(client_post_many(plain, "statements", 16, &source, NULL), OK);
    CHECK_UINT(counted.good, 400);
    CHECK_UINT(counted.refused, 100);
    CHECK_UINT(counted.bad, 0);
}

static void test_nobody_there(void)
{
    struct client *client = NULL;
    struct client_options options = {.url = "http://127.0.0.1:1/e/x", .tries = 2};
    struct counted counted = {.wanted = 5};
    const struct client_source source = {.next = next_post, .end = end_post, .ctx = &counted};
    struct buf out;
    struct fail fail = {.outcome = OK};

    check_case("nobody there");
    buf_init(&out, 100);
    CHECK_INT(client_new(&options, &client, NULL), OK);
    CHECK_INT(client_get(client, "status", &out, &fail), BUSY);
    CHECK_STR(fail.code, "client.unreachable");
    CHECK_INT(client_post_many(client, "statements", 2, &source, NULL), OK);
    CHECK_UINT(counted.bad, 5);
    client_free(client);
    buf_done(&out);
    options.url = "ftp://x/";
    CHECK_INT(client_new(&options, &client, &fail), BAD_INPUT);
}

int main(void)
{
    const struct server_options options = {0};

    server = wire_start(&options);
    make_clients();
    test_get();
    test_signed();
    test_put();
    test_post();
    test_other_body();
    test_many();
    test_nobody_there();
    client_free(plain);
    client_free(officer);
    client_free(trustee);
    server_stop(server);
    return check_end("http_client");
}
