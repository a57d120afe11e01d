/* A few threads for work that takes too long for the threads that serve connections.
 *
 * The queue is bounded: what does not fit is refused at once, so that a rush of long work costs
 * those who rush. Jobs run in the order in which they came.
 */
#ifndef HTTP_WORKERS_H
#define HTTP_WORKERS_H

#include "base/fail.h"

struct workers;

enum outcome workers_new(unsigned threads, unsigned queue_max, struct workers **out_workers,
                         struct fail *fail) MUST_USE;
/* Runs what is queued, then ends the threads. */
void workers_free(struct workers *workers);

/* BUSY http.busy when the queue is full. */
enum outcome workers_add(struct workers *workers, void (*run)(void *ctx), void *ctx,
                         struct fail *fail) MUST_USE;

#endif
