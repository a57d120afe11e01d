/* Finds the subcommand in the table and runs it. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "version.h"

#include <sodium.h>

struct subcommand {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
};

static const struct subcommand subcommands[] = {
    {"access", cmd_access, "list and check who looked at whose record"},
    {"amend", cmd_amend, "put off the close, note a withdrawal, cancel"},
    {"annex", cmd_annex, "fetch and open the confidential papers"},
    {"bundle", cmd_bundle, "download the public record for verify"},
    {"case", cmd_case, "raise, evidence and decide disputes about members"},
    {"cast", cmd_cast, "vote, one ballot or many"},
    {"close", cmd_close, "close the voting"},
    {"contest", cmd_contest, "state a question put to the electors"},
    {"count", cmd_count, "count the papers of a .blt file"},
    {"countersign", cmd_countersign, "sign what waits for another officer"},
    {"define", cmd_define, "state the definition of an election"},
    {"end", cmd_end, "end the election"},
    {"export", cmd_export, "hand a list of members over; say whose copy one is"},
    {"freeze", cmd_freeze, "fix the ballots that are counted"},
    {"help", cmd_help, "print this list"},
    {"import", cmd_import, "take a membership export over as a snapshot"},
    {"init", cmd_init, "make the folder of a new election"},
    {"key", cmd_key, "make or show a key file"},
    {"mapping", cmd_mapping, "propose how an export becomes our fields, and try it"},
    {"notice", cmd_notice, "put a notice on the board"},
    {"open", cmd_open, "open the voting"},
    {"pending", cmd_pending, "list what waits for another officer"},
    {"registrar", cmd_registrar, "draw voting codes, and new ones that officers order"},
    {"reissue-order", cmd_reissue_order, "order a new code in place of a lost one"},
    {"restart", cmd_restart, "begin the key ceremony again without a trustee"},
    {"result", cmd_result, "state the result"},
    {"role", cmd_role, "appoint an officer, or end an appointment"},
    {"roll", cmd_roll, "report, explain, confirm and seal the roll"},
    {"rules", cmd_rules, "explain the rules, and try others out"},
    {"serve", cmd_serve, "serve an election over HTTP"},
    {"trustee", cmd_trustee, "do a trustee's part: ceremony, mix, decrypt"},
};

static const size_t subcommand_count = sizeof(subcommands) / sizeof(subcommands[0]);

static void print_usage(FILE *to)
{
    fprintf(to, "usage: ballotd COMMAND [ARGUMENT...]\n\n");
    for (size_t i = 0; i < subcommand_count; i++)
        fprintf(to, "  %-13s %s\n", subcommands[i].name, subcommands[i].help);
    fprintf(to, "\n`ballotd COMMAND --help` says more; so does ballotd(1).\n");
}

int cmd_help(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    print_usage(stdout);
    return EXIT_DONE;
}

int main(int argc, char **argv)
{
    if (sodium_init() < 0) {
        fprintf(stderr, "ballotd: no source of randomness\n");
        return EXIT_FAILED;
    }
    if (argc < 2) {
        print_usage(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0)
        return cmd_help(argc, argv);
    if (strcmp(argv[1], "--version") == 0) {
        printf("ballotd %s\n", VERSION_TEXT);
        return EXIT_DONE;
    }
    for (size_t i = 0; i < subcommand_count; i++) {
        if (strcmp(argv[1], subcommands[i].name) == 0)
            return subcommands[i].run(argc - 1, argv + 1);
    }
    fprintf(stderr, "ballotd: \"%s\" is no command; `ballotd help` lists them\n", argv[1]);
    return EXIT_USAGE;
}
