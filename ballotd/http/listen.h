/* Where the server listens: a numeric address and a port, and the socket for it. */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include <sys/socket.h>

#include "base/fail.h"

enum { LISTEN_TEXT_BYTES = 64 };

struct listen_address {
    struct sockaddr_storage address;
    socklen_t len;
    bool loopback; /* only programs on this machine reach it */
};

/* "127.0.0.1:8080", "[::1]:8080", "localhost:8080" (127.0.0.1). BAD_INPUT http.listen. */
enum outcome listen_read(struct span text, struct listen_address *out_address,
                         struct fail *fail) MUST_USE;
/* A listening, non-blocking socket. BROKEN http.listen, saying why. */
enum outcome listen_open(const struct listen_address *address, int *out_fd,
                         struct fail *fail) MUST_USE;
/* The address that a socket really has (where port 0 was asked for), in the same notation. */
void listen_print(int fd, char out_text[static LISTEN_TEXT_BYTES]);

#endif
