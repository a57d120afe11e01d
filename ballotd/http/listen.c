#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

/* The text between the brackets, or before the colon; the port is what follows the last colon. */
static bool split(struct span text, char host[static INET6_ADDRSTRLEN], uint16_t *out_port,
                  bool *out_six)
{
    size_t colon = text.len;
    while (colon > 0 && text.ptr[colon - 1] != ':')
        colon--;
    uint64_t port = 0;
    if (colon == 0 || !span_decimal(span_of(text.ptr + colon, text.len - colon), &port) ||
        port > UINT16_MAX)
        return false;
    struct span name = span_of(text.ptr, colon - 1);
    *out_six = name.len >= 2 && name.ptr[0] == '[' && name.ptr[name.len - 1] == ']';
    if (*out_six)
        name = span_of(name.ptr + 1, name.len - 2);
    if (name.len >= INET6_ADDRSTRLEN)
        return false;
    memcpy(host, name.ptr, name.len);
    host[name.len] = 0;
    *out_port = (uint16_t)port;
    return true;
}

static bool read_four(const char *host, uint16_t port, struct listen_address *out_address)
{
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};

    if (inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, &four.sin_addr) !=
        1)
        return false;
    *out_address = (struct listen_address){.len = sizeof four};
    out_address->loopback = ntohl(four.sin_addr.s_addr) >> 24 == 127;
    memcpy(&out_address->address, &four, sizeof four);
    return true;
}

static bool read_six(const char *host, uint16_t port, struct listen_address *out_address)
{
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

    if (inet_pton(AF_INET6, host, &six.sin6_addr) != 1)
        return false;
    *out_address = (struct listen_address){.len = sizeof six};
    out_address->loopback = IN6_IS_ADDR_LOOPBACK(&six.sin6_addr);
    memcpy(&out_address->address, &six, sizeof six);
    return true;
}

enum outcome listen_read(struct span text, struct listen_address *out_address, struct fail *fail)
{
    char host[INET6_ADDRSTRLEN];
    uint16_t port;
    bool six;

    if (split(text, host, &port, &six) &&
        (six ? read_six(host, port, out_address) : read_four(host, port, out_address)))
        return OK;
    return fail_set(fail, BAD_INPUT, "http.listen",
                    "\"%.*s\": an address and a port expected, as 127.0.0.1:8080 or [::1]:8080",
                    (int)text.len, (const char *)text.ptr);
}

enum outcome listen_open(const struct listen_address *address, int *out_fd, struct fail *fail)
{
    const int yes = 1;
    int fd = socket(address->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return fail_set(fail, BROKEN, "http.listen", "cannot make a socket: %s", strerror(errno));
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (const struct sockaddr *)&address->address, address->len) != 0 ||
        listen(fd, BACKLOG) != 0) {
        int why = errno;
        close(fd);
        return fail_set(fail, BROKEN, "http.listen", "cannot listen there: %s%s", strerror(why),
                        why == EADDRINUSE ? "; stop the other program or choose another port" : "");
    }
    *out_fd = fd;
    return OK;
}

void listen_print(int fd, char out_text[static LISTEN_TEXT_BYTES])
{
    struct sockaddr_storage any = {0};
    socklen_t len = sizeof any;
    char host[INET6_ADDRSTRLEN] = "?";

    (void)getsockname(fd, (struct sockaddr *)&any, &len);
    if (any.ss_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, &any, sizeof six);
        inet_ntop(AF_INET6, &six.sin6_addr, host, sizeof host);
        snprintf(out_text, LISTEN_TEXT_BYTES, "[%s]:%u", host, ntohs(six.sin6_port));
    } else {
        struct sockaddr_in four;
        memcpy(&four, &any, sizeof four);
        inet_ntop(AF_INET, &four.sin_addr, host, sizeof host);
        snprintf(out_text, LISTEN_TEXT_BYTES, "%s:%u", host, ntohs(four.sin_port));
    }
}
