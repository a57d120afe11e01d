/* ballotd case raise, and case irregularity: what is said of members, one or many at once. Declared
 * in cli/case_desk.h. */
#include "cli/case_desk.h"

#include "base/code.h"
#include "base/file.h"
#include "cli/member.h"
#include "roll.h"
#include "roll/casebook.h"

#include <stdio.h>
#include <stdlib.h>

/* -- subjects --------------------------------------------------------------------------------- */

/* Pseudonyms in hex; sorted and distinct in the end. */
struct subjects {
    char (*hex)[2 * HASH_BYTES + 1];
    size_t count;
};

static int compare_hex(const void *a, const void *b)
{
    return strcmp(a, b);
}

static enum outcome add_member(struct desk *desk, const char *number, struct subjects *subjects,
                               struct fail *fail)
{
    uint8_t pseudonym[HASH_BYTES];
    if (subjects->count == ROLL_SUBJECTS_MAX)
        return fail_set(fail, TOO_LARGE, "case.subjects",
                        "a case is about at most %d members; raise several", ROLL_SUBJECTS_MAX);
    enum outcome outcome = member_pseudonym(desk, number, pseudonym, fail);
    if (outcome == OK)
        hex_print(SPAN_ARRAY(pseudonym), subjects->hex[subjects->count++]);
    return outcome;
}

/* One number a line; a list that a person wrote may end its lines as Windows does. */
static enum outcome add_file(struct desk *desk, const char *path, struct subjects *subjects,
                             struct fail *fail)
{
    struct buf text;
    struct span rest, line;
    enum outcome outcome;
    buf_init(&text, (size_t)ROLL_SUBJECTS_MAX * 2 * ROLL_MEMBER_NO_BYTES_MAX);
    outcome = file_read(path, &text, fail);
    rest = buf_span(&text);
    for (size_t number = 1; outcome == OK && span_line(&rest, &line); number++) {
        char member[ROLL_MEMBER_NO_BYTES_MAX + 2];
        if (span_ends(line, SPAN_LIT("\r")))
            line.len--;
        if (line.len == 0)
            continue;
        snprintf(member, sizeof member, "%.*s", (int)line.len, (const char *)line.ptr);
        outcome = add_member(desk, member, subjects, fail);
        if (outcome != OK)
            (void)fail_within(fail, "%s line %zu", path, number);
    }
    buf_done(&text);
    return outcome;
}

static json_t *subjects_json(struct subjects *subjects)
{
    json_t *list = json_array();
    qsort(subjects->hex, subjects->count, sizeof *subjects->hex, compare_hex);
    for (size_t i = 0; i < subjects->count; i++)
        if (i == 0 || strcmp(subjects->hex[i - 1], subjects->hex[i]) != 0)
            json_array_append_new(list, json_string(subjects->hex[i]));
    return list;
}

static enum outcome find_subjects(struct desk *desk, const struct case_options *options,
                                  json_t **out_list, struct fail *fail)
{
    struct subjects subjects = {.hex = calloc(ROLL_SUBJECTS_MAX, sizeof *subjects.hex)};
    uint8_t ignored[HASH_BYTES];
    enum outcome outcome = OK;
    if (!subjects.hex)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    if (options->member)
        outcome = add_member(desk, options->member, &subjects, fail);
    if (outcome == OK && options->members_file)
        outcome = add_file(desk, options->members_file, &subjects, fail);
    if (outcome == OK && options->pseudonym) {
        if (hex_read(span_str(options->pseudonym), ignored, HASH_BYTES))
            memcpy(subjects.hex[subjects.count++], options->pseudonym, 2 * HASH_BYTES + 1);
        else
            outcome = fail_set(fail, BAD_INPUT, "case.pseudonym",
                               "--pseudonym: 64 lowercase hex digits expected");
    }
    if (outcome == OK && options->effect.add)
        outcome = effect_added(desk, &options->effect, subjects.hex[subjects.count++], fail);
    if (outcome == OK && subjects.count == 0)
        outcome = fail_set(fail, BAD_INPUT, "case.subjects", "there is nobody in the list");
    if (outcome == OK)
        *out_list = subjects_json(&subjects);
    free(subjects.hex);
    return outcome;
}

/* -- raise ------------------------------------------------------------------------------------ */

