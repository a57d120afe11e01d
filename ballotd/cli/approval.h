/* Approving that something confidential is handed over: `annex approve`, `export approve`. */
#ifndef CLI_APPROVAL_H
#define CLI_APPROVAL_H

#include "cli/arguments.h"

struct approval {
    const char *what; /* "annex" or "members" */
    const char *to, *purpose, *days;
};

/* Signs the note and hands it in; returns the exit code. */
int approval_run(const struct arguments *arguments, struct approval *approval);

#endif
