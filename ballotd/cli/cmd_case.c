/* ballotd case: disputes about single members, from raised to decided (docs/roll.md section 5). */
#include "base/code.h"
#include "base/file.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/custody_file.h"
#include "cli/effect.h"
#include "cli/evidence.h"
#include "cli/member.h"
#include "crypto/hash.h"
#include "labels.h"
#include "roll/casebook.h"
#include "roll/filetype.h"

#include <stdio.h>

static const char help[] =
    "usage: ballotd case raise (--member NUMBER | --pseudonym HEX) EFFECT --reason CODE\n"
    "                          --text TEXT --url URL --key FILE [OPTION...]\n"
    "       ballotd case attach CASE --kind KIND FILE ...\n"
    "       ballotd case attest CASE --kind KIND --text TEXT ...\n"
    "       ballotd case decide CASE (--uphold | --refuse) --reasons TEXT [--conflict TEXT] ...\n"
    "       ballotd case list ...\n"
    "       ballotd case evidence CASE --output FOLDER ...\n"
    "\n"
    "EFFECT, if the case is upheld, is one of\n"
    "  --include, --exclude, --hold\n"
    "  --set FIELD [--from VALUE] [--to VALUE]   left out: the value is, or becomes, missing\n"
    "  --keep-row ROWID                          of several rows with the number this one stands\n"
    "  --merge-into NUMBER                       the same person as that member\n"
    "\n"
    "Reasons: not-on-list wrong-status wrong-payment wrong-date wrong-unit wrong-contact "
    "duplicate\n"
    "deceased resigned suspension clerical other. Evidence by file: earlier-snapshot\n"
    "join-confirmation bank-line finance-record residence-document affiliate-confirmation\n"
    "suspension-record age-document death-or-return-notice source-match member-declaration; "
    "attested:\n"
    "officer-attestation member-declaration. Whoever raised a case or gave evidence in it cannot\n"
    "decide it.\n"
    "\n" DESK_HELP OFFICE_PURPOSE_HELP;

struct case_options {
    const char *verb, *number, *file; /* the words */
    const char *member, *pseudonym, *reason, *text;
    struct effect_options effect;
    const char *kind;
    bool uphold, refuse;
    const char *reasons, *conflict;
    const char *purpose, *output;
};

/* -- what stands ------------------------------------------------------------------------------ */

/* The case as the daemon lists it; borrowed from *out_all, which the caller owns. */
static enum outcome find_case(struct desk *desk, const char *number, json_t **out_all,
                              const json_t **out_case, struct fail *fail)
{
    uint64_t wanted;
    json_t *all = NULL;
    enum outcome outcome = arguments_number(number, "the case", UINT32_MAX, &wanted, fail);
    if (outcome == OK)
        outcome = office_get(desk, "cases", &all, fail);
    if (outcome != OK)
        return outcome;
    const json_t *list = json_object_get(all, "cases");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        if ((uint64_t)json_integer_value(json_object_get(item, "case")) == wanted) {
            *out_all = all;
            *out_case = item;
            return OK;
        }
    }
    json_decref(all);
    return fail_set(fail, NOT_FOUND, "case.unknown", "there is no case %s", number);
}

/* A statement that answers the latest one of the case. */
static enum outcome begin_answer(struct desk *desk, const char *kind, const char *number,
                                 json_t **out_object, struct fail *fail)
{
    uint8_t context[HASH_BYTES], latest[HASH_BYTES];
    json_t *all = NULL;
    const json_t *found = NULL;
    enum outcome outcome = desk_status_hash(desk, "ctx0", context, fail);
    if (outcome == OK)
        outcome = find_case(desk, number, &all, &found, fail);
    if (outcome != OK)
        return outcome;
    struct span hex = json_span(json_object_get(found, "latest"));
    if (hex.len != 2 * HASH_BYTES || !hex_read(hex, latest, HASH_BYTES))
        outcome = fail_set(fail, BROKEN, "case.report", "the daemon's list has no hash of case %s",
                           number);
    if (outcome == OK) {
        *out_object = statement_begin(kind, span_str(desk->origin), context, latest);
        json_put(*out_object, "case", json_incref(json_object_get(found, "case")));
    }
    json_decref(all);
    return outcome;
}

static const char *text_of(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text ? text : "";
}

