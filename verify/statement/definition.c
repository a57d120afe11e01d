/* Reads `election`, the definition under which everything else stands. */
#include "roll.h"
#include "statement/reader.h"

enum { FIELD_NAME_BYTES = 2 + ROLL_TOKEN_BYTES_MAX }; /* "x." and a token */

static void read_timetable(struct reader *reader, struct timetable *timetable)
{
    json_object(&reader->json, "timetable");
    read_time(reader, "announced_at", &timetable->announced_at);
    read_time(reader, "inspection_opens_at", &timetable->inspection_opens_at);
    read_time(reader, "inspection_closes_at", &timetable->inspection_closes_at);
    read_time(reader, "opens_at", &timetable->opens_at);
    read_time(reader, "closes_at", &timetable->closes_at);
    json_array(&reader->json, "non_working");
    while (json_more(&reader->json)) {
        timetable->non_working = reader_grow(reader, timetable->non_working,
                                             timetable->non_working_count, sizeof(struct span));
        if (timetable->non_working == NULL)
            break;
        read_date(reader, NULL, &timetable->non_working[timetable->non_working_count++]);
    }
    json_end(&reader->json);
    read_small(reader, "decide_within", 1, ROLL_WORKING_DAYS_MAX, &timetable->decide_within);
    read_small(reader, "appeal_within", 0, ROLL_WORKING_DAYS_MAX, &timetable->appeal_within);
    read_small(reader, "reply_within", 0, ROLL_WORKING_DAYS_MAX, &timetable->reply_within);
    read_small(reader, "cooling_hours", 0, ROLL_COOLING_HOURS_MAX, &timetable->cooling_hours);
    json_end(&reader->json);
}

static void read_sources(struct reader *reader, struct definition *definition)
{
    json_array(&reader->json, "sources");
    while (json_more(&reader->json)) {
        definition->sources = reader_grow(reader, definition->sources, definition->source_count,
                                          sizeof *definition->sources);
        if (definition->sources == NULL)
            break;
        struct source *source = &definition->sources[definition->source_count++];
        json_object(&reader->json, NULL);
        read_id(reader, "id", &source->id);
        read_languages(reader, "title", &source->title);
        read_id(reader, "numbers", &source->numbers);
        json_boolean(&reader->json, "lists", &source->lists);
        read_count(reader, "stale_after", ROLL_STALE_DAYS_MAX, &source->stale_after_days);
        json_end(&reader->json);
        if (definition->source_count > ROLL_SOURCES_MAX)
            json_refuse(&reader->json, "sources", "are too many");
    }
    json_end(&reader->json);
}

static void read_fields(struct reader *reader, struct definition *definition)
{
    json_array(&reader->json, "fields");
    while (json_more(&reader->json)) {
        definition->fields = reader_grow(reader, definition->fields, definition->field_count,
                                         sizeof *definition->fields);
        if (definition->fields == NULL)
            break;
        struct authority *authority = &definition->fields[definition->field_count++];
        json_object(&reader->json, NULL);
        read_filled(reader, "field", FIELD_NAME_BYTES, &authority->field);
        read_id(reader, "source", &authority->source);
        json_end(&reader->json);
        if (definition->field_count > ROLL_SOURCE_FIELDS_MAX)
            json_refuse(&reader->json, "fields", "are too many");
    }
    json_end(&reader->json);
}

/* The tests of rules and styles are read by roll/ when there is an annex; here only their form. */
static void read_rules(struct reader *reader, struct definition *definition)
{
    struct span any;
    json_array(&reader->json, "rules");
    while (json_more(&reader->json)) {
        struct languages text;
        definition->codes = reader_grow(reader, definition->codes, definition->code_count,
                                        sizeof *definition->codes);
        if (definition->codes == NULL)
            break;
        json_object(&reader->json, NULL);
        read_filled(reader, "code", ROLL_CODE_BYTES_MAX,
                    &definition->codes[definition->code_count++]);
        read_languages(reader, "text", &text);
        json_any(&reader->json, "test", &any);
        json_end(&reader->json);
        if (definition->code_count > ROLL_RULES_MAX)
            json_refuse(&reader->json, "rules", "are too many");
    }
    json_end(&reader->json);
}

static void read_styles(struct reader *reader, struct definition *definition)
{
    struct span any;
    json_array(&reader->json, "styles");
    while (json_more(&reader->json)) {
        definition->styles = reader_grow(reader, definition->styles, definition->style_count,
                                         sizeof *definition->styles);
        if (definition->styles == NULL)
            break;
        struct style *style = &definition->styles[definition->style_count++];
        json_object(&reader->json, NULL);
        read_id(reader, "id", &style->id);
        read_languages(reader, "title", &style->title);
        read_id(reader, "unit", &style->unit);
        read_small(reader, "votes", 1, ROLL_VOTES_MAX, &style->votes);
        read_text(reader, "votes_field", FIELD_NAME_BYTES, &style->votes_field);
        json_any(&reader->json, "test", &any);
        json_end(&reader->json);
        if (definition->style_count > LIMIT_STYLES)
            json_refuse(&reader->json, "styles", "are too many");
    }
    json_end(&reader->json);
}

