/* random_blt SEED [broken]: prints a .blt drawn from SEED, small enough that ties are common.
 *
 * Meant for setting one counter against another: few papers with small weights, withdrawals,
 * blank papers, gaps and equal preferences, now and then many candidates. The same seed gives the
 * same file everywhere. With `broken`, a byte or two are other ones: mostly no .blt any more. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state;
static FILE *out;

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
    fprintf(out, "%u", 1 + draw(weights));
    for (unsigned i = 0; i < len; i++) {
        unsigned other = i + draw(candidates - i), kept = order[i];
        order[i] = order[other];
        order[other] = kept;
        if (draw(40) == 0)
            fprintf(out, " -");
        fprintf(out, "%c%u", i > 0 && draw(40) == 0 ? '=' : ' ', order[i]);
    }
    fprintf(out, " 0\n");
}

static void print_election(const char *seed)
{
    unsigned candidates = draw(8) == 0 ? 1 + draw(60) : 1 + draw(9);
    unsigned papers = draw(4) == 0 ? draw(400) : draw(30), weights = draw(3) == 0 ? 5000 : 3;
    fprintf(out, "%u %u\n", candidates, 1 + draw(draw(2) == 0 ? 1 : candidates + 1));
    for (unsigned i = 2; i <= candidates; i++)
        if (draw(12) == 0)
            fprintf(out, "-%u\n", i);
    for (unsigned i = 0; i < papers; i++)
        print_paper(candidates, weights);
    fprintf(out, "0\n");
    for (unsigned i = 1; i <= candidates; i++)
        fprintf(out, "\"Candidate %u\"\n", i);
    if (draw(2) == 0)
        fprintf(out, "\"Seed %s\"\n", seed);
}

/* Bytes that mean something in a .blt, and some that may not stand there. */
static void break_bytes(char *text, size_t len)
{
    static const char bytes[] = " \n\t\r0129\"#-=[]a\x01\xC3";
    for (unsigned i = 0; i < 1 + draw(2); i++)
        text[draw((unsigned)len)] = bytes[draw(sizeof bytes - 1)];
}

int main(int argc, char **argv)
{
    char *text = NULL;
    size_t len = 0;
    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: random_blt SEED [broken]\n");
        return 2;
    }
    state = strtoull(argv[1], NULL, 10);
    out = open_memstream(&text, &len);
    if (out == NULL)
        return 2;
    print_election(argv[1]);
    if (fclose(out) != 0)
        return 2;
    if (argc == 3)
        break_bytes(text, len);
    int code = fwrite(text, 1, len, stdout) == len ? 0 : 2;
    free(text);
    return code;
}
