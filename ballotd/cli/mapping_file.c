#include "cli/mapping_file.h"

#include "cli/loose.h"

static const struct loose_member column_shape[] = {
    {"column", LOOSE_VALUE, NULL, NULL},    {"field", LOOSE_VALUE, NULL, NULL},
    {"dates", LOOSE_OPTIONAL, NULL, NULL},  {"words", LOOSE_OPTIONAL, NULL, NULL},
    {"number", LOOSE_OPTIONAL, NULL, NULL}, {NULL, LOOSE_VALUE, NULL, NULL},
};
static const struct loose_member mapping_shape[] = {
    {"format", LOOSE_VALUE, NULL, "\"ballotd mapping 1\""},
    {"source", LOOSE_VALUE, NULL, NULL},
    {"encoding", LOOSE_VALUE, NULL, "\"utf-8\""},
    {"missing", LOOSE_VALUE, NULL, "[]"},
    {"columns", LOOSE_LIST, column_shape, NULL},
    {NULL, LOOSE_VALUE, NULL, NULL},
};

enum outcome mapping_file_arrange(const char *path, const char *source, struct buf *out_json,
                                  struct fail *fail)
{
    json_t *draft;
    enum outcome outcome = loose_read(path, &draft, fail);
    if (outcome != OK)
        return outcome;
    json_t *object = json_object();
    if (source != NULL && !json_object_get(draft, "source"))
        json_put_string(draft, "source", span_str(source));
    outcome = loose_arrange(draft, mapping_shape, path, object, fail);
    if (outcome == OK) {
        json_print(object, out_json);
        outcome = buf_check(out_json, path, fail);
    }
    json_decref(draft);
    json_decref(object);
    return outcome;
}