static enum outcome list(struct desk *desk, const struct case_options *options, struct fail *fail)
{
    json_t *all;
    (void)options;
    enum outcome outcome = office_get(desk, "cases", &all, fail);
    if (outcome != OK)
        return outcome;
    const json_t *cases = json_object_get(all, "cases");
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *item = json_array_get(cases, i);
        printf("%4lld  %-9s  %-7s  %-14s  raised by %s, %lld in evidence%s%s\n      ",
               (long long)json_integer_value(json_object_get(item, "case")), text_of(item, "state"),
               text_of(item, "effect"), text_of(item, "reason"), text_of(item, "raised_by"),
               (long long)json_integer_value(json_object_get(item, "evidence")),
               *text_of(item, "decided_by") ? ", decided by " : "", text_of(item, "decided_by"));
        office_print(span_str(text_of(item, "text")));
    }
    printf("%zu cases\n", json_array_size(cases));
    json_decref(all);
    return OK;
}

/* -- raise ------------------------------------------------------------------------------------ */

static enum outcome find_subject(struct desk *desk, const struct case_options *options,
                                 json_t **out_subjects, struct fail *fail)
{
    uint8_t pseudonym[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1];
    if (options->member) {
        enum outcome outcome = member_pseudonym(desk, options->member, pseudonym, fail);
        if (outcome != OK)
            return outcome;
    } else if (!hex_read(span_str(options->pseudonym), pseudonym, HASH_BYTES)) {
        return fail_set(fail, BAD_INPUT, "case.pseudonym",
                        "--pseudonym: 64 lowercase hex digits expected");
    }
    hex_print(SPAN_ARRAY(pseudonym), hex);
    *out_subjects = json_array();
    json_array_append_new(*out_subjects, json_string(hex));
    return OK;
}

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

static enum outcome raise(struct desk *desk, const struct case_options *options, struct fail *fail)
{
    json_t *object, *subjects = NULL, *effect = NULL;
    int64_t number = 0;
    enum outcome outcome = next_number(desk, &number, fail);
    if (outcome == OK)
        outcome = find_subject(desk, options, &subjects, fail);
    if (outcome == OK)
        outcome = effect_make(desk, &options->effect, &effect, fail);
    if (outcome == OK)
        outcome = office_begin(desk, "variance", "snapshot", &object, fail);
    if (outcome != OK) {
        json_decref(subjects);
        json_decref(effect);
        return outcome;
    }
    json_put_integer(object, "case", number);
    json_put(object, "subjects", subjects);
    json_put(object, "effect", effect);
    json_put_string(object, "reason", span_str(options->reason));
    json_put_string(object, "text", span_str(options->text));
    outcome = office_state(desk, "cases", object, fail);
    if (outcome == OK)
        printf("this is case %lld\n", (long long)number);
    return outcome;
}

/* -- evidence --------------------------------------------------------------------------------- */

static json_t *describe_file(struct span bytes, enum filetype type, const uint8_t *commitment)
{
    uint8_t hash[HASH_BYTES];
    json_t *file = json_object();
    sha256(bytes, hash);
    json_put_hex(file, "sha256", SPAN_ARRAY(hash));
    json_put_hex(file, "commitment", span_of(commitment, HASH_BYTES));
    json_put_integer(file, "size", (int64_t)bytes.len);
    json_put_string(file, "type", span_str(filetype_name(type)));
    return file;
}

static enum outcome attach_bytes(struct desk *desk, const struct case_options *options,
                                 struct span bytes, struct fail *fail)
{
    uint8_t commitment[HASH_BYTES];
    json_t *object;
    enum filetype type;
    enum outcome outcome = filetype_of(bytes, &type, fail);
    if (outcome != OK)
        return fail_within(fail, "%s", options->file);
    outcome = begin_answer(desk, "evidence", options->number, &object, fail);
    if (outcome != OK)
        return outcome;
    outcome = custody_file_send(desk, LABEL_EVIDENCE, bytes, commitment, fail);
    if (outcome != OK) {
        json_decref(object);
        return outcome;
    }
    json_put_string(object, "evidence", span_str(options->kind));
    json_put(object, "file", describe_file(bytes, type, commitment));
    return office_state(desk, "cases", object, fail);
}

static enum outcome attach(struct desk *desk, const struct case_options *options, struct fail *fail)
{
    struct buf bytes;
    buf_init(&bytes, ROLL_EVIDENCE_BYTES_MAX);
    enum outcome outcome = file_read(options->file, &bytes, fail);
    if (outcome == OK)
        outcome = attach_bytes(desk, options, buf_span(&bytes), fail);
    buf_done(&bytes);
    return outcome;
}

static enum outcome attest(struct desk *desk, const struct case_options *options, struct fail *fail)
{
    json_t *object;
    enum outcome outcome = begin_answer(desk, "evidence", options->number, &object, fail);
    if (outcome != OK)
        return outcome;
    json_put_string(object, "evidence", span_str(options->kind));
    json_put_string(object, "attestation", span_str(options->text));
    return office_state(desk, "cases", object, fail);
}

/* -- decide ----------------------------------------------------------------------------------- */

