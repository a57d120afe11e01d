#include "http/shelf.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH_BYTES = 128 };

struct shelved {
    struct shelf *shelf;
    char path[PATH_BYTES]; /* "" for an empty place */
    struct buf body;
    unsigned readers;
    uint64_t asked; /* when last, by the shelf's count */
};

struct shelf {
    pthread_mutex_t lock;
    size_t max;
    size_t used;
    uint64_t asked;
    struct shelved places[SHELF_PLACES];
};

struct shelf *shelf_new(size_t bytes_max)
{
    struct shelf *shelf = calloc(1, sizeof *shelf);
    if (!shelf)
        return NULL;
    shelf->max = bytes_max;
    pthread_mutex_init(&shelf->lock, NULL);
    for (size_t i = 0; i < SHELF_PLACES; i++)
        shelf->places[i].shelf = shelf;
    return shelf;
}

static void clear_place(struct shelved *place)
{
    place->shelf->used -= place->body.len;
    place->path[0] = 0;
    buf_done(&place->body);
}

void shelf_free(struct shelf *shelf)
{
    if (!shelf)
        return;
    for (size_t i = 0; i < SHELF_PLACES; i++)
        clear_place(&shelf->places[i]);
    pthread_mutex_destroy(&shelf->lock);
    free(shelf);
}

/* The caller holds the lock. */
static struct shelved *find(struct shelf *shelf, const char *path)
{
    for (size_t i = 0; path[0] && i < SHELF_PLACES; i++) {
        struct shelved *place = &shelf->places[i];
        if (strcmp(place->path, path) != 0)
            continue;
        place->readers++;
        place->asked = ++shelf->asked;
        return place;
    }
    return NULL;
}

struct shelved *shelf_take(struct shelf *shelf, const char *path)
{
    pthread_mutex_lock(&shelf->lock);
    struct shelved *place = find(shelf, path);
    pthread_mutex_unlock(&shelf->lock);
    return place;
}

/* The place that is empty, or was not asked for the longest; NULL when all are being read. */
static struct shelved *least_asked(struct shelf *shelf, bool full_only)
{
    struct shelved *least = NULL;

    for (size_t i = 0; i < SHELF_PLACES; i++) {
        struct shelved *place = &shelf->places[i];
        if (place->readers || (full_only && !place->path[0]))
            continue;
        if (!least || !place->path[0] || (least->path[0] && place->asked < least->asked))
            least = place;
    }
    return least;
}

static struct shelved *make_room(struct shelf *shelf, size_t bytes)
{
    while (shelf->used > shelf->max - bytes) {
        struct shelved *place = least_asked(shelf, true);
        if (!place)
            return NULL;
        clear_place(place);
    }
    struct shelved *place = least_asked(shelf, false);
    if (place)
        clear_place(place);
    return place;
}

struct shelved *shelf_put(struct shelf *shelf, const char *path, struct buf *body)
{
    if (body->len < SHELF_BYTES_MIN || body->len > shelf->max || strlen(path) >= PATH_BYTES)
        return NULL;
    pthread_mutex_lock(&shelf->lock);
    struct shelved *place = find(shelf, path);
    if (place) { /* somebody else was quicker */
        buf_done(body);
    } else if ((place = make_room(shelf, body->len))) {
        snprintf(place->path, sizeof place->path, "%s", path);
        place->body = *body;
        place->readers = 1;
        place->asked = ++shelf->asked;
        shelf->used += body->len;
        buf_init(body, body->max);
    }
    pthread_mutex_unlock(&shelf->lock);
    return place;
}

void shelf_give_back(struct shelved *shelved)
{
    if (!shelved)
        return;
    pthread_mutex_lock(&shelved->shelf->lock);
    shelved->readers--;
    pthread_mutex_unlock(&shelved->shelf->lock);
}

struct span shelved_span(const struct shelved *shelved)
{
    return buf_span(&shelved->body);
}
