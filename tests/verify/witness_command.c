/* `verify witness` as a process: killed at any moment it never cosigns a second history; asked to
 * stop, it stops. */
#include "cmd_witness.h"
#include "witness/cosigner.h"

#include "verify/tlog.h"
#include "verify/web.h"

#include <signal.h>
#include <sys/wait.h>

static char folder[] = "/tmp/verify-command-XXXXXX";
static char key_path[128], state_path[128], vkey[VKEY_BYTES + 128];
static struct tlog tlog, fork_log;

/* Starts a witness; *out_port is where it says that it listens. */
static pid_t start(unsigned *out_port)
{
    int ends[2];
    char line[128] = "";
    if (!CHECK_INT(pipe(ends), 0))
        exit(1);
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        char *arguments[] = {"witness", "--key",    key_path, "--listen", "127.0.0.1:0",
                             "--state", state_path, "--log",  vkey,       NULL};
        (void)dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        _exit(cmd_witness(9, arguments));
    }
    close(ends[1]);
    FILE *said = fdopen(ends[0], "r");
    CHECK(fgets(line, sizeof line, said) != NULL);
    const char *digits = strrchr(line, ':');
    CHECK(digits != NULL && strncmp(line, "listening on http://127.0.0.1:", 30) == 0);
    *out_port = digits == NULL ? 0 : (unsigned)strtoul(digits + 1, NULL, 10);
    CHECK_STR(line + strlen(line) - 2, "/\n");
    (void)fclose(said);
    return child;
}

static int stop(pid_t child, int number)
{
    int status = 0;
    CHECK_INT(kill(child, number), 0);
    CHECK_INT(waitpid(child, &status, 0), child);
    return status;
}

static long post(unsigned port, const struct tlog *log, size_t old, size_t size)
{
    char body[TLOG_TEXT_BYTES];
    tlog_request(log, old, size, body);
    return web_call(port, "/add-checkpoint", body, strlen(body)).status;
}

static void test_kill(void)
{
    unsigned port;
    size_t size = 5;
    pid_t child = start(&port);
    CHECK_INT(post(port, &tlog, 0, size), 200);
    for (int round = 0; round < 5; round++, size += 7) {
        check_case("killed at size %zu", size);
        CHECK(WIFSIGNALED(stop(child, SIGKILL)));
        child = start(&port);
        CHECK_INT(post(port, &fork_log, 0, size), 409);
        CHECK_INT(post(port, &fork_log, size, size), 409);
        CHECK_INT(post(port, &fork_log, size, size + 7), 422);
        CHECK_INT(post(port, &tlog, 0, 3), 409);
        CHECK_INT(post(port, &tlog, size, size + 7), 200);
    }
    check_case("SIGTERM");
    int status = stop(child, SIGTERM);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Killed while a checkpoint is on its way: whatever was answered, the fork stays refused. */
static void test_kill_within(void)
{
    char body[TLOG_TEXT_BYTES];
    unsigned port;
    size_t size = 40;
    for (unsigned delay_us = 0; delay_us < 4000; delay_us += 400) {
        check_case("killed after %u microseconds", delay_us);
        pid_t child = start(&port);
        pid_t poster = fork();
        if (poster == 0) {
            tlog_request(&tlog, size, size + 1, body);
            _exit(web_call(port, "/add-checkpoint", body, strlen(body)).status == 200 ? 0 : 1);
        }
        usleep(delay_us);
        (void)stop(child, SIGKILL);
        int status = 0;
        CHECK_INT(waitpid(poster, &status, 0), poster);
        child = start(&port);
        long fork_status = post(port, &fork_log, size, size + 1);
        CHECK(fork_status == 422 || fork_status == 409);
        if (WEXITSTATUS(status) == 0)
            CHECK_INT(post(port, &tlog, size, size + 1), 409);
        long again = post(port, &tlog, size, size + 1);
        CHECK(again == 200 || again == 409);
        CHECK(WIFEXITED(stop(child, SIGTERM)));
        size++;
    }
}

/* The address of a log as an argument: it is read, and the witness says that nothing is there. */
static void test_address(void)
{
    char url[64], line[512] = "";
    int ends[2];
    unsigned port;
    check_case("an address to follow");
    (void)fflush(NULL);
    struct MHD_Daemon *web = web_serve(folder, &port);
    if (!CHECK(web != NULL) || !CHECK_INT(pipe(ends), 0))
        return;
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", port);
    char *arguments[] = {"witness",  "--key", key_path, "--listen", "127.0.0.1:0", "--state",
                         state_path, "--log", vkey,     url,        NULL};
    pid_t child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        (void)dup2(nowhere, STDOUT_FILENO);
        (void)dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        _exit(cmd_witness(10, arguments));
    }
    close(ends[1]);
    FILE *said = fdopen(ends[0], "r");
    CHECK(fgets(line, sizeof line, said) != NULL);
    CHECK(strstr(line, url) != NULL && strstr(line, "404") != NULL);
    (void)fclose(said);
    int status = stop(child, SIGTERM);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    MHD_stop_daemon(web);
}