/* "sources", "fields", "rules" and "styles" as one object, which is what roll/ reads. */
static void read_electorate(struct reader *reader, struct definition *definition)
{
    size_t start = reader->json.at + 1; /* after the comma */
    read_sources(reader, definition);
    read_fields(reader, definition);
    read_rules(reader, definition);
    read_styles(reader, definition);
    if (reader->json.broken)
        return;
    size_t len = reader->json.at - start;
    uint8_t *text = arena_take(reader->arena, len + 2);
    if (text == NULL) {
        reader->starved = true;
        json_refuse(&reader->json, "rules", "no memory");
        return;
    }
    text[0] = '{';
    memcpy(text + 1, reader->json.text.ptr + start, len);
    text[len + 1] = '}';
    definition->rules = span_of(text, len + 2);
}

static void read_units(struct reader *reader, struct definition *definition)
{
    json_array(&reader->json, "units");
    while (json_more(&reader->json)) {
        definition->units = reader_grow(reader, definition->units, definition->unit_count,
                                        sizeof *definition->units);
        if (definition->units == NULL)
            break;
        struct unit *unit = &definition->units[definition->unit_count++];
        json_object(&reader->json, NULL);
        read_id(reader, "id", &unit->id);
        read_languages(reader, "title", &unit->title);
        read_id_or_none(reader, "merge", &unit->merge);
        json_end(&reader->json);
        if (definition->unit_count > LIMIT_UNITS)
            json_refuse(&reader->json, "units", "are too many");
    }
    json_end(&reader->json);
}

static void read_trustees(struct reader *reader, struct definition *definition)
{
    json_array(&reader->json, "trustees");
    while (json_more(&reader->json)) {
        definition->trustees = reader_grow(reader, definition->trustees, definition->trustee_count,
                                           sizeof *definition->trustees);
        if (definition->trustees == NULL)
            break;
        struct trustee *trustee = &definition->trustees[definition->trustee_count++];
        unsigned index;
        json_object(&reader->json, NULL);
        read_small(reader, "index", 1, LIMIT_TRUSTEES, &index);
        read_filled(reader, "name", LIMIT_NAME_BYTES, &trustee->name);
        read_key(reader, "sign", trustee->sign);
        json_hex(&reader->json, "seal", trustee->seal, POINT_BYTES);
        json_end(&reader->json);
        if (index != definition->trustee_count)
            json_refuse(&reader->json, "index", "must count up from 1");
    }
    json_end(&reader->json);
}

static void read_officers(struct reader *reader, struct definition *definition)
{
    json_array(&reader->json, "officers");
    while (json_more(&reader->json)) {
        definition->officers = reader_grow(reader, definition->officers, definition->officer_count,
                                           sizeof *definition->officers);
        if (definition->officers == NULL)
            break;
        struct officer *officer = &definition->officers[definition->officer_count++];
        json_object(&reader->json, NULL);
        read_id(reader, "id", &officer->id);
        read_filled(reader, "name", LIMIT_NAME_BYTES, &officer->name);
        read_roles(reader, &officer->roles);
        read_key(reader, "key", officer->key);
        json_end(&reader->json);
        if (definition->officer_count > LIMIT_OFFICERS)
            json_refuse(&reader->json, "officers", "are too many");
    }
    json_end(&reader->json);
}

void read_definition(struct reader *reader, struct definition *definition)
{
    int64_t version;
    struct span date;
    json_integer(&reader->json, "version", 1, 1, &version);
    read_languages(reader, "title", &definition->title);
    json_boolean(&reader->json, "rehearsal", &definition->rehearsal);
    read_timetable(reader, &definition->timetable);
    read_date(reader, "retention_until", &date);
    read_electorate(reader, definition);
    read_units(reader, definition);
    read_count(reader, "floor", LIMIT_CREDENTIALS, &definition->floor);
    read_small(reader, "threshold", 1, LIMIT_TRUSTEES, &definition->threshold);
    read_trustees(reader, definition);
    json_object(&reader->json, "authority");
    read_key(reader, "log", definition->log);
    read_key(reader, "statements", definition->statements);
    read_key(reader, "registrar", definition->registrar);
    json_end(&reader->json);
    read_officers(reader, definition);
    read_text(reader, "witnesses", LIMIT_ENTRY_BYTES, &definition->witnesses);
    json_boolean(&reader->json, "changing", &definition->changing);
}
