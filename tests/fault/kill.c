/* The daemon is killed a hundred times while ballots come in over many connections, and started
 * again on the same folder. Each time: it starts without a word, every ballot that was acknowledged
 * stands where its receipt says and is acknowledged again when it is posted again, none stands
 * twice, and the log extends every checkpoint that any client saw. In the end the election is
 * closed, mixed, decrypted and counted, and verifies. Usage: kill [rounds] */
#include "lib/process.h"
#include "voters.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

enum { ROUNDS = 100, PER_ROUND = 120, ANSWERS_MAX = 80, DELAY_US_MAX = 8000 };

/* After so many answers of this round, and a moment more. */
static void *kill_later(void *ctx)
{
    struct world *world = ctx;
    unsigned answers = randombytes_uniform(ANSWERS_MAX);
    while (atomic_load(&world->answers) < answers)
        usleep(100);
    usleep(randombytes_uniform(DELAY_US_MAX));
    if (kill(world->daemon.pid, SIGKILL) != 0)
        perror("kill");
    return NULL;
}

/* -- rounds ------------------------------------------------------------------------------------ */

static void run_round(struct world *world, unsigned round)
{
    pthread_t killer;
    size_t from = world->first;
    size_t to = world->cast_count;
    check_case("round %u", round);
    atomic_store(&world->answers, 0);
    CHECK_INT(pthread_create(&killer, NULL, kill_later, world), 0);
    unsigned in_flight = post(world, from, to, false);
    pthread_join(killer, NULL);
    daemon_wait(&world->daemon);
    CHECK(in_flight > 0);
    world->in_flight += in_flight;
    start(world);
    look(world);
    post(world, from, world->last, true);
    CHECK(daemon_is_silent(&world->daemon));
    while (world->first < world->cast_count && world->casts[world->first].acknowledged)
        world->first++;
    printf("%u%s", in_flight, round % 20 == 19 ? "\n" : " ");
    fflush(stdout);
}

/* Each leaf hash stands once, and what stands beside the acknowledged is what was under way. */
static int compare_leaves(const void *a, const void *b)
{
    return memcmp(a, b, HASH_BYTES);
}

static void check_once(struct world *world)
{
    size_t twice = 0;
    look(world);
    qsort(world->leaves, world->leaf_count, sizeof *world->leaves, compare_leaves);
    for (size_t i = 1; i < world->leaf_count; i++)
        twice += memcmp(&world->leaves[i - 1], &world->leaves[i], HASH_BYTES) == 0;
    CHECK_UINT(twice, 0);
    for (size_t i = 0; i < world->cast_count; i++)
        world->acknowledged += world->casts[i].acknowledged;
}

/* The whole election from there on, and the other program's word on it. */
static void finish(struct world *world)
{
    struct rehearsal *rehearsal = &world->rehearsal;
    char bundle[128], report[128], program[256];
    const char *build = getenv("BUILD");
    rehearsal_close(rehearsal);
    CHECK_UINT(rehearsal->election->state->boxes[0].count, world->acknowledged);
    rehearsal_mix(rehearsal);
    rehearsal_decrypt(rehearsal);
    rehearsal_result(rehearsal);
    snprintf(bundle, sizeof bundle, "%s/bundle", world->top);
    rehearsal_write_bundle(rehearsal, bundle);
    snprintf(program, sizeof program, "%s/verify", build ? build : "build");
    snprintf(report, sizeof report, "%s/report", world->top);
    const char *const argv[] = {program, "--quiet", bundle, NULL};
    if (!CHECK_INT(process_run(argv, report), 0))
        fprintf(stderr, "%s says why\n", report);
}

int main(int argc, char **argv)
{
    unsigned rounds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : ROUNDS;
    static struct world world = {.top = "/tmp/fault_kill.XXXXXX"};
    if (sodium_init() < 0 || !mkdtemp(world.top))
        return 1;
    snprintf(world.folder, sizeof world.folder, "%s/election", world.top);
    open_election(&world, rounds * PER_ROUND);
    rehearsal_pause(&world.rehearsal);
    start(&world);
    printf("requests in flight at each kill:\n");
    for (unsigned round = 0; round < rounds; round++)
        run_round(&world, round);
    check_case("all that is left");
    post(&world, 0, world.last, false);
    check_once(&world);
    CHECK_INT(daemon_stop(&world.daemon), 0);
    rehearsal_resume(&world.rehearsal);
    printf("%u kills with %zu requests in flight, %zu ballots acknowledged, %zu posted again, %zu "
           "checkpoints seen; start %" PRId64 " ms, at most %" PRId64 " ms\n",
           rounds, world.in_flight, world.acknowledged, world.repeated, world.seen_count,
           world.start_ms / (rounds + 1), world.start_ms_max);
    CHECK(world.in_flight > rounds);
    finish(&world);
    rehearsal_end(&world.rehearsal);
    if (check_state.failed == 0)
        CHECK_INT(process_remove(world.top), 0);
    return check_end("kill");
}
