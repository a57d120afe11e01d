/* An exchange: one request from its header to the last byte of its answer.
 *
 * It is examined as soon as the header is here (path, method, size, who asks), so that a body which
 * would be refused is never taken in. It lives as long as libmicrohttpd or the one who works out
 * its answer needs it: each holds a reference. Whoever settles it first (the handler, or the
 * server when it stops) decides the answer.
 */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "http/route.h"
#include "http/server.h"
#include "http/visitor.h"
#include "http/workers.h"

/* A sum of bytes that must stay within a maximum. */
struct budget {
    size_t max;
    _Atomic size_t used;
};

struct server {
    struct MHD_Daemon *daemon;
    struct election *election;
    struct workers *workers;
    struct shelf *shelf;
    struct watch watch;
    struct server_options options;
    int listen_fd;
    char name[ROUTE_NAME_BYTES];
    char url[LISTEN_TEXT_BYTES + ROUTE_NAME_BYTES + 16];
    struct budget small, large, answers;

    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t changed;
    atomic_bool stopping;       /* written under the lock */
    unsigned open;              /* exchanges that libmicrohttpd still holds */
    unsigned alive;             /* exchanges that anybody holds */
    unsigned held;              /* exchanges that are suspended: */
    struct exchange *suspended; /* their list */
};

struct exchange {
    struct ask ask; /* first: a route's handler hands it back */
    struct server *server;
    struct MHD_Connection *connection;
    struct visitor *visitor;
    const struct route *route;
    char path[ROUTE_PATH_BYTES]; /* below the election's prefix */
    char salt[2 * SALT_BYTES + 1];
    struct buf body;
    uint64_t received; /* bytes of the body, those thrown away too */
    uint8_t body_sha256[HASH_BYTES];
    struct budget *budget; /* from which body_bytes were taken */
    size_t body_bytes;
    size_t answer_bytes;
    bool begun;
    bool refused; /* on sight of its header */
    bool queued;  /* the answer is with libmicrohttpd */
    struct reply reply;

    /* Under the server's lock. */
    unsigned references;
    bool settled;
    struct exchange *next, **link;
};

/* The first call for a request. NULL when there is no memory. The reply may be settled already. */
struct exchange *exchange_new(struct server *server, struct MHD_Connection *connection,
                              const char *url, const char *method);
/* A piece of the body; false when the connection should be dropped. */
bool exchange_receive(struct exchange *exchange, struct span piece);
/* The request is here: works out the answer and returns true, or has it worked out elsewhere; then
 * libmicrohttpd calls again when it is settled. */
bool exchange_begin(struct exchange *exchange);
/* Hands the settled answer to libmicrohttpd. */
enum MHD_Result exchange_answer(struct exchange *exchange);
/* libmicrohttpd is done with it. */
void exchange_close(struct exchange *exchange);

/* Settles everything suspended with 503. The caller holds the lock. */
void exchange_dismiss_all(struct server *server);

#endif
