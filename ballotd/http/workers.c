#include "http/workers.h"

#include <pthread.h>
#include <stdlib.h>

enum { WORKERS_MAX = 16 };

struct job {
    void (*run)(void *ctx);
    void *ctx;
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t threads[WORKERS_MAX];
    unsigned count;
    bool stopping;
    unsigned queue_max;
    unsigned first, queued; /* a ring */
    struct job queue[];
};

static bool take_job(struct workers *workers, struct job *out_job)
{
    pthread_mutex_lock(&workers->lock);
    while (!workers->queued && !workers->stopping)
        pthread_cond_wait(&workers->changed, &workers->lock);
    bool taken = workers->queued > 0;
    if (taken) {
        *out_job = workers->queue[workers->first];
        workers->first = (workers->first + 1) % workers->queue_max;
        workers->queued--;
    }
    pthread_mutex_unlock(&workers->lock);
    return taken;
}

static void *worker_run(void *ctx)
{
    struct job job;

    while (take_job(ctx, &job))
        job.run(job.ctx);
    return NULL;
}

enum outcome workers_new(unsigned threads, unsigned queue_max, struct workers **out_workers,
                         struct fail *fail)
{
    struct workers *workers = calloc(1, sizeof *workers + queue_max * sizeof(struct job));
    if (!workers)
        return fail_set(fail, BROKEN, "http.memory", "no memory for the worker threads");
    workers->queue_max = queue_max;
    pthread_mutex_init(&workers->lock, NULL);
    pthread_cond_init(&workers->changed, NULL);
    for (unsigned i = 0; i < threads && i < WORKERS_MAX; i++) {
        if (pthread_create(&workers->threads[i], NULL, worker_run, workers) != 0)
            break;
        workers->count++;
    }
    if (workers->count == 0) {
        workers_free(workers);
        return fail_set(fail, BROKEN, "http.thread", "cannot start a worker thread");
    }
    *out_workers = workers;
    return OK;
}

void workers_free(struct workers *workers)
{
    if (!workers)
        return;
    pthread_mutex_lock(&workers->lock);
    workers->stopping = true;
    pthread_cond_broadcast(&workers->changed);
    pthread_mutex_unlock(&workers->lock);
    for (unsigned i = 0; i < workers->count; i++)
        pthread_join(workers->threads[i], NULL);
    pthread_cond_destroy(&workers->changed);
    pthread_mutex_destroy(&workers->lock);
    free(workers);
}

enum outcome workers_add(struct workers *workers, void (*run)(void *ctx), void *ctx,
                         struct fail *fail)
{
    pthread_mutex_lock(&workers->lock);
    bool room = workers->queued < workers->queue_max;
    if (room) {
        unsigned last = (workers->first + workers->queued++) % workers->queue_max;
        workers->queue[last] = (struct job){.run = run, .ctx = ctx};
        pthread_cond_signal(&workers->changed);
    }
    pthread_mutex_unlock(&workers->lock);
    if (room)
        return OK;
    return fail_set(fail, BUSY, "http.busy", "too much long work is waiting: try again later");
}
