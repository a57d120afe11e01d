#include "cli/effect.h"

#include "base/code.h"
#include "cli/arguments.h"
#include "cli/member.h"
#include "cli/newcomer.h"
#include "roll/field.h"

unsigned effect_count(const struct effect_options *options)
{
    return (unsigned)options->include + options->exclude + options->hold +
           (options->keep_row != NULL) + (options->keep_line != NULL) +
           (options->merge_into != NULL) + (options->add != NULL) + (options->set != NULL);
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

/* -- one of several rows ---------------------------------------------------------------------- */

static enum outcome find_row(const json_t *rows, uint64_t line, struct span *out_row,
                             struct fail *fail)
{
    unsigned found = 0;
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        if ((uint64_t)json_integer_value(json_object_get(row, "line")) != line)
            continue;
        *out_row = json_span(json_object_get(row, "row"));
        found++;
    }
    if (found == 1)
        return OK;
    return fail_set(fail, NOT_FOUND, "effect.line",
                    found == 0 ? "--keep-line: the member has no row on line %llu; "
                                 "`ballotd roll explain` lists them"
                               : "--keep-line: two sources have a row of the member on line %llu; "
                                 "name it by --keep-row",
                    (unsigned long long)line);
}

static enum outcome make_line(struct desk *desk, const struct effect_options *options,
                              json_t *effect, struct fail *fail)
{
    uint64_t line;
    json_t *report;
    struct span row;
    enum outcome outcome =
        arguments_number(options->keep_line, "--keep-line", UINT32_MAX, &line, fail);
    if (outcome == OK && !options->member)
        outcome = fail_set(fail, BAD_INPUT, "effect.member",
                           "--keep-line needs --member: of whose rows this one stands");
    if (outcome == OK)
        outcome = member_report(desk, options->member, &report, fail);
    if (outcome != OK)
        return outcome;
    outcome = find_row(json_object_get(report, "rows"), line, &row, fail);
    if (outcome == OK) {
        json_put_string(effect, "do", SPAN_LIT("rows"));
        json_put_string(effect, "keep", row);
    }
    json_decref(report);
    return outcome;
}

/* -- a value ---------------------------------------------------------------------------------- */

static enum outcome check_set(const struct effect_options *options, struct fail *fail)
{
    struct span name = span_str(options->set);
    int fixed = field_fixed(name);
    if (fixed == FIELD_MEMBER_NO || (fixed < 0 && !field_is_attribute(name)))
        return newcomer_no_field(name, fail);
    if (fixed >= 0 && options->to &&
        !field_accepts(field_fixed_type((enum field)fixed), span_str(options->to)))
        return newcomer_bad_value(name, span_str(options->to), fail);
    return OK;
}

static enum outcome make_set(const struct effect_options *options, json_t *effect,
                             struct fail *fail)
{
    enum outcome outcome = check_set(options, fail);
    if (outcome != OK)
        return outcome;
    json_put_string(effect, "do", SPAN_LIT("set"));
    json_put_string(effect, "field", span_str(options->set));
    if (options->from)
        json_put_string(effect, "from", span_str(options->from));
    if (options->to)
        json_put_string(effect, "to", span_str(options->to));
    return OK;
}

/* -- somebody who is in no list --------------------------------------------------------------- */

static enum outcome make_add(struct desk *desk, const struct effect_options *options,
                             json_t *effect, struct fail *fail)
{
    struct newcomer newcomer;
    enum outcome outcome = newcomer_read(desk, options->add, options->numbers, &newcomer, fail);
    if (outcome != OK)
        return outcome;
    json_put_string(effect, "do", SPAN_LIT("add"));
    json_put_string(effect, "numbers", span_str(newcomer.numbers));
    json_put(effect, "record", newcomer.record);
    return OK;
}

enum outcome effect_newcomer(struct desk *desk, const struct effect_options *options,
                             uint8_t out_pseudonym[static HASH_BYTES], struct fail *fail)
{
    struct newcomer newcomer;
    enum outcome outcome = newcomer_read(desk, options->add, options->numbers, &newcomer, fail);
    if (outcome != OK)
        return outcome;
    memcpy(out_pseudonym, newcomer.pseudonym, HASH_BYTES);
    json_decref(newcomer.record);
    return OK;
}

/* --------------------------------------------------------------------------------------------- */

static void make_plain(const struct effect_options *options, json_t *effect)
{
    if (options->keep_row) {
        json_put_string(effect, "do", SPAN_LIT("rows"));
        json_put_string(effect, "keep", span_str(options->keep_row));
        return;
    }
    const char *what = options->include ? "include" : options->exclude ? "exclude" : "hold";
    json_put_string(effect, "do", span_str(what));
}

enum outcome effect_make(struct desk *desk, const struct effect_options *options,
                         json_t **out_effect, struct fail *fail)
{
    enum outcome outcome = OK;
    json_t *effect = json_object();
    if (options->keep_line)
        outcome = make_line(desk, options, effect, fail);
    else if (options->merge_into)
        outcome = make_merge(desk, options->merge_into, effect, fail);
    else if (options->add)
        outcome = make_add(desk, options, effect, fail);
    else if (options->set)
        outcome = make_set(options, effect, fail);
    else
        make_plain(options, effect);
    if (outcome == OK)
        *out_effect = effect;
    else
        json_decref(effect);
    return outcome;
}
