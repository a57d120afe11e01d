/* Loose JSON of people: brought into order, filled in, and every mistake told by its path. */
#include "check.h"

#include "cli/loose.h"

static const struct loose_member item_shape[] = {
    {"id", LOOSE_COUNT, NULL, NULL},
    {"name", LOOSE_VALUE, NULL, NULL},
    {NULL, LOOSE_VALUE, NULL, NULL},
};
static const struct loose_member shape[] = {
    {"title", LOOSE_OBJECT, loose_text, NULL}, {"at", LOOSE_TIME, NULL, NULL},
    {"items", LOOSE_LIST, item_shape, "[]"},   {"note", LOOSE_OPTIONAL, NULL, NULL},
    {NULL, LOOSE_VALUE, NULL, NULL},
};

static void check_arranged(const char *name, const char *text, enum outcome want,
                           const char *want_text)
{
    struct fail fail = {.text = ""};
    struct buf out;
    json_t *from = NULL, *to = json_object();
    check_case("%s", name);
    buf_init(&out, 4096);
    CHECK_INT(json_read_loose(span_str(text), "draft", &from, &fail), OK);
    CHECK_INT(loose_arrange(from, shape, "draft", to, &fail), want);
    json_print(to, &out);
    CHECK_STR(want == OK ? buf_text(&out) : fail.text, want_text);
    json_decref(from);
    json_decref(to);
    buf_done(&out);
}

int main(void)
{
    check_arranged("moved and filled in",
                   "{ \"at\": 7, \"items\": [{\"name\": \"b\"}, {\"name\": \"a\", \"id\": 9}],\n"
                   "  \"title\": {\"en\": \"T\"} }",
                   OK,
                   "{\"title\":{\"en\":\"T\",\"cy\":\"\"},\"at\":7,"
                   "\"items\":[{\"id\":1,\"name\":\"b\"},{\"id\":9,\"name\":\"a\"}]}");
    check_arranged("instants and options",
                   "{\"note\":[1,2],\"title\":{\"cy\":\"C\",\"en\":\"T\"},"
                   "\"at\":\"1970-01-02T00:00:00Z\"}",
                   OK,
                   "{\"title\":{\"en\":\"T\",\"cy\":\"C\"},\"at\":86400,\"items\":[],"
                   "\"note\":[1,2]}");
    check_arranged("all that is missing", "{\"items\":[{},{\"name\":\"x\"},{}]}", BAD_INPUT,
                   "draft: missing: title, at, items[0].name, items[2].name");
    check_arranged("unknown and missing", "{\"at\":1,\"titel\":{},\"title\":{\"de\":\"T\"}}",
                   BAD_INPUT, "draft: missing: title.en; unknown: title.de, titel");
    check_arranged("no time", "{\"at\":\"tomorrow\",\"title\":{\"en\":\"T\"}}", BAD_INPUT,
                   "draft: not a time such as 2026-03-01T12:00:00Z: at");
    check_arranged("a list that is none", "{\"at\":1,\"title\":{\"en\":\"T\"},\"items\":{\"a\":1}}",
                   BAD_INPUT, "draft: not a list: items");
    check_arranged("an object that is none", "{\"at\":1,\"title\":\"T\"}", BAD_INPUT,
                   "draft: missing: title.en");
    return check_end("cli_loose");
}
