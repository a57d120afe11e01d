#include "cli/effect.h"

#include "base/code.h"
#include "cli/loose.h"
#include "cli/member.h"
#include "roll/field.h"

#include <stdio.h>
#include <stdlib.h>

unsigned effect_count(const struct effect_options *options)
{
    return (unsigned)options->include + options->exclude + options->hold +
           (options->keep_row != NULL) + (options->merge_into != NULL) + (options->set != NULL) +
           (options->add != NULL);
}

static enum outcome make_merge(struct desk *desk, const char *number, json_t *effect,
                               struct fail *fail)
{
    uint8_t survivor[HASH_BYTES];
    enum outcome outcome = member_pseudonym(desk, number, survivor, fail);
    if (outcome != OK)
        return fail_within(fail, "--merge-into");
    json_put_string(effect, "do", SPAN_LIT("merge"));
    json_put_hex(effect, "into", SPAN_ARRAY(survivor));
    return OK;
}

static void make_set(const struct effect_options *options, json_t *effect)
{
    json_put_string(effect, "do", SPAN_LIT("set"));
    json_put_string(effect, "field", span_str(options->set));
    if (options->from)
        json_put_string(effect, "from", span_str(options->from));
    if (options->to)
        json_put_string(effect, "to", span_str(options->to));
}

/* -- somebody whom the lists lack -------------------------------------------------------------- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Attributes come last, by their bytes. */
static void add_attributes(json_t *draft, json_t *record)
{
    const char *names[ROLL_ATTRIBUTES_MAX], *name;
    json_t *value;
    size_t count = 0;
    json_object_foreach(draft, name, value)
    {
        if (field_is_attribute(span_str(name)) && count < ROLL_ATTRIBUTES_MAX)
            names[count++] = name;
    }
    qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 0; i < count; i++)
        json_put(record, names[i], json_incref(json_object_get(draft, names[i])));
}

/* In the order of docs/roll.md section 3, whatever that of the file. */
static enum outcome read_record(const char *path, json_t **out_record, struct fail *fail)
{
    struct layout layout;
    json_t *draft, *record;
    enum outcome outcome = loose_read(path, &draft, fail);
    if (outcome != OK)
        return outcome;
    layout_init(&layout);
    record = json_object();
    for (uint32_t i = 0; i < layout.count; i++)
        if (json_object_get(draft, layout.names[i]))
            json_put(record, layout.names[i], json_incref(json_object_get(draft, layout.names[i])));
    add_attributes(draft, record);
    if (json_object_size(record) != json_object_size(draft))
        outcome = fail_set(fail, BAD_INPUT, "effect.record", "%s: a member is no field of a record",
                           path);
    json_decref(draft);
    if (outcome == OK)
        *out_record = record;
    else
        json_decref(record);
    return outcome;
}

static enum outcome make_add(const struct effect_options *options, json_t *effect,
                             struct fail *fail)
{
    json_t *record;
    enum outcome outcome = read_record(options->add, &record, fail);
    if (outcome != OK)
        return outcome;
    json_put_string(effect, "do", SPAN_LIT("add"));
    json_put_string(effect, "numbers", span_str(options->numbers));
    json_put(effect, "record", record);
    return OK;
}

enum outcome effect_added(struct desk *desk, const struct effect_options *options,
                          char out_hex[static 2 * HASH_BYTES + 1], struct fail *fail)
{
    json_t *record, *answer;
    struct buf path, whose;
    enum outcome outcome = read_record(options->add, &record, fail);
    if (outcome != OK)
        return outcome;
    buf_init(&path, 512);
    buf_init(&whose, 128);
    buf_add_format(&whose, "%s/", options->numbers);
    buf_add(&whose, json_span(json_object_get(record, "member_no")));
    buf_add_str(&path, "roll/pseudonym/");
    hex_add(&path, buf_span(&whose));
    outcome = buf_check(&path, "the record's number", fail);
    if (outcome == OK)
        outcome = office_get(desk, buf_text(&path), &answer, fail);
    if (outcome == OK) {
        struct span hex = json_span(json_object_get(answer, "pseudonym"));
        snprintf(out_hex, 2 * HASH_BYTES + 1, "%.*s", (int)hex.len, (const char *)hex.ptr);
        json_decref(answer);
    }
    buf_done(&path);
    buf_done(&whose);
    json_decref(record);
    return outcome;
}

/* -- all -------------------------------------------------------------------------------------- */

enum outcome effect_make(struct desk *desk, const struct effect_options *options,
                         json_t **out_effect, struct fail *fail)
{
    enum outcome outcome = OK;
    json_t *effect = json_object();
    if (options->keep_row) {
        json_put_string(effect, "do", SPAN_LIT("rows"));
        json_put_string(effect, "keep", span_str(options->keep_row));
    } else if (options->merge_into) {
        outcome = make_merge(desk, options->merge_into, effect, fail);
    } else if (options->add) {
        outcome = make_add(options, effect, fail);
    } else if (options->set) {
        make_set(options, effect);
    } else {
        const char *what = options->include ? "include" : options->exclude ? "exclude" : "hold";
        json_put_string(effect, "do", span_str(what));
    }
    if (outcome == OK)
        *out_effect = effect;
    else
        json_decref(effect);
    return outcome;
}
