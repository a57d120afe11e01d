/* The command line: one static table of subcommands, one file `cmd_<name>.c` for each.
 *
 * A subcommand gets its own argv (argv[0] is its name) and returns the exit code. It is the edge:
 * here, and only here, failures are printed.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/fail.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* Prints "ballotd NAME: text" on standard error. Returns EXIT_FAILED, or EXIT_DONE for OK, so that
 * a command ends with `return cli_finish("cast", outcome, &fail);`. */
int cli_finish(const char *name, enum outcome outcome, const struct fail *fail);
/* Prints "ballotd NAME: text" and where to read more. Returns EXIT_USAGE. */
int cli_misused(const char *name, const char *text);

int cmd_access(int argc, char **argv);
int cmd_amend(int argc, char **argv);
int cmd_annex(int argc, char **argv);
int cmd_bundle(int argc, char **argv);
int cmd_case(int argc, char **argv);
int cmd_cast(int argc, char **argv);
int cmd_close(int argc, char **argv);
int cmd_contest(int argc, char **argv);
int cmd_count(int argc, char **argv);
int cmd_countersign(int argc, char **argv);
int cmd_define(int argc, char **argv);
int cmd_end(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_freeze(int argc, char **argv);
int cmd_help(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_init(int argc, char **argv);
int cmd_key(int argc, char **argv);
int cmd_mapping(int argc, char **argv);
int cmd_notice(int argc, char **argv);
int cmd_open(int argc, char **argv);
int cmd_pending(int argc, char **argv);
int cmd_registrar(int argc, char **argv);
int cmd_reissue_order(int argc, char **argv);
int cmd_restart(int argc, char **argv);
int cmd_result(int argc, char **argv);
int cmd_role(int argc, char **argv);
int cmd_roll(int argc, char **argv);
int cmd_rules(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_trustee(int argc, char **argv);

#endif
