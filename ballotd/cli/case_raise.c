/* ballotd case raise, and case irregularity: what is said of members, one or many at once. Declared
 * in cli/case_desk.h. */
#include "cli/case_desk.h"

#include "base/code.h"
#include "base/file.h"
#include "cli/member.h"
#include "roll.h"
#include "roll/casebook.h"
#include "roll/filetype.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

/* A list that a person wrote: with a byte order mark, spaces, or lines that end as Windows ends
 * them. */
static struct span trim(struct span line)
{
    if (span_starts(line, SPAN_LIT("\xEF\xBB\xBF")))
        line = span_of(line.ptr + 3, line.len - 3);
    while (line.len > 0 && (*line.ptr == ' ' || *line.ptr == '\t'))
        line = span_of(line.ptr + 1, line.len - 1);
    while (line.len > 0 && strchr(" \t\r", line.ptr[line.len - 1]))
        line.len--;
    return line;
}

/* Numbers that nobody has are told, and the reading goes on: the list is mended in one go. */
static enum outcome add_line(struct desk *desk, struct span line, size_t number,
                             struct subjects *subjects, unsigned *wrong, struct fail *fail)
{
    char member[ROLL_MEMBER_NO_BYTES_MAX + 2];
    snprintf(member, sizeof member, "%.*s", (int)line.len, (const char *)line.ptr);
    enum outcome outcome = add_member(desk, member, subjects, fail);
    if (outcome != NOT_FOUND && outcome != BAD_INPUT)
        return outcome;
    printf("line %zu: %s\n", number, fail->text);
    ++*wrong;
    return OK;
}

static void show_progress(size_t done)
{
    if (done % 50 == 0 && isatty(STDERR_FILENO))
        fprintf(stderr, "\r%zu members looked up", done);
}

/* One number a line. */
static enum outcome add_file(struct desk *desk, const char *path, struct subjects *subjects,
                             struct fail *fail)
{
    struct buf text;
    struct span rest, line;
    unsigned wrong = 0;
    buf_init(&text, (size_t)ROLL_SUBJECTS_MAX * 2 * ROLL_MEMBER_NO_BYTES_MAX);
    enum outcome outcome = file_read(path, &text, fail);
    rest = buf_span(&text);
    for (size_t number = 1; outcome == OK && span_line(&rest, &line); number++) {
        line = trim(line);
        if (line.len > 0)
            outcome = add_line(desk, line, number, subjects, &wrong, fail);
        show_progress(number);
    }
    if (outcome == OK && wrong > 0)
        outcome = fail_set(fail, BAD_INPUT, "case.list",
                           "%s: %u %s; nothing was raised: mend the list and try again", path,
                           wrong, wrong == 1 ? "line names nobody" : "lines name nobody");
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
    uint8_t pseudonym[HASH_BYTES];
    enum outcome outcome = OK;
    if (!subjects.hex)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    if (options->member)
        outcome = add_member(desk, options->member, &subjects, fail);
    if (outcome == OK && options->members_file)
        outcome = add_file(desk, options->members_file, &subjects, fail);
    if (outcome == OK && options->effect.add) {
        outcome = effect_newcomer(desk, &options->effect, pseudonym, fail);
        if (outcome == OK)
            hex_print(SPAN_ARRAY(pseudonym), subjects.hex[subjects.count++]);
    }
    if (outcome == OK && options->pseudonym) {
        if (hex_read(span_str(options->pseudonym), pseudonym, HASH_BYTES))
            memcpy(subjects.hex[subjects.count++], options->pseudonym, 2 * HASH_BYTES + 1);
        else
            outcome = fail_set(fail, BAD_INPUT, "case.pseudonym",
                               "--pseudonym: 64 lowercase hex digits expected");
    }
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

/* Is the file there, and of a type that is taken? Asked before anything is stated. */
static enum outcome check_file(const char *path, struct fail *fail)
{
    struct buf bytes;
    enum filetype type;
    buf_init(&bytes, ROLL_EVIDENCE_BYTES_MAX);
    enum outcome outcome = file_read(path, &bytes, fail);
    if (outcome == OK && (outcome = filetype_of(buf_span(&bytes), &type, fail)) != OK)
        (void)fail_within(fail, "%s", path);
    buf_done(&bytes);
    return outcome;
}

/* With --evidence and --propose one command says all that a volunteer has to say. */
enum outcome case_raise(struct desk *desk, const struct case_options *options, struct fail *fail)
{
    char number[24];
    int64_t next = 0;
    enum outcome outcome = options->evidence ? check_file(options->evidence, fail) : OK;
    if (outcome == OK)
        outcome = next_number(desk, &next, fail);
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
    return outcome == OK
               ? OK
               : fail_within(fail, "case %s is raised (go on with it, `ballotd case list`), but",
                             number);
}

static const char *check_whom(const struct case_options *options)
{
    unsigned ways = (options->member ? 1U : 0) + (options->members_file ? 1U : 0) +
                    (options->pseudonym ? 1U : 0) + (options->effect.add ? 1U : 0);
    return ways == 1 ? NULL
                     : "whom? One of --member, --members-file, --pseudonym and --add is needed";
}

/* The reason that was given is repeated in nothing: the list of those that there are helps more. */
static const char unknown_reason[] =
    "--reason is one of not-on-list wrong-status wrong-payment wrong-date wrong-unit wrong-contact "
    "duplicate deceased resigned suspension clerical other";
static const char unknown_kind[] =
    "--kind of a file is one of earlier-snapshot join-confirmation bank-line finance-record "
    "residence-document affiliate-confirmation suspension-record age-document "
    "death-or-return-notice source-match member-declaration";

const char *case_check_raise(const struct case_options *options)
{
    const char *wrong = check_whom(options);
    if (wrong)
        return wrong;
    if (!options->text || !options->reason)
        return "--reason and --text are needed";
    if (!case_reason_is_known(span_str(options->reason)))
        return unknown_reason;
    if (effect_count(&options->effect) > 1)
        return "at most one effect, such as --include or --set";
    if ((options->evidence != NULL) != (options->kind != NULL))
        return "--evidence FILE and --kind belong together";
    if (options->kind && !case_evidence_kind_is_known(span_str(options->kind)))
        return unknown_kind;
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
