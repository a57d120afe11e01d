/*
 * parallel: the same small work for many indices, on several threads.
 *
 * Threads take runs of indices until none is left. The work of one index must not touch that of
 * another; a worker's number lets each thread keep memory of its own. The caller works too.
 */
#ifndef VERIFY_BASE_PARALLEL_H
#define VERIFY_BASE_PARALLEL_H

#include <stddef.h>

enum { PARALLEL_THREADS_MOST = 64 };

typedef void parallel_fn(void *context, unsigned worker, size_t index);

/* How many threads this machine is good for: its cores, at most PARALLEL_THREADS_MOST. */
unsigned parallel_threads(void);

/* Calls `work` once for each index below `count`; `run` indices are taken at a time (1 and up).
 * Where a thread cannot be started, the others do its work. */
void parallel_for(unsigned threads, size_t count, size_t run, parallel_fn *work, void *context);

#endif
