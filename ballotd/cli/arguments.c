#include "cli/arguments.h"

#include "base/clock.h"
#include "cli/cli.h"

#include <stdio.h>

enum { OWN_OPTION = 1, OPTIONS_MAX = ARGUMENTS_MAX + 6, HELP_OPTION = 999 };

static void list_options(const struct argument *own, struct option out[static OPTIONS_MAX])
{
    static const struct option desk_options[] = {
        DESK_OPTIONS,
        {"help", no_argument, NULL, HELP_OPTION},
    };
    size_t count = 0;
    for (size_t i = 0; i < sizeof desk_options / sizeof *desk_options; i++)
        out[count++] = desk_options[i];
    for (int i = 0; own && own[i].name && i < ARGUMENTS_MAX; i++)
        out[count++] = (struct option){own[i].name, own[i].flag ? no_argument : required_argument,
                                       NULL, OWN_OPTION + i};
    out[count] = (struct option){NULL, 0, NULL, 0};
}

int arguments_refuse(const struct arguments *arguments, const char *text)
{
    return cli_misused(arguments->command, text);
}

static bool take_option(struct arguments *arguments, int option, const char *value)
{
    if (option < OWN_OPTION || option >= HELP_OPTION)
        return desk_take_option(&arguments->desk, option, value);
    const struct argument *own = &arguments->own[option - OWN_OPTION];
    if (own->flag)
        *own->flag = true;
    else
        *own->value = value;
    return true;
}

static bool take_words(struct arguments *arguments, int argc, char **argv, int *out_code)
{
    arguments->word_count = 0;
    for (int i = optind; i < argc && arguments->word_count < ARGUMENT_WORDS_MAX; i++)
        arguments->words[arguments->word_count++] = argv[i];
    bool fits =
        argc - optind >= (int)arguments->words_least && argc - optind <= (int)arguments->words_most;
    if (!fits)
        *out_code = arguments_refuse(arguments, arguments->word_count < arguments->words_least
                                                    ? "an argument is missing"
                                                    : "an argument too many");
    return fits;
}

bool arguments_read(struct arguments *arguments, int argc, char **argv, int *out_code)
{
    struct option options[OPTIONS_MAX];
    char text[200];
    int option;
    list_options(arguments->own, options);
    opterr = 0;
    optind = 1;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == HELP_OPTION) {
            fputs(arguments->help, stdout);
            *out_code = EXIT_DONE;
            return false;
        }
        if (option == '?' || !take_option(arguments, option, optarg)) {
            snprintf(text, sizeof text, "\"%s\" is unknown or lacks its value", argv[optind - 1]);
            *out_code = arguments_refuse(arguments, text);
            return false;
        }
    }
    desk_take_environment(&arguments->desk, !arguments->anonymous);
    return take_words(arguments, argc, argv, out_code);
}

enum outcome arguments_time(const char *text, const char *what, int64_t *out_s, struct fail *fail)
{
    uint64_t seconds;
    if (instant_read(span_str(text), out_s))
        return OK;
    if (!span_decimal(span_str(text), &seconds) || seconds > INT64_MAX)
        return fail_set(fail, BAD_INPUT, "arguments.time",
                        "%s: \"%s\" is not a time such as 2026-03-01T12:00:00Z", what, text);
    *out_s = (int64_t)seconds;
    return OK;
}

enum outcome arguments_number(const char *text, const char *what, uint64_t most,
                              uint64_t *out_number, struct fail *fail)
{
    uint64_t number;
    if (!text || !span_decimal(span_str(text), &number) || number > most)
        return fail_set(fail, BAD_INPUT, "arguments.number",
                        "%s: \"%s\" is not a number from 0 to %llu", what, text ? text : "",
                        (unsigned long long)most);
    *out_number = number;
    return OK;
}

int arguments_at_desk(const struct arguments *arguments,
                      enum outcome (*work)(struct desk *desk, void *ctx, struct fail *fail),
                      void *ctx)
{
    struct desk desk;
    struct fail fail = {.outcome = OK};
    if (!arguments->desk.url || (!arguments->desk.key && !arguments->anonymous))
        return arguments_refuse(arguments, arguments->desk.url ? "--key is needed, or BALLOTD_KEY"
                                                               : "--url is needed, or BALLOTD_URL");
    enum outcome outcome = desk_open(&arguments->desk, &desk, &fail);
    if (outcome == OK) {
        outcome = work(&desk, ctx, &fail);
        desk_close(&desk);
    }
    return cli_finish(arguments->command, outcome, &fail);
}
