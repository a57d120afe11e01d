/* Visitors: the open connections, and the clock that shows the slow ones out.
 *
 * libmicrohttpd's timeout counts idle time only, so a client that sends a byte now and then stays
 * for ever. Here a visitor has a grace period for the whole request and again for the whole answer,
 * extended by the bytes that have passed at the slowest rate we put up with. While the server works
 * nobody is late. Who is late gets a 408, if no answer has begun, and its socket is shut down.
 */
#ifndef HTTP_VISITOR_H
#define HTTP_VISITOR_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/fail.h"

enum { VISITOR_RATE_BYTES_S = 128 << 10, VISITOR_GRACE_MS = 30000 };

enum visitor_phase { VISITOR_READING, VISITOR_WAITING, VISITOR_ANSWERING, VISITOR_LATE };

struct visitor {
    int fd;
    int64_t began_ms; /* this request, or this answer */
    _Atomic int64_t deadline_ms;
    _Atomic int phase; /* enum visitor_phase */
    struct visitor *next, **link;
};

struct watch {
    int64_t grace_ms;
    pthread_mutex_t lock; /* of the list: a visitor in it has an open socket */
    pthread_cond_t stop;
    struct visitor *first;
    pthread_t thread;
    bool stopping;
    atomic_uint late; /* shown out so far */
};

enum outcome watch_start(struct watch *watch, int64_t grace_ms, struct fail *fail) MUST_USE;
void watch_stop(struct watch *watch);

/* NULL when there is no memory. */
struct visitor *visitor_new(struct watch *watch, int fd);
/* Before the socket is closed. */
void visitor_free(struct watch *watch, struct visitor *visitor);

/* A new request may come; `bytes` of its body are here; it is all here and being worked on. */
void visitor_expect(struct watch *watch, struct visitor *visitor);
void visitor_received(struct watch *watch, struct visitor *visitor, uint64_t bytes);
void visitor_wait(struct visitor *visitor);
/* An answer of so many bytes goes out. False when the visitor has just been found late: then
 * nothing may be sent. */
bool visitor_answer(struct watch *watch, struct visitor *visitor, uint64_t bytes) MUST_USE;

#endif
