/* ballotd amend: puts off the close, notes a withdrawal, or cancels the election. */
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/office.h"

static const char help[] =
    "usage: ballotd amend close --at TIME --text TEXT --url URL --key FILE [OPTION...]\n"
    "       ballotd amend withdraw --contest ID --candidate NUMBER --text TEXT ...\n"
    "       ballotd amend cancel --text TEXT ...\n"
    "\n"
    "Takes two officers: the other one uses `ballotd countersign`. The close can only be put off.\n"
    "TIME is written 2026-03-01T12:00:00Z.\n"
    "\n" DESK_HELP;

struct amendment {
    const char *change, *at, *contest, *candidate, *text;
};

static enum outcome amend(struct desk *desk, void *ctx, struct fail *fail)
{
    const struct amendment *amendment = ctx;
    int64_t closes_s = 0;
    uint64_t candidate = 0;
    json_t *object;
    enum outcome outcome = OK;
    if (amendment->at)
        outcome = arguments_time(amendment->at, "--at", &closes_s, fail);
    if (outcome == OK && amendment->candidate)
        outcome = arguments_number(amendment->candidate, "--candidate", LIMIT_CANDIDATES,
                                   &candidate, fail);
    if (outcome == OK)
        outcome = office_begin(desk, KIND_AMEND, "amended", &object, fail);
    if (outcome != OK)
        return outcome;
    json_put_string(object, "change", span_str(amendment->change));
    json_put_integer(object, "closes_at", closes_s);
    json_put_string(object, "contest", span_str(amendment->contest ? amendment->contest : ""));
    json_put_integer(object, "candidate", (int64_t)candidate);
    json_put_string(object, "text", span_str(amendment->text));
    return office_state(desk, "statements", object, fail);
}

/* Each change takes its own options and no others. */
static bool is_complete(const struct amendment *a)
{
    bool close = strcmp(a->change, "close") == 0, withdraw = strcmp(a->change, "withdraw") == 0;
    return a->text && close == (a->at != NULL) && withdraw == (a->contest != NULL) &&
           withdraw == (a->candidate != NULL) &&
           (close || withdraw || strcmp(a->change, "cancel") == 0);
}

int cmd_amend(int argc, char **argv)
{
    int code;
    struct amendment amendment = {0};
    const struct argument own[] = {
        {"at", &amendment.at, NULL},
        {"contest", &amendment.contest, NULL},
        {"candidate", &amendment.candidate, NULL},
        {"text", &amendment.text, NULL},
        {NULL, NULL, NULL},
    };
    struct arguments arguments = {
        .command = "amend", .help = help, .own = own, .words_least = 1, .words_most = 1};
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    amendment.change = arguments.words[0];
    if (!is_complete(&amendment))
        return arguments_refuse(&arguments, "close takes --at, withdraw --contest and --candidate, "
                                            "cancel neither; all take --text");
    return arguments_at_desk(&arguments, amend, &amendment);
}
