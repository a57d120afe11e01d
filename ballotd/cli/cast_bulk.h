/* Many ballots at once, for rehearsals and load tests: made from a CSV file on two threads, posted
 * over many connections, every receipt checked. */
#ifndef CLI_CAST_BULK_H
#define CLI_CAST_BULK_H

#include "cli/booth.h"

struct cast_bulk {
    const char *ballots; /* CSV to make them from, or NULL */
    const char *prepare; /* where to put them instead of sending, or NULL */
    const char *send;    /* what was prepared, or NULL */
    unsigned connections;
    unsigned rate; /* a second; 0: as fast as they are answered */
};

/* Prints progress, a line for each refusal, and what was measured. CONFLICT cast.refused when any
 * ballot was refused or could not be made; BAD_INPUT cast.bulk names the line of the file. */
enum outcome cast_bulk_run(const struct cast_bulk *bulk, struct booth *booth,
                           struct fail *fail) MUST_USE;

#endif
