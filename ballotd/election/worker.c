/* The worker's thread: what takes seconds is done here, one thing after another. Declared in
 * election/inside.h. */
#include "election/inside.h"

#include <stdlib.h>

struct errand {
    struct errand *next;
    void (*run)(void *ctx);
    void *ctx;
};

void election_errand(struct election *election, void (*run)(void *ctx), void *ctx)
{
    struct errand *errand = malloc(sizeof *errand);
    if (!errand) { /* no memory to wait in line: do it here */
        run(ctx);
        return;
    }
    *errand = (struct errand){NULL, run, ctx};
    pthread_mutex_lock(&election->worker_lock);
    *election->errands_end = errand;
    election->errands_end = &errand->next;
    pthread_cond_signal(&election->worker_wake);
    pthread_mutex_unlock(&election->worker_lock);
}

/* The next errand, or NULL to stop: whatever waits is done first. */
static struct errand *next_errand(struct election *election)
{
    pthread_mutex_lock(&election->worker_lock);
    while (!election->errands && !election->worker_stop)
        pthread_cond_wait(&election->worker_wake, &election->worker_lock);
    struct errand *errand = election->errands;
    if (errand && !(election->errands = errand->next))
        election->errands_end = &election->errands;
    pthread_mutex_unlock(&election->worker_lock);
    return errand;
}

static void *work(void *ctx)
{
    struct errand *errand;
    while ((errand = next_errand(ctx))) {
        errand->run(errand->ctx);
        free(errand);
    }
    return NULL;
}

enum outcome election_worker_start(struct election *election, struct fail *fail)
{
    election->errands_end = &election->errands;
    if (pthread_create(&election->worker, NULL, work, election) != 0)
        return fail_set(fail, BROKEN, "election.thread", "no thread to work with");
    election->worker_runs = true;
    return OK;
}

void election_worker_stop(struct election *election)
{
    if (!election->worker_runs)
        return;
    pthread_mutex_lock(&election->worker_lock);
    election->worker_stop = true;
    pthread_cond_signal(&election->worker_wake);
    pthread_mutex_unlock(&election->worker_lock);
    pthread_join(election->worker, NULL);
    election->worker_runs = false;
}
