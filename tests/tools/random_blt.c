/* random_blt SEED: prints a .blt drawn from SEED, small enough that ties are common.
 *
 * Meant for setting one counter against another: few papers with small weights, withdrawals,
 * blank papers, gaps and equal preferences, now and then many candidates. The same seed gives the
 * same file everywhere. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state;

/* splitmix64 (Steele, Lea, Flood 2014): good enough to vary a test. */
static unsigned draw(unsigned below)
{
    state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t mixed = state;
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    return (unsigned)((mixed ^ mixed >> 31) % below);
}

static void print_paper(unsigned candidates, unsigned weights)
{
    unsigned order[254], len = draw(candidates + 1);
    for (unsigned i = 0; i < candidates; i++)
        order[i] = i + 1;
    printf("%u", 1 + draw(weights));
    for (unsigned i = 0; i < len; i++) {
        unsigned other = i + draw(candidates - i), kept = order[i];
        order[i] = order[other];
        order[other] = kept;
        if (draw(40) == 0)
            printf(" -");
        printf("%c%u", i > 0 && draw(40) == 0 ? '=' : ' ', order[i]);
    }
    printf(" 0\n");
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: random_blt SEED\n");
        return 2;
    }
    state = strtoull(argv[1], NULL, 10);
    unsigned candidates = draw(8) == 0 ? 1 + draw(60) : 1 + draw(9);
    unsigned papers = draw(4) == 0 ? draw(400) : draw(30), weights = draw(3) == 0 ? 5000 : 3;
    printf("%u %u\n", candidates, 1 + draw(draw(2) == 0 ? 1 : candidates + 1));
    for (unsigned i = 2; i <= candidates; i++)
        if (draw(12) == 0)
            printf("-%u\n", i);
    for (unsigned i = 0; i < papers; i++)
        print_paper(candidates, weights);
    printf("0\n");
    for (unsigned i = 1; i <= candidates; i++)
        printf("\"Candidate %u\"\n", i);
    if (draw(2) == 0)
        printf("\"Seed %s\"\n", argv[1]);
    return 0;
}
