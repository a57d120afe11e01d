#include "cmd_witness.h"

#include "base/text.h"
#include "witness/follow.h"
#include "witness/server.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    EXIT_DONE = 0,
    EXIT_REFUSED = 1,
    EXIT_USAGE = 2,
    FOLLOWS = 16,
    EVERY_S = 5,
    EVERY_S_MOST = 86400,
    VKEY_BYTES_MOST = 512,
};

struct arguments {
    const char *new_key, *name;
    const char *key, *listen, *state;
    size_t log_count, follow_count;
    const char *logs[WITNESS_LOGS], *follows[FOLLOWS];
    unsigned every_s;
};

/* What runs; all of it lives as long as the command. */
struct service {
    struct cosigner cosigner;
    struct state state;
    struct witness witness;
    struct fetch *fetch;
    struct server *server;
    struct follow follows[FOLLOWS];
    struct fail said[FOLLOWS]; /* what was said of each last, so as not to say it every round */
};

static void print_help(FILE *to)
{
    fprintf(to,
            "usage: verify witness --new-key FILE --name NAME\n"
            "       verify witness --key FILE --listen ADDRESS:PORT --state FILE\n"
            "                      --log KEY[,ORIGIN] ... [--every SECONDS] [URL ...]\n\n"
            "Makes the key of a witness and prints its public form; or cosigns the checkpoints\n"
            "that logs post to /add-checkpoint, each log as one history that only grows.\n\n"
            "  --log     a log's public key; its origin, if that is not the key's name\n"
            "  --state   what was cosigned; never go back to an older copy of it\n"
            "  URL       where a log is published: its entries are read and compared\n"
            "  --follow  the same, as an option\n"
            "  --every   how often they are, in seconds; %d unless told\n",
            EVERY_S);
}

static int complain(const char *what, const char *value)
{
    fprintf(stderr, "verify witness: %s \"%s\"; `verify witness --help` says what can stand here\n",
            what, value);
    return EXIT_USAGE;
}

static int refuse(const struct fail *fail)
{
    fprintf(stderr, "verify witness: %s\n", fail->text);
    return EXIT_REFUSED;
}

static int take_every(struct arguments *arguments, const char *text)
{
    uint64_t seconds;
    if (!decimal_decode(span_text(text), &seconds) || seconds == 0 || seconds > EVERY_S_MOST)
        return complain("--every can't be", text);
    arguments->every_s = (unsigned)seconds;
    return EXIT_DONE;
}

static int take_follow(struct arguments *arguments, const char *url)
{
    if (!fetch_is_url(url) || arguments->follow_count == FOLLOWS)
        return complain("can't follow", url);
    arguments->follows[arguments->follow_count++] = url;
    return EXIT_DONE;
}

static int take_option(struct arguments *arguments, int option)
{
    switch (option) {
    case 'n':
        arguments->new_key = optarg;
        return EXIT_DONE;
    case 'N':
        arguments->name = optarg;
        return EXIT_DONE;
    case 'k':
        arguments->key = optarg;
        return EXIT_DONE;
    case 'l':
        arguments->listen = optarg;
        return EXIT_DONE;
    case 's':
        arguments->state = optarg;
        return EXIT_DONE;
    case 'g':
        if (arguments->log_count == WITNESS_LOGS)
            return complain("too many logs at", optarg);
        arguments->logs[arguments->log_count++] = optarg;
        return EXIT_DONE;
    case 'f':
        return take_follow(arguments, optarg);
    case 'e':
        return take_every(arguments, optarg);
    default:
        return EXIT_USAGE;
    }
}

static bool is_complete(const struct arguments *arguments)
{
    if (arguments->new_key != NULL)
        return arguments->name != NULL && arguments->key == NULL && arguments->listen == NULL &&
               arguments->follow_count == 0;
    return arguments->name == NULL && arguments->key != NULL && arguments->listen != NULL &&
           arguments->state != NULL && arguments->log_count > 0;
}

static int take_arguments(int argc, char **argv, struct arguments *out_arguments)
{
    static const struct option options[] = {
        {"new-key", required_argument, NULL, 'n'},
        {"name", required_argument, NULL, 'N'},
        {"key", required_argument, NULL, 'k'},
        {"listen", required_argument, NULL, 'l'},
        {"state", required_argument, NULL, 's'},
        {"log", required_argument, NULL, 'g'},
        {"follow", required_argument, NULL, 'f'},
        {"every", required_argument, NULL, 'e'},
        {NULL, 0, NULL, 0},
    };
    int option;
    optind = 1;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        int code = option == '?' ? complain("unknown, or without its value:", argv[optind - 1])
                                 : take_option(out_arguments, option);
        if (code != EXIT_DONE)
            return code;
    }
    for (; optind < argc; optind++)
        if (take_follow(out_arguments, argv[optind]) != EXIT_DONE)
            return EXIT_USAGE;
    if (is_complete(out_arguments))
        return EXIT_DONE;
    fprintf(stderr,
            "verify witness: --new-key and --name, or --key, --listen, --state and --log are "
            "needed; `verify witness --help` says more\n");
    return EXIT_USAGE;
}

