#include "election/definition_roll.h"

#include "base/clock.h"
#include "roll.h"

#include <stdlib.h>

/* -- timetable --------------------------------------------------------------------------------- */

enum outcome definition_read_timetable(const json_t *object, struct definition *out,
                                       struct fail *fail)
{
    const int64_t latest = INT64_C(253402300799); /* 9999-12-31 */
    struct json_take take = json_take_from(object, "timetable", fail);
    out->announced_s = json_take_integer(&take, "announced_at", 0, latest);
    out->inspection_opens_s = json_take_integer(&take, "inspection_opens_at", 0, latest);
    out->inspection_closes_s = json_take_integer(&take, "inspection_closes_at", 0, latest);
    out->opens_s = json_take_integer(&take, "opens_at", 0, latest);
    out->closes_s = json_take_integer(&take, "closes_at", 0, latest);
    const json_t *days = json_take_array(&take, "non_working");
    out->decide_within =
        (uint32_t)json_take_integer(&take, "decide_within", 1, ROLL_WORKING_DAYS_MAX);
    out->appeal_within =
        (uint32_t)json_take_integer(&take, "appeal_within", 0, ROLL_WORKING_DAYS_MAX);
    out->reply_within =
        (uint32_t)json_take_integer(&take, "reply_within", 0, ROLL_WORKING_DAYS_MAX);
    out->cooling_hours =
        (uint32_t)json_take_integer(&take, "cooling_hours", 0, ROLL_COOLING_HOURS_MAX);
    out->non_working = days;
    enum outcome outcome = json_take_end(&take);
    if (outcome != OK)
        return outcome;
    struct date day;
    for (size_t i = 0; i < json_array_size(days); i++)
        if (!date_read(json_span(json_array_get(days, i)), &day))
            return definition_bad(fail, "non_working", "not a date YYYY-MM-DD");
    if (out->announced_s > out->inspection_opens_s ||
        out->inspection_opens_s > out->inspection_closes_s ||
        out->inspection_closes_s > out->opens_s || out->opens_s >= out->closes_s)
        return definition_bad(
            fail, "timetable",
            "announced, inspection opens, inspection closes, opens, closes: in this order");
    return OK;
}

/* -- units and styles ------------------------------------------------------------------------- */

static int find_unit(const struct definition *definition, struct span id)
{
    for (unsigned i = 0; i < definition->unit_count; i++)
        if (span_is(id, definition->units[i].id))
            return (int)i;
    return -1;
}

static enum outcome read_unit(const json_t *object, struct definition *out, struct fail *fail)
{
    struct unit *unit = &out->units[out->unit_count];
    struct json_take take = json_take_from(object, "unit", fail);
    struct span id = json_take_string(&take, "id");
    const json_t *title = json_take_object(&take, "title");
    json_take_string(&take, "merge");
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = text_check(title, "unit title", fail);
    if (outcome != OK)
        return outcome;
    if (!id_copy(id, unit->id) || find_unit(out, id) >= 0)
        return definition_bad(fail, "units", "an id is malformed or used twice");
    out->unit_count++;
    return OK;
}

/* Where units merge they must not do so in a circle: following the chain must end. */
static enum outcome link_units(const json_t *list, struct definition *out, struct fail *fail)
{
    for (unsigned i = 0; i < out->unit_count; i++) {
        struct span merge = json_span(json_object_get(json_array_get(list, i), "merge"));
        out->units[i].merge = merge.len ? find_unit(out, merge) : -1;
        if (merge.len && out->units[i].merge < 0)
            return definition_bad(fail, "merge", "names no unit");
    }
    for (unsigned i = 0; i < out->unit_count; i++) {
        int at = out->units[i].merge;
        for (unsigned steps = 0; at >= 0; at = out->units[at].merge)
            if (steps++ > out->unit_count)
                return definition_bad(fail, "merge", "units merge in a circle");
    }
    return OK;
}

enum outcome definition_read_units(const json_t *list, struct definition *out, struct fail *fail)
{
    size_t count = json_array_size(list);
    if (count == 0 || count > LIMIT_UNITS)
        return definition_bad(fail, "units", "there must be 1 to 1000 units");
    out->units = calloc(count, sizeof *out->units);
    if (!out->units)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    for (size_t i = 0; i < count; i++) {
        enum outcome outcome = read_unit(json_array_get(list, i), out, fail);
        if (outcome != OK)
            return outcome;
    }
    return link_units(list, out, fail);
}

/* Their tests are for the roll to read. */
static enum outcome read_style(const json_t *object, struct definition *out, struct fail *fail)
{
    struct ballot_style *style = &out->styles[out->style_count];
    struct json_take take = json_take_from(object, "style", fail);
    struct span id = json_take_string(&take, "id");
    const json_t *title = json_take_object(&take, "title");
    struct span unit = json_take_string(&take, "unit");
    json_take_integer(&take, "votes", 1, ROLL_VOTES_MAX);
    json_take_string(&take, "votes_field");
    json_take_object(&take, "test");
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = text_check(title, "style title", fail);
    if (outcome != OK)
        return outcome;
    int index = find_unit(out, unit);
    if (index < 0 || !id_copy(id, style->id) || definition_style(out, id) >= 0)
        return definition_bad(fail, "styles",
                              "an id is malformed or used twice, or the unit is unknown");
    style->unit = (unsigned)index;
    out->style_count++;
    return OK;
}

enum outcome definition_read_styles(const json_t *list, struct definition *out, struct fail *fail)
{
    size_t count = json_array_size(list);
    if (count == 0 || count > LIMIT_STYLES)
        return definition_bad(fail, "styles", "there must be 1 to 1000 styles");
    out->styles = calloc(count, sizeof *out->styles);
    if (!out->styles)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    for (size_t i = 0; i < count; i++) {
        enum outcome outcome = read_style(json_array_get(list, i), out, fail);
        if (outcome != OK)
            return outcome;
    }
    return OK;
}
