#include "cli/mapping_file.h"

#include "cli/loose.h"
#include "cli/mapping_print.h"

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

/* Words whose meaning nobody has filled in are words that the mapping does not know. */
static enum outcome drop_unknown(json_t *draft, const char *path, struct fail *fail)
{
    json_t *columns = json_object_get(draft, "columns");
    for (size_t i = 0; i < json_array_size(columns); i++) {
        const json_t *column = json_array_get(columns, i);
        json_t *words = json_object_get(column, "words");
        size_t before = json_array_size(words);
        for (size_t j = json_array_size(words); j > 0; j--) {
            const json_t *ours = json_array_get(json_array_get(words, j - 1), 1);
            if (span_is(json_span(ours), MAPPING_UNKNOWN))
                json_array_remove(words, j - 1);
        }
        struct span header = json_span(json_object_get(column, "column"));
        if (before > 0 && json_array_size(words) == 0)
            return fail_set(fail, BAD_INPUT, "mapping.unknown",
                            "%s: write what the words of \"%.*s\" mean in the place of each \"?\"",
                            path, (int)header.len, (const char *)header.ptr);
    }
    return OK;
}

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
    outcome = drop_unknown(draft, path, fail);
    if (outcome == OK)
        outcome = loose_arrange(draft, mapping_shape, path, object, fail);
    if (outcome == OK) {
        json_print(object, out_json);
        outcome = buf_check(out_json, path, fail);
    }
    json_decref(draft);
    json_decref(object);
    return outcome;
}
