/* ballotd init: makes the folder of a new election, with the keys that the daemon holds. */
#include <getopt.h>
#include <stdio.h>

#include "base/code.h"
#include "cli/cli.h"
#include "cli/passphrase.h"
#include "election/election.h"

static const char help[] =
    "usage: ballotd init --origin NAME [--returning KEY] [--passphrase-file FILE] [--quick] "
    "FOLDER\n"
    "\n"
    "Makes FOLDER with the log key, the authority's key and the key that encrypts everything\n"
    "personal, all protected by a passphrase. NAME is the election's public name, such as\n"
    "ballots.example.org/leader-2026. `ballotd serve FOLDER` starts the daemon; an officer then\n"
    "states the definition (`ballotd define`).\n"
    "\n"
    "  --returning KEY   the returning officer's public key (`ballotd key show` prints it as "
    "\"sign\"):\n"
    "                    nobody else can then define the election\n"
    "  --quick   a faster passphrase check, for rehearsals and tests only\n";

struct settings {
    const char *origin, *returning, *passphrase_file, *folder;
    bool quick;
};

static bool read_arguments(int argc, char **argv, struct settings *settings)
{
    static const struct option options[] = {
        {"origin", required_argument, NULL, 'o'},
        {"returning", required_argument, NULL, 'r'},
        {"passphrase-file", required_argument, NULL, 'p'},
        {"quick", no_argument, NULL, 'q'},
        {NULL, 0, NULL, 0},
    };
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'o')
            settings->origin = optarg;
        else if (option == 'r')
            settings->returning = optarg;
        else if (option == 'p')
            settings->passphrase_file = optarg;
        else if (option == 'q')
            settings->quick = true;
        else
            return false;
    }
    if (optind != argc - 1 || !settings->origin)
        return false;
    settings->folder = argv[optind];
    return true;
}

static enum outcome create(const struct settings *settings, struct span passphrase,
                           struct fail *fail)
{
    uint8_t returning[KEY_BYTES];
    struct election_options options = {.folder = settings->folder, .passphrase = passphrase};
    if (settings->returning && !hex_read(span_str(settings->returning), returning, KEY_BYTES))
        return fail_set(fail, BAD_INPUT, "init.returning",
                        "--returning: a public key has 64 hex digits; `ballotd key show` prints it "
                        "as \"sign\"");
    if (settings->returning)
        options.returning = returning;
    return election_create(&options, span_str(settings->origin), settings->quick, fail);
}

int cmd_init(int argc, char **argv)
{
    struct settings settings = {0};
    struct fail fail = {.outcome = OK};
    struct passphrase passphrase = {0};
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(help, stdout);
        return EXIT_DONE;
    }
    if (!read_arguments(argc, argv, &settings))
        return cli_misused("init", "--origin and one folder are needed");
    enum outcome outcome =
        passphrase_choose(settings.passphrase_file, "the election's keys", &passphrase, &fail);
    if (outcome == OK)
        outcome = create(&settings, passphrase_span(&passphrase), &fail);
    passphrase_done(&passphrase);
    if (outcome == OK)
        printf("made %s\n", settings.folder);
    if (outcome == OK && !settings.returning)
        printf("whoever reaches the daemon first can define the election; --returning prevents "
               "that\n");
    return cli_finish("init", outcome, &fail);
}
