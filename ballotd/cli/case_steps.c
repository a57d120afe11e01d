/* The steps of a case after it was raised: evidence, proposal, notice, decision and what follows.
 * Declared in cli/case_desk.h. */
#include "cli/case_desk.h"

#include "base/code.h"
#include "base/file.h"
#include "cli/arguments.h"
#include "cli/custody_file.h"
#include "crypto/hash.h"
#include "labels.h"
#include "roll/casebook.h"
#include "roll/filetype.h"

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

/* Who adds to a case knows it; who judges it, or tells the member of it, should see it first. */
static bool is_own_step(const char *kind)
{
    return strcmp(kind, "evidence") == 0 || strcmp(kind, "proposal") == 0;
}

enum outcome case_begin(struct desk *desk, const char *kind, const char *number,
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
        if (!desk->yes && !is_own_step(kind))
            case_print(found);
        *out_object = statement_begin(kind, span_str(desk->origin), context, latest);
        json_put(*out_object, "case", json_incref(json_object_get(found, "case")));
    }
    json_decref(all);
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

static enum outcome send_and_state(struct desk *desk, json_t *object, const char *kind,
                                   struct span bytes, struct fail *fail)
{
    uint8_t commitment[HASH_BYTES];
    enum filetype type;
    enum outcome outcome = filetype_of(bytes, &type, fail);
    if (outcome == OK)
        outcome = custody_file_send(desk, LABEL_EVIDENCE, bytes, commitment, fail);
    if (outcome != OK) {
        json_decref(object);
        return outcome;
    }
    json_put_string(object, "evidence", span_str(kind));
    json_put(object, "file", describe_file(bytes, type, commitment));
    return office_state(desk, "cases", object, fail);
}

enum outcome case_attach_file(struct desk *desk, const char *number, const char *kind,
                              const char *path, struct fail *fail)
{
    struct buf bytes;
    json_t *object = NULL;
    buf_init(&bytes, ROLL_EVIDENCE_BYTES_MAX);
    enum outcome outcome = file_read(path, &bytes, fail);
    if (outcome == OK)
        outcome = case_begin(desk, "evidence", number, &object, fail);
    if (outcome == OK)
        outcome = send_and_state(desk, object, kind, buf_span(&bytes), fail);
    buf_done(&bytes);
    return outcome == OK ? OK : fail_within(fail, "%s", path);
}

enum outcome case_attach(struct desk *desk, const struct case_options *options, struct fail *fail)
{
    return case_attach_file(desk, options->number, options->kind, options->file, fail);
}

enum outcome case_attest(struct desk *desk, const struct case_options *options, struct fail *fail)
{
    json_t *object;
    enum outcome outcome = case_begin(desk, "evidence", options->number, &object, fail);
    if (outcome != OK)
        return outcome;
    json_put_string(object, "evidence", span_str(options->kind));
    json_put_string(object, "attestation", span_str(options->text));
    return office_state(desk, "cases", object, fail);
}

const char *case_check_attach(const struct case_options *options)
{
    return options->kind && case_evidence_kind_is_known(span_str(options->kind))
               ? NULL
               : "--kind is needed, a kind of evidence that --help lists";
}

const char *case_check_attest(const struct case_options *options)
{
    const char *wrong = case_check_attach(options);
    return wrong ? wrong : options->text ? NULL : "--text is needed";
}

/* -- proposal --------------------------------------------------------------------------------- */

enum outcome case_state_proposal(struct desk *desk, const char *number,
                                 const struct case_options *options, struct fail *fail)
{
    json_t *object, *effect;
    enum outcome outcome = effect_make(desk, &options->effect, &effect, fail);
    if (outcome != OK)
        return outcome;
    outcome = case_begin(desk, "proposal", number, &object, fail);
    if (outcome != OK) {
        json_decref(effect);
        return outcome;
    }
    json_put(object, "effect", effect);
    json_put_string(object, "rule", span_str(options->rule ? options->rule : ""));
    json_put_string(object, "text", span_str(options->text));
    return office_state(desk, "cases", object, fail);
}

enum outcome case_propose(struct desk *desk, const struct case_options *options, struct fail *fail)
{
    return case_state_proposal(desk, options->number, options, fail);
}

const char *case_check_proposal(const struct case_options *options)
{
    if (effect_count(&options->effect) != 1)
        return "exactly one effect is needed, such as --include or --set";
    if (!options->effect.set && (options->effect.from || options->effect.to))
        return "--from and --to belong to --set";
    return options->text ? NULL : "--text is needed";
}

/* -- statements of words ---------------------------------------------------------------------- */

/* A member of its own, unless that is NULL, and the text. */
static enum outcome state_words(struct desk *desk, const struct case_options *options,
                                const char *kind, const char *member, const char *value,
                                struct fail *fail)
{
    json_t *object;
    enum outcome outcome = case_begin(desk, kind, options->number, &object, fail);
    if (outcome != OK)
        return outcome;
    if (member)
        json_put_string(object, member, span_str(value));
    json_put_string(object, "text", span_str(options->text));
    return office_state(desk, "cases", object, fail);
}

enum outcome case_notify(struct desk *desk, const struct case_options *options, struct fail *fail)
{
    return state_words(desk, options, "notification", "sent_by", options->sent_by, fail);
}

enum outcome case_withdraw(struct desk *desk, const struct case_options *options, struct fail *fail)
{
    return state_words(desk, options, "withdrawal", NULL, NULL, fail);
}

enum outcome case_countersign(struct desk *desk, const struct case_options *options,
                              struct fail *fail)
{
    return state_words(desk, options, "countersignature", "as", options->as, fail);
}

enum outcome case_appeal(struct desk *desk, const struct case_options *options, struct fail *fail)
{
    return state_words(desk, options, "appeal", "by", "officer", fail);
}

const char *case_check_text(const struct case_options *options)
{
    return options->text ? NULL : "--text is needed";
}

static bool is_one_of(const char *text, const char *const names[3])
{
    for (unsigned i = 0; text && i < 3; i++)
        if (names[i] && strcmp(text, names[i]) == 0)
            return true;
    return false;
}

const char *case_check_notice(const struct case_options *options)
{
    static const char *const ways[3] = {"email", "post", "hand"};
    if (!is_one_of(options->sent_by, ways))
        return "--sent-by is needed: email, post or hand";
    return case_check_text(options);
}

const char *case_check_countersignature(const struct case_options *options)
{
    static const char *const roles[3] = {"officer", "scrutineer", NULL};
    if (!is_one_of(options->as, roles))
        return "--as is needed: officer or scrutineer";
    return case_check_text(options);
}

/* -- decision --------------------------------------------------------------------------------- */

enum outcome case_decide(struct desk *desk, const struct case_options *options, struct fail *fail)
{
    json_t *object;
    enum outcome outcome = case_begin(desk, "decision", options->number, &object, fail);
    if (outcome != OK)
        return outcome;
    json_put_string(object, "outcome", span_str(options->uphold ? "upheld" : "refused"));
    json_put_string(object, "reasons", span_str(options->reasons));
    json_put_string(object, "conflict", span_str(options->conflict));
    return office_state(desk, "cases", object, fail);
}

const char *case_check_decision(const struct case_options *options)
{
    if (options->uphold == options->refuse)
        return "one of --uphold and --refuse is needed";
    return options->reasons ? NULL : "--reasons is needed";
}