static enum outcome decide(struct desk *desk, const struct case_options *options, struct fail *fail)
{
    json_t *object;
    enum outcome outcome = begin_answer(desk, "decision", options->number, &object, fail);
    if (outcome != OK)
        return outcome;
    json_put_string(object, "outcome", span_str(options->uphold ? "upheld" : "refused"));
    json_put_string(object, "reasons", span_str(options->reasons));
    json_put_string(object, "conflict", span_str(options->conflict));
    return office_state(desk, "cases", object, fail);
}

/* -- what was given -------------------------------------------------------------------------- */

static enum outcome evidence(struct desk *desk, const struct case_options *options,
                             struct fail *fail)
{
    return evidence_fetch(desk, options->number, options->output, fail);
}

/* -- the command ------------------------------------------------------------------------------ */

/* What is wrong with the options of a verb; NULL when nothing is. */
static const char *check_raise(const struct case_options *options)
{
    if ((options->member != NULL) == (options->pseudonym != NULL))
        return "one of --member and --pseudonym is needed";
    if (effect_count(&options->effect) != 1)
        return "exactly one effect is needed, such as --include or --set";
    if (!options->effect.set && (options->effect.from || options->effect.to))
        return "--from and --to belong to --set";
    if (!options->text || !options->reason)
        return "--reason and --text are needed";
    return case_reason_is_known(span_str(options->reason)) ? NULL : "there is no such --reason";
}

static const char *check_evidence(const struct case_options *options)
{
    if (!options->kind || !case_evidence_kind_is_known(span_str(options->kind)))
        return "--kind is needed, a kind of evidence that --help lists";
    return options->file || options->text ? NULL : "--text is needed";
}

static const char *check_fetching(const struct case_options *options)
{
    return options->output ? NULL : "--output is needed: a folder";
}

static const char *check_decision(const struct case_options *options)
{
    if (options->uphold == options->refuse)
        return "one of --uphold and --refuse is needed";
    return options->reasons ? NULL : "--reasons is needed";
}

static const struct verb {
    const char *name, *command;
    enum outcome (*run)(struct desk *desk, const struct case_options *options, struct fail *fail);
    const char *(*check)(const struct case_options *options);
    unsigned words;
} verbs[] = {
    {"raise", "case raise", raise, check_raise, 0},
    {"attach", "case attach", attach, check_evidence, 2},
    {"attest", "case attest", attest, check_evidence, 1},
    {"decide", "case decide", decide, check_decision, 1},
    {"list", "case list", list, NULL, 0},
    {"evidence", "case evidence", evidence, check_fetching, 1},
};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (name && strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static enum outcome run(struct desk *desk, void *ctx, struct fail *fail)
{
    const struct case_options *options = ctx;
    office_purpose(desk, options->purpose, "Working on cases");
    return find_verb(options->verb)->run(desk, options, fail);
}

static int run_verb(const struct verb *verb, struct arguments *arguments,
                    struct case_options *options)
{
    options->number = arguments->words[0];
    options->file = arguments->words[1];
    const char *wrong = verb->check ? verb->check(options) : NULL;
    return wrong ? arguments_refuse(arguments, wrong) : arguments_at_desk(arguments, run, options);
}

int cmd_case(int argc, char **argv)
{
    int code;
    struct case_options options = {.verb = argv[1], .conflict = "none"};
    struct effect_options *effect = &options.effect;
    const struct argument own[] = {
        {"member", &options.member, NULL},
        {"pseudonym", &options.pseudonym, NULL},
        {"include", NULL, &effect->include},
        {"exclude", NULL, &effect->exclude},
        {"hold", NULL, &effect->hold},
        {"keep-row", &effect->keep_row, NULL},
        {"merge-into", &effect->merge_into, NULL},
        {"set", &effect->set, NULL},
        {"from", &effect->from, NULL},
        {"to", &effect->to, NULL},
        {"reason", &options.reason, NULL},
        {"text", &options.text, NULL},
        {"kind", &options.kind, NULL},
        {"uphold", NULL, &options.uphold},
        {"refuse", NULL, &options.refuse},
        {"reasons", &options.reasons, NULL},
        {"conflict", &options.conflict, NULL},
        {"purpose", &options.purpose, NULL},
        {"output", &options.output, NULL},
        {NULL, NULL, NULL},
    };
    struct arguments arguments = {.command = "case", .help = help, .own = own};
    const struct verb *verb = find_verb(argv[1]);
    if (verb) {
        arguments.command = verb->command;
        arguments.words_least = arguments.words_most = verb->words;
        argc--;
        argv++;
    }
    if (!arguments_read(&arguments, argc, argv, &code))
        return code;
    if (!verb)
        return arguments_refuse(&arguments, "raise, attach, attest, decide, list or evidence");
    return run_verb(verb, &arguments, &options);
}
