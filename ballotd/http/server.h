/* The HTTP server of one election, at `/e/<name>/…` where <name> is the origin with "." for "/".
 *
 * libmicrohttpd with epoll threads, suspending connections while the writer or a worker is busy. It
 * binds where it is told, speaks plain HTTP (TLS is the reverse proxy's), and assumes that clients
 * are hostile: connections, headers, bodies, memory in flight and time are all bounded, and who
 * goes over a bound loses his own connection.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "election/election.h"
#include "http/listen.h"

struct server;

/* Zeros mean the defaults in brackets. */
struct server_options {
    unsigned threads;       /* that serve connections [2] */
    unsigned workers;       /* that do long work [2] */
    unsigned connections;   /* at once [4000] */
    unsigned per_address;   /* connections of one address [no limit: a proxy is one address] */
    unsigned idle_s;        /* a silent connection is closed after [10] */
    int64_t grace_ms;       /* for a whole request, and again for the answer [30,000] */
    int64_t stop_ms;        /* how long stopping waits for those being served [5,000] */
    size_t small_bytes_max; /* memory for unsigned requests' bodies together [128 MiB] */
    size_t shelf_bytes_max; /* for large public answers that are shared [512 MiB] */
    size_t large_bytes_max; /* for signed requests' bodies, and for answers, each [2 GiB] */
};

/* Starts serving. The election outlives the server. Raises the process's soft limit of open files
 * if it must. BAD_INPUT or BROKEN http.…  */
enum outcome server_start(const struct server_options *options,
                          const struct listen_address *address, struct election *election,
                          struct server **out_server, struct fail *fail) MUST_USE;
/* Where: "http://127.0.0.1:8080/e/<name>/". Owned by the server. */
const char *server_url(const struct server *server);
/* Takes no more connections, lets those being served finish for a while, answers 503 to the rest,
 * and closes. Waits for the election to answer what it has in hand. */
void server_stop(struct server *server);

/* For tests and the operator's curiosity. */
struct server_figures {
    unsigned connections;
    unsigned requests; /* being read, worked on or answered */
    unsigned late;     /* connections closed since the start because they were too slow */
    size_t small_bytes, large_bytes, answer_bytes;
};
struct server_figures server_figures(const struct server *server);

#endif
