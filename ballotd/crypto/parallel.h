/* Long loops over independent entries, on two threads.
 *
 * The work is called for disjoint ranges that together cover 0 … count-1, from two threads at once;
 * `slice` (below PARALLEL_SLICES) tells the threads apart, so that each may keep its own sum. Sums
 * of points and scalars do not depend on who added what, so results never depend on the threads.
 * Short loops, and machines that give no thread, use the caller's alone.
 */
#ifndef CRYPTO_PARALLEL_H
#define CRYPTO_PARALLEL_H

#include <stddef.h>
#include <stdint.h>

enum { PARALLEL_SLICES = 2 };

typedef void parallel_work(void *context, unsigned slice, size_t from, size_t to);

/* Called now and then on the caller's thread, with steps of work done; may be NULL. */
struct parallel_progress {
    void (*step)(void *context, uint64_t done);
    void *context;
    uint64_t done; /* carried on over several loops */
};

void parallel_run(parallel_work *work, void *context, size_t count,
                  struct parallel_progress *progress);

#endif
