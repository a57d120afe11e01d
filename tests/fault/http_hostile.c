/* Hostile clients cost themselves, not the server: each attack here is answered with a refusal or a
 * closed connection, while others are served and the memory stays what it was. */
#include "http_election.h"
#include "http_wire.h"

#include "base/code.h"

enum {
    GRACE_MS = 1500,
    IDLE_S = 2,
    IDLE_CONNECTIONS = 2000,
    SLOW_READERS = 50,
    EARLY_CLOSES = 500
};

static struct server *server;
static struct answer answer;

static void test_plain(void)
{
    static const struct {
        const char *name, *request;
        unsigned status;
        const char *needle;
    } cases[] = {
        {"checkpoint", WIRE_GET("checkpoint"), 200, "a checkpoint\n"},
        {"public", WIRE_GET("checkpoint"), 200, "Access-Control-Allow-Origin: *"},
        {"tile", WIRE_GET("tile/0/000"), 200, "immutable"},
        {"no tile", WIRE_GET("tile/0/001"), 404, "urn:ballotd:problem:board.path"},
        {"status", "GET /status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 200, "phase"},
        {"no path", "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404, "http.path"},
        {"escaped", WIRE_GET("%63heckpoint"), 404, "http.path"},
        {"method",
         "DELETE " WIRE_BASE "checkpoint HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 405,
         "Allow: GET"},
        {"unsigned", WIRE_GET("annex"), 401, "WWW-Authenticate: Ballotd"},
        {"nonsense for a signature",
         "GET " WIRE_BASE "annex HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
         "Authorization: Ballotd e30=\r\n\r\n",
         400, "note.malformed"},
        {"now",
         "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
         "Content-Length: 3\r\n\r\nnow",
         201, STAND_IN_RECEIPT},
        {"later",
         "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
         "Content-Length: 5\r\n\r\nlater",
         201, STAND_IN_RECEIPT},
        {"chunked",
         "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
         "Transfer-Encoding: chunked\r\n\r\n1\r\nn\r\n2\r\now\r\n0\r\n\r\n",
         201, STAND_IN_RECEIPT},
        {"refused",
         "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
         "Content-Length: 2\r\n\r\nno",
         409, "\"refusal\":\"a refusal\\n\""},
    };

    for (size_t i = 0; i < CHECK_COUNT_OF(cases); i++) {
        check_case("plain: %s", cases[i].name);
        wire_ask(cases[i].request, &answer);
        CHECK_UINT(answer.status, cases[i].status);
        if (!CHECK(strstr(answer.text, cases[i].needle)))
            fprintf(stderr, "%s\n", answer.text);
    }
}

static void test_head(void)
{
    check_case("HEAD");
    wire_ask("HEAD " WIRE_BASE "checkpoint HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
             &answer);
    CHECK_UINT(answer.status, 200);
    CHECK(strstr(answer.text, "Content-Length: 13\r\n"));
    CHECK(!strstr(answer.text, "a checkpoint"));
}

/* What no reading of HTTP allows, or two programs may read in two ways. */
static void test_malformed(void)
{
    static const char *const requests[] = {
        "\r\n\r\n\r\n\r\n\r\n",
        "GET\r\n\r\n",
        "GET  HTTP/1.1\r\n\r\n",
        "GET /status\r\n\r\n",
        "GET /status HTTP/1.1\r\n\r\n", /* no Host */
        "GET /status HTTP/9.9\r\nHost: x\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03 a TLS hello\r\n\r\n",
        "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\nContent-Length: 3x\r\n\r\nnow",
        "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\n"
        "Content-Length: 99999999999999999999\r\n\r\nnow",
        "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
        "Content-Length: 4\r\n\r\nnow",
        "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
        "Transfer-Encoding: chunked\r\n\r\n3\r\nnow\r\n0\r\n\r\n",
        "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\n"
        "Transfer-Encoding: gzip\r\nContent-Length: 3\r\n\r\nnow",
        "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\n"
        "Transfer-Encoding: gzip, chunked\r\n\r\n3\r\nnow\r\n0\r\n\r\n",
        "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\n"
        "Transfer-Encoding: chunked\r\n\r\nzz\r\nnow\r\n0\r\n\r\n",
        "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\n"
        "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nnow\r\n0\r\n\r\n",
        "GET " WIRE_BASE "checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
    };

    for (size_t i = 0; i < CHECK_COUNT_OF(requests); i++) {
        check_case("malformed %zu: %.40s", i, requests[i]);
        wire_ask(requests[i], &answer);
        CHECK(answer.closed);
        if (!CHECK(answer.status == 0 || answer.status >= 400))
            fprintf(stderr, "%s\n", answer.text);
    }
    wire_check_served();
}

static void test_large_header(void)
{
    int fd = wire_connect();
    bool open = wire_say(fd, "GET " WIRE_BASE "checkpoint HTTP/1.1\r\nHost: x\r\n");

    check_case("endless header");
    for (int i = 0; i < 20000 && open; i++)
        open = wire_say(fd, "X-More: and more and more and more and more and more\r\n");
    CHECK(!open);
    wire_hear(fd, WIRE_WAIT_MS, &answer);
    CHECK(answer.status == 0 || answer.status == 431);
    close(fd);
    wire_check_served();
}

/* Sends `opening`, then a byte every 100 ms, until the server has enough. */
static void trickle(const char *opening)
{
    int fd = wire_connect();
    int64_t began_ms = clock_monotonic_ms();

    (void)wire_say(fd, opening);
    while (clock_monotonic_ms() - began_ms < 5L * GRACE_MS) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        if (poll(&ready, 1, 100) > 0 || !wire_say(fd, "a"))
            break;
    }
    int64_t spent_ms = clock_monotonic_ms() - began_ms;
    wire_check_served();
    wire_hear(fd, WIRE_WAIT_MS, &answer);
    close(fd);
    CHECK(answer.closed);
    CHECK_UINT(answer.status, 408);
    CHECK(strstr(answer.text, "urn:ballotd:problem:http.late"));
    CHECK(spent_ms >= GRACE_MS - 200);
    CHECK(spent_ms <= 2L * GRACE_MS);
}

static void test_slow(void)
{
    check_case("slow header");
    trickle("GET " WIRE_BASE "checkpoint HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    check_case("slow body");
    trickle("POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n");
    check_case("slow chunks");
    trickle("POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\n"
            "Transfer-Encoding: chunked\r\n\r\nf000\r\n");
    CHECK(server_figures(server).late >= 3);
}

/* A crowd that asks for much and reads nothing: one copy serves them all, and they are gone when
 * idle for too long. */
static void test_slow_readers(void)
{
    int fds[SLOW_READERS];
    size_t before = wire_memory_bytes();

    check_case("slow readers");
    for (int i = 0; i < SLOW_READERS; i++) {
        fds[i] = wire_connect();
        (void)wire_say(fds[i], "GET " WIRE_BASE "blob/sha256/big HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    stand_in_sleep(800);
    CHECK_UINT(server_figures(server).requests, SLOW_READERS);
    CHECK(wire_memory_bytes() < before + 4UL * STAND_IN_BLOB_BYTES);
    wire_check_served();
    stand_in_sleep(IDLE_S * 1000 + 2000);
    CHECK_UINT(server_figures(server).requests, 0);
    CHECK_UINT(server_figures(server).answer_bytes, 0);
    for (int i = 0; i < SLOW_READERS; i++)
        close(fds[i]);
}

static void test_oversized(void)
{
    int fd = wire_connect();
    static const char chunk[0x1000 + 8] = "1000\r\n";
    bool open;

    check_case("declared too large: refused before it comes");
    (void)wire_say(fd, "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\n"
                       "Content-Length: 65536\r\n\r\n");
    wire_hear(fd, WIRE_WAIT_MS, &answer);
    CHECK_UINT(answer.status, 413);
    CHECK(strstr(answer.text, "http.body"));
    close(fd);

    check_case("endless chunks");
    size_t before = wire_memory_bytes();
    fd = wire_connect();
    open = wire_say(fd, "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 10000 && open; i++) /* 40 MB */
        open = wire_send(fd, chunk, 6 + 0x1000) && wire_say(fd, "\r\n");
    CHECK(!open);
    close(fd);
    CHECK(wire_memory_bytes() < before + (8U << 20));

    check_case("a large blob without a signature: refused before it comes");
    fd = wire_connect();
    (void)wire_say(fd, "PUT " WIRE_BASE "blob/sha256/00 HTTP/1.1\r\nHost: x\r\n"
                       "Content-Length: 1000000000\r\n\r\n");
    wire_hear(fd, WIRE_WAIT_MS, &answer);
    CHECK_UINT(answer.status, 401);
    close(fd);
    CHECK_UINT(stand_in.puts, 0);
    wire_check_served();
}

static void test_overrun_answered(void)
{
    static char body[70000];
    int fd = wire_connect();

    check_case("chunks a little over the limit");
    (void)wire_say(fd, "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                       "Transfer-Encoding: chunked\r\n\r\n11170\r\n"); /* 70,000 */
    (void)wire_send(fd, body, sizeof body);
    (void)wire_say(fd, "\r\n0\r\n\r\n");
    wire_hear(fd, WIRE_WAIT_MS, &answer);
    CHECK_UINT(answer.status, 413);
    close(fd);
}

/* Our own slowness is not held against the client: work may take longer than any of his limits. */
static void test_long_work(void)
{
    int fd = wire_connect();

    check_case("long work");
    (void)wire_say(fd, "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                       "Content-Length: 4\r\n\r\nhold");
    wire_hear(fd, IDLE_S * 1000 + 2000, &answer);
    CHECK(!answer.closed);
    CHECK_UINT(stand_in_release(), 1);
    wire_hear(fd, WIRE_WAIT_MS, &answer);
    CHECK_UINT(answer.status, 201);
    close(fd);
}

static unsigned count_answers(const char *text)
{
    unsigned count = 0;

    for (; (text = strstr(text, "HTTP/1.1 200 ")); text++)
        count++;
    return count;
}

static void test_pipelined(void)
{
    int fd = wire_connect();

    check_case("pipelined requests, then garbage");
    for (int i = 0; i < 50; i++)
        (void)wire_say(fd, "GET " WIRE_BASE "checkpoint HTTP/1.1\r\nHost: x\r\n\r\n");
    (void)wire_say(fd, "\x01\x02\x03 garbage garbage\r\n\r\n");
    wire_hear(fd, WIRE_WAIT_MS, &answer);
    CHECK(answer.closed);
    CHECK_UINT(count_answers(answer.text), 50);
    close(fd);

    check_case("a refused body is not read as the next request");
    fd = wire_connect();
    (void)wire_say(fd, "GET " WIRE_BASE "checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n"
                       "\r\nGET " WIRE_BASE "checkpoint HTTP/1.1\r\nHost: x\r\n\r\n");
    wire_hear(fd, WIRE_WAIT_MS, &answer);
    CHECK_UINT(answer.status, 413);
    CHECK_UINT(count_answers(answer.text), 0);
    close(fd);
}

static void test_early_close(void)
{
    static const char *const openings[] = {
        "GET ",
        "GET " WIRE_BASE "checkpoint HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nnow",
        "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nlater",
        "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nhold",
        "GET " WIRE_BASE "blob/sha256/big HTTP/1.1\r\nHost: x\r\n\r\n",
    };
    const struct linger reset = {.l_onoff = 1, .l_linger = 0};

    check_case("early close");
    for (size_t i = 0; i < EARLY_CLOSES; i++) {
        int fd = wire_connect();
        (void)wire_say(fd, openings[i % CHECK_COUNT_OF(openings)]);
        if (i % 2)
            (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(fd);
    }
    wire_check_served();
    stand_in_sleep(1000);
    CHECK(stand_in_release() > 0);
    stand_in_sleep(IDLE_S * 1000 + 1000);
    struct server_figures figures = server_figures(server);
    CHECK_UINT(figures.requests, 0);
    CHECK_UINT(figures.small_bytes, 0);
    CHECK_UINT(figures.answer_bytes, 0);
}

static void test_idle_crowd(void)
{
    static int fds[IDLE_CONNECTIONS];
    size_t before = wire_memory_bytes();

    check_case("%d idle connections", IDLE_CONNECTIONS);
    for (size_t i = 0; i < IDLE_CONNECTIONS; i++)
        fds[i] = wire_connect();
    wire_check_served();
    CHECK(server_figures(server).connections > IDLE_CONNECTIONS / 2);
    CHECK(wire_memory_bytes() < before + (128U << 20));
    stand_in_sleep(IDLE_S * 1000 + 2000);
    CHECK(server_figures(server).connections < 10);
    for (size_t i = 0; i < IDLE_CONNECTIONS; i++)
        close(fds[i]);
    wire_check_served();
}

int main(void)
{
    const struct server_options options = {.idle_s = IDLE_S, .grace_ms = GRACE_MS};

    server = wire_start(&options);
    size_t before = wire_memory_bytes();
    test_plain();
    test_head();
    test_malformed();
    test_large_header();
    test_slow();
    test_slow_readers();
    test_oversized();
    test_overrun_answered();
    test_long_work();
    test_pipelined();
    test_early_close();
    test_idle_crowd();
    check_case("memory");
    CHECK(wire_memory_bytes() < before + (192U << 20));
    server_stop(server);
    return check_end("http_hostile");
}
