#include "load.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_BYTES_MAX = 1 << 16, HEADER_BYTES_MAX = 512, EVENTS_MAX = 64 };

struct lane {
    int fd;
    size_t number;
    int64_t began_us;
    size_t len;
    char answer[ANSWER_BYTES_MAX];
};

struct load {
    const struct load_source *source;
    char path[256];
    int epoll;
    unsigned running, cut;
};

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static bool send_all(int fd, const char *bytes, size_t len, int flags)
{
    while (len > 0) {
        ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL | flags);
        if (sent <= 0)
            return false;
        bytes += sent;
        len -= (size_t)sent;
    }
    return true;
}

static void end_lane(struct load *load, struct lane *lane)
{
    close(lane->fd); /* which takes it out of the epoll set */
    lane->fd = -1;
    load->running--;
}

static void cut_lane(struct load *load, struct lane *lane)
{
    struct load_answer answer = {.number = lane->number, .spent_us = now_us() - lane->began_us};
    load->cut++;
    end_lane(load, lane);
    load->source->answered(load->source->ctx, &answer);
}

static void send_next(struct load *load, struct lane *lane)
{
    char header[HEADER_BYTES_MAX];
    struct span note;
    if (!load->source->next(load->source->ctx, &lane->number, &note)) {
        end_lane(load, lane);
        return;
    }
    int len = snprintf(header, sizeof header,
                       "POST %sstatements HTTP/1.1\r\nHost: localhost\r\n"
                       "Content-Type: application/octet-stream\r\nContent-Length: %zu\r\n\r\n",
                       load->path, note.len);
    lane->began_us = now_us();
    lane->len = 0;
    if (!send_all(lane->fd, header, (size_t)len, MSG_MORE) ||
        !send_all(lane->fd, (const char *)note.ptr, note.len, 0))
        cut_lane(load, lane);
}

/* The whole answer is there: its status, and where its body begins and ends. */
static bool answer_is_whole(const struct lane *lane, struct load_answer *out_answer)
{
    const char *body = strstr(lane->answer, "\r\n\r\n");
    const char *length = body ? strcasestr(lane->answer, "\r\nContent-Length:") : NULL;
    if (!length)
        return false;
    size_t bytes = strtoul(length + strlen("\r\nContent-Length:"), NULL, 10);
    body += 4;
    if (lane->len - (size_t)(body - lane->answer) < bytes)
        return false;
    out_answer->status = (unsigned)strtoul(lane->answer + strlen("HTTP/1.1 "), NULL, 10);
    out_answer->body = span_of(body, bytes);
    return true;
}

static void receive(struct load *load, struct lane *lane)
{
    struct load_answer answer = {.number = lane->number};
    ssize_t got = recv(lane->fd, lane->answer + lane->len, sizeof lane->answer - 1 - lane->len, 0);
    if (got <= 0) {
        cut_lane(load, lane);
        return;
    }
    lane->len += (size_t)got;
    lane->answer[lane->len] = '\0';
    if (!answer_is_whole(lane, &answer))
        return;
    answer.spent_us = now_us() - lane->began_us;
    load->source->answered(load->source->ctx, &answer);
    send_next(load, lane);
}

static bool connect_lane(struct load *load, struct lane *lane, uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = lane};
    int one = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    lane->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (lane->fd < 0 || connect(lane->fd, (struct sockaddr *)&to, sizeof to) != 0) {
        if (lane->fd >= 0)
            close(lane->fd);
        return false;
    }
    setsockopt(lane->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    load->running++;
    return epoll_ctl(load->epoll, EPOLL_CTL_ADD, lane->fd, &event) == 0;
}

static void serve_lanes(struct load *load)
{
    struct epoll_event events[EVENTS_MAX];
    while (load->running > 0) {
        int count = epoll_wait(load->epoll, events, EVENTS_MAX, -1);
        for (int i = 0; i < count; i++)
            receive(load, events[i].data.ptr);
    }
}

unsigned load_run(const char *url, unsigned connections, const struct load_source *source)
{
    struct load load = {.source = source, .epoll = epoll_create1(EPOLL_CLOEXEC)};
    struct lane *lanes = calloc(connections, sizeof *lanes);
    static const char host[] = "http://127.0.0.1:";
    char *path = NULL;
    unsigned long port = 0;
    if (strncmp(url, host, sizeof host - 1) == 0)
        port = strtoul(url + sizeof host - 1, &path, 10);
    if (!lanes || load.epoll < 0 || !path || strlen(path) >= sizeof load.path) {
        fprintf(stderr, "load: cannot post to %s\n", url);
        exit(1);
    }
    memcpy(load.path, path, strlen(path) + 1);
    for (unsigned i = 0; i < connections; i++)
        if (connect_lane(&load, &lanes[i], (uint16_t)port))
            send_next(&load, &lanes[i]);
    serve_lanes(&load);
    close(load.epoll);
    free(lanes);
    return load.cut;
}
