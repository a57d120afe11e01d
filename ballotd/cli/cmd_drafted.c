/* ballotd open, close, freeze, result, end: what the daemon prepares and an officer signs. */
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/office.h"

#include <stdio.h>

enum { WITNESS_PATIENCE_S = 60, HELP_BYTES = 1200 };

static enum outcome sign_draft(struct desk *desk, void *ctx, struct fail *fail)
{
    return office_sign_draft(desk, ctx, WITNESS_PATIENCE_S, fail);
}

static int run(const char *kind, const char *what, int argc, char **argv)
{
    char help[HELP_BYTES];
    int code;
    struct arguments arguments = {.command = kind, .help = help};
    snprintf(help, sizeof help,
             "usage: ballotd %s --url URL --key FILE [OPTION...]\n\n%s\n\n"
             "The daemon prepares the statement, a returning officer reads and signs it. Where it "
             "waits\nfor witnesses it is asked again for a minute.\n\n" DESK_HELP,
             kind, what);
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    return arguments_at_desk(&arguments, sign_draft, (void *)kind);
}

int cmd_open(int argc, char **argv)
{
    return run(KIND_OPEN, "Opens the voting: fixes roll, contests, papers and the election's key.",
               argc, argv);
}

int cmd_close(int argc, char **argv)
{
    return run(KIND_CLOSE, "Closes the voting.", argc, argv);
}

int cmd_freeze(int argc, char **argv)
{
    return run(KIND_FREEZE, "Fixes which ballots are mixed and counted, box by box.", argc, argv);
}

int cmd_result(int argc, char **argv)
{
    return run(KIND_RESULT, "States the result: plaintexts, papers and stage sheets of every box.",
               argc, argv);
}

int cmd_end(int argc, char **argv)
{
    return run(KIND_END, "Ends the election: nothing follows on its board.", argc, argv);
}