static int make_key(const struct arguments *arguments)
{
    struct cosigner cosigner;
    struct buffer text;
    struct fail fail;
    if (cosigner_make(arguments->new_key, arguments->name, &cosigner, &fail) != GOOD)
        return refuse(&fail);
    struct note_key key = cosigner_key(&cosigner);
    buffer_init(&text, VKEY_BYTES_MOST);
    note_append_key(&key, &text);
    printf("%.*s\n", (int)text.len, (const char *)text.at);
    buffer_done(&text);
    cosigner_done(&cosigner);
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_REFUSED;
}

static void print_warning(const char *line)
{
    char when[32];
    time_t now = time(NULL);
    struct tm parts;
    (void)strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &parts));
    fprintf(stderr, "%s %s\n", when, line);
}

/* SIGTERM and SIGINT stay blocked and pending: everything that waits looks for them. */
static void block_signals(sigset_t *out_signals)
{
    sigemptyset(out_signals);
    sigaddset(out_signals, SIGTERM);
    sigaddset(out_signals, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, out_signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

static bool is_stopping(void)
{
    sigset_t pending;
    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1);
}

/* True when a signal asks to stop; false after so many seconds. */
static bool wait_for_stop(const sigset_t *signals, unsigned seconds)
{
    struct timespec wait = {.tv_sec = (time_t)seconds};
    int got;
    do
        got = sigtimedwait(signals, NULL, &wait);
    while (got < 0 && errno == EINTR);
    return got > 0;
}

/* "KEY" or "KEY,ORIGIN"; no key holds a comma after its name, so the last one separates. */
static enum outcome add_log(struct service *service, const char *text, struct fail *fail)
{
    const char *comma = strrchr(text, ',');
    struct span vkey = comma == NULL ? span_text(text) : span_of(text, (size_t)(comma - text));
    struct note_key key;
    enum outcome outcome = note_key_parse(vkey, &key, fail);
    if (outcome == GOOD)
        outcome = witness_add_log(&service->witness, &key,
                                  comma == NULL ? key.name : span_text(comma + 1), fail);
    if (outcome != GOOD)
        fail_at(fail, "--log %s: ", text);
    return outcome;
}

static enum outcome start(struct service *service, const struct arguments *arguments,
                          struct fail *fail)
{
    enum outcome outcome = cosigner_load(arguments->key, &service->cosigner, fail);
    if (outcome == GOOD)
        outcome = state_open(arguments->state, &service->state, fail);
    if (outcome != GOOD)
        return outcome;
    witness_init(&service->witness, &service->cosigner, &service->state, print_warning);
    for (size_t i = 0; outcome == GOOD && i < arguments->log_count; i++)
        outcome = add_log(service, arguments->logs[i], fail);
    if (outcome == GOOD)
        outcome = fetch_new(is_stopping, &service->fetch, fail);
    for (size_t i = 0; outcome == GOOD && i < arguments->follow_count; i++)
        follow_init(&service->follows[i], arguments->follows[i], service->fetch, &service->witness);
    if (outcome == GOOD)
        outcome = server_start(&service->witness, arguments->listen, &service->server, fail);
    return outcome;
}

static void follow_one(struct service *service, size_t at)
{
    struct fail fail = {{0}};
    char line[FAIL_TEXT_BYTES + FETCH_URL_BYTES];
    bool right = follow_once(&service->follows[at], &fail) == GOOD;
    if (is_stopping())
        return;
    if (right)
        fail.text[0] = '\0';
    if (strcmp(fail.text, service->said[at].text) == 0)
        return;
    service->said[at] = fail;
    (void)snprintf(line, sizeof line, "%s: %s", service->follows[at].url,
                   right ? "read to its end, and in order" : fail.text);
    print_warning(line);
}

static void serve(struct service *service, const struct arguments *arguments,
                  const sigset_t *signals)
{
    char host[64];
    (void)snprintf(host, sizeof host, "%.*s", (int)strcspn(arguments->listen, ":"),
                   arguments->listen);
    printf("listening on http://%s:%u/\n", host, server_port(service->server));
    (void)fflush(stdout);
    do
        for (size_t i = 0; i < arguments->follow_count && !is_stopping(); i++)
            follow_one(service, i);
    while (!wait_for_stop(signals, arguments->every_s));
}

static int run(const struct arguments *arguments)
{
    struct fail fail;
    sigset_t signals;
    struct service *service = calloc(1, sizeof *service);
    if (service == NULL)
        return EXIT_REFUSED;
    service->state.lock = -1;
    block_signals(&signals);
    int code = start(service, arguments, &fail) == GOOD ? EXIT_DONE : refuse(&fail);
    if (code == EXIT_DONE)
        serve(service, arguments, &signals);
    server_stop(service->server);
    fetch_free(service->fetch);
    state_close(&service->state);
    cosigner_done(&service->cosigner);
    free(service);
    return code;
}

int cmd_witness(int argc, char **argv)
{
    struct arguments arguments = {.every_s = EVERY_S};
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        print_help(stdout);
        return EXIT_DONE;
    }
    int code = take_arguments(argc, argv, &arguments);
    if (code != EXIT_DONE)
        return code;
    return arguments.new_key != NULL ? make_key(&arguments) : run(&arguments);
}