static int run(int count, char **arguments)
{
    int status = 0;
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        (void)dup2(nowhere, STDOUT_FILENO);
        (void)dup2(nowhere, STDERR_FILENO);
        _exit(cmd_witness(count, arguments));
    }
    CHECK_INT(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_usage(void)
{
    char *nothing[] = {"witness", NULL};
    char *help[] = {"witness", "--help", NULL};
    char *no_log[] = {"witness",     "--key",   key_path,   "--listen",
                      "127.0.0.1:0", "--state", state_path, NULL};
    char *no_url[] = {"witness",  "--key", key_path, "--listen", "127.0.0.1:0", "--state",
                      state_path, "--log", vkey,     "--follow", "file:///",    NULL};
    char *no_argument[] = {"witness",  "--key", key_path, "--listen",  "127.0.0.1:0", "--state",
                           state_path, "--log", vkey,     "elsewhere", NULL};
    char *key_and_url[] = {
        "witness", "--new-key", "/nowhere/key", "--name", "w", "http://127.0.0.1:9/", NULL};
    char *no_key[] = {"witness", "--key",    "/nowhere", "--listen", "127.0.0.1:0",
                      "--state", state_path, "--log",    vkey,       NULL};
    char *no_port[] = {"witness", "--key",    key_path, "--listen", "127.0.0.1",
                       "--state", state_path, "--log",  vkey,       NULL};
    check_case("usage");
    CHECK_INT(run(1, nothing), 2);
    CHECK_INT(run(2, help), 0);
    CHECK_INT(run(7, no_log), 2);
    CHECK_INT(run(11, no_url), 2);
    CHECK_INT(run(10, no_argument), 2);
    CHECK_INT(run(6, key_and_url), 2);
    CHECK_INT(run(9, no_key), 1);
    CHECK_INT(run(9, no_port), 1);
}

int main(void)
{
    struct cosigner cosigner;
    struct fail fail;
    CHECK(mkdtemp(folder) != NULL);
    snprintf(key_path, sizeof key_path, "%s/key", folder);
    snprintf(state_path, sizeof state_path, "%s/state", folder);
    tlog_init(&tlog, "log.example/1", 1);
    tlog_init(&fork_log, "log.example/1", 1);
    tlog_grow(&tlog, 100, "true");
    tlog_grow(&fork_log, 3, "true");
    tlog_grow(&fork_log, 100, "forked");
    signer_vkey(&tlog.signer, vkey);
    check_append(vkey, sizeof vkey, ",log.example/1");
    CHECK_INT(cosigner_make(key_path, "witness.example/w1", &cosigner, &fail), GOOD);
    test_address();
    test_kill();
    test_kill_within();
    test_usage();
    web_remove_folder(folder);
    return check_end("witness_command");
}
