/* whole FOLDER BALLOTS|branch [CONTESTS [TRUSTEES THRESHOLD MIXES]]: a whole election in one
 * process, written as FOLDER/bundle and FOLDER/annex, for tests, benchmarks and forgeries. */
#include "lib/rehearsal.h"

#include "base/clock.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned number(int argc, char **argv, int at, unsigned otherwise)
{
    return argc > at ? (unsigned)strtoul(argv[at], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
    char folder[4096], bundle[4096], annex[4096];
    struct rehearsal rehearsal;
    if (argc < 3 || sodium_init() < 0) {
        fprintf(stderr,
                "usage: whole FOLDER BALLOTS|branch [CONTESTS [TRUSTEES THRESHOLD MIXES]]\n");
        return 2;
    }
    snprintf(folder, sizeof folder, "%s/election", argv[1]);
    snprintf(bundle, sizeof bundle, "%s/bundle", argv[1]);
    snprintf(annex, sizeof annex, "%s/annex", argv[1]);
    unsigned ballots = number(argc, argv, 2, 20);
    const struct rehearsal_options options = {
        .folder = folder,
        .ballots = ballots,
        .members = ballots + ballots / 5 + 2,
        .contests = number(argc, argv, 3, 1),
        .trustees = number(argc, argv, 4, 3),
        .threshold = number(argc, argv, 5, 2),
        .mixes = number(argc, argv, 6, 2),
        .candidates = 8,
        .branch = strcmp(argv[2], "branch") == 0,
    };
    int64_t started_ms = clock_monotonic_ms();
    rehearsal_begin(&rehearsal, &options);
    rehearsal_all(&rehearsal);
    rehearsal_write_bundle(&rehearsal, bundle);
    rehearsal_write_annex(&rehearsal, annex);
    rehearsal_end(&rehearsal);
    printf("%u ballots in %lld ms: %s and %s\n", ballots,
           (long long)(clock_monotonic_ms() - started_ms), bundle, annex);
    return 0;
}
