/* A real `build/ballotd serve` of a rehearsal's folder, as a child process that a test may kill.
 *
 * Like the rehearsal, each function ends the program with a message when it cannot do its part.
 */
#ifndef TESTS_DAEMON_H
#define TESTS_DAEMON_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct daemon {
    const char *folder;
    pid_t pid;
    uint16_t port;
    char url[256];
    char errors[256];          /* the file of its standard error */
    int64_t start_ms;          /* from fork to "listening on" */
    uint64_t file_bytes_limit; /* RLIMIT_FSIZE of the child; 0: none */
};

/* Starts it and waits until it listens. What it says on standard error goes to a file beside the
 * folder. */
void daemon_start(struct daemon *daemon, const char *folder);
/* False when the process ended instead of listening. */
bool daemon_try_start(struct daemon *daemon, const char *folder);
/* SIGTERM, and waits; returns the exit status as waitpid gives it. */
int daemon_stop(struct daemon *daemon);
/* Waits for the end of a daemon that was killed. */
void daemon_wait(struct daemon *daemon);
/* CPU time of the process so far, all threads, user and system. */
double daemon_cpu_s(const struct daemon *daemon);
/* The daemon has said nothing at all on standard error since its start. */
bool daemon_is_silent(const struct daemon *daemon);

#endif
