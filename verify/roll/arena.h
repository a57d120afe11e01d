/*
 * arena: memory for one derivation, released all at once.
 *
 * A roll of a million rows is some millions of small texts; none of them is ever freed alone. An
 * arena hands out pieces of large blocks. NULL means that there is no memory.
 */
#ifndef VERIFY_ROLL_ARENA_H
#define VERIFY_ROLL_ARENA_H

#include "base/span.h"

struct arena_block;

struct arena {
    struct arena_block *last;
};

/* An arena of zeros is empty and ready. */
void arena_done(struct arena *arena); /* accepts NULL */

/* Not zeroed; aligned for any type. */
void *arena_take(struct arena *arena, size_t bytes);

/* `count` zeroed elements; NULL also when their size overflows. */
void *arena_zeroed(struct arena *arena, size_t count, size_t element_bytes);

/* A copy of the bytes; its ptr is NULL without memory, and never NULL otherwise. */
struct span arena_copy(struct arena *arena, struct span bytes);

#endif
