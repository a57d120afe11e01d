/* ballotd pending and ballotd countersign: what waits for another officer's signature. */
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/office.h"
#include "cli/words.h"

#include <stdio.h>

static const char pending_help[] =
    "usage: ballotd pending --url URL\n"
    "\n"
    "Lists the statements that wait for another officer's signature, and who has signed them.\n";

static const char countersign_help[] =
    "usage: ballotd countersign [--all] --url URL --key FILE [OPTION...]\n"
    "\n"
    "Shows the statement that waits for another officer's signature, asks, and signs it. Where\n"
    "several wait, --all goes through them one by one.\n"
    "\n"
    "  --all                   every statement that waits and lacks your signature\n" DESK_HELP;

/* -- reading ---------------------------------------------------------------------------------- */

static void show(const struct statement *statement)
{
    printf("%.*s, signed by", (int)statement->kind.len, (const char *)statement->kind.ptr);
    for (unsigned i = 0; i < statement->note.count; i++) {
        struct span name = statement->note.signatures[i].name;
        printf(" %.*s", (int)name.len, (const char *)name.ptr);
    }
    printf("\n");
}

static void show_text(const struct statement *statement)
{
    words_print(statement->note.text);
}

/* Calls each for every statement that waits. */
static enum outcome each_waiting(struct desk *desk,
                                 enum outcome (*each)(struct desk *desk,
                                                      const struct statement *statement, void *ctx,
                                                      struct fail *fail),
                                 void *ctx, struct fail *fail)
{
    json_t *answer;
    enum outcome outcome = office_get(desk, "pending", &answer, fail);
    if (outcome != OK)
        return outcome;
    const json_t *list = json_object_get(answer, "pending");
    for (size_t i = 0; outcome == OK && i < json_array_size(list); i++) {
        struct statement statement;
        outcome = statement_read(json_span(json_array_get(list, i)), span_str(desk->origin),
                                 &statement, fail);
        if (outcome != OK)
            break;
        outcome = each(desk, &statement, ctx, fail);
        statement_done(&statement);
    }
    json_decref(answer);
    return outcome;
}

/* -- pending ---------------------------------------------------------------------------------- */

static enum outcome list_one(struct desk *desk, const struct statement *statement, void *ctx,
                             struct fail *fail)
{
    unsigned *count = ctx;
    (void)desk;
    (void)fail;
    show(statement);
    show_text(statement);
    ++*count;
    return OK;
}

static enum outcome list_all(struct desk *desk, void *ctx, struct fail *fail)
{
    unsigned count = 0;
    (void)ctx;
    enum outcome outcome = each_waiting(desk, list_one, &count, fail);
    if (outcome == OK)
        printf("%u waiting\n", count);
    return outcome;
}

int cmd_pending(int argc, char **argv)
{
    int code;
    struct arguments arguments = {.command = "pending", .help = pending_help, .anonymous = true};
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    return arguments_at_desk(&arguments, list_all, NULL);
}

/* -- countersign ------------------------------------------------------------------------------ */

struct countersigning {
    bool all;
    unsigned waiting; /* that lack the signature of whoever is at the desk */
    unsigned signed_now;
};

static enum outcome count_unsigned(struct desk *desk, const struct statement *statement, void *ctx,
                                   struct fail *fail)
{
    struct countersigning *countersigning = ctx;
    (void)fail;
    if (!note_find(&statement->note, &desk->signer.key))
        countersigning->waiting++;
    return OK;
}

static enum outcome countersign_one(struct desk *desk, const struct statement *statement, void *ctx,
                                    struct fail *fail)
{
    struct countersigning *countersigning = ctx;
    struct buf note, answer;
    unsigned status;
    if (note_find(&statement->note, &desk->signer.key))
        return OK;
    buf_init(&note, NOTE_BYTES_MAX);
    buf_init(&answer, NOTE_BYTES_MAX);
    show(statement);
    if (desk->yes) /* otherwise the question shows it */
        show_text(statement);
    enum outcome outcome = desk_confirm(desk, statement->note.text, fail);
    if (outcome == OK)
        outcome = statement_cosign(statement->bytes, &desk->signer, &note, fail);
    if (outcome == OK)
        outcome = client_post(desk->client, "statements", buf_span(&note), &status, &answer, fail);
    if (outcome == OK) {
        printf("%.*s: %s\n", (int)statement->kind.len, (const char *)statement->kind.ptr,
               status == 202 ? "still waits for another officer's signature" : "entered");
        countersigning->signed_now++;
    }
    buf_done(&note);
    buf_done(&answer);
    return outcome;
}

static enum outcome countersign(struct desk *desk, void *ctx, struct fail *fail)
{
    struct countersigning *countersigning = ctx;
    enum outcome outcome = each_waiting(desk, count_unsigned, countersigning, fail);
    if (outcome != OK)
        return outcome;
    if (countersigning->waiting == 0)
        return fail_set(fail, NOT_FOUND, "countersign.none",
                        "no statement waits for your signature");
    if (countersigning->waiting > 1 && !countersigning->all)
        return fail_set(fail, BAD_INPUT, "countersign.several",
                        "%u statements wait for your signature: give --all to go through them",
                        countersigning->waiting);
    return each_waiting(desk, countersign_one, countersigning, fail);
}

int cmd_countersign(int argc, char **argv)
{
    int code;
    struct countersigning countersigning = {0};
    const struct argument own[] = {
        {"all", NULL, &countersigning.all},
        {NULL, NULL, NULL},
    };
    struct arguments arguments = {.command = "countersign", .help = countersign_help, .own = own};
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    return arguments_at_desk(&arguments, countersign, &countersigning);
}
