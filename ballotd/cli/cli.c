#include "cli/cli.h"

#include <stdio.h>

int cli_finish(const char *name, enum outcome outcome, const struct fail *fail)
{
    if (outcome == OK)
        return EXIT_DONE;
    fprintf(stderr, "ballotd %s: %s\n", name, fail->text);
    return EXIT_FAILED;
}

int cli_misused(const char *name, const char *text)
{
    fprintf(stderr, "ballotd %s: %s; `ballotd %s --help` says more\n", name, text, name);
    return EXIT_USAGE;
}
