/* ballotd trustee: a trustee's part in the key ceremony, the mixes and the decryptions. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/code.h"
#include "base/file.h"
#include "cli/arguments.h"
#include "cli/cli.h"
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

enum { WAIT_S = 600, SKIP_S = 120, YEAR_S = 366 * 86400 };

struct settings {
    struct arguments *arguments;
    enum trustee_goal goal;
    const char *wait, *skip, *definition;
    bool extra;
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

/* So that no lock is left beside what is no key file. */
static enum outcome check_role(const char *path, struct fail *fail)
{
    struct keyfile key;
    struct buf text;
    buf_init(&text, KEYFILE_BYTES_MAX);
    enum outcome outcome = file_read(path, &text, fail);
    if (outcome == OK && keyfile_read(buf_span(&text), &key, fail) != OK)
        outcome = fail_within(fail, "%s", path);
    buf_done(&text);
    if (outcome != OK)
        return outcome;
    if (key.role != KEYFILE_TRUSTEE)
        outcome =
            fail_set(fail, NOT_ALLOWED, "trustee.role", "%s is not a trustee's key file", path);
    keyfile_done(&key);
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

static enum outcome read_numbers(const struct settings *settings, struct trustee_options *options,
                                 uint8_t *definition, struct fail *fail)
{
    uint64_t wait_s = settings->goal == TRUSTEE_RUN ? 0 : WAIT_S, skip_s = SKIP_S;
    enum outcome outcome = OK;
    if (settings->wait)
        outcome = arguments_number(settings->wait, "--wait", YEAR_S, &wait_s, fail);
    if (outcome == OK && settings->skip)
        outcome = arguments_number(settings->skip, "--skip", YEAR_S, &skip_s, fail);
    if (outcome == OK && settings->definition) {
        struct span hex = span_str(settings->definition);
        if (hex.len != 2 * HASH_BYTES || !hex_read(hex, definition, HASH_BYTES))
            outcome = fail_set(fail, BAD_INPUT, "trustee.definition",
                               "--definition: the entry's leaf hash in hex is needed");
        options->definition = definition;
    }
    options->wait_s = (int64_t)wait_s;
    options->skip_s = (int64_t)skip_s;
    return outcome;
}

/* Before anything is opened. */
static enum outcome check_numbers(const struct settings *settings, struct fail *fail)
{
    struct trustee_options ignored = {0};
    uint8_t definition[HASH_BYTES];
    return read_numbers(settings, &ignored, definition, fail);
}

static enum outcome work(struct desk *desk, void *ctx, struct fail *fail)
{
    const struct settings *settings = ctx;
    const struct wire wire = {desk, wire_get, wire_put, wire_post};
    struct keeper keeper = {desk, settings->arguments->desk.key};
    uint8_t definition[HASH_BYTES];
    struct trustee_options options = {
        .goal = settings->goal,
        .wire = &wire,
        .origin = span_str(desk->origin),
        .keyfile = &desk->keyfile,
        .signer = &desk->signer,
        .save = save,
        .save_ctx = &keeper,
        .extra = settings->extra,
    };
    enum outcome outcome = read_numbers(settings, &options, definition, fail);
    return outcome == OK ? trustee_run(&options, fail) : outcome;
}

int cmd_trustee(int argc, char **argv)
{
    int code, lock_fd = -1;
    struct fail fail;
    struct settings settings = {0};
    const struct argument own[] = {
        {"wait", &settings.wait, NULL},
        {"skip", &settings.skip, NULL},
        {"definition", &settings.definition, NULL},
        {"extra", NULL, &settings.extra},
        {NULL, NULL, NULL},
    };
    struct arguments arguments = {.command = "trustee",
                                  .help = help,
                                  .own = own,
                                  .words_least = 1,
                                  .words_most = 1,
                                  .desk = {.keep_passphrase = true}};
    settings.arguments = &arguments;
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    if (!read_goal(arguments.words[0], &settings.goal))
        return arguments_refuse(&arguments, "one of ceremony, mix, decrypt and run is needed");
    if (!arguments.desk.key)
        return arguments_refuse(&arguments, "--key is needed");
    if (check_role(arguments.desk.key, &fail) != OK || check_numbers(&settings, &fail) != OK ||
        lock(arguments.desk.key, &lock_fd, &fail) != OK)
        return cli_finish("trustee", fail.outcome, &fail);
    code = arguments_at_desk(&arguments, work, &settings);
    (void)close(lock_fd);
    return code;
}
