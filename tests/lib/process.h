/* Runs another program and waits for it. */
#ifndef TESTS_PROCESS_H
#define TESTS_PROCESS_H

/* argv ends in NULL; the program is looked for in PATH. What it prints goes to the file `output`,
 * or where ours goes when that is NULL. Returns its exit status, -1 when it did not run or end by
 * itself. */
int process_run(const char *const argv[], const char *output);

/* Removes a folder with all that is in it. */
int process_remove(const char *folder);

#endif
