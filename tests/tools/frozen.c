/* frozen FOLDER BALLOTS: an election up to its freeze, in FOLDER/election (passphrase "rehearsal"),
 * with the key files of its three trustees, of whom two are needed, in FOLDER/t1.key and on. */
#include "lib/seated.h"

#include "base/file.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { TRUSTEES = 3 };

static void write_key(const char *folder, const struct seated *seat)
{
    char path[4200];
    struct buf line;
    struct fail fail = {0};
    snprintf(path, sizeof path, "%s/t%u.key", folder, seat->index);
    buf_init(&line, KEYFILE_BYTES_MAX);
    rehearsal_must(
        keyfile_print(&seat->keyfile, SPAN_LIT("rehearsal"), KEYFILE_QUICK, &line, &fail), &fail,
        "key file");
    rehearsal_must(file_create(path, buf_span(&line), 0600, &fail), &fail, path);
    buf_done(&line);
}

static void make(const char *folder, struct rehearsal *rehearsal)
{
    struct seated seats[TRUSTEES + 1];
    seated_all(rehearsal, seats);
    rehearsal_define(rehearsal);
    seated_run_all(seats, TRUSTEE_CEREMONY);
    rehearsal_roll(rehearsal);
    rehearsal_issue(rehearsal);
    rehearsal_open(rehearsal);
    rehearsal_cast(rehearsal);
    rehearsal_close(rehearsal);
    for (unsigned i = 1; i <= TRUSTEES; i++) {
        rehearsal_must(seats[i].outcome, &seats[i].fail, "ceremony");
        snprintf(seats[i].keyfile.name, sizeof seats[i].keyfile.name, "Trustee %u", i);
        write_key(folder, &seats[i]);
        seated_done(&seats[i]);
    }
}

int main(int argc, char **argv)
{
    char election[4200];
    struct rehearsal rehearsal;
    if (argc != 3 || sodium_init() < 0) {
        fprintf(stderr, "usage: frozen FOLDER BALLOTS\n");
        return 2;
    }
    unsigned ballots = (unsigned)strtoul(argv[2], NULL, 10);
    snprintf(election, sizeof election, "%s/election", argv[1]);
    const struct rehearsal_options options = {.folder = election,
                                              .members = ballots + 2,
                                              .ballots = ballots,
                                              .trustees = TRUSTEES,
                                              .threshold = 2,
                                              .mixes = 2,
                                              .candidates = 8,
                                              .contests = 2,
                                              .witnesses = ""};
    rehearsal_begin(&rehearsal, &options);
    make(argv[1], &rehearsal);
    rehearsal_end(&rehearsal);
    return 0;
}
