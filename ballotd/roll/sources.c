#include "roll/sources.h"

#include <stdlib.h>

#include "base/json.h"
#include "roll/text.h"

static enum outcome refuse(struct fail *fail, struct span quoted, const char *why)
{
    return fail_set(fail, BAD_INPUT, "roll.sources", "sources, \"%.*s\": %s",
                    (int)(quoted.len > 80 ? 80 : quoted.len), (const char *)quoted.ptr, why);
}

static enum outcome read_source(const json_t *json, struct source_list *list, struct fail *fail)
{
    struct source *source = &list->sources[list->count];
    struct json_take take = json_take_from(json, "a source", fail);
    source->id = json_take_string(&take, "id");
    const json_t *title = json_take_object(&take, "title");
    (void)json_take_string(&take, "numbers"); /* found once all ids are known */
    source->lists = json_take_bool(&take, "lists");
    source->stale_after_days =
        (uint32_t)json_take_integer(&take, "stale_after", 0, ROLL_STALE_DAYS_MAX);
    enum outcome outcome = json_take_end(&take);
    if (outcome != OK)
        return outcome;
    if (!text_is_id(source->id))
        return refuse(fail, source->id, "an id is 1 to 32 of a-z 0-9 -");
    if (sources_find(list, source->id) >= 0)
        return refuse(fail, source->id, "the source stands there twice");
    struct json_take titles = json_take_from(title, "the title of a source", fail);
    source->title = json_take_string(&titles, "en");
    source->teitl = json_take_string(&titles, "cy");
    outcome = json_take_end(&titles);
    if (outcome == OK && source->title.len == 0)
        outcome = refuse(fail, source->id, "the English title is empty");
    list->count++;
    return outcome;
}

/* Numbers are a source's own, or those of a source that has its own. */
static enum outcome find_numbers(const json_t *json, struct source_list *list, struct fail *fail)
{
    for (uint32_t i = 0; i < list->count; i++) {
        struct span id = json_span(json_object_get(json_array_get(json, i), "numbers"));
        int numbers = sources_find(list, id);
        if (numbers < 0)
            return refuse(fail, id, "no source has this id, so nobody has its numbers");
        list->sources[i].numbers = (uint32_t)numbers;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        uint32_t numbers = list->sources[i].numbers;
        if (list->sources[numbers].numbers != numbers)
            return refuse(fail, list->sources[i].id,
                          "\"numbers\" must name a source with numbers of its own");
    }
    return OK;
}

static enum outcome read_authority(const json_t *json, struct source_list *list, struct fail *fail)
{
    struct json_take take = json_take_from(json, "an authority for a field", fail);
    struct span field = json_take_string(&take, "field");
    struct span id = json_take_string(&take, "source");
    enum outcome outcome = json_take_end(&take);
    if (outcome != OK)
        return outcome;
    if (!field_name_is_valid(field) || span_is(field, "member_no"))
        return refuse(fail, field, "not a field that a source can have authority for");
    if (sources_authority(list, field) >= 0)
        return refuse(fail, field, "the field stands there twice");
    int source = sources_find(list, id);
    if (source < 0)
        return refuse(fail, id, "no source has this id");
    list->authorities[list->authority_count].field = field;
    list->authorities[list->authority_count++].source = (uint32_t)source;
    return OK;
}

static enum outcome read_all(const json_t *sources, const json_t *fields, struct source_list *list,
                             struct fail *fail)
{
    enum outcome outcome = OK;
    bool lists = false;
    for (size_t i = 0; outcome == OK && i < json_array_size(sources); i++)
        outcome = read_source(json_array_get(sources, i), list, fail);
    if (outcome == OK)
        outcome = find_numbers(sources, list, fail);
    for (uint32_t i = 0; i < list->count; i++)
        lists = lists || list->sources[i].lists;
    if (outcome == OK && !lists)
        outcome = refuse(fail, SPAN_LIT("lists"), "at least one source must list");
    for (size_t i = 0; outcome == OK && i < json_array_size(fields); i++)
        outcome = read_authority(json_array_get(fields, i), list, fail);
    return outcome;
}

enum outcome sources_read(const json_t *sources, const json_t *fields,
                          struct source_list *out_sources, struct fail *fail)
{
    size_t count = json_array_size(sources);
    if (!json_is_array(sources) || count == 0 || count > ROLL_SOURCES_MAX ||
        !json_is_array(fields) || json_array_size(fields) > ROLL_SOURCE_FIELDS_MAX)
        return refuse(fail, SPAN_LIT("sources"),
                      "there must be 1 to 16 sources and at most 64 fields");
    struct source_list *made = calloc(1, sizeof(*made));
    if (made != NULL)
        made->json = json_pack("[O,O]", sources, fields);
    enum outcome outcome = OK;
    if (made == NULL || made->json == NULL)
        outcome = fail_set(fail, BROKEN, "roll.memory", "out of memory while reading sources");
    else
        outcome = read_all(sources, fields, made, fail);
    if (outcome == OK)
        *out_sources = *made;
    else
        sources_done(made);
    free(made);
    return outcome;
}

void sources_done(struct source_list *sources)
{
    if (sources == NULL)
        return;
    json_decref(sources->json);
    *sources = (struct source_list){0};
}

int sources_find(const struct source_list *sources, struct span id)
{
    for (uint32_t i = 0; i < sources->count; i++) {
        if (span_equal(id, sources->sources[i].id))
            return (int)i;
    }
    return -1;
}

int sources_authority(const struct source_list *sources, struct span field)
{
    for (uint32_t i = 0; i < sources->authority_count; i++) {
        if (span_equal(field, sources->authorities[i].field))
            return (int)sources->authorities[i].source;
    }
    return -1;
}

uint32_t sources_of_status(const struct source_list *sources)
{
    int authority = sources_authority(sources, SPAN_LIT("status"));
    uint32_t first = 0;
    while (!sources->sources[first].lists) /* one does */
        first++;
    return authority >= 0 ? (uint32_t)authority : first;
}
