/*
 * arena: memory that is released all at once.
 *
 * A log of a million entries, or a roll of as many rows, is some millions of small things; none of
 * them is ever freed alone. An arena hands out pieces of large blocks. NULL means that there is no
 * memory. One arena serves one thread.
 */
#ifndef VERIFY_BASE_ARENA_H
#define VERIFY_BASE_ARENA_H

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
