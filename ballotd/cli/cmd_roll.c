/* ballotd roll: what the draft roll says, confirming exclusions, sealing. */
#include "base/code.h"
#include "base/file.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/member.h"
#include "cli/office.h"
#include "cli/roll_report.h"
#include "roll.h"

#include <stdio.h>

static const char help[] =
    "usage: ballotd roll report      --url URL --key FILE [OPTION...]\n"
    "       ballotd roll members     ...\n"
    "       ballotd roll explain MEMBER_NUMBER ...\n"
    "       ballotd roll exclusions [--confirm] ...\n"
    "       ballotd roll differences ...\n"
    "       ballotd roll candidates  ...\n"
    "       ballotd roll seal        ...\n"
    "       ballotd roll amend       ...\n"
    "       ballotd roll proof --member NUMBER --output FILE ...\n"
    "\n"
    "  report      alarms first, then how old each feed is, totals of the draft roll, what stands\n"
    "              between it and its seal, what to do next, and what changed between snapshots\n"
    "  members     everybody who is not simply eligible, with every reason\n"
    "  explain     one member: every rule with the value it rests on, where that came from and as\n"
    "              of which day, and all that is on record\n"
    "  exclusions  those whose exclusion nobody has confirmed; --confirm confirms them all,\n"
    "              1,000 a statement\n"
    "  seal        signs the roll as the daemon drafts it now; a second officer then uses\n"
    "              `ballotd countersign`\n"
    "  differences what changed from snapshot to snapshot\n"
    "  candidates  what looks wrong: sources that disagree, one person twice, changes in bulk;\n"
    "              where one is right, raise a case\n"
    "  amend       the same for the next version: what was decided since\n"
    "  proof       a member's own entry, with which anybody can check that it is on the roll\n"
    "\n" DESK_HELP OFFICE_PURPOSE_HELP;

struct asking {
    const char *verb, *number, *purpose;
    const char *member, *output; /* of proof */
    bool confirm;
};

/* -- reports ---------------------------------------------------------------------------------- */

static void print_lines(struct span text)
{
    struct span line;
    while (span_line(&text, &line))
        office_print(line);
}

/* What changed between snapshots, alarms first. */
static enum outcome differences(struct desk *desk, const struct asking *asking, struct fail *fail)
{
    json_t *answer;
    (void)asking;
    enum outcome outcome = office_get(desk, "roll/differences", &answer, fail);
    if (outcome != OK)
        return outcome;
    roll_report_print_differences(answer);
    json_decref(answer);
    return OK;
}

/* What an officer may make a case of, the gravest first. */
static enum outcome candidates(struct desk *desk, const struct asking *asking, struct fail *fail)
{
    json_t *answer;
    (void)asking;
    enum outcome outcome = office_get(desk, "roll/candidates", &answer, fail);
    if (outcome != OK)
        return outcome;
    print_lines(json_span(json_object_get(answer, "text")));
    json_decref(answer);
    return OK;
}

static enum outcome report(struct desk *desk, const struct asking *asking, struct fail *fail)
{
    json_t *answer = NULL, *changes = NULL;
    (void)asking;
    enum outcome outcome = office_get(desk, "roll/report", &answer, fail);
    if (outcome == OK)
        outcome = office_get(desk, "roll/differences", &changes, fail);
    if (outcome == OK)
        roll_report_print(answer, changes);
    json_decref(answer);
    json_decref(changes);
    return outcome;
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
    printf("%zu %s\n", json_array_size(list),
           json_array_size(list) == 1 ? "member is not simply eligible"
                                      : "members are not simply eligible");
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
        "the reasons that `ballotd roll exclusions` shows.";
    size_t count = 1, total = 0;
    enum outcome outcome = desk_confirm(desk, span_str(question), fail);
    desk->yes = true; /* asked once: the lists are pseudonyms, by the thousand */
    while (outcome == OK && count > 0) {
        outcome = confirm_some(desk, &count, fail);
        total += outcome == OK ? count : 0;
    }
    if (outcome == OK)
        printf("%zu %s confirmed\n", total, total == 1 ? "exclusion" : "exclusions");
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
    printf("%zu %s for confirmation\n", count, count == 1 ? "exclusion waits" : "exclusions wait");
    if (count > 0)
        printf("Have you looked at each? Then `ballotd roll exclusions --confirm`.\n");
    json_decref(answer);
    return OK;
}

static enum outcome seal(struct desk *desk, const struct asking *asking, struct fail *fail)
{
    (void)asking;
    return office_sign_draft(desk, KIND_ROLL, 0, fail);
}

/* The next version, after the first: what was decided since. */
static enum outcome amend(struct desk *desk, const struct asking *asking, struct fail *fail)
{
    (void)asking;
    if (desk_status_number(desk, "roll") == 0)
        return fail_set(fail, NOT_ALLOWED, "roll.unsealed",
                        "there is no roll yet to amend; `ballotd roll seal` makes it");
    return office_sign_draft(desk, KIND_ROLL, 0, fail);
}

/* -- one's own entry -------------------------------------------------------------------------- */

static enum outcome proof(struct desk *desk, const struct asking *asking, struct fail *fail)
{
    struct span number = span_str(asking->member);
    struct buf path, entry;
    buf_init(&path, 2 * ROLL_MEMBER_NO_BYTES_MAX + 32);
    buf_init(&entry, NOTE_BYTES_MAX);
    buf_add_str(&path, "roll/proof/");
    hex_add(&path, number);
    enum outcome outcome = buf_check(&path, "--member", fail);
    if (outcome == OK)
        outcome = client_get(desk->client, buf_text(&path), &entry, fail);
    buf_add_byte(&entry, '\n');
    if (outcome == OK)
        outcome = file_create(asking->output, buf_span(&entry), 0600, fail);
    buf_done(&path);
    buf_done(&entry);
    if (outcome == OK)
        printf("%s holds the member's own entry; `verify entry %s BUNDLE` checks it\n",
               asking->output, asking->output);
    return outcome;
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
    {"differences", "roll differences", differences, 0, "Checking what changed"},
    {"candidates", "roll candidates", candidates, 0, "Looking for what may be wrong"},
    {"seal", "roll seal", seal, 0, "Sealing the roll"},
    {"amend", "roll amend", amend, 0, "Amending the roll"},
    {"proof", "roll proof", proof, 0, "Giving a member their own entry"},
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
    const struct argument own[] = {{"confirm", NULL, &asking.confirm},
                                   {"purpose", &asking.purpose, NULL},
                                   {"member", &asking.member, NULL},
                                   {"output", &asking.output, NULL},
                                   {NULL, NULL, NULL}};
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
        return arguments_refuse(&arguments,
                                "report, members, explain, exclusions, differences, candidates, "
                                "seal, amend or proof");
    if (asking.confirm && verb->run != exclusions)
        return arguments_refuse(&arguments, "--confirm is for exclusions");
    bool proving = verb->run == proof;
    if (proving != (asking.member != NULL) || proving != (asking.output != NULL))
        return arguments_refuse(&arguments, "--member and --output belong to proof");
    asking.number = arguments.words[0];
    return arguments_at_desk(&arguments, run, &asking);
}
