/* The poster against a witness that answers what the test says, over a real socket. */
#include "http/poster.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "check.h"
#include "log/note.h"
#include "log/policy.h"

enum { REQUEST_BYTES = 4096, WAIT_MS = 10000 };

/* A stand-in for the election: a log of `size` entries and what the witness said of it. */
struct election {
    pthread_mutex_t lock;
    uint64_t size;
    char policy[512];
    uint64_t answered_size;
    char answered[256];
    unsigned answers;
};

static struct election election = {.lock = PTHREAD_MUTEX_INITIALIZER, .size = 5};

enum outcome election_witness_request(struct election *e, uint64_t old, struct buf *out,
                                      uint64_t *out_size, struct fail *fail)
{
    pthread_mutex_lock(&e->lock);
    uint64_t size = e->size;
    pthread_mutex_unlock(&e->lock);
    if (size < old)
        return fail_set(fail, NOT_FOUND, "witness.nothing", "nothing newer");
    buf_add_format(out, "old %llu\n\ncheckpoint of %llu\n", (unsigned long long)old,
                   (unsigned long long)size);
    *out_size = size;
    return OK;
}

enum outcome election_witness_answer(struct election *e, uint64_t size, struct span lines,
                                     struct fail *fail)
{
    (void)fail;
    pthread_mutex_lock(&e->lock);
    e->answers++;
    e->answered_size = size;
    snprintf(e->answered, sizeof e->answered, "%.*s", (int)lines.len, (const char *)lines.ptr);
    pthread_mutex_unlock(&e->lock);
    return OK;
}

enum outcome election_policy(struct election *e, struct buf *out, struct fail *fail)
{
    (void)fail;
    buf_add_str(out, e->policy);
    return OK;
}

static int listener;

/* Takes the next request whole (its body ends with a known line) and answers it. */
static void serve_one(const char *status, const char *body, char out_request[static REQUEST_BYTES])
{
    struct pollfd ready = {.fd = listener, .events = POLLIN};
    char answer[512];
    size_t len = 0;

    out_request[0] = 0;
    if (!CHECK(poll(&ready, 1, WAIT_MS) > 0))
        return;
    int fd = accept(listener, NULL, NULL);
    while (len < REQUEST_BYTES - 1 && !strstr(out_request, "checkpoint of")) {
        ssize_t got = recv(fd, out_request + len, REQUEST_BYTES - 1 - len, 0);
        if (got <= 0)
            break;
        len += (size_t)got;
        out_request[len] = 0;
    }
    snprintf(answer, sizeof answer,
             "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", status,
             strlen(body), body);
    (void)send(fd, answer, strlen(answer), MSG_NOSIGNAL);
    close(fd);
}

static unsigned open_listener(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t len = sizeof at;

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_INT(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
    CHECK_INT(listen(listener, 8), 0);
    CHECK_INT(getsockname(listener, (struct sockaddr *)&at, &len), 0);
    return ntohs(at.sin_port);
}

static void write_policy(unsigned port)
{
    static const uint8_t seed[KEY_BYTES] = {9};
    uint8_t key[KEY_BYTES];
    uint8_t secret[ED25519_SECRET_BYTES];
    struct note_key witness;
    struct buf text;

    ed25519_pair(seed, key, secret);
    CHECK_INT(note_key_make(SPAN_LIT("w.example"), NOTE_COSIGNATURE, key, &witness, NULL), OK);
    buf_init(&text, sizeof election.policy - 1);
    buf_add_str(&text, "witness w1 ");
    note_key_print(&witness, &text);
    buf_add_format(&text, " http://127.0.0.1:%u/w\nquorum w1\n", port);
    snprintf(election.policy, sizeof election.policy, "%s", buf_text(&text));
    buf_done(&text);
}

static void wait_for_answer(unsigned answers, uint64_t size)
{
    int64_t end_ms = clock_monotonic_ms() + WAIT_MS;
    const struct timespec pause = {.tv_nsec = 10000000};
    unsigned seen = 0;
    uint64_t seen_size = 0;

    while (seen < answers && clock_monotonic_ms() < end_ms) {
        (void)nanosleep(&pause, NULL);
        pthread_mutex_lock(&election.lock);
        seen = election.answers;
        seen_size = election.answered_size;
        pthread_mutex_unlock(&election.lock);
    }
    CHECK_UINT(seen, answers);
    CHECK_UINT(seen_size, size);
}

static void grow(uint64_t size)
{
    pthread_mutex_lock(&election.lock);
    election.size = size;
    pthread_mutex_unlock(&election.lock);
}

static void test_witness(void)
{
    static char request[REQUEST_BYTES];

    check_case("the witness knows 3 entries already");
    serve_one("409 Conflict", "3\n", request);
    CHECK(strncmp(request, "POST /w/add-checkpoint HTTP/1.1\r\n", 33) == 0);
    CHECK(strstr(request, "\r\n\r\nold 0\n\ncheckpoint of 5\n"));

    check_case("so it is asked from 3");
    serve_one("200 OK", "\xE2\x80\x94 w.example c2ln\n", request);
    CHECK(strstr(request, "\r\n\r\nold 3\n\ncheckpoint of 5\n"));
    wait_for_answer(1, 5);
    CHECK_STR(election.answered, "\xE2\x80\x94 w.example c2ln\n");

    check_case("nothing new, nothing asked");
    struct pollfd ready = {.fd = listener, .events = POLLIN};
    CHECK_INT(poll(&ready, 1, 2500), 0);

    check_case("a failing witness is asked again, later");
    grow(9);
    serve_one("500 Internal Server Error", "", request);
    int64_t began_ms = clock_monotonic_ms();
    serve_one("409 Conflict", "99\n", request); /* more than we have: it knows another log */
    CHECK(clock_monotonic_ms() - began_ms >= 1500);
    serve_one("200 OK", "\xE2\x80\x94 w.example c2ln\n", request);
    CHECK(strstr(request, "\r\n\r\nold 5\n\ncheckpoint of 9\n"));
    wait_for_answer(2, 9);
}

/* A witness that takes the connection and says nothing does not hold up the stop. */
static void test_stop(struct poster *poster)
{
    struct pollfd ready = {.fd = listener, .events = POLLIN};

    check_case("stop while a witness is silent");
    grow(12);
    CHECK(poll(&ready, 1, WAIT_MS) > 0);
    int64_t began_ms = clock_monotonic_ms();
    poster_stop(poster);
    CHECK(clock_monotonic_ms() - began_ms < 3000);
}

int main(void)
{
    struct poster *poster = NULL;

    write_policy(open_listener());
    if (CHECK_INT(poster_start(&election, &poster, NULL), OK)) {
        test_witness();
        test_stop(poster);
    }
    close(listener);
    return check_end("http_poster");
}
