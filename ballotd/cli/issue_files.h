/* The files that issuing writes: the codes to deliver now, those that wait because a contact was
 * changed, and whom to tell of it (docs/roll.md section 9). */
#ifndef CLI_ISSUE_FILES_H
#define CLI_ISSUE_FILES_H

#include "registrar/issue.h"

/* Safely on disk, readable by their owner alone, before anything is stated: a code that stands on
 * the board and in no file would leave a member without a vote. CODES.csv, and where somebody waits
 * CODES.waiting.csv and CODES.notices.csv beside it. CONFLICT registrar.output when one exists. */
enum outcome issue_files_write(const char *output, const struct issue *issue,
                               struct fail *fail) MUST_USE;
/* Tells on standard output what to do with them. */
void issue_files_explain(const char *output, const struct issue *issue);

/* registrar release FILE: prints the codes whose time has come. */
enum outcome issue_files_release(const char *path, struct fail *fail) MUST_USE;

#endif
