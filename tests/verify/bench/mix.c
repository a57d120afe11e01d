/* mix BUNDLE: what checking the mixes of a bundle costs the verifier in CPU time, for the
 * first mix of each box alone and for the whole chains. Prints one line for scripts/bench:
 *
 *   mixes BALLOTS ONE_CPU_S MIXES CHAIN_CPU_S
 */
#include "session.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static double cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* As before the mixes were looked at. */
static void begin_again(struct election *election)
{
    for (size_t i = 0; i < election->box_count; i++) {
        struct box *box = &election->boxes[i];
        box->mixes = 0;
        box->last = span_of(box->list, box->count * box->width * CIPHERTEXT_BYTES);
        memcpy(box->last_hash, box->hash, HASH_BYTES);
    }
}

static double check_mixes(struct election *election, size_t count)
{
    size_t all = election->by[MIX].count;
    begin_again(election);
    election->by[MIX].count = count;
    double began_s = cpu_s();
    mixes_check(election);
    double spent_s = cpu_s() - began_s;
    election->by[MIX].count = all;
    return spent_s;
}

int main(int argc, char **argv)
{
    static struct session session;
    struct fail fail;
    if (argc != 2)
        return 2;
    const struct request request = {.bundle = argv[1], .quiet = true};
    if (session_run(&request, &session, &fail) != GOOD || !session.begun) {
        fprintf(stderr, "mix: %s\n", fail.text);
        return 1;
    }
    struct election *election = &session.election;
    size_t mixes = election->by[MIX].count;
    double one_s = check_mixes(election, election->box_count);
    double chain_s = check_mixes(election, mixes);
    bool sound = !report_failed(&session.report, MIX_PROOF);
    printf("mixes %zu %.4f %zu %.4f\n", election->by[BALLOT].count, one_s,
           mixes / election->box_count, chain_s);
    session_done(&session);
    return sound ? 0 : 1;
}
