/* ballotd contest: states one question that is put to the electors. */
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/loose.h"
#include "cli/office.h"

#include <sodium.h>
#include <stdio.h>

static const char help[] =
    "usage: ballotd contest --url URL --key FILE [OPTION...] CONTEST.json\n"
    "\n"
    "States a contest, signed by a returning officer. CONTEST.json has its members (contest, "
    "title,\n"
    "layout, most, rule, seats, options, candidates, printed, styles, boxes) in any order. "
    "Candidates\n"
    "are numbered in order; \"most\", \"options\" and candidates' texts may be left out. Without\n"
    "\"printed\" the order on the paper is drawn by lot, and shown before you sign.\n"
    "\n" DESK_HELP;

static const struct loose_member candidate[] = {
    {"id", LOOSE_COUNT, NULL, NULL},
    {"name", LOOSE_VALUE, NULL, NULL},
    {"text", LOOSE_OBJECT, loose_text, "{\"en\":\"\",\"cy\":\"\"}"},
    {NULL, LOOSE_VALUE, NULL, NULL},
};
static const struct loose_member contest[] = {
    {"contest", LOOSE_VALUE, NULL, NULL},      {"title", LOOSE_OBJECT, loose_text, NULL},
    {"layout", LOOSE_VALUE, NULL, NULL},       {"most", LOOSE_VALUE, NULL, "0"},
    {"rule", LOOSE_VALUE, NULL, NULL},         {"seats", LOOSE_VALUE, NULL, NULL},
    {"options", LOOSE_VALUE, NULL, "{}"},      {"candidates", LOOSE_LIST, candidate, NULL},
    {"printed", LOOSE_VALUE, NULL, NULL},      {"styles", LOOSE_VALUE, NULL, NULL},
    {"boxes", LOOSE_VALUE, NULL, "\"whole\""}, {NULL, LOOSE_VALUE, NULL, NULL},
};

/* A lot from the system's generator: every order is as likely (Fisher and Yates). */
static json_t *draw_order(size_t candidates)
{
    json_t *order = json_array();
    unsigned ids[LIMIT_CANDIDATES];
    size_t count = candidates < LIMIT_CANDIDATES ? candidates : LIMIT_CANDIDATES;
    for (size_t i = 0; i < count; i++)
        ids[i] = (unsigned)i + 1;
    for (size_t i = count; i > 1; i--) {
        size_t other = randombytes_uniform((uint32_t)i);
        unsigned id = ids[i - 1];
        ids[i - 1] = ids[other];
        ids[other] = id;
    }
    for (size_t i = 0; i < count; i++)
        json_array_append_new(order, json_integer(ids[i]));
    return order;
}

static void show_order(const json_t *candidates, const json_t *order)
{
    printf("the order on the paper, drawn by lot:\n");
    for (size_t i = 0; i < json_array_size(order); i++) {
        size_t id = (size_t)json_integer_value(json_array_get(order, i));
        const char *name =
            json_string_value(json_object_get(json_array_get(candidates, id - 1), "name"));
        printf("  %zu. %s\n", i + 1, name ? name : "");
    }
}

static void fill_order(json_t *draft)
{
    const json_t *candidates = json_object_get(draft, "candidates");
    if (json_object_get(draft, "printed"))
        return;
    json_t *order = draw_order(json_array_size(candidates));
    show_order(candidates, order);
    json_put(draft, "printed", order);
}

static enum outcome make_contest(const struct desk *desk, const char *path, json_t **out_object,
                                 struct fail *fail)
{
    json_t *draft, *object;
    enum outcome outcome = loose_read(path, &draft, fail);
    if (outcome != OK)
        return outcome;
    outcome = office_begin(desk, KIND_CONTEST, "definition", &object, fail);
    if (outcome != OK) {
        json_decref(draft);
        return outcome;
    }
    fill_order(draft);
    outcome = loose_arrange(draft, contest, path, object, fail);
    json_decref(draft);
    if (outcome == OK)
        *out_object = object;
    else
        json_decref(object);
    return outcome;
}

static enum outcome state_contest(struct desk *desk, void *ctx, struct fail *fail)
{
    json_t *object;
    enum outcome outcome = make_contest(desk, ctx, &object, fail);
    return outcome == OK ? office_state(desk, "statements", object, fail) : outcome;
}

int cmd_contest(int argc, char **argv)
{
    int code;
    struct arguments arguments = {
        .command = "contest", .help = help, .words_least = 1, .words_most = 1};
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    return arguments_at_desk(&arguments, state_contest, (void *)arguments.words[0]);
}
