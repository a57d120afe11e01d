/* Stopping the server while requests are suspended, being read or being worked on: everybody gets
 * an answer or a closed connection, nothing hangs, nothing is answered twice. */
#include <stdatomic.h>

#include "http_election.h"
#include "http_wire.h"

enum { HELD = 50, ROUNDS = 20, CLIENTS = 8 };

static struct answer answer;

#define POST(body, length)                                                                         \
    "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\nContent-Length: " length "\r\n\r\n" body

static void *stop(void *server)
{
    server_stop(server);
    return NULL;
}

/* The election answers only after everybody has been sent away: the server waits for it. */
static void test_held(void)
{
    const struct server_options options = {.stop_ms = 300};
    struct server *server = wire_start(&options);
    int fds[HELD];
    pthread_t thread;

    check_case("stop with suspended requests");
    for (int i = 0; i < HELD; i++) {
        fds[i] = wire_connect();
        (void)wire_say(fds[i], POST("hold", "4"));
    }
    int half = wire_connect();
    (void)wire_say(half, "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\n"
                         "Content-Length: 400\r\n\r\nhold");
    while (server_figures(server).requests < HELD + 1)
        stand_in_sleep(10);
    pthread_create(&thread, NULL, stop, server);
    for (int i = 0; i < HELD; i++) {
        wire_hear(fds[i], WIRE_WAIT_MS, &answer);
        CHECK_UINT(answer.status, 503);
        CHECK(strstr(answer.text, "http.stopping"));
        close(fds[i]);
    }
    close(half);
    CHECK_UINT(stand_in_release(), HELD);
    pthread_join(thread, NULL);
}

/* Who is nearly done is waited for. */
static void test_nearly_done(void)
{
    const struct server_options options = {.stop_ms = 5000};
    struct server *server = wire_start(&options);
    int64_t began_ms = clock_monotonic_ms();
    int fd = wire_connect();
    pthread_t thread;

    check_case("stop waits for those who are nearly done");
    (void)wire_say(fd, POST("later", "5"));
    while (server_figures(server).requests < 1)
        stand_in_sleep(1);
    pthread_create(&thread, NULL, stop, server);
    wire_hear(fd, WIRE_WAIT_MS, &answer);
    CHECK_UINT(answer.status, 201);
    close(fd);
    pthread_join(thread, NULL);
    CHECK(clock_monotonic_ms() - began_ms < 4000);
}

struct load {
    atomic_bool stop;
    atomic_uint answered, refused, closed, wrong;
};

static void *run_load(void *ctx)
{
    struct load *load = ctx;
    struct answer *mine = calloc(1, sizeof *mine);

    while (!atomic_load(&load->stop)) {
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(wire_port)};
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0) {
            (void)wire_say(fd, "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\n"
                               "Connection: close\r\nContent-Length: 5\r\n\r\nlater");
            wire_hear(fd, WIRE_WAIT_MS, mine);
            atomic_fetch_add(mine->status == 201   ? &load->answered
                             : mine->status == 503 ? &load->refused
                             : mine->status == 0   ? &load->closed
                                                   : &load->wrong,
                             1);
        }
        close(fd);
    }
    free(mine);
    return NULL;
}

/* The stop comes at any moment of any request. */
static void test_under_load(void)
{
    struct load load = {.stop = false};
    pthread_t threads[CLIENTS];

    check_case("%d stops under load", ROUNDS);
    for (int round = 0; round < ROUNDS; round++) {
        const struct server_options options = {.stop_ms = round % 2 ? 5 : 2000};
        struct server *server = wire_start(&options);
        atomic_store(&load.stop, false);
        for (int i = 0; i < CLIENTS; i++)
            pthread_create(&threads[i], NULL, run_load, &load);
        stand_in_sleep(50 + 7L * round);
        int64_t began_ms = clock_monotonic_ms();
        server_stop(server);
        CHECK(clock_monotonic_ms() - began_ms < 5000);
        atomic_store(&load.stop, true);
        for (int i = 0; i < CLIENTS; i++)
            pthread_join(threads[i], NULL);
    }
    CHECK(atomic_load(&load.answered) > ROUNDS);
    CHECK_UINT(atomic_load(&load.wrong), 0);
}

/* More than the memory set aside for requests, and more long work than the queue takes. */
static void test_budget(void)
{
    const struct server_options options = {.small_bytes_max = 100000};
    struct server *server = wire_start(&options);
    int first = wire_connect();

    check_case("memory for requests is bounded");
    (void)wire_say(first, "POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\n"
                          "Content-Length: 60000\r\n\r\nhold");
    while (server_figures(server).small_bytes < 60000)
        stand_in_sleep(1);
    wire_ask("POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
             "Content-Length: 60000\r\n\r\nnow",
             &answer);
    CHECK_UINT(answer.status, 503);
    CHECK(strstr(answer.text, "Retry-After"));
    wire_ask("POST " WIRE_BASE "statements HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
             "Content-Length: 3\r\n\r\nnow",
             &answer);
    CHECK_UINT(answer.status, 201);
    close(first);
    wire_check_served();
    server_stop(server);
}

int main(void)
{
    test_held();
    test_nearly_done();
    test_under_load();
    test_budget();
    return check_end("http_stop");
}
