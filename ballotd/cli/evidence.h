/* Fetching the files that were given in evidence in a case: written as they are, under names made
 * here, never opened. */
#ifndef CLI_EVIDENCE_H
#define CLI_EVIDENCE_H

#include "cli/desk.h"

/* Into a folder, made if need be, as CASE-N.pdf and so on, mode 0600. CONFLICT when a file of that
 * name is there already; NOT_FOUND evidence.none when the case has no files. */
enum outcome evidence_fetch(struct desk *desk, const char *case_number, const char *folder,
                            struct fail *fail) MUST_USE;

#endif
