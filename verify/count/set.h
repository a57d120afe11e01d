/*
 * set: candidates by number, 1 to 254, as one bit each.
 *
 * Small enough to pass and copy by value; a walk over it is always in order of number.
 */
#ifndef VERIFY_COUNT_SET_H
#define VERIFY_COUNT_SET_H

#include <stdbool.h>
#include <stdint.h>

struct set {
    uint64_t bits[4];
};

static inline bool set_has(const struct set *set, unsigned number)
{
    return (set->bits[number / 64] >> (number % 64) & 1) != 0;
}

static inline void set_add(struct set *set, unsigned number)
{
    set->bits[number / 64] |= UINT64_C(1) << (number % 64);
}

static inline void set_drop(struct set *set, unsigned number)
{
    set->bits[number / 64] &= ~(UINT64_C(1) << (number % 64));
}

static inline unsigned set_count(const struct set *set)
{
    unsigned count = 0;
    for (unsigned i = 0; i < 4; i++)
        count += (unsigned)__builtin_popcountll(set->bits[i]);
    return count;
}

/* The set of one; the empty one for number 0. */
static inline struct set set_of(unsigned number)
{
    struct set set = {0};
    if (number != 0)
        set_add(&set, number);
    return set;
}

/* The least member above `number`; 0 when there is none. Begin a walk with 0. */
static inline unsigned set_next(const struct set *set, unsigned number)
{
    for (unsigned next = number + 1; next < 256; next++)
        if (set_has(set, next))
            return next;
    return 0;
}

#endif
