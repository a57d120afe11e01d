/* ballotd define: states the definition of an election, the first entry of its log. */
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/loose.h"

static const char help[] =
    "usage: ballotd define --url URL --key FILE [OPTION...] DRAFT.json\n"
    "\n"
    "States what the election is: the first entry of its log, signed by a returning officer.\n"
    "DRAFT.json has the members of the definition (title, rehearsal, timetable, retention_until,\n"
    "sources, fields, rules, styles, units, floor, threshold, trustees, authority, officers,\n"
    "witnesses, changing) in any order. Of \"authority\" it names the registrar's key alone: the\n"
    "other two are the daemon's. Times may be written 2026-03-01T12:00:00Z; trustees are numbered\n"
    "in order. Read what is shown before you sign: it never changes afterwards.\n"
    "\n"
    "What may be left out: of the timetable decide_within (3 working days), appeal_within (3),\n"
    "reply_within (10), cooling_hours (24) and non_working (none); of a source numbers (its own),\n"
    "lists (true) and stale_after (0: never stale); fields (none); of a style votes (1) and\n"
    "votes_field (none); merge, witnesses and every Welsh text.\n"
    "\n" DESK_HELP;

#define END                                                                                        \
    {                                                                                              \
        NULL, LOOSE_VALUE, NULL, NULL                                                              \
    }

static const struct loose_member timetable[] = {
    {"announced_at", LOOSE_TIME, NULL, NULL},
    {"inspection_opens_at", LOOSE_TIME, NULL, NULL},
    {"inspection_closes_at", LOOSE_TIME, NULL, NULL},
    {"opens_at", LOOSE_TIME, NULL, NULL},
    {"closes_at", LOOSE_TIME, NULL, NULL},
    {"non_working", LOOSE_VALUE, NULL, "[]"},
    {"decide_within", LOOSE_VALUE, NULL, "3"},
    {"appeal_within", LOOSE_VALUE, NULL, "3"},
    {"reply_within", LOOSE_VALUE, NULL, "10"},
    {"cooling_hours", LOOSE_VALUE, NULL, "24"},
    END,
};
static const struct loose_member source[] = {
    {"id", LOOSE_VALUE, NULL, NULL},
    {"title", LOOSE_OBJECT, loose_text, NULL},
    {"numbers", LOOSE_VALUE, NULL, NULL}, /* fill_sources knows the default */
    {"lists", LOOSE_VALUE, NULL, "true"},
    {"stale_after", LOOSE_VALUE, NULL, "0"},
    END,
};
static const struct loose_member field[] = {
    {"field", LOOSE_VALUE, NULL, NULL},
    {"source", LOOSE_VALUE, NULL, NULL},
    END,
};
static const struct loose_member rule[] = {
    {"code", LOOSE_VALUE, NULL, NULL},
    {"text", LOOSE_OBJECT, loose_text, NULL},
    {"test", LOOSE_VALUE, NULL, NULL},
    END,
};
static const struct loose_member style[] = {
    {"id", LOOSE_VALUE, NULL, NULL},
    {"title", LOOSE_OBJECT, loose_text, NULL},
    {"unit", LOOSE_VALUE, NULL, NULL},
    {"votes", LOOSE_VALUE, NULL, "1"},
    {"votes_field", LOOSE_VALUE, NULL, "\"\""},
    {"test", LOOSE_VALUE, NULL, NULL},
    END,
};
static const struct loose_member unit[] = {
    {"id", LOOSE_VALUE, NULL, NULL},
    {"title", LOOSE_OBJECT, loose_text, NULL},
    {"merge", LOOSE_VALUE, NULL, "\"\""},
    END,
};
static const struct loose_member trustee[] = {
    {"index", LOOSE_COUNT, NULL, NULL},
    {"name", LOOSE_VALUE, NULL, NULL},
    {"sign", LOOSE_VALUE, NULL, NULL},
    {"seal", LOOSE_VALUE, NULL, NULL},
    END,
};
static const struct loose_member authority[] = {
    {"log", LOOSE_VALUE, NULL, NULL},
    {"statements", LOOSE_VALUE, NULL, NULL},
    {"registrar", LOOSE_VALUE, NULL, NULL},
    END,
};
static const struct loose_member officer[] = {
    {"id", LOOSE_VALUE, NULL, NULL},
    {"name", LOOSE_VALUE, NULL, NULL},
    {"roles", LOOSE_VALUE, NULL, NULL},
    {"key", LOOSE_VALUE, NULL, NULL},
    END,
};
static const struct loose_member definition[] = {
    {"title", LOOSE_OBJECT, loose_text, NULL},
    {"rehearsal", LOOSE_VALUE, NULL, NULL},
    {"timetable", LOOSE_OBJECT, timetable, NULL},
    {"retention_until", LOOSE_VALUE, NULL, NULL},
    {"sources", LOOSE_LIST, source, NULL},
    {"fields", LOOSE_LIST, field, "[]"},
    {"rules", LOOSE_LIST, rule, NULL},
    {"styles", LOOSE_LIST, style, NULL},
    {"units", LOOSE_LIST, unit, NULL},
    {"floor", LOOSE_VALUE, NULL, NULL},
    {"threshold", LOOSE_VALUE, NULL, NULL},
    {"trustees", LOOSE_LIST, trustee, NULL},
    {"authority", LOOSE_OBJECT, authority, NULL},
    {"officers", LOOSE_LIST, officer, NULL},
    {"witnesses", LOOSE_VALUE, NULL, "\"\""},
    {"changing", LOOSE_VALUE, NULL, NULL},
    END,
};

