#include "http/visitor.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"

enum { TICK_MS_MAX = 500, TICKS_IN_GRACE = 8 };

static const char late_answer[] =
    "HTTP/1.1 408 Request Timeout\r\n"
    "Connection: close\r\n"
    "Content-Type: application/problem+json\r\n"
    "Content-Length: 139\r\n"
    "\r\n"
    "{\"type\":\"urn:ballotd:problem:http.late\",\"title\":\"Request Timeout\",\"status\":408,"
    "\"detail\":\"the request did not come in time: send it faster\"}";

static void move_deadline(struct watch *watch, struct visitor *visitor, uint64_t bytes)
{
    int64_t extra_ms = (int64_t)(bytes / VISITOR_RATE_BYTES_S) * 1000;
    atomic_store(&visitor->deadline_ms, visitor->began_ms + watch->grace_ms + extra_ms);
}

/* From one phase to another, unless the visitor is late. */
static bool move_on(struct visitor *visitor, enum visitor_phase phase)
{
    int now = atomic_load(&visitor->phase);
    while (now != VISITOR_LATE) {
        if (atomic_compare_exchange_weak(&visitor->phase, &now, (int)phase))
            return true;
    }
    return false;
}

static void show_out(struct watch *watch, struct visitor *visitor)
{
    int phase = atomic_load(&visitor->phase);
    if (phase == VISITOR_WAITING || phase == VISITOR_LATE ||
        !atomic_compare_exchange_strong(&visitor->phase, &phase, VISITOR_LATE))
        return;
    if (phase == VISITOR_READING)
        (void)send(visitor->fd, late_answer, sizeof late_answer - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)shutdown(visitor->fd, SHUT_RDWR);
    atomic_fetch_add(&watch->late, 1);
}

static void *watch_run(void *ctx)
{
    struct watch *watch = ctx;
    int64_t tick_ms = watch->grace_ms / TICKS_IN_GRACE;
    if (tick_ms > TICK_MS_MAX)
        tick_ms = TICK_MS_MAX;

    pthread_mutex_lock(&watch->lock);
    while (!watch->stopping) {
        int64_t next_ms = clock_monotonic_ms() + tick_ms;
        struct timespec next = {.tv_sec = next_ms / 1000, .tv_nsec = next_ms % 1000 * 1000000};
        pthread_cond_timedwait(&watch->stop, &watch->lock, &next);
        int64_t now_ms = clock_monotonic_ms();
        for (struct visitor *visitor = watch->first; visitor; visitor = visitor->next) {
            if (atomic_load(&visitor->deadline_ms) < now_ms)
                show_out(watch, visitor);
        }
    }
    pthread_mutex_unlock(&watch->lock);
    return NULL;
}

enum outcome watch_start(struct watch *watch, int64_t grace_ms, struct fail *fail)
{
    pthread_condattr_t monotonic;

    *watch = (struct watch){.grace_ms = grace_ms > 0 ? grace_ms : VISITOR_GRACE_MS};
    pthread_mutex_init(&watch->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&watch->stop, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&watch->thread, NULL, watch_run, watch) == 0)
        return OK;
    pthread_cond_destroy(&watch->stop);
    pthread_mutex_destroy(&watch->lock);
    return fail_set(fail, BROKEN, "http.thread", "cannot start the thread that watches the clock");
}

void watch_stop(struct watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    watch->stopping = true;
    pthread_cond_signal(&watch->stop);
    pthread_mutex_unlock(&watch->lock);
    pthread_join(watch->thread, NULL);
    pthread_cond_destroy(&watch->stop);
    pthread_mutex_destroy(&watch->lock);
}

struct visitor *visitor_new(struct watch *watch, int fd)
{
    struct visitor *visitor = calloc(1, sizeof *visitor);
    if (!visitor)
        return NULL;
    visitor->fd = fd;
    visitor_expect(watch, visitor);
    pthread_mutex_lock(&watch->lock);
    visitor->next = watch->first;
    visitor->link = &watch->first;
    if (watch->first)
        watch->first->link = &visitor->next;
    watch->first = visitor;
    pthread_mutex_unlock(&watch->lock);
    return visitor;
}

void visitor_free(struct watch *watch, struct visitor *visitor)
{
    if (!visitor)
        return;
    pthread_mutex_lock(&watch->lock);
    *visitor->link = visitor->next;
    if (visitor->next)
        visitor->next->link = visitor->link;
    pthread_mutex_unlock(&watch->lock);
    free(visitor);
}

/* The deadline moves before the phase, so that the clock never sees a new phase with an old one. */
void visitor_expect(struct watch *watch, struct visitor *visitor)
{
    visitor->began_ms = clock_monotonic_ms();
    move_deadline(watch, visitor, 0);
    (void)move_on(visitor, VISITOR_READING);
}

void visitor_received(struct watch *watch, struct visitor *visitor, uint64_t bytes)
{
    move_deadline(watch, visitor, bytes);
}

void visitor_wait(struct visitor *visitor)
{
    (void)move_on(visitor, VISITOR_WAITING);
}

bool visitor_answer(struct watch *watch, struct visitor *visitor, uint64_t bytes)
{
    visitor->began_ms = clock_monotonic_ms();
    move_deadline(watch, visitor, bytes);
    return move_on(visitor, VISITOR_ANSWERING);
}
