/* ballotd role: appoints an officer, or ends an appointment. */
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/office.h"

static const char help[] =
    "usage: ballotd role appoint --id ID --name NAME --roles ROLE[,ROLE...] --public KEY\n"
    "                            [--until TIME] --url URL --key FILE [OPTION...]\n"
    "       ballotd role end --id ID --url URL --key FILE [OPTION...]\n"
    "\n"
    "Takes two officers: the other one uses `ballotd countersign`. Roles are returning, "
    "secretary,\n"
    "deputy, exporter, scrutineer, panel (who hears appeals) and barred (a candidate, or an agent "
    "or\n"
    "employee of one). KEY is \"sign\" as `ballotd key show` prints it. Who is\n"
    "appointed under an id that is held replaces its holder.\n"
    "\n" DESK_HELP;

struct appointment {
    const char *action, *id, *name, *roles, *public, *until;
};

static json_t *list_roles(const char *text)
{
    json_t *list = json_array();
    struct span rest = span_str(text), role;
    while (rest.len > 0) {
        if (!span_cut(&rest, ',', &role)) {
            role = rest;
            rest = span_of(NULL, 0);
        }
        json_array_append_new(list, json_stringn((const char *)role.ptr, role.len));
    }
    return list;
}

static enum outcome appoint(struct desk *desk, void *ctx, struct fail *fail)
{
    const struct appointment *a = ctx;
    int64_t until_s = 0;
    json_t *object;
    enum outcome outcome = OK;
    if (a->until)
        outcome = arguments_time(a->until, "--until", &until_s, fail);
    if (outcome == OK)
        outcome = office_begin(desk, KIND_ROLE, "definition", &object, fail);
    if (outcome != OK)
        return outcome;
    json_put_string(object, "action", span_str(a->action));
    json_put_string(object, "officer", span_str(a->id));
    json_put_string(object, "name", span_str(a->name ? a->name : ""));
    json_put(object, "roles", list_roles(a->roles ? a->roles : ""));
    json_put_string(object, "key", span_str(a->public ? a->public : ""));
    json_put_integer(object, "until", until_s);
    return office_state(desk, "statements", object, fail);
}

int cmd_role(int argc, char **argv)
{
    int code;
    struct appointment a = {0};
    const struct argument own[] = {
        {"id", &a.id, NULL},         {"name", &a.name, NULL},   {"roles", &a.roles, NULL},
        {"public", &a.public, NULL}, {"until", &a.until, NULL}, {NULL, NULL, NULL},
    };
    struct arguments arguments = {
        .command = "role", .help = help, .own = own, .words_least = 1, .words_most = 1};
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    a.action = arguments.words[0];
    bool appoints = strcmp(a.action, "appoint") == 0, ends = strcmp(a.action, "end") == 0;
    if (!a.id || (!appoints && !ends) || (appoints && !(a.name && a.roles && a.public)) ||
        (ends && (a.name || a.roles || a.public || a.until)))
        return arguments_refuse(&arguments, "appoint takes --id, --name, --roles and --public; end "
                                            "takes --id");
    return arguments_at_desk(&arguments, appoint, &a);
}
