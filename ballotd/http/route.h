/* The routes: which resources there are below `/e/<name>/`, who may ask for them, and how much a
 * request may bring.
 *
 * One table, one file of handlers for each resource (route_*.c). A pattern is a path in which "*"
 * stands for one segment and a last "**" for all that follows. A handler either fills the reply or
 * fails; it runs where the table says, and knows nothing of connections.
 */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "election/election.h"
#include "http/reply.h"

enum { ROUTE_ARGS = 2, ROUTE_PATH_BYTES = 256, ROUTE_NAME_BYTES = LIMIT_ORIGIN_BYTES + 1 };

/* Who may ask. */
enum {
    ANYONE = 0,
    OFFICERS = 1 << ASKER_OFFICER,
    TRUSTEES = 1 << ASKER_TRUSTEE,
    REGISTRARS = 1 << ASKER_REGISTRAR,
};

enum route_place {
    RUN_HERE,   /* quick: on the thread that serves the connection */
    RUN_AWAY,   /* on a worker; the connection is suspended meanwhile */
    RUN_SHARED, /* as RUN_AWAY; a large answer that is final is shared by all who ask */
    RUN_LATER,  /* the handler hands the request on; route_settle comes later */
};

struct ask {
    struct election *election;
    struct span args[ROUTE_ARGS]; /* what the stars of the pattern stood for */
    struct span body;
    struct span salt;       /* header Ballotd-Salt, or empty */
    struct request request; /* who asks, where the route says who may */
};

struct route {
    const char *method;
    const char *pattern;
    size_t body_max; /* bytes */
    unsigned who;    /* ANYONE, or a sum: the request must then be signed */
    enum route_place place;
    enum outcome (*handle)(struct ask *ask, struct reply *reply, struct fail *fail);
    void (*begin)(struct ask *ask); /* RUN_LATER */
};

/* The route of a method and a path below the election's prefix; the stars go to out_args, as spans
 * into path. NOT_FOUND http.path; NOT_ALLOWED http.method, and then out_allow lists the methods. */
enum outcome route_find(const char *method, struct span path, const struct route **out_route,
                        struct span out_args[static ROUTE_ARGS],
                        char out_allow[static REPLY_ALLOW_BYTES], struct fail *fail) MUST_USE;

/* Ends a request that route->begin took on, from any thread, exactly once; takes the reply's
 * content. */
void route_settle(struct ask *ask, struct reply *reply);

/* The election's name in paths: its origin with "." for every "/". */
void route_name(struct span origin, char out_name[static ROUTE_NAME_BYTES]);

/* Handlers. */
enum outcome route_checkpoint(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_tile(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_blob(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_status(struct ask *ask, struct reply *reply, struct fail *fail);

void route_submit(struct ask *ask);
void route_submit_case(struct ask *ask);
enum outcome route_pending(struct ask *ask, struct reply *reply, struct fail *fail);

enum outcome route_inquire(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_inquiry(struct ask *ask, struct reply *reply, struct fail *fail);

enum outcome route_put_blob(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_put_private(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_put_bindings(struct ask *ask, struct reply *reply, struct fail *fail);

enum outcome route_draft(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_roll_report(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_roll_member(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_cases(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_leaves(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_annex(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_handover(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_export(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_trace(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_evidence(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_evidence_list(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_access(struct ask *ask, struct reply *reply, struct fail *fail);
enum outcome route_access_of(struct ask *ask, struct reply *reply, struct fail *fail);

#endif
