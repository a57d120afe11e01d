/* Finds the subcommand in the table and runs it; without one, verifies a bundle. */
#include <stdio.h>
#include <string.h>

#include "cmd_bundle.h"
#include "cmd_count.h"
#include "cmd_election.h"
#include "cmd_key.h"
#include "cmd_witness.h"
#include "version.h"

enum { EXIT_DONE = 0, EXIT_USAGE = 2 };

struct subcommand {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
};

static int run_help(int argc, char **argv);

static const struct subcommand subcommands[] = {
    {"mine", cmd_mine, "find what was done with your voting code"},
    {"ballot", cmd_ballot, "check a ballot that was opened instead of cast"},
    {"entry", cmd_entry, "check what the roll says of you"},
    {"sample", cmd_sample, "draw whom scrutineers ask after the close"},
    {"count", cmd_count, "count the papers of a .blt file"},
    {"help", run_help, "print this list"},
    {"key", cmd_key, "print a log key as witnesses take it"},
    {"witness", cmd_witness, "cosign the checkpoints of logs"},
};

static const size_t subcommand_count = sizeof(subcommands) / sizeof(subcommands[0]);

static void print_usage(FILE *to)
{
    cmd_bundle_help(to);
    fprintf(to, "\nor: verify COMMAND [ARGUMENT...]\n\n");
    for (size_t i = 0; i < subcommand_count; i++)
        fprintf(to, "  %-12s %s\n", subcommands[i].name, subcommands[i].help);
    fprintf(to, "\n`verify COMMAND --help` says more; so does verify(1).\n");
}

static int run_help(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    print_usage(stdout);
    return EXIT_DONE;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0)
        return run_help(argc, argv);
    if (strcmp(argv[1], "--version") == 0) {
        printf("verify %s\n", VERSION_TEXT);
        return EXIT_DONE;
    }
    for (size_t i = 0; i < subcommand_count; i++) {
        if (strcmp(argv[1], subcommands[i].name) == 0)
            return subcommands[i].run(argc - 1, argv + 1);
    }
    return cmd_bundle(argc, argv);
}
