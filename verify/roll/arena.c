#include "roll/arena.h"

#include <stdalign.h>
#include <stdlib.h>

enum { BLOCK_BYTES = 1 << 20 };

struct arena_block {
    struct arena_block *before;
    size_t used, room;
    alignas(max_align_t) uint8_t bytes[];
};

void arena_done(struct arena *arena)
{
    if (arena == NULL)
        return;
    while (arena->last != NULL) {
        struct arena_block *before = arena->last->before;
        free(arena->last);
        arena->last = before;
    }
}

static bool add_block(struct arena *arena, size_t bytes)
{
    size_t room = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    struct arena_block *block = malloc(sizeof *block + room);
    if (block == NULL)
        return false;
    *block = (struct arena_block){.before = arena->last, .room = room};
    arena->last = block;
    return true;
}

void *arena_take(struct arena *arena, size_t bytes)
{
    if (bytes > SIZE_MAX / 2)
        return NULL;
    bytes = (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    struct arena_block *last = arena->last;
    if ((last == NULL || last->room - last->used < bytes) && !add_block(arena, bytes))
        return NULL;
    void *taken = arena->last->bytes + arena->last->used;
    arena->last->used += bytes;
    return taken;
}

void *arena_zeroed(struct arena *arena, size_t count, size_t element_bytes)
{
    if (element_bytes != 0 && count > SIZE_MAX / 2 / element_bytes)
        return NULL;
    void *taken = arena_take(arena, count * element_bytes);
    if (taken != NULL)
        memset(taken, 0, count * element_bytes);
    return taken;
}

struct span arena_copy(struct arena *arena, struct span bytes)
{
    uint8_t *copy = arena_take(arena, bytes.len + 1);
    if (copy == NULL)
        return (struct span){0};
    if (bytes.len > 0)
        memcpy(copy, bytes.ptr, bytes.len);
    return span_of(copy, bytes.len);
}
