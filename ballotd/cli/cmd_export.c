/* ballotd export: a list of members, approved, handed over, opened, and found again. */
#include "base/clock.h"
#include "base/file.h"
#include "cli/approval.h"
#include "cli/cli.h"
#include "cli/handed.h"
#include "cli/office.h"

#include <stdio.h>

static const char help[] =
    "usage: ballotd export approve --to OFFICER --purpose TEXT [--days N] --url URL --key FILE "
    "[OPTION...]\n"
    "       ballotd export members --output FILE.age ...\n"
    "       ballotd export open --key FILE [--passphrase-file FILE] FILE.age FILE.csv\n"
    "       ballotd export trace FILE.csv --url URL --key FILE [OPTION...]\n"
    "\n"
    "  approve  lets an officer have the list of members, for N days (7); the returning officer "
    "or\n"
    "           the secretary, and nobody for himself\n"
    "  members  fetches it: number, name, units and standing of everybody in the draft roll, as "
    "an\n"
    "           age file that your key alone opens. The copy says whose it is, also in the order "
    "of\n"
    "           its rows.\n"
    "  open     opens such a file. It holds personal data in the clear: delete it when the "
    "purpose\n"
    "           is done.\n"
    "  trace    says whose copy a list is, from 20 rows of it or more in the order in which they\n"
    "           were found, even if the marks were cut off\n"
    "\n" DESK_HELP;

enum { TRACE_BYTES_MAX = 16 << 20 };

/* -- members ----------------------------------------------------------------------------------- */

static enum outcome members(struct desk *desk, void *ctx, struct fail *fail)
{
    return handed_get(desk, "export/members", ctx, "export open", fail);
}

/* -- open -------------------------------------------------------------------------------------- */

static enum outcome open_list(const struct arguments *arguments, struct fail *fail)
{
    const char *input = arguments->words[0], *output = arguments->words[1];
    struct buf plain;
    buf_init(&plain, HANDED_BYTES_MAX);
    enum outcome outcome = handed_open(&arguments->desk, input, &plain, fail);
    if (outcome == OK)
        outcome = file_create(output, buf_span(&plain), 0600, fail);
    buf_done(&plain);
    return outcome;
}

static int run_open(struct arguments *arguments)
{
    struct fail fail = {.outcome = OK};
    if (!arguments->desk.key)
        return arguments_refuse(arguments, "--key is needed");
    return cli_finish(arguments->command, open_list(arguments, &fail), &fail);
}

/* -- trace ------------------------------------------------------------------------------------- */

static const char *text_of(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text ? text : "";
}

static void print_copy(const json_t *copy)
{
    struct buf line;
    char when[INSTANT_TEXT_BYTES];
    instant_print(json_integer_value(json_object_get(copy, "at")), when);
    buf_init(&line, 8192);
    buf_add_format(&line,
                   "the copy handed to %s (%s) at %s for: %s (approved by %s); %lld rows agree to "
                   "%lld thousandths",
                   text_of(copy, "name"), text_of(copy, "to"), when, text_of(copy, "purpose"),
                   text_of(copy, "approved_by"),
                   (long long)json_integer_value(json_object_get(copy, "rows")),
                   (long long)json_integer_value(json_object_get(copy, "fit")));
    office_print(buf_span(&line));
    buf_done(&line);
}

static enum outcome print_found(const json_t *answer, struct fail *fail)
{
    const json_t *found = json_object_get(answer, "found");
    long long lines = (long long)json_integer_value(json_object_get(answer, "lines"));
    long long copies = (long long)json_integer_value(json_object_get(answer, "copies"));
    for (size_t i = 0; i < json_array_size(found); i++)
        print_copy(json_array_get(found, i));
    if (json_array_size(found) > 0)
        return OK;
    return fail_set(fail, NOT_FOUND, "trace.unknown",
                    "cannot tell: these %lld lines are in the order of none of %lld copies handed "
                    "over (20 rows in their order are needed)",
                    lines, copies);
}

static enum outcome trace_bytes(struct desk *desk, struct span list, struct fail *fail)
{
    struct buf body;
    unsigned status;
    json_t *answer;
    buf_init(&body, 1 << 20);
    enum outcome outcome = client_post(desk->client, "export/trace", list, &status, &body, fail);
    if (outcome == OK)
        outcome = json_read_canonical(buf_span(&body), "export/trace", &answer, fail);
    buf_done(&body);
    if (outcome != OK)
        return outcome;
    outcome = print_found(answer, fail);
    json_decref(answer);
    return outcome;
}

static enum outcome trace(struct desk *desk, void *ctx, struct fail *fail)
{
    struct buf list;
    buf_init(&list, TRACE_BYTES_MAX);
    enum outcome outcome = file_read(ctx, &list, fail);
    if (outcome == OK)
        outcome = trace_bytes(desk, buf_span(&list), fail);
    buf_done(&list);
    return outcome;
}

/* -- the command ------------------------------------------------------------------------------- */

static const struct verb {
    const char *name, *command;
    unsigned words;
} verbs[] = {
    {"approve", "export approve", 0},
    {"members", "export members", 0},
    {"open", "export open", 2},
    {"trace", "export trace", 1},
};

static int run_verb(const char *name, struct arguments *arguments, struct approval *approval,
                    const char *output)
{
    if (strcmp(name, "approve") == 0)
        return approval_run(arguments, approval);
    if (strcmp(name, "open") == 0)
        return run_open(arguments);
    if (strcmp(name, "trace") == 0)
        return arguments_at_desk(arguments, trace, (void *)arguments->words[0]);
    if (!output)
        return arguments_refuse(arguments, "--output is needed");
    return arguments_at_desk(arguments, members, (void *)output);
}

int cmd_export(int argc, char **argv)
{
    int code;
    const char *output = NULL, *name = NULL;
    struct approval approval = {.what = "members", .days = "7"};
    const struct argument own[] = {{"output", &output, NULL},
                                   {"to", &approval.to, NULL},
                                   {"purpose", &approval.purpose, NULL},
                                   {"days", &approval.days, NULL},
                                   {NULL, NULL, NULL}};
    struct arguments arguments = {.command = "export", .help = help, .own = own};
    for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].name, argv[1]) == 0) {
            name = verbs[i].name;
            arguments.command = verbs[i].command;
            arguments.words_least = arguments.words_most = verbs[i].words;
        }
    if (!arguments_read(&arguments, name ? argc - 1 : argc, name ? argv + 1 : argv, &code))
        return code;
    if (!name)
        return arguments_refuse(&arguments, "approve, members, open or trace is needed");
    return run_verb(name, &arguments, &approval, output);
}
