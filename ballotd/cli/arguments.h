/* A command's arguments: its own options by name, those of the desk, and the words that remain.
 *
 * A command lists its options in one table; reading stores where the table says, answers --help,
 * and prints one line on whatever is wrong. Nothing has a default but what the caller put there.
 */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include "cli/desk.h"

enum {
    ARGUMENT_WORDS_MAX = 35 /* a verb, two files, and a pair for each of 16 sources */,
    ARGUMENTS_MAX = 40
};

/* Exactly one of value and flag is set. */
struct argument {
    const char *name;
    const char **value;
    bool *flag;
};

struct arguments {
    const char *command;        /* "case raise": what messages begin with */
    const char *help;           /* printed for --help */
    const struct argument *own; /* ends with a name of NULL; NULL for none */
    unsigned words_least, words_most;
    bool anonymous; /* --key is not needed */
    struct desk_options desk;
    const char *words[ARGUMENT_WORDS_MAX];
    unsigned word_count;
};

/* argv[0] is passed over. True: go on. False: *out_code is the command's exit code, and whatever
 * there was to say has been printed. */
bool arguments_read(struct arguments *arguments, int argc, char **argv, int *out_code) MUST_USE;
/* Prints "ballotd COMMAND: text" and returns EXIT_USAGE: for what the table cannot say. */
int arguments_refuse(const struct arguments *arguments, const char *text);

/* "YYYY-MM-DDTHH:MM:SSZ" or seconds since 1970. BAD_INPUT arguments.time. */
enum outcome arguments_time(const char *text, const char *what, int64_t *out_s,
                            struct fail *fail) MUST_USE;
/* Canonical decimal up to `most`. BAD_INPUT arguments.number. */
enum outcome arguments_number(const char *text, const char *what, uint64_t most,
                              uint64_t *out_number, struct fail *fail) MUST_USE;

/* Opens the desk, does the work there, closes it, and returns the exit code. */
int arguments_at_desk(const struct arguments *arguments,
                      enum outcome (*work)(struct desk *desk, void *ctx, struct fail *fail),
                      void *ctx);

#endif
