#include "crypto/fold.h"

#include "crypto/msm.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_TERMS = 32768,
    SHARE_TERMS = 256, /* fewer are not worth another thread */
};

/* Terms to be summed. Those of slots still want their points, which the summing thread asks for. */
struct block {
    struct scalar *scalars;
    struct point *points;
    size_t count;
    size_t first_slot; /* if from_slots: term i belongs to slot first_slot + i */
    bool from_slots;
};

/* One thread with its memory; lane 0 is the caller's. */
struct lane {
    struct fold *fold;
    struct block block;
    struct msm_space *space;
    struct point sum;
    pthread_t thread;
    bool started, busy;
};

struct fold {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool quit;
    fold_base_fn *base;
    const void *context;
    struct scalar *slots;
    size_t slot_count;
    unsigned lane_count;
    struct lane lanes[];
};

static void lane_sum(struct lane *lane)
{
    struct block *block = &lane->block;
    struct point sum;
    if (block->from_slots)
        for (size_t i = 0; i < block->count; i++)
            lane->fold->base(block->first_slot + i, lane->fold->context, &block->points[i]);
    msm_sum(lane->space, block->scalars, block->points, block->count, &sum);
    point_add(&lane->sum, &sum, &lane->sum);
    block->count = 0;
    block->from_slots = false;
}

static void *lane_work(void *argument)
{
    struct lane *lane = argument;
    struct fold *fold = lane->fold;
    pthread_mutex_lock(&fold->lock);
    for (;;) {
        while (!lane->busy && !fold->quit)
            pthread_cond_wait(&fold->changed, &fold->lock);
        if (!lane->busy)
            break;
        pthread_mutex_unlock(&fold->lock);
        lane_sum(lane);
        pthread_mutex_lock(&fold->lock);
        lane->busy = false;
        pthread_cond_broadcast(&fold->changed);
    }
    pthread_mutex_unlock(&fold->lock);
    return NULL;
}

static bool lane_init(struct lane *lane, struct fold *fold)
{
    lane->fold = fold;
    lane->sum = point_identity();
    lane->space = msm_space_new(BLOCK_TERMS);
    lane->block.scalars = calloc(BLOCK_TERMS, sizeof *lane->block.scalars);
    lane->block.points = aligned_alloc(64, BLOCK_TERMS * sizeof *lane->block.points);
    return lane->space != NULL && lane->block.scalars != NULL && lane->block.points != NULL;
}

static void lane_done(struct lane *lane)
{
    if (lane->started)
        pthread_join(lane->thread, NULL);
    msm_space_free(lane->space);
    free(lane->block.scalars);
    free(lane->block.points);
}

static void zero_slots(struct fold *fold)
{
    for (size_t i = 0; i < fold->slot_count; i++)
        fold->slots[i] = scalar_from_number(0);
}

struct fold *fold_new(unsigned threads, size_t slots)
{
    assert(threads >= 1 && threads <= FOLD_THREADS_MOST);
    size_t bytes = sizeof(struct fold) + threads * sizeof(struct lane);
    struct fold *fold = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (fold == NULL)
        return NULL;
    memset(fold, 0, bytes);
    pthread_mutex_init(&fold->lock, NULL);
    pthread_cond_init(&fold->changed, NULL);
    fold->lane_count = threads;
    fold->slot_count = slots;
    fold->slots = calloc(slots + 1, sizeof *fold->slots);
    bool ready = fold->slots != NULL;
    for (unsigned i = 0; i < threads && ready; i++) {
        struct lane *lane = &fold->lanes[i];
        ready = lane_init(lane, fold);
        if (ready && i > 0)
            ready = lane->started = pthread_create(&lane->thread, NULL, lane_work, lane) == 0;
    }
    if (!ready) {
        fold_free(fold);
        return NULL;
    }
    zero_slots(fold);
    return fold;
}

void fold_free(struct fold *fold)
{
    if (fold == NULL)
        return;
    pthread_mutex_lock(&fold->lock);
    fold->quit = true;
    pthread_cond_broadcast(&fold->changed);
    pthread_mutex_unlock(&fold->lock);
    for (unsigned i = 0; i < fold->lane_count; i++)
        lane_done(&fold->lanes[i]);
    pthread_mutex_destroy(&fold->lock);
    pthread_cond_destroy(&fold->changed);
    free(fold->slots);
    free(fold);
}

