#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>

enum { BLOCK_BYTES = 256 * 1024 };

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

void *arena_take(struct arena *arena, size_t bytes)
{
    const size_t unit = alignof(max_align_t);
    if (bytes > SIZE_MAX / 2)
        return NULL;
    size_t rounded = (bytes + unit - 1) / unit * unit;
    if (rounded == 0)
        rounded = unit;
    struct arena_block *block = arena->last;
    if (block == NULL || block->room - block->used < rounded) {
        size_t room = rounded > BLOCK_BYTES ? rounded : BLOCK_BYTES;
        block = malloc(sizeof *block + room);
        if (block == NULL)
            return NULL;
        *block = (struct arena_block){.before = arena->last, .room = room};
        arena->last = block;
    }
    void *found = block->bytes + block->used;
    block->used += rounded;
    return found;
}

void *arena_zeroed(struct arena *arena, size_t count, size_t element_bytes)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, element_bytes, &bytes))
        return NULL;
    void *found = arena_take(arena, bytes);
    if (found != NULL)
        memset(found, 0, bytes);
    return found;
}

struct span arena_copy(struct arena *arena, struct span bytes)
{
    uint8_t *copy = arena_take(arena, bytes.len);
    if (copy == NULL)
        return (struct span){0};
    if (bytes.len > 0)
        memcpy(copy, bytes.ptr, bytes.len);
    return span_of(copy, bytes.len);
}
