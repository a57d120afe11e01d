#include "crypto/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { BLOCK = 64 };

struct loop {
    parallel_work *work;
    void *context;
    size_t count;
    atomic_size_t next; /* first entry that nobody has taken */
    struct parallel_progress *progress;
};

/* Takes block after block until none is left; only the caller's thread reports. */
static void take_blocks(struct loop *loop, unsigned slice)
{
    for (;;) {
        size_t from = atomic_fetch_add(&loop->next, BLOCK);
        if (from >= loop->count) {
            return;
        }
        size_t to = loop->count - from < BLOCK ? loop->count : from + BLOCK;
        loop->work(loop->context, slice, from, to);
        if (slice == 0 && loop->progress && loop->progress->step) {
            loop->progress->step(loop->progress->context, loop->progress->done + to);
        }
    }
}

static void *second_thread(void *loop)
{
    take_blocks(loop, 1);
    return NULL;
}

void parallel_run(parallel_work *work, void *context, size_t count,
                  struct parallel_progress *progress)
{
    struct loop loop = {.work = work, .context = context, .count = count, .progress = progress};
    pthread_t thread;
    bool two = count > BLOCK && pthread_create(&thread, NULL, second_thread, &loop) == 0;
    take_blocks(&loop, 0);
    if (two) {
        pthread_join(thread, NULL);
    }
    if (progress) {
        progress->done += count;
    }
}
