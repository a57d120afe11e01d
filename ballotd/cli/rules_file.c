#include "cli/rules_file.h"

#include "cli/loose.h"

static const struct loose_member source_shape[] = {
    {"id", LOOSE_VALUE, NULL, NULL},         {"title", LOOSE_OBJECT, loose_text, NULL},
    {"numbers", LOOSE_VALUE, NULL, NULL},    {"lists", LOOSE_VALUE, NULL, "true"},
    {"stale_after", LOOSE_VALUE, NULL, "0"}, {NULL, LOOSE_VALUE, NULL, NULL},
};
static const struct loose_member field_shape[] = {
    {"field", LOOSE_VALUE, NULL, NULL},
    {"source", LOOSE_VALUE, NULL, NULL},
    {NULL, LOOSE_VALUE, NULL, NULL},
};
static const struct loose_member rule_shape[] = {
    {"code", LOOSE_VALUE, NULL, NULL},
    {"text", LOOSE_OBJECT, loose_text, NULL},
    {"test", LOOSE_VALUE, NULL, NULL},
    {NULL, LOOSE_VALUE, NULL, NULL},
};
static const struct loose_member style_shape[] = {
    {"id", LOOSE_VALUE, NULL, NULL},
    {"title", LOOSE_OBJECT, loose_text, NULL},
    {"unit", LOOSE_VALUE, NULL, NULL},
    {"votes", LOOSE_VALUE, NULL, "1"},
    {"votes_field", LOOSE_VALUE, NULL, "\"\""},
    {"test", LOOSE_VALUE, NULL, NULL},
    {NULL, LOOSE_VALUE, NULL, NULL},
};
static const struct loose_member file_shape[] = {
    {"title", LOOSE_OBJECT, loose_text, "{\"en\":\"\",\"cy\":\"\"}"},
    {"sources", LOOSE_LIST, source_shape,
     "[{\"id\":\"members\",\"title\":{\"en\":\"Members\",\"cy\":\"Aelodau\"},"
     "\"numbers\":\"members\",\"lists\":true,\"stale_after\":0}]"},
    {"fields", LOOSE_LIST, field_shape, "[]"},
    {"rules", LOOSE_LIST, rule_shape, NULL},
    {"styles", LOOSE_LIST, style_shape, NULL},
    {NULL, LOOSE_VALUE, NULL, NULL},
};

/* Whose numbers a source uses, where it does not say: its own. */
static void fill_numbers(const json_t *sources)
{
    for (size_t i = 0; i < json_array_size(sources); i++) {
        json_t *source = json_array_get(sources, i);
        json_t *id = json_object_get(source, "id");
        if (id != NULL && json_object_get(source, "numbers") == NULL)
            json_put(source, "numbers", json_incref(id));
    }
}

/* What a file of other rules takes from the definition: always its sources; styles if it has none.
 */
static const json_t *from_base(const struct rules_file *base, const char *name, const json_t *own)
{
    bool always = strcmp(name, "sources") == 0 || strcmp(name, "fields") == 0;
    bool otherwise = strcmp(name, "styles") == 0 && own == NULL;
    return base != NULL && (always || otherwise) ? json_object_get(base->json, name) : own;
}

/* Of the file's members those that the shape knows. */
static json_t *pick(const json_t *from, const struct rules_file *base)
{
    json_t *picked = json_object();
    for (const struct loose_member *member = file_shape; member->name != NULL; member++) {
        const json_t *own = json_object_get(from, member->name);
        const json_t *value = from_base(base, member->name, own);
        if (value != NULL)
            json_put(picked, member->name, json_incref((json_t *)value));
    }
    fill_numbers(json_object_get(picked, "sources"));
    return picked;
}

static enum outcome read_parts(struct rules_file *file, struct fail *fail)
{
    enum outcome outcome =
        sources_read(json_object_get(file->json, "sources"), json_object_get(file->json, "fields"),
                     &file->sources, fail);
    if (outcome != OK)
        return outcome;
    file->rules = json_object_get(file->json, "rules");
    file->styles = json_object_get(file->json, "styles");
    outcome = rules_read(file->rules, file->styles, &file->sources, &file->read, fail);
    if (outcome != OK)
        sources_done(&file->sources);
    return outcome;
}

enum outcome rules_file_read(const char *path, const struct rules_file *base,
                             struct rules_file *out_file, struct fail *fail)
{
    json_t *draft;
    enum outcome outcome = loose_read(path, &draft, fail);
    if (outcome != OK)
        return outcome;
    struct rules_file file = {.json = json_object()};
    json_t *picked = pick(draft, base);
    outcome = loose_arrange(picked, file_shape, path, file.json, fail);
    json_decref(picked);
    json_decref(draft);
    if (outcome == OK && (outcome = read_parts(&file, fail)) != OK)
        fail_within(fail, "%s", path);
    if (outcome == OK)
        *out_file = file;
    else
        json_decref(file.json);
    return outcome;
}

void rules_file_done(struct rules_file *file)
{
    if (file == NULL)
        return;
    rules_done(&file->read);
    sources_done(&file->sources);
    json_decref(file->json);
    *file = (struct rules_file){0};
}
