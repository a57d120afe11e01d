/* ballotd roll: what the draft roll says, confirming exclusions, sealing. */
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/member.h"
#include "cli/office.h"

#include <stdio.h>

static const char help[] =
    "usage: ballotd roll report      --url URL --key FILE [OPTION...]\n"
    "       ballotd roll members     ...\n"
    "       ballotd roll explain MEMBER_NUMBER ...\n"
    "       ballotd roll exclusions [--confirm] ...\n"
    "       ballotd roll seal        ...\n"
    "\n"
    "  report      totals of the draft roll, and what stands between it and its seal\n"
    "  members     everybody who is not simply eligible, with every reason\n"
    "  explain     one member, with every reason\n"
    "  exclusions  those whose exclusion nobody has confirmed; --confirm confirms them all,\n"
    "              1,000 a statement\n"
    "  seal        signs the roll as the daemon drafts it now; a second officer then uses\n"
    "              `ballotd countersign`\n"
    "\n" DESK_HELP OFFICE_PURPOSE_HELP;

struct asking {
    const char *verb, *number, *purpose;
    bool confirm;
};

/* -- reports ---------------------------------------------------------------------------------- */

static void print_lines(struct span text)
{
    struct span line;
    while (span_line(&text, &line))
        office_print(line);
}

static enum outcome report(struct desk *desk, const struct asking *asking, struct fail *fail)
{
    static const char *const counts[] = {"snapshots",  "rows",         "members",     "eligible",
                                         "ineligible", "undetermined", "provisional", "removed",
                                         "withdrawn",  "statements"};
    json_t *answer;
    (void)asking;
    enum outcome outcome = office_get(desk, "roll/report", &answer, fail);
    if (outcome != OK)
        return outcome;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        printf("%-14s %9lld\n", counts[i],
               (long long)json_integer_value(json_object_get(answer, counts[i])));
    if (json_is_true(json_object_get(answer, "may_be_sealed")))
        printf("The roll may be sealed.\n");
    else
        print_lines(json_span(json_object_get(answer, "to_do")));
    json_decref(answer);
    return OK;
}

static enum outcome members(struct desk *desk, const struct asking *asking, struct fail *fail)
{
    json_t *answer;
    (void)asking;
    enum outcome outcome = office_get(desk, "roll/members", &answer, fail);
    if (outcome != OK)
        return outcome;
    const json_t *list = json_object_get(answer, "members");
    for (size_t i = 0; i < json_array_size(list); i++)
        print_lines(json_span(json_object_get(json_array_get(list, i), "text")));
    printf("%zu members are not simply eligible\n", json_array_size(list));
    json_decref(answer);
    return OK;
}

static enum outcome explain(struct desk *desk, const struct asking *asking, struct fail *fail)
{
    json_t *answer;
    enum outcome outcome = member_report(desk, asking->number, &answer, fail);
    if (outcome != OK)
        return outcome;
    print_lines(json_span(json_object_get(answer, "text")));
    json_decref(answer);
    return OK;
}

/* -- exclusions ------------------------------------------------------------------------------- */

/* One statement; *out_count is 0 when nobody waits any more. */
static enum outcome confirm_some(struct desk *desk, size_t *out_count, struct fail *fail)
{
    json_t *answer, *object;
    enum outcome outcome = office_get(desk, "roll/exclusions", &answer, fail);
    if (outcome != OK)
        return outcome;
    json_t *list = json_object_get(answer, "list");
    *out_count = json_array_size(list);
    if (*out_count > 0)
        outcome = office_begin(desk, "exclusions", "snapshot", &object, fail);
    if (*out_count > 0 && outcome == OK) {
        json_put(object, "list", json_incref(list));
        outcome = office_state(desk, "cases", object, fail);
    }
    json_decref(answer);
    return outcome;
}

static enum outcome confirm_all(struct desk *desk, struct fail *fail)
{
    static const char question[] =
        "This confirms that every member whom the rules exclude is rightly excluded, for exactly\n"
        "the reasons that `ballotd roll members` gives.";
    size_t count = 1, total = 0;
    enum outcome outcome = desk_confirm(desk, span_str(question), fail);
    desk->yes = true; /* asked once: the lists are pseudonyms, by the thousand */
    while (outcome == OK && count > 0) {
        outcome = confirm_some(desk, &count, fail);
        total += outcome == OK ? count : 0;
    }
    if (outcome == OK)
        printf("%zu exclusions confirmed\n", total);
    return outcome;
}

static enum outcome exclusions(struct desk *desk, const struct asking *asking, struct fail *fail)
{
    json_t *answer;
    if (asking->confirm)
        return confirm_all(desk, fail);
    enum outcome outcome = office_get(desk, "roll/members", &answer, fail);
    if (outcome != OK)
        return outcome;
    const json_t *list = json_object_get(answer, "members");
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i), *member = json_object_get(item, "member");
        if (!span_is(json_span(json_object_get(member, "outcome")), "ineligible") ||
            json_is_true(json_object_get(member, "confirmed")))
            continue;
        print_lines(json_span(json_object_get(item, "text")));
        count++;
    }
    printf("%zu exclusions wait for confirmation\n", count);
    json_decref(answer);
    return OK;
}

static enum outcome seal(struct desk *desk, const struct asking *asking, struct fail *fail)
{
    (void)asking;
    return office_sign_draft(desk, KIND_ROLL, 0, fail);
}

/* -- the command ------------------------------------------------------------------------------ */

static const struct verb {
    const char *name, *command;
    enum outcome (*run)(struct desk *desk, const struct asking *asking, struct fail *fail);
    unsigned words;
    const char *purpose;
} verbs[] = {
    {"report", "roll report", report, 0, "Following the draft roll"},
    {"members", "roll members", members, 0, "Checking the draft roll"},
    {"explain", "roll explain", explain, 1, "Explaining a member's standing"},
    {"exclusions", "roll exclusions", exclusions, 0, "Confirming exclusions"},
    {"seal", "roll seal", seal, 0, "Sealing the roll"},
};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (name && strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static enum outcome run(struct desk *desk, void *ctx, struct fail *fail)
{
    const struct asking *asking = ctx;
    const struct verb *verb = find_verb(asking->verb);
    office_purpose(desk, asking->purpose, verb->purpose);
    return verb->run(desk, asking, fail);
}

int cmd_roll(int argc, char **argv)
{
    int code;
    struct asking asking = {.verb = argv[1]};
    const struct argument own[] = {
        {"confirm", NULL, &asking.confirm}, {"purpose", &asking.purpose, NULL}, {NULL, NULL, NULL}};
    struct arguments arguments = {.command = "roll", .help = help, .own = own};
    const struct verb *verb = find_verb(argv[1]);
    if (verb) {
        arguments.command = verb->command;
        arguments.words_least = arguments.words_most = verb->words;
        argc--;
        argv++;
    }
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    if (!verb)
        return arguments_refuse(&arguments, "report, members, explain, exclusions or seal");
    if (asking.confirm && verb->run != exclusions)
        return arguments_refuse(&arguments, "--confirm is for exclusions");
    asking.number = arguments.words[0];
    return arguments_at_desk(&arguments, run, &asking);
}
