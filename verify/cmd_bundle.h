/* cmd_bundle: `verify BUNDLE`, the verification of an election. */
#ifndef VERIFY_CMD_BUNDLE_H
#define VERIFY_CMD_BUNDLE_H

#include <stdio.h>

/* The exit code of docs/protocol.md section 12: 0 everything asked for passed, 1 something failed
 * or was not run, 2 usage or an unreadable file. */
int cmd_bundle(int argc, char **argv);

void cmd_bundle_help(FILE *to);

#endif
