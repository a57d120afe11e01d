#include "base/parallel.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

struct job {
    parallel_fn *work;
    void *context;
    size_t count, run;
    _Atomic size_t next;
};

struct worker {
    struct job *job;
    unsigned number;
    pthread_t thread;
    bool started;
};

unsigned parallel_threads(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (cores < 1)
        return 1;
    return cores > PARALLEL_THREADS_MOST ? PARALLEL_THREADS_MOST : (unsigned)cores;
}

static void *work_on(void *argument)
{
    const struct worker *worker = argument;
    struct job *job = worker->job;
    for (;;) {
        size_t first = atomic_fetch_add(&job->next, job->run);
        if (first >= job->count)
            return NULL;
        size_t end = job->count - first < job->run ? job->count : first + job->run;
        for (size_t i = first; i < end; i++)
            job->work(job->context, worker->number, i);
    }
}

void parallel_for(unsigned threads, size_t count, size_t run, parallel_fn *work, void *context)
{
    assert(threads >= 1 && threads <= PARALLEL_THREADS_MOST && run >= 1);
    struct job job = {.work = work, .context = context, .count = count, .run = run};
    struct worker workers[PARALLEL_THREADS_MOST];
    for (unsigned i = 0; i < threads; i++) {
        workers[i] = (struct worker){.job = &job, .number = i};
        if (i > 0 && count > run)
            workers[i].started =
                pthread_create(&workers[i].thread, NULL, work_on, &workers[i]) == 0;
    }
    (void)work_on(&workers[0]);
    for (unsigned i = 1; i < threads; i++)
        if (workers[i].started)
            pthread_join(workers[i].thread, NULL);
}
