/* cast [BALLOTS [CONNECTIONS]]: durable casts per second through a real daemon over HTTP, on this
 * machine, with ballots sealed beforehand. Prints one line for scripts/bench:
 *
 *   cast BALLOTS SECONDS P50_MS P99_MS DAEMON_CPU_S LOAD_CPU_S
 *
 * An answer counts when it is 201 with a receipt, which leaves the daemon after the fsync.
 */
#include "lib/daemon.h"
#include "lib/load.h"
#include "lib/process.h"
#include "lib/rehearsal.h"

#include "base/clock.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BALLOTS = 20000, CONNECTIONS = 200 };

struct bench {
    struct buf *notes;
    size_t count, sent, accepted;
    int64_t *spent_us;
};

static bool next_note(void *ctx, size_t *out_number, struct span *out_note)
{
    struct bench *bench = ctx;
    if (bench->sent == bench->count)
        return false;
    *out_number = bench->sent;
    *out_note = buf_span(&bench->notes[bench->sent++]);
    return true;
}

static void answered(void *ctx, const struct load_answer *answer)
{
    struct bench *bench = ctx;
    if (answer->status == 201)
        bench->spent_us[bench->accepted++] = answer->spent_us;
    else
        fprintf(stderr, "ballot %zu: status %u: %.*s\n", answer->number, answer->status,
                (int)answer->body.len, (const char *)answer->body.ptr);
}

static int compare_times(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

/* Of the sorted times. */
static double percentile_ms(const struct bench *bench, size_t percent)
{
    size_t at = bench->count * percent / 100;
    return (double)bench->spent_us[at] / 1e3;
}

static void seal_all(struct rehearsal *rehearsal, struct bench *bench)
{
    bench->notes = calloc(bench->count, sizeof *bench->notes);
    bench->spent_us = calloc(bench->count, sizeof *bench->spent_us);
    for (size_t i = 0; i < bench->count; i++) {
        buf_init(&bench->notes[i], LIMIT_ENTRY_BYTES);
        rehearsal_ballot(rehearsal, (unsigned)i, &bench->notes[i]);
    }
}

static int run(struct bench *bench, const char *folder, unsigned connections)
{
    const struct load_source source = {next_note, answered, bench};
    struct daemon daemon = {0};
    daemon_start(&daemon, folder);
    double daemon_before_s = daemon_cpu_s(&daemon);
    int64_t load_before_us = clock_cpu_us(), began_ms = clock_monotonic_ms();
    load_run(daemon.url, connections, &source);
    int64_t spent_ms = clock_monotonic_ms() - began_ms;
    double load_s = (double)(clock_cpu_us() - load_before_us) / 1e6;
    double daemon_s = daemon_cpu_s(&daemon) - daemon_before_s;
    int status = daemon_stop(&daemon);
    if (bench->accepted != bench->count || status != 0) {
        fprintf(stderr, "cast: %zu of %zu ballots accepted; the daemon ended with %d\n",
                bench->accepted, bench->count, status);
        return 1;
    }
    qsort(bench->spent_us, bench->count, sizeof *bench->spent_us, compare_times);
    printf("cast %zu %.3f %.2f %.2f %.3f %.3f\n", bench->count, (double)spent_ms / 1e3,
           percentile_ms(bench, 50), percentile_ms(bench, 99), daemon_s, load_s);
    return 0;
}

int main(int argc, char **argv)
{
    char top[] = "/tmp/bench-cast.XXXXXX", folder[64];
    struct bench bench = {.count = argc > 1 ? strtoul(argv[1], NULL, 10) : BALLOTS};
    struct rehearsal rehearsal;
    if (sodium_init() < 0 || !mkdtemp(top))
        return 1;
    snprintf(folder, sizeof folder, "%s/election", top);
    const struct rehearsal_options options = {.folder = folder,
                                              .members = (unsigned)bench.count,
                                              .trustees = 3,
                                              .threshold = 2,
                                              .mixes = 2,
                                              .candidates = 8,
                                              .contests = 1};
    rehearsal_begin(&rehearsal, &options);
    rehearsal_define(&rehearsal);
    rehearsal_ceremony(&rehearsal);
    rehearsal_roll(&rehearsal);
    rehearsal_issue(&rehearsal);
    rehearsal_open(&rehearsal);
    seal_all(&rehearsal, &bench);
    rehearsal_pause(&rehearsal);
    int status = run(&bench, folder, argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : CONNECTIONS);
    rehearsal_end(&rehearsal);
    for (size_t i = 0; i < bench.count; i++)
        buf_done(&bench.notes[i]);
    free(bench.notes);
    free(bench.spent_us);
    return process_remove(top) == 0 ? status : 1;
}
