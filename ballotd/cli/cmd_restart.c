/* ballotd restart: begins the key ceremony again without a trustee. */
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/office.h"

static const char help[] =
    "usage: ballotd restart [--without INDEX] [--text TEXT] --url URL --key FILE [OPTION...]\n"
    "\n"
    "Begins the next attempt of the key ceremony. After a complaint the trustee at fault is left\n"
    "out, whoever that is proved to be; otherwise --without names one who stays away. Takes two\n"
    "officers: the other one uses `ballotd countersign`.\n"
    "\n" DESK_HELP;

struct restart {
    const char *without, *text;
};

static json_t *participants_without(const struct desk *desk, int64_t left_out)
{
    const json_t *present = json_object_get(desk->status, "participants");
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(present); i++) {
        int64_t index = json_integer_value(json_array_get(present, i));
        if (index != left_out)
            json_array_append_new(list, json_integer(index));
    }
    return list;
}

/* Whom to leave out, and for which reason (docs/protocol.md section 4). */
static enum outcome choose(const struct desk *desk, const struct restart *restart,
                           uint64_t *out_left_out, const char **out_reason, struct fail *fail)
{
    uint64_t culprit = (uint64_t)desk_status_number(desk, "culprit"), named = 0;
    enum outcome outcome = OK;
    if (restart->without)
        outcome = arguments_number(restart->without, "--without", LIMIT_TRUSTEES, &named, fail);
    if (outcome != OK)
        return outcome;
    if (culprit == 0 && named == 0)
        return fail_set(fail, BAD_INPUT, "restart.whom",
                        "no complaint stands: --without names the trustee who stays away");
    *out_left_out = named ? named : culprit;
    *out_reason = culprit == 0                                               ? "absent"
                  : culprit == (uint64_t)desk_status_number(desk, "accused") ? "proved"
                                                                             : "false-complaint";
    return OK;
}

static enum outcome begin_again(struct desk *desk, void *ctx, struct fail *fail)
{
    const struct restart *restart = ctx;
    uint64_t left_out = 0;
    const char *reason = "";
    json_t *object;
    enum outcome outcome = choose(desk, restart, &left_out, &reason, fail);
    if (outcome == OK)
        outcome = office_begin(desk, KIND_TRUSTEE_RESTART, "ceremony_entry", &object, fail);
    if (outcome != OK)
        return outcome;
    json_put_integer(object, "attempt", desk_status_number(desk, "attempt") + 1);
    json_put(object, "trustees", participants_without(desk, (int64_t)left_out));
    json_put_string(object, "reason", span_str(reason));
    json_put_string(object, "text", span_str(restart->text ? restart->text : ""));
    return office_state(desk, "statements", object, fail);
}

int cmd_restart(int argc, char **argv)
{
    int code;
    struct restart restart = {0};
    const struct argument own[] = {
        {"without", &restart.without, NULL}, {"text", &restart.text, NULL}, {NULL, NULL, NULL}};
    struct arguments arguments = {.command = "restart", .help = help, .own = own};
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    return arguments_at_desk(&arguments, begin_again, &restart);
}
