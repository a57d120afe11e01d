#include "daemon.h"

#include "base/clock.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void give_up(const char *what)
{
    perror(what);
    exit(1);
}

static void write_passphrase(const char *path)
{
    FILE *file = fopen(path, "w");
    if (!file || fputs("rehearsal\n", file) < 0 || fclose(file) != 0 || chmod(path, 0600) != 0)
        give_up(path);
}

/* In the child. It dies with its parent, so that a failed test leaves nothing running. */
static void become_daemon(const struct daemon *daemon, const char *passphrase, int out_fd)
{
    const char *build = getenv("BUILD");
    char program[256];
    int error_fd = open(daemon->errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(program, sizeof program, "%s/ballotd", build ? build : "build");
    if (daemon->file_bytes_limit) {
        struct rlimit limit = {daemon->file_bytes_limit, daemon->file_bytes_limit};
        (void)signal(SIGXFSZ, SIG_IGN); /* a write that is too much fails instead */
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
            give_up("setrlimit");
    }
    dup2(out_fd, STDOUT_FILENO);
    dup2(error_fd, STDERR_FILENO);
    execl(program, program, "serve", "--listen", "127.0.0.1:0", "--passphrase-file", passphrase,
          daemon->folder, (char *)NULL);
    give_up(program);
}

static bool read_url(struct daemon *daemon, int fd)
{
    char line[256] = "";
    FILE *file = fdopen(fd, "r");
    bool listening = file && fgets(line, sizeof line, file) &&
                     sscanf(line, "listening on %255s", daemon->url) == 1;
    if (file)
        fclose(file);
    const char *colon = listening ? strrchr(daemon->url, ':') : NULL;
    if (colon)
        daemon->port = (uint16_t)strtoul(colon + 1, NULL, 10);
    return listening;
}

bool daemon_try_start(struct daemon *daemon, const char *folder)
{
    char passphrase[256];
    int fds[2];
    int64_t began_ms = clock_monotonic_ms();
    daemon->folder = folder;
    snprintf(daemon->errors, sizeof daemon->errors, "%s.errors", folder);
    snprintf(passphrase, sizeof passphrase, "%s.passphrase", folder);
    write_passphrase(passphrase);
    if (pipe2(fds, O_CLOEXEC) != 0 || (daemon->pid = fork()) < 0)
        give_up("fork");
    if (daemon->pid == 0)
        become_daemon(daemon, passphrase, fds[1]);
    close(fds[1]);
    bool listening = read_url(daemon, fds[0]);
    daemon->start_ms = clock_monotonic_ms() - began_ms;
    if (!listening)
        (void)waitpid(daemon->pid, NULL, 0);
    return listening;
}

void daemon_start(struct daemon *daemon, const char *folder)
{
    if (daemon_try_start(daemon, folder))
        return;
    fprintf(stderr, "the daemon does not start; it says in %s:\n", daemon->errors);
    char line[512];
    FILE *file = fopen(daemon->errors, "r");
    while (file && fgets(line, sizeof line, file))
        fputs(line, stderr);
    exit(1);
}

int daemon_stop(struct daemon *daemon)
{
    int status = 0;
    if (kill(daemon->pid, SIGTERM) != 0 || waitpid(daemon->pid, &status, 0) < 0)
        give_up("stopping the daemon");
    return status;
}

void daemon_wait(struct daemon *daemon)
{
    if (waitpid(daemon->pid, NULL, 0) < 0)
        give_up("waiting for the daemon");
}

double daemon_cpu_s(const struct daemon *daemon)
{
    char path[64], line[1024];
    unsigned long ticks = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)daemon->pid);
    FILE *file = fopen(path, "r");
    if (!file || !fgets(line, sizeof line, file))
        give_up(path);
    fclose(file);
    const char *field = strrchr(line, ')'); /* the second: it may hold anything */
    for (unsigned number = 2; field && number < 15; number++) {
        field = strchr(field + 1, ' ');
        if (field && number + 1 >= 14) /* the 14th and 15th: user and system */
            ticks += strtoul(field + 1, NULL, 10);
    }
    return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

bool daemon_is_silent(const struct daemon *daemon)
{
    struct stat status;
    return stat(daemon->errors, &status) == 0 && status.st_size == 0;
}
