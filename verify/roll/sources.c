#include "roll/sources.h"

#include "limit.h"
#include "roll/field.h"

static struct span take_id(struct json *json, const char *name, struct arena *arena)
{
    struct span text, copy;
    json_string(json, name, ROLL_TOKEN_BYTES_MAX, &text);
    if (!json->broken && !token_is_id(text))
        json_refuse(json, name, "no id");
    copy = arena_copy(arena, text);
    if (copy.ptr == NULL)
        json_refuse(json, name, "no memory");
    return copy;
}

static void skip_title(struct json *json)
{
    struct span english, welsh;
    json_object(json, "title");
    json_string(json, "en", LIMIT_TEXT_BYTES, &english);
    json_string(json, "cy", LIMIT_TEXT_BYTES, &welsh);
    json_end(json);
    if (english.len == 0)
        json_refuse(json, "title", "no text in English");
}

int sources_find(const struct sources *sources, struct span id)
{
    for (unsigned i = 0; i < sources->count; i++)
        if (span_equal(sources->list[i].id, id))
            return (int)i;
    return NO_SOURCE;
}

/* `numbers` may name a source that comes later, so all are resolved at the end. */
static void resolve_numbers(struct json *json, struct sources *sources, const struct span *numbers)
{
    bool any_lists = false;
    for (unsigned i = 0; i < sources->count && !json->broken; i++) {
        int of = sources_find(sources, numbers[i]);
        if (of == NO_SOURCE || !span_equal(numbers[of], sources->list[of].id))
            json_refuse(json, "numbers", "neither its own id nor a source with its own numbers");
        else
            sources->list[i].numbers = (unsigned)of;
        any_lists = any_lists || sources->list[i].lists;
    }
    if (!json->broken && !any_lists)
        json_refuse(json, "sources", "no source lists anybody");
}

static void read_source(struct json *json, struct arena *arena, struct sources *sources,
                        struct span *numbers)
{
    struct source source = {.numbers = 0};
    json_object(json, NULL);
    source.id = take_id(json, "id", arena);
    skip_title(json);
    struct span of = take_id(json, "numbers", arena);
    json_boolean(json, "lists", &source.lists);
    json_integer(json, "stale_after", 0, ROLL_STALE_DAYS_MAX, &source.stale_after);
    json_end(json);
    if (!json->broken && sources_find(sources, source.id) != NO_SOURCE)
        json_refuse(json, "id", "stands twice");
    if (!json->broken && sources->count == ROLL_SOURCES_MAX)
        json_refuse(json, "sources", "more than 16");
    if (json->broken)
        return;
    numbers[sources->count] = of;
    sources->list[sources->count++] = source;
}

static void read_authority(struct json *json, struct arena *arena, struct sources *sources)
{
    struct authority authority;
    struct span field, source;
    enum field_type type = FIELD_MEMBER_NO;
    json_object(json, NULL);
    json_string(json, "field", FIELD_NAME_BYTES, &field);
    if (!json->broken && (!field_named(field, &type) || type == FIELD_MEMBER_NO))
        json_refuse(json, "field", "no field that a source can have authority for");
    authority.field = arena_copy(arena, field);
    json_string(json, "source", ROLL_TOKEN_BYTES_MAX, &source);
    json_end(json);
    int found = sources_find(sources, source);
    if (!json->broken && found == NO_SOURCE)
        json_refuse(json, "source", "no such source");
    if (!json->broken && sources_authority(sources, field) != NO_SOURCE)
        json_refuse(json, "field", "stands twice");
    if (!json->broken && sources->field_count == ROLL_SOURCE_FIELDS_MAX)
        json_refuse(json, "fields", "more than 64");
    if (authority.field.ptr == NULL)
        json_refuse(json, "field", "no memory");
    if (json->broken)
        return;
    authority.source = (unsigned)found;
    sources->fields[sources->field_count++] = authority;
}

void sources_read(struct json *json, struct arena *arena, struct sources *out_sources)
{
    struct span numbers[ROLL_SOURCES_MAX] = {{0}};
    *out_sources = (struct sources){.count = 0};
    json_array(json, "sources");
    while (json_more(json))
        read_source(json, arena, out_sources, numbers);
    json_end(json);
    resolve_numbers(json, out_sources, numbers);
    json_array(json, "fields");
    while (json_more(json))
        read_authority(json, arena, out_sources);
    json_end(json);
}

int sources_authority(const struct sources *sources, struct span field)
{
    for (unsigned i = 0; i < sources->field_count; i++)
        if (span_equal(sources->fields[i].field, field))
            return (int)sources->fields[i].source;
    return NO_SOURCE;
}

int sources_of_status(const struct sources *sources)
{
    int named = sources_authority(sources, span_text("status"));
    for (unsigned i = 0; named == NO_SOURCE && i < sources->count; i++)
        if (sources->list[i].lists)
            named = (int)i;
    return named;
}

bool sources_number_lists(const struct sources *sources, struct span numbers)
{
    for (unsigned i = 0; i < sources->count; i++) {
        const struct source *source = &sources->list[i];
        if (source->lists && span_equal(sources->list[source->numbers].id, numbers))
            return true;
    }
    return false;
}