/* Gives the caller's block to an idle worker in exchange for its empty one. */
static bool hand_over(struct fold *fold)
{
    bool given = false;
    pthread_mutex_lock(&fold->lock);
    for (unsigned i = 1; i < fold->lane_count && !given; i++) {
        struct lane *lane = &fold->lanes[i];
        if (lane->busy)
            continue;
        struct block empty = lane->block;
        lane->block = fold->lanes[0].block;
        fold->lanes[0].block = empty;
        lane->busy = given = true;
        pthread_cond_broadcast(&fold->changed);
    }
    pthread_mutex_unlock(&fold->lock);
    return given;
}

static void flush(struct fold *fold)
{
    if (fold->lanes[0].block.count > 0 && !hand_over(fold))
        lane_sum(&fold->lanes[0]);
}

/* Cuts the last block up, so that no thread idles while another has all that is left. */
static void flush_last(struct fold *fold)
{
    struct block *last = &fold->lanes[0].block;
    pthread_mutex_lock(&fold->lock);
    for (unsigned i = 1; i < fold->lane_count && last->count >= 2 * SHARE_TERMS; i++) {
        struct lane *lane = &fold->lanes[i];
        size_t part = last->count / (fold->lane_count - i + 1);
        if (lane->busy)
            continue;
        last->count -= part;
        memcpy(lane->block.scalars, last->scalars + last->count, part * sizeof *last->scalars);
        memcpy(lane->block.points, last->points + last->count, part * sizeof *last->points);
        lane->block.count = part;
        lane->busy = true;
    }
    pthread_cond_broadcast(&fold->changed);
    pthread_mutex_unlock(&fold->lock);
    if (last->count > 0)
        lane_sum(&fold->lanes[0]);
}

void fold_term(struct fold *fold, const struct scalar *scalar, const struct point *point)
{
    struct block *block = &fold->lanes[0].block;
    block->scalars[block->count] = *scalar;
    block->points[block->count] = *point;
    if (++block->count == BLOCK_TERMS)
        flush(fold);
}

void fold_slot(struct fold *fold, const struct scalar *scalar, size_t slot)
{
    assert(slot < fold->slot_count);
    scalar_add(&fold->slots[slot], scalar, &fold->slots[slot]);
}

/* Blocks of slots are small enough to be shared out evenly: their points are dear to make. */
static void append_slots(struct fold *fold)
{
    size_t step = fold->slot_count / (2 * (size_t)fold->lane_count) + 1;
    step = step < BLOCK_TERMS ? step : BLOCK_TERMS;
    for (size_t first = 0; first < fold->slot_count; first += step) {
        struct block *block = &fold->lanes[0].block;
        size_t left = fold->slot_count - first;
        block->count = left < step ? left : step;
        block->first_slot = first;
        block->from_slots = true;
        memcpy(block->scalars, fold->slots + first, block->count * sizeof *block->scalars);
        flush(fold);
    }
}

static void wait_for_workers(struct fold *fold)
{
    pthread_mutex_lock(&fold->lock);
    for (unsigned i = 1; i < fold->lane_count; i++)
        while (fold->lanes[i].busy)
            pthread_cond_wait(&fold->changed, &fold->lock);
    pthread_mutex_unlock(&fold->lock);
}

void fold_sum(struct fold *fold, fold_base_fn *base, const void *context, struct point *out_sum)
{
    fold->base = base;
    fold->context = context;
    flush_last(fold);
    append_slots(fold);
    wait_for_workers(fold);

    struct point sum = point_identity();
    for (unsigned i = 0; i < fold->lane_count; i++) {
        point_add(&sum, &fold->lanes[i].sum, &sum);
        fold->lanes[i].sum = point_identity();
    }
    zero_slots(fold);
    *out_sum = sum;
}

enum outcome fold_end(struct fold *fold, fold_base_fn *base, const void *context)
{
    struct point sum;
    fold_sum(fold, base, context, &sum);
    return point_is_identity(&sum) ? GOOD : BAD;
}