/* The daemon's own keys; a draft that names others is refused, not mended. */
static enum outcome fill_authority(const struct desk *desk, json_t *draft, struct fail *fail)
{
    static const struct {
        const char *member, *status;
    } keys[] = {{"log", "log_key"}, {"statements", "authority_key"}};
    json_t *names = json_object_get(draft, "authority");
    for (size_t i = 0; json_is_object(names) && i < sizeof keys / sizeof *keys; i++) {
        json_t *stated = json_object_get(names, keys[i].member);
        json_t *own = json_object_get(desk->status, keys[i].status);
        if (stated && !json_equal(stated, own))
            return fail_set(fail, CONFLICT, "define.authority",
                            "authority.%s is not this daemon's key: leave it out", keys[i].member);
        json_put(names, keys[i].member, json_incref(own));
    }
    return OK;
}

/* A source has numbers of its own unless it says whose. */
static void fill_sources(json_t *draft)
{
    const json_t *list = json_object_get(draft, "sources");
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *of = json_array_get(list, i), *id = json_object_get(of, "id");
        if (json_is_object(of) && json_is_string(id) && !json_object_get(of, "numbers"))
            json_put(of, "numbers", json_incref(id));
    }
}

static enum outcome print_definition(const struct desk *desk, const char *path, struct buf *out,
                                     struct fail *fail)
{
    json_t *draft;
    enum outcome outcome = loose_read(path, &draft, fail);
    if (outcome != OK)
        return outcome;
    json_t *object = statement_begin(KIND_ELECTION, span_str(desk->origin), NULL, NULL);
    json_put_integer(object, "version", 1);
    outcome = fill_authority(desk, draft, fail);
    fill_sources(draft);
    if (outcome == OK)
        outcome = loose_arrange(draft, definition, path, object, fail);
    json_decref(draft);
    statement_end(object, out);
    return outcome == OK ? buf_check(out, "the definition", fail) : outcome;
}

static enum outcome define(struct desk *desk, void *ctx, struct fail *fail)
{
    struct buf text;
    buf_init(&text, LIMIT_ENTRY_BYTES);
    enum outcome outcome = print_definition(desk, ctx, &text, fail);
    if (outcome == OK)
        outcome = desk_state(desk, "statements", buf_span(&text), NULL, fail);
    buf_done(&text);
    return outcome;
}

int cmd_define(int argc, char **argv)
{
    int code;
    struct arguments arguments = {
        .command = "define", .help = help, .words_least = 1, .words_most = 1};
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    return arguments_at_desk(&arguments, define, (void *)arguments.words[0]);
}
