/* Numbers that a seed repeats everywhere, for the programs that draw random elections. */
#ifndef TESTS_TOOLS_RANDOM_DRAW_H
#define TESTS_TOOLS_RANDOM_DRAW_H

#include <stdint.h>
#include <stdlib.h>

static uint64_t draw_state; /* at first the seed */

/* splitmix64 (Steele, Lea, Flood 2014): good enough to vary a test. */
static unsigned draw(unsigned below)
{
    draw_state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t mixed = draw_state;
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    return (unsigned)((mixed ^ mixed >> 31) % below);
}

#endif
