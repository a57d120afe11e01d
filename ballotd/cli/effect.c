#include "cli/effect.h"

#include "base/code.h"
#include "cli/member.h"

unsigned effect_count(const struct effect_options *options)
{
    return (unsigned)options->include + options->exclude + options->hold +
           (options->keep_row != NULL) + (options->merge_into != NULL) + (options->set != NULL);
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
