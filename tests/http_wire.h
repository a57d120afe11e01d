/* A client without manners: raw bytes over a socket, and what comes back. */
#ifndef TESTS_HTTP_WIRE_H
#define TESTS_HTTP_WIRE_H

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "check.h"
#include "http/server.h"

enum { WIRE_ANSWER_BYTES = 1 << 16, WIRE_WAIT_MS = 10000 };

#define WIRE_BASE      "/e/" STAND_IN_NAME "/"
#define WIRE_GET(path) "GET " WIRE_BASE path " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

struct answer {
    unsigned status; /* 0: closed without an answer */
    bool closed;     /* the server closed, or the end was seen, before the time was up */
    int64_t spent_ms;
    size_t len;
    char text[WIRE_ANSWER_BYTES];
};

static uint16_t wire_port;

__attribute__((unused)) static struct server *wire_start(const struct server_options *options)
{
    struct listen_address address;
    struct server *server = NULL;
    struct fail fail = {.outcome = OK};

    if (!CHECK_INT(listen_read(SPAN_LIT("127.0.0.1:0"), &address, &fail), OK) ||
        !CHECK_INT(server_start(options, &address, &stand_in, &server, &fail), OK)) {
        fprintf(stderr, "%s\n", fail.text);
        exit(1);
    }
    wire_port = (uint16_t)strtoul(strrchr(server_url(server), ':') + 1, NULL, 10);
    return server;
}

__attribute__((unused)) static int wire_connect(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(wire_port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        perror("connect");
        exit(1);
    }
    return fd;
}

/* False when the server has closed. */
__attribute__((unused)) static bool wire_send(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len > 0) {
        ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        at += sent;
        len -= (size_t)sent;
    }
    return true;
}

__attribute__((unused)) static bool wire_say(int fd, const char *text)
{
    return wire_send(fd, text, strlen(text));
}

/* Reads until the server closes, or for wait_ms; keeps the first WIRE_ANSWER_BYTES. */
__attribute__((unused)) static void wire_hear(int fd, int64_t wait_ms, struct answer *out_answer)
{
    char rest[4096];
    int64_t began_ms = clock_monotonic_ms();

    memset(out_answer, 0, sizeof *out_answer);
    for (;;) {
        int64_t left_ms = began_ms + wait_ms - clock_monotonic_ms();
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        if (left_ms <= 0 || poll(&ready, 1, (int)left_ms) <= 0)
            break;
        size_t room = sizeof out_answer->text - 1 - out_answer->len;
        ssize_t got = room ? recv(fd, out_answer->text + out_answer->len, room, 0)
                           : recv(fd, rest, sizeof rest, 0);
        if (got <= 0) {
            out_answer->closed = true;
            break;
        }
        out_answer->len += room ? (size_t)got : 0;
    }
    out_answer->spent_ms = clock_monotonic_ms() - began_ms;
    if (strncmp(out_answer->text, "HTTP/1.1 ", 9) == 0)
        out_answer->status = (unsigned)strtoul(out_answer->text + 9, NULL, 10);
}

/* One request on a connection of its own; the answer until the server closes. */
__attribute__((unused)) static void wire_ask(const char *text, struct answer *out_answer)
{
    int fd = wire_connect();

    (void)wire_say(fd, text);
    wire_hear(fd, WIRE_WAIT_MS, out_answer);
    close(fd);
}

/* Everybody else is still served, and soon. */
__attribute__((unused)) static void wire_check_served(void)
{
    static struct answer answer;

    wire_ask(WIRE_GET("checkpoint"), &answer);
    CHECK_UINT(answer.status, 200);
    CHECK(answer.spent_ms < 2000);
}

__attribute__((unused)) static size_t wire_memory_bytes(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return 0; /* its allocator keeps what was freed */
#endif
    char text[128] = "";
    FILE *file = fopen("/proc/self/statm", "r");

    if (file) {
        (void)!fgets(text, sizeof text, file);
        fclose(file);
    }
    const char *resident = strchr(text, ' ');
    return resident ? strtoul(resident, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

#endif
