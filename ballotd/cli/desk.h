/* The desk: what every command that talks to a daemon needs. Its common options, the key file of
 * the person at it, the connection, and the few exchanges that all of them make.
 *
 *   --url URL               of the election, as `ballotd serve` prints it
 *   --key FILE              the key file of the person
 *   --passphrase-file FILE  opens the key file; without it the terminal asks
 *   --yes                   sign without asking (scripts)
 *
 * The first three may stand in the environment, so that an evening's commands need not repeat them:
 * BALLOTD_URL, BALLOTD_KEY, BALLOTD_PASSPHRASE_FILE.
 */
#ifndef CLI_DESK_H
#define CLI_DESK_H

#include "cli/passphrase.h"
#include "crypto/keyfile.h"
#include "election/statement.h"
#include "http/client.h"

#include <getopt.h>

struct desk_options {
    const char *url;
    const char *key;
    const char *passphrase_file;
    bool yes;
    bool keep_passphrase; /* for commands that write the key file anew */
};

/* For getopt_long: the entries of the common options, to be put into a command's own table. */
enum { DESK_URL = 1000, DESK_KEY, DESK_PASSPHRASE, DESK_YES };
#define DESK_OPTIONS                                                                               \
    {"url", required_argument, NULL, DESK_URL}, {"key", required_argument, NULL, DESK_KEY},        \
        {"passphrase-file", required_argument, NULL, DESK_PASSPHRASE},                             \
    {                                                                                              \
        "yes", no_argument, NULL, DESK_YES                                                         \
    }
#define DESK_HELP                                                                                  \
    "  --url URL               the election, as `ballotd serve` prints it\n"                       \
    "  --key FILE              your key file (`ballotd key new` makes one)\n"                      \
    "  --passphrase-file FILE  its first line opens the key file; otherwise the terminal asks\n"   \
    "  --yes                   sign without asking\n"                                              \
    "  BALLOTD_URL, BALLOTD_KEY and BALLOTD_PASSPHRASE_FILE in the environment stand for the\n"    \
    "  first three\n"
/* What the command line left out, from the environment; the key only for commands that need one. */
void desk_take_environment(struct desk_options *options, bool with_key);
/* True when the option was one of these. */
bool desk_take_option(struct desk_options *options, int option, const char *value);

struct desk {
    struct client *client;
    struct keyfile keyfile;       /* role and name; secret is NULL without --key */
    struct passphrase passphrase; /* of the key file, where it was to be kept */
    struct note_signer signer;
    char origin[LIMIT_ORIGIN_BYTES + 1];
    json_t *status; /* as GET status gave it at the start; owned */
    bool yes;
};

/* Connects, asks for the status, opens the key (when there is one) and gives it its name in this
 * election: officers are looked up in the definition and later `role` entries by their key,
 * trustees by theirs. NOT_FOUND desk.stranger when the election does not know the key. */
enum outcome desk_open(const struct desk_options *options, struct desk *out_desk,
                       struct fail *fail) MUST_USE;
void desk_close(struct desk *desk);
/* The key file alone, for what needs no daemon; the caller calls keyfile_done. */
enum outcome desk_open_key(const struct desk_options *options, struct keyfile *out_key,
                           struct fail *fail) MUST_USE;
/* Asks for the status again. */
enum outcome desk_refresh(struct desk *desk, struct fail *fail) MUST_USE;
/* A member of the status: hex of 32 bytes, a number, a word. NOT_FOUND desk.status. */
enum outcome desk_status_hash(const struct desk *desk, const char *member,
                              uint8_t out_hash[static HASH_BYTES], struct fail *fail) MUST_USE;
int64_t desk_status_number(const struct desk *desk, const char *member);
const char *desk_status_text(const struct desk *desk, const char *member); /* "" when absent */

/* Shows a statement in words, on the terminal, and asks whether to sign it (unless --yes).
 * NOT_ALLOWED desk.declined. */
enum outcome desk_confirm(const struct desk *desk, struct span text, struct fail *fail) MUST_USE;
/* Signs the text with the desk's key and posts it to `statements` (or `cases`). The answer
 * (receipt, or the waiting note) is appended to out_answer, which may be NULL. Prints one line on
 * how it went: "contest: entered", "roll: waits for another officer". */
enum outcome desk_state(struct desk *desk, const char *path, struct span text,
                        struct buf *out_answer, struct fail *fail) MUST_USE;

#endif