static enum outcome next_number(struct desk *desk, int64_t *out_number, struct fail *fail)
{
    json_t *report;
    enum outcome outcome = office_get(desk, "roll/report", &report, fail);
    if (outcome != OK)
        return outcome;
    *out_number = json_integer_value(json_object_get(report, "next_case"));
    json_decref(report);
    return OK;
}

static enum outcome make_effect(struct desk *desk, const struct case_options *options,
                                json_t **out_effect, struct fail *fail)
{
    if (effect_count(&options->effect) > 0)
        return effect_make(desk, &options->effect, out_effect, fail);
    *out_effect = json_object();
    json_put_string(*out_effect, "do", SPAN_LIT("review"));
    return OK;
}

static enum outcome state_variance(struct desk *desk, const struct case_options *options,
                                   int64_t number, struct fail *fail)
{
    json_t *object, *subjects = NULL, *effect = NULL;
    enum outcome outcome = find_subjects(desk, options, &subjects, fail);
    if (outcome == OK)
        outcome = make_effect(desk, options, &effect, fail);
    if (outcome == OK)
        outcome = office_begin(desk, "variance", "snapshot", &object, fail);
    if (outcome != OK) {
        json_decref(subjects);
        json_decref(effect);
        return outcome;
    }
    json_put_integer(object, "case", number);
    json_put_string(object, "by", SPAN_LIT("officer"));
    json_put(object, "subjects", subjects);
    json_put(object, "effect", effect);
    json_put_string(object, "reason", span_str(options->reason));
    json_put_string(object, "text", span_str(options->text));
    return office_state(desk, "cases", object, fail);
}

/* With --evidence and --propose one command says all that a volunteer has to say. */
enum outcome case_raise(struct desk *desk, const struct case_options *options, struct fail *fail)
{
    char number[24];
    int64_t next = 0;
    enum outcome outcome = next_number(desk, &next, fail);
    if (outcome == OK)
        outcome = state_variance(desk, options, next, fail);
    if (outcome != OK)
        return outcome;
    printf("this is case %lld\n", (long long)next);
    snprintf(number, sizeof number, "%lld", (long long)next);
    if (options->evidence)
        outcome = case_attach_file(desk, number, options->kind, options->evidence, fail);
    if (outcome == OK && options->propose)
        outcome = case_state_proposal(desk, number, options, fail);
    return outcome == OK ? OK : fail_within(fail, "case %s is raised, but", number);
}

static const char *check_whom(const struct case_options *options)
{
    unsigned ways = (options->member ? 1U : 0) + (options->members_file ? 1U : 0) +
                    (options->pseudonym ? 1U : 0) + (options->effect.add ? 1U : 0);
    return ways == 1 ? NULL : "one of --member, --members-file, --pseudonym and --add is needed";
}

const char *case_check_raise(const struct case_options *options)
{
    const char *wrong = check_whom(options);
    if (wrong)
        return wrong;
    if (!options->text || !options->reason)
        return "--reason and --text are needed";
    if (!case_reason_is_known(span_str(options->reason)))
        return "there is no such --reason";
    if ((options->effect.add != NULL) != (options->effect.numbers != NULL))
        return "--add FILE and --numbers SOURCE belong together";
    if (effect_count(&options->effect) > 1)
        return "at most one effect, such as --include or --set";
    if ((options->evidence != NULL) != (options->kind != NULL))
        return "--evidence FILE and --kind belong together";
    if (options->kind && !case_evidence_kind_is_known(span_str(options->kind)))
        return "--kind: a kind of evidence that --help lists";
    if (options->propose && (!options->evidence || effect_count(&options->effect) != 1))
        return "--propose needs an effect and --evidence";
    return NULL;
}

/* -- irregularity ----------------------------------------------------------------------------- */

enum outcome case_irregularity(struct desk *desk, const struct case_options *options,
                               struct fail *fail)
{
    json_t *object, *subjects = NULL;
    enum outcome outcome = find_subjects(desk, options, &subjects, fail);
    if (outcome == OK)
        outcome = office_begin(desk, "irregularity", "roll_entry", &object, fail);
    if (outcome != OK) {
        json_decref(subjects);
        return outcome;
    }
    json_put(object, "subjects", subjects);
    json_put_string(object, "text", span_str(options->text));
    return office_state(desk, "cases", object, fail);
}

const char *case_check_irregularity(const struct case_options *options)
{
    const char *wrong = check_whom(options);
    return wrong ? wrong : options->text ? NULL : "--text is needed";
}
