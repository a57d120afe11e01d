/* ballotd trustee: a trustee's part in the key ceremony, the mixes and the decryptions. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/code.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/desk.h"
#include "trustee/trustee.h"

static const char help[] =
    "usage: ballotd trustee ceremony|mix|decrypt|run --url URL --key FILE [OPTION...]\n"
    "\n"
    "Checks the whole public log, then does a trustee's part: `ceremony` makes the election's key\n"
    "together with the other trustees, `mix` and `decrypt` come after the freeze, and `run` goes\n"
    "through all of them until the result stands. Each may be stopped and started again at any\n"
    "time. The key file is written anew as it goes: it holds this trustee's part of the\n"
    "election's key, so keep it until the election is over, and never go back to an older copy.\n"
    "\n" DESK_HELP
    "  --wait SECONDS          how long to wait for others; 600 unless told, 0: for ever (`run`\n"
    "                          waits for ever unless told)\n"
    "  --skip SECONDS          how long to wait for the trustee whose turn it is to mix; 120\n"
    "  --extra                 mix even when as many trustees have as are needed\n"
    "  --definition HASH       refuse an election with another definition than this entry\n";

enum { OPTION_WAIT = 1, OPTION_SKIP, OPTION_EXTRA, OPTION_DEFINITION };

struct settings {
    struct desk_options desk;
    enum trustee_goal goal;
    uint64_t wait_s, skip_s;
    bool wait_told, extra, pinned;
    uint8_t definition[HASH_BYTES];
};

static bool read_goal(const char *word, enum trustee_goal *out_goal)
{
    static const char *const words[] = {"ceremony", "mix", "decrypt", "run"};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i]) == 0) {
            *out_goal = (enum trustee_goal)i;
            return true;
        }
    return false;
}

static bool read_seconds(const char *text, uint64_t *out_seconds)
{
    return span_decimal(span_str(text), out_seconds) && *out_seconds <= 366 * 86400;
}

static bool read_option(int option, const char *value, struct settings *settings)
{
    switch (option) {
    case OPTION_WAIT:
        settings->wait_told = true;
        return read_seconds(value, &settings->wait_s);
    case OPTION_SKIP:
        return read_seconds(value, &settings->skip_s);
    case OPTION_EXTRA:
        settings->extra = true;
        return true;
    case OPTION_DEFINITION:
        settings->pinned = true;
        return strlen(value) == 2 * HASH_BYTES &&
               hex_read(span_str(value), settings->definition, HASH_BYTES);
    default:
        return desk_take_option(&settings->desk, option, value);
    }
}

static bool read_arguments(int argc, char **argv, struct settings *settings)
{
    static const struct option options[] = {
        DESK_OPTIONS,
        {"wait", required_argument, NULL, OPTION_WAIT},
        {"skip", required_argument, NULL, OPTION_SKIP},
        {"extra", no_argument, NULL, OPTION_EXTRA},
        {"definition", required_argument, NULL, OPTION_DEFINITION},
        {NULL, 0, NULL, 0},
    };
    int option;
    opterr = 0;
    if (argc < 2 || !read_goal(argv[1], &settings->goal))
        return false;
    while ((option = getopt_long(argc - 1, argv + 1, "", options, NULL)) != -1)
        if (!read_option(option, optarg, settings))
            return false;
    if (settings->goal == TRUSTEE_RUN && !settings->wait_told)
        settings->wait_s = 0;
    return optind == argc - 1 && settings->desk.url && settings->desk.key;
}

/* -- the wire --------------------------------------------------------------------------------- */

static enum outcome wire_get(void *ctx, const char *path, struct buf *out, struct fail *fail)
{
    const struct desk *desk = ctx;
    return client_get(desk->client, path, out, fail);
}

static enum outcome wire_put(void *ctx, const char *path, struct span body, struct fail *fail)
{
    const struct desk *desk = ctx;
    return client_put(desk->client, path, NULL, body, fail);
}

static enum outcome wire_post(void *ctx, struct span note, struct fail *fail)
{
    const struct desk *desk = ctx;
    struct buf answer;
    unsigned status;
    buf_init(&answer, NOTE_BYTES_MAX * 2);
    enum outcome outcome = client_post(desk->client, "statements", note, &status, &answer, fail);
    buf_done(&answer);
    return outcome;
}

/* -- the key file ----------------------------------------------------------------------------- */

struct keeper {
    const struct desk *desk;
    const char *path;
};

static enum outcome save(void *ctx, const struct keyfile *keyfile, struct fail *fail)
{
    const struct keeper *keeper = ctx;
    struct buf line;
    buf_init(&line, KEYFILE_BYTES_MAX);
    enum outcome outcome = keyfile_print(keyfile, passphrase_span(&keeper->desk->passphrase),
                                         keyfile->strength, &line, fail);
    if (outcome == OK)
        outcome = file_write(keeper->path, buf_span(&line), 0600, fail);
    buf_done(&line);
    return outcome;
}

/* Two programs with one key file would forget each other's secrets. The lock ends with the process.
 */
static enum outcome lock(const char *path, int *out_fd, struct fail *fail)
{
    char name[4096];
    int len = snprintf(name, sizeof name, "%s.lock", path);
    int fd =
        len > 0 && (size_t)len < sizeof name ? open(name, O_CREAT | O_RDWR | O_CLOEXEC, 0600) : -1;
    if (fd < 0)
        return fail_set(fail, NOT_ALLOWED, "trustee.lock", "%s: cannot be made", name);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        (void)close(fd);
        return fail_set(fail, CONFLICT, "trustee.lock", "%s is in use by another program", path);
    }
    *out_fd = fd;
    return OK;
}

/* -- the command ------------------------------------------------------------------------------ */

static enum outcome work(const struct settings *settings, struct desk *desk, struct fail *fail)
{
    const struct wire wire = {desk, wire_get, wire_put, wire_post};
    struct keeper keeper = {desk, settings->desk.key};
    const struct trustee_options options = {
        .goal = settings->goal,
        .wire = &wire,
        .origin = span_str(desk->origin),
        .keyfile = &desk->keyfile,
        .signer = &desk->signer,
        .save = save,
        .save_ctx = &keeper,
        .definition = settings->pinned ? settings->definition : NULL,
        .wait_s = (int64_t)settings->wait_s,
        .skip_s = (int64_t)settings->skip_s,
        .extra = settings->extra,
    };
    if (desk->keyfile.role != KEYFILE_TRUSTEE)
        return fail_set(fail, NOT_ALLOWED, "trustee.role", "%s is not a trustee's key file",
                        settings->desk.key);
    return trustee_run(&options, fail);
}

static enum outcome run(const struct settings *settings, struct fail *fail)
{
    struct desk desk;
    int lock_fd = -1;
    enum outcome outcome = lock(settings->desk.key, &lock_fd, fail);
    if (outcome != OK)
        return outcome;
    outcome = desk_open(&settings->desk, &desk, fail);
    if (outcome == OK) {
        outcome = work(settings, &desk, fail);
        desk_close(&desk);
    }
    (void)close(lock_fd);
    return outcome;
}

int cmd_trustee(int argc, char **argv)
{
    struct settings settings = {.desk = {.keep_passphrase = true}, .wait_s = 600, .skip_s = 120};
    struct fail fail = {.outcome = OK};
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(help, stdout);
        return EXIT_DONE;
    }
    if (!read_arguments(argc, argv, &settings)) {
        fputs(help, stderr);
        return EXIT_USAGE;
    }
    return cli_finish("trustee", run(&settings, &fail), &fail);
}
