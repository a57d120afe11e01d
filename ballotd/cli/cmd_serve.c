/* ballotd serve: the daemon of one election folder, until SIGTERM or SIGINT. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>

#include "base/report.h"
#include "cli/cli.h"
#include "cli/passphrase.h"
#include "http/poster.h"
#include "http/server.h"

static const char help[] =
    "usage: ballotd serve [--listen ADDRESS:PORT] [--passphrase-file FILE] [--public] FOLDER\n"
    "\n"
    "Serves the election in FOLDER over HTTP until SIGTERM or SIGINT. Prints \"listening on URL\"\n"
    "when it is ready.\n"
    "\n"
    "  --listen ADDRESS:PORT   127.0.0.1:8080 unless told; port 0 takes a free one\n"
    "  --passphrase-file FILE  its first line opens the keys; without it the terminal asks\n"
    "  --public                allow an address that other machines reach. What it serves is not\n"
    "                          encrypted: put a reverse proxy with TLS before it instead\n";

struct settings {
    const char *folder;
    const char *passphrase_file;
    struct listen_address address;
    bool public;
};

static enum outcome check_address(const struct settings *settings, struct fail *fail)
{
    if (settings->address.loopback)
        return OK;
    if (!settings->public)
        return fail_set(fail, NOT_ALLOWED, "serve.public",
                        "--listen: other machines reach that address, and nothing is encrypted: "
                        "listen on 127.0.0.1 behind a reverse proxy, or give --public");
    report_line(REPORT_WARN, "SERVING OTHER MACHINES WITHOUT ENCRYPTION, as --public says: whoever "
                             "is on the way can read and change what voters load");
    return OK;
}

static enum outcome read_option(int option, const char *value, struct settings *settings,
                                struct fail *fail)
{
    switch (option) {
    case 'l':
        return listen_read(span_str(value), &settings->address, fail);
    case 'f':
        settings->passphrase_file = value;
        return OK;
    case 'p':
        settings->public = true;
        return OK;
    default:
        return fail_set(fail, BAD_INPUT, "serve.option",
                        "unknown option or missing value; `ballotd serve --help` lists them");
    }
}

static enum outcome read_arguments(int argc, char **argv, struct settings *settings,
                                   struct fail *fail)
{
    static const struct option options[] = {
        {"listen", required_argument, NULL, 'l'},
        {"passphrase-file", required_argument, NULL, 'f'},
        {"public", no_argument, NULL, 'p'},
        {NULL, 0, NULL, 0},
    };
    int option;

    enum outcome outcome = listen_read(SPAN_LIT("127.0.0.1:8080"), &settings->address, fail);
    opterr = 0;
    while (outcome == OK && (option = getopt_long(argc, argv, "", options, NULL)) != -1)
        outcome = read_option(option, optarg, settings, fail);
    if (outcome != OK)
        return outcome;
    if (optind != argc - 1)
        return fail_set(fail, BAD_INPUT, "serve.folder", "one folder of an election expected");
    settings->folder = argv[optind];
    return check_address(settings, fail);
}

/* Every thread is started with these blocked, so that only serve_until_told sees them. */
static sigset_t hold_signals(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    return signals;
}

static enum outcome serve_until_told(const struct settings *settings, struct election *election,
                                     const sigset_t *signals, struct fail *fail)
{
    const struct server_options options = {0};
    struct server *server = NULL;
    struct poster *poster = NULL;
    int signal_number = 0;

    enum outcome outcome = server_start(&options, &settings->address, election, &server, fail);
    if (outcome == OK)
        outcome = poster_start(election, &poster, fail);
    if (outcome == OK) {
        printf("listening on %s\n", server_url(server));
        fflush(stdout);
        (void)sigwait(signals, &signal_number);
        report_line(REPORT_INFO, "stopping: those being served may finish");
        /* A second signal ends the process at once: what was acknowledged is on disk. */
        (void)pthread_sigmask(SIG_UNBLOCK, signals, NULL);
    }
    poster_stop(poster);
    server_stop(server);
    return outcome;
}

static enum outcome serve(const struct settings *settings, struct fail *fail)
{
    struct passphrase passphrase = {0};
    struct election *election = NULL;
    sigset_t signals = hold_signals();

    enum outcome outcome =
        passphrase_read(settings->passphrase_file, "the election's keys", &passphrase, fail);
    if (outcome == OK) {
        const struct election_options options = {.folder = settings->folder,
                                                 .passphrase = passphrase_span(&passphrase)};
        outcome = election_open(&options, &election, fail);
    }
    passphrase_done(&passphrase);
    if (outcome == OK)
        outcome = serve_until_told(settings, election, &signals, fail);
    election_close(election);
    return outcome;
}

int cmd_serve(int argc, char **argv)
{
    struct settings settings = {.folder = NULL};
    struct fail fail = {.outcome = OK};

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(help, stdout);
        return EXIT_DONE;
    }
    if (read_arguments(argc, argv, &settings, &fail) != OK) {
        (void)cli_finish("serve", fail.outcome, &fail);
        return EXIT_USAGE;
    }
    return cli_finish("serve", serve(&settings, &fail), &fail);
}
