/* ballotd notice: says something in public that changes nothing. */
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/office.h"

#include "base/code.h"

static const char help[] =
    "usage: ballotd notice --text TEXT [--welsh TEXT] [--subject HASH] --url URL --key FILE\n"
    "\n"
    "Puts a notice on the board, signed by a returning officer. HASH is the leaf hash of the "
    "entry\n"
    "that it is about.\n"
    "\n" DESK_HELP;

struct notice {
    const char *english, *welsh, *subject;
};

static enum outcome state_notice(struct desk *desk, void *ctx, struct fail *fail)
{
    const struct notice *notice = ctx;
    uint8_t subject[HASH_BYTES] = {0};
    json_t *object;
    if (notice->subject && !hex_read(span_str(notice->subject), subject, HASH_BYTES))
        return fail_set(fail, BAD_INPUT, "notice.subject",
                        "--subject: 64 lowercase hex digits expected");
    enum outcome outcome = office_begin(desk, KIND_NOTICE, "definition", &object, fail);
    if (outcome != OK)
        return outcome;
    json_put(object, "text", office_text(notice->english, notice->welsh));
    json_put_hex(object, "subject", SPAN_ARRAY(subject));
    return office_state(desk, "statements", object, fail);
}

int cmd_notice(int argc, char **argv)
{
    int code;
    struct notice notice = {0};
    const struct argument own[] = {
        {"text", &notice.english, NULL},
        {"welsh", &notice.welsh, NULL},
        {"subject", &notice.subject, NULL},
        {NULL, NULL, NULL},
    };
    struct arguments arguments = {.command = "notice", .help = help, .own = own};
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    if (!notice.english)
        return arguments_refuse(&arguments, "--text is needed");
    return arguments_at_desk(&arguments, state_notice, &notice);
}
