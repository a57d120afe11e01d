/* What a witness cosigns and what it refuses, asked through its server on a real socket. */
#include "witness/server.h"

#include "verify/tlog.h"
#include "verify/web.h"

#include <time.h>

static char folder[] = "/tmp/verify-witness-XXXXXX";
static struct tlog tlog, fork_log, stranger;
static struct cosigner cosigner;
static struct state state;
static struct witness witness;
static struct server *server;
static unsigned warnings;

static void count_warning(const char *line)
{
    (void)line;
    warnings++;
}

static const char *in_folder(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void start(void)
{
    struct fail fail = {{0}};
    CHECK_INT(state_open(in_folder("state"), &state, &fail), GOOD);
    witness_init(&witness, &cosigner, &state, count_warning);
    CHECK_INT(witness_add_log(&witness, &tlog.signer.key, span_text(tlog.origin), &fail), GOOD);
    CHECK_INT(server_start(&witness, "127.0.0.1:0", &server, &fail), GOOD);
    CHECK_STR(fail.text, "");
}

static void stop(void)
{
    server_stop(server);
    witness_done(&witness);
    state_close(&state);
}

static struct web_answer post(const char *body)
{
    return web_call(server_port(server), "/add-checkpoint", body, strlen(body));
}

static long status_of(const char *body)
{
    struct web_answer answer = post(body);
    return answer.status;
}

/* Is the answer a cosignature over this checkpoint, of about now? */
static void check_cosigned(const char *body, const struct web_answer *answer)
{
    char whole[2 * TLOG_TEXT_BYTES] = "";
    struct note note;
    struct note_key key = cosigner_key(&cosigner);
    uint64_t time_s = 0, now_s = (uint64_t)time(NULL);
    CHECK_INT(answer->status, 200);
    check_append(whole, sizeof whole, "%s%s", strstr(body, "\n\n") + 2, answer->text);
    if (!CHECK_INT(note_parse(span_text(whole), &note, NULL), GOOD))
        return;
    CHECK_INT(note_verify(&note, &key, &time_s, NULL), GOOD);
    CHECK(time_s <= now_s && time_s + 5 > now_s);
}

static void expect_cosigned(size_t old, size_t size)
{
    char body[TLOG_TEXT_BYTES];
    tlog_request(&tlog, old, size, body);
    struct web_answer answer = post(body);
    check_cosigned(body, &answer);
}

static void expect_size(const char *body, const char *size)
{
    struct web_answer answer = post(body);
    CHECK_INT(answer.status, 409);
    CHECK_STR(answer.text, size);
    CHECK_STR(answer.type, "text/x.tlog.size");
}

static void test_growth(void)
{
    char body[TLOG_TEXT_BYTES];
    check_case("an empty log");
    expect_cosigned(0, 0);
    check_case("the first entries");
    expect_cosigned(0, 5);
    check_case("growth");
    expect_cosigned(5, 13);
    check_case("the same size again");
    expect_cosigned(13, 13);
    check_case("growth by a power of two");
    expect_cosigned(13, 256);
    check_case("an old size that is smaller");
    tlog_request(&tlog, 5, 300, body);
    expect_size(body, "256\n");
    tlog_request(&tlog, 0, 300, body);
    expect_size(body, "256\n");
    check_case("an old size that is greater");
    tlog_request(&tlog, 299, 300, body);
    expect_size(body, "256\n");
    check_case("a log that shrinks");
    tlog_request(&tlog, 13, 13, body);
    expect_size(body, "256\n");
    tlog_request(&tlog, 256, 13, body);
    CHECK_INT(status_of(body), 400);
    check_case("growth after refusals");
    expect_cosigned(256, 300);
}

static void test_forks(void)
{
    char body[TLOG_TEXT_BYTES];
    unsigned before = warnings;
    check_case("another root for the same size");
    tlog_request(&fork_log, 300, 300, body);
    expect_size(body, "300\n");
    CHECK(access(in_folder("state.split"), F_OK) == 0);
    check_case("a fork that grows");
    tlog_request(&fork_log, 300, 400, body);
    CHECK_INT(status_of(body), 422);
    check_case("a fork from the start");
    tlog_request(&fork_log, 0, 400, body);
    expect_size(body, "300\n");
    CHECK(warnings >= before + 2);
    check_case("the first history goes on");
    expect_cosigned(300, 301);
}

/* One byte of each hash of a proof, and every other length. */
static void test_proofs(void)
{
    char body[TLOG_TEXT_BYTES], twisted[TLOG_TEXT_BYTES];
    tlog_request(&tlog, 301, 400, body);
    char *line = strchr(body, '\n') + 1;
    for (size_t i = 0; line[0] != '\n'; i++, line += 45) {
        check_case("a twist of hash %zu", i);
        char kept = line[3];
        line[3] = kept == 'A' ? 'B' : 'A';
        CHECK_INT(status_of(body), 422);
        line[3] = kept;
        check_case("without hash %zu", i);
        snprintf(twisted, sizeof twisted, "%.*s%s", (int)(line - body), body, line + 45);
        CHECK_INT(status_of(twisted), 422);
    }
    check_case("one hash too many");
    snprintf(twisted, sizeof twisted, "%.*s%.45s%s", (int)(line - body), body, line - 45, line);
    CHECK_INT(status_of(twisted), 422);
    check_case("a proof where none may be");
    tlog_request(&tlog, 301, 301, twisted);
    memmove(twisted + 8 + 45, twisted + 8, strlen(twisted + 8) + 1);
    memcpy(twisted + 8, line - 45, 45);
    CHECK_INT(status_of(twisted), 422);
    check_case("the right proof");
    expect_cosigned(301, 400);
}

static void test_signatures(void)
{
    char body[TLOG_TEXT_BYTES];
    check_case("a log that it was not told of");
    tlog_request(&stranger, 0, 5, body);
    CHECK_INT(status_of(body), 404);
    check_case("the origin of one log, the key of another");
    stranger.origin = tlog.origin;
    tlog_request(&stranger, 400, 401, body);
    CHECK_INT(status_of(body), 403);
    check_case("the name of one log, the key of another");
    stranger.signer.key.name = tlog.signer.key.name;
    tlog_request(&stranger, 400, 401, body);
    CHECK_INT(status_of(body), 403);
    check_case("a signature that does not verify");
    tlog_request(&tlog, 400, 401, body);
    char *end = body + strlen(body) - 10;
    *end = *end == 'A' ? 'B' : 'A';
    CHECK_INT(status_of(body), 403);
    check_case("beside a signature by a key that is unknown");
    tlog_request(&tlog, 400, 401, body);
    signer_add(&stranger.signer, "whatever\n", 0, body, sizeof body);
    CHECK_INT(status_of(body), 200);
}

static void test_form(void)
{
    char good[TLOG_TEXT_BYTES], body[2 * TLOG_TEXT_BYTES];
    tlog_request(&tlog, 401, 500, good);
    const char *rest = strchr(good, '\n');
    static const char *const firsts[] = {"",
                                         "old",
                                         "old ",
                                         "old 0401",
                                         "old +401",
                                         "old 401 ",
                                         "Old 401",
                                         "old -401",
                                         "old x",
                                         "401",
                                         "old 99999999999999999999"};
    for (size_t i = 0; i < CHECK_COUNT_OF(firsts); i++) {
        check_case("first line \"%s\"", firsts[i]);
        snprintf(body, sizeof body, "%s%s", firsts[i], rest);
        CHECK_INT(status_of(body), 400);
    }
    check_case("cut short");
    for (size_t len = 0; len < strlen(good); len += 37) {
        snprintf(body, sizeof body, "%.*s", (int)len, good);
        CHECK_INT(status_of(body), 400);
    }
    check_case("64 lines of proof");
    snprintf(body, sizeof body, "old 401\n");
    for (int i = 0; i < 64; i++)
        check_append(body, sizeof body, "%.44s\n", rest + 1);
    check_append(body, sizeof body, "%s", strstr(good, "\n\n") + 1);
    CHECK_INT(status_of(body), 400);
    check_case("extension lines");
    struct merkle_hash root = tlog_root(tlog.leaves, 500);
    char text[TLOG_TEXT_BYTES] = "";
    tlog_text(&tlog, 500, &root, text);
    check_append(text, sizeof text, "extension\n");
    snprintf(body, sizeof body, "%.*s%s\n", (int)(strstr(good, "\n\n") + 2 - good), good, text);
    signer_add(&tlog.signer, text, 0, body, sizeof body);
    CHECK_INT(status_of(body), 400);
}

static void test_http(void)
{
    static char body[WITNESS_BODY_BYTES + 2];
    unsigned port = server_port(server);
    struct web_answer answer;
    memset(body, 'a', sizeof body - 1);
    check_case("a body that is too long");
    CHECK_INT(status_of(body), 413);
    check_case("a body that is as long as may be");
    CHECK_INT(web_call(port, "/add-checkpoint", body, WITNESS_BODY_BYTES).status, 400);
    check_case("an empty body");
    CHECK_INT(status_of(""), 400);
    check_case("GET");
    CHECK_INT(web_call(port, "/add-checkpoint", NULL, 0).status, 405);
    check_case("elsewhere");
    answer = web_call(port, "/", NULL, 0);
    CHECK_INT(answer.status, 404);
    CHECK_INT(web_call(port, "/add-checkpoints", "x", 1).status, 404);
    check_case("below a prefix");
    CHECK_INT(web_call(port, "/witness/add-checkpoint", "x", 1).status, 400);
}

/* A witness whose disk refuses must not cosign, and must be right again afterwards. */
static void test_disk(void)
{
    char body[TLOG_TEXT_BYTES];
    check_case("a state that can't be written");
    tlog_request(&tlog, 401, 450, body);
    CHECK_INT(mkdir(in_folder("state.new"), 0700), 0);
    CHECK_INT(status_of(body), 500);
    CHECK_INT(rmdir(in_folder("state.new")), 0);
    check_case("once it can");
    expect_cosigned(401, 450);
}

static void test_restart(void)
{
    char body[TLOG_TEXT_BYTES];
    struct state second;
    struct fail fail;
    check_case("a second witness with the same state");
    CHECK_INT(state_open(in_folder("state"), &second, &fail), UNABLE);
    stop();
    start();
    check_case("a fork after a restart");
    tlog_request(&fork_log, 0, 460, body);
    expect_size(body, "450\n");
    tlog_request(&fork_log, 450, 460, body);
    CHECK_INT(status_of(body), 422);
    check_case("growth after a restart");
    expect_cosigned(450, 460);
    check_case("a state of another key");
    stop();
    CHECK_INT(state_open(in_folder("state"), &state, &fail), GOOD);
    witness_init(&witness, &cosigner, &state, count_warning);
    CHECK_INT(witness_add_log(&witness, &stranger.signer.key, span_text(tlog.origin), &fail), BAD);
    check_case("one origin twice");
    CHECK_INT(witness_add_log(&witness, &tlog.signer.key, span_text(tlog.origin), &fail), GOOD);
    CHECK_INT(witness_add_log(&witness, &tlog.signer.key, span_text(tlog.origin), &fail), BAD);
    check_case("a cosigner as a log");
    struct note_key key = cosigner_key(&cosigner);
    CHECK_INT(witness_add_log(&witness, &key, span_text("other"), &fail), BAD);
    witness_done(&witness);
    state_close(&state);
}

static void test_states(void)
{
    static const char *const bad[] = {"",
                                      "witness state 2\n",
                                      "witness state 1\ngoing 5\nabc",
                                      "witness state 1\nrunning 0\n",
                                      "witness state 1\ngoing 3\nabc",
                                      "witness state 1\ngoing 00\n",
                                      "witness state 1\n\n"};
    struct state read;
    struct fail fail;
    for (size_t i = 0; i < CHECK_COUNT_OF(bad); i++) {
        check_case("state %zu", i);
        tlog_write(folder, "bad", span_text(bad[i]));
        CHECK_INT(state_open(in_folder("bad"), &read, &fail), BAD);
    }
}

int main(void)
{
    struct fail fail;
    CHECK(mkdtemp(folder) != NULL);
    tlog_init(&tlog, "log.example/1", 1);
    tlog_init(&fork_log, "log.example/1", 1);
    tlog_init(&stranger, "stranger.example", 2);
    tlog_grow(&tlog, 600, "true");
    tlog_grow(&fork_log, 5, "true");
    tlog_grow(&fork_log, 600, "forked");
    tlog_grow(&stranger, 600, "true");
    CHECK_INT(cosigner_make(in_folder("key"), "witness.example/w1", &cosigner, &fail), GOOD);
    start();
    test_growth();
    test_forks();
    test_proofs();
    test_signatures();
    test_form();
    test_http();
    test_disk();
    test_restart();
    test_states();
    web_remove_folder(folder);
    return check_end("witness_rules");
}
