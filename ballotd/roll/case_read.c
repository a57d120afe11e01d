#include "roll/case_read.h"

#include <stdlib.h>

#include "base/code.h"
#include "base/json.h"
#include "crypto/hash.h"
#include "roll/text.h"

static const char *const EFFECTS[EFFECT_COUNT] = {
    [EFFECT_ROWS] = "rows",       [EFFECT_MERGE] = "merge",     [EFFECT_SET] = "set",
    [EFFECT_INCLUDE] = "include", [EFFECT_EXCLUDE] = "exclude", [EFFECT_HOLD] = "hold"};

static const char *const REASONS[] = {"not-on-list", "wrong-status",  "wrong-payment", "wrong-date",
                                      "wrong-unit",  "wrong-contact", "duplicate",     "deceased",
                                      "resigned",    "suspension",    "clerical",      "other"};

/* What each kind of evidence may be (docs/roll.md section 5). */
static const struct {
    const char *name;
    bool file;
    bool attestation;
} EVIDENCE[] = {
    {"earlier-snapshot", true, false},
    {"join-confirmation", true, false},
    {"bank-line", true, false},
    {"finance-record", true, false},
    {"residence-document", true, false},
    {"affiliate-confirmation", true, false},
    {"suspension-record", true, false},
    {"age-document", true, false},
    {"death-or-return-notice", true, false},
    {"source-match", true, false},
    {"officer-attestation", false, true},
    {"member-declaration", true, true},
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static int find_name(struct span name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (span_is(name, names[i]))
            return (int)i;
    }
    return -1;
}

const char *case_effect_name(enum case_effect effect)
{
    return EFFECTS[effect];
}

bool case_reason_is_known(struct span reason)
{
    return find_name(reason, REASONS, COUNT_OF(REASONS)) >= 0;
}

static int find_evidence(struct span kind)
{
    for (size_t i = 0; i < COUNT_OF(EVIDENCE); i++) {
        if (span_is(kind, EVIDENCE[i].name))
            return (int)i;
    }
    return -1;
}

bool case_evidence_kind_is_known(struct span kind)
{
    return find_evidence(kind) >= 0;
}

static enum outcome malformed(struct fail *fail, const char *what, struct span quoted)
{
    return fail_set(fail, BAD_INPUT, "case.malformed", "%s: \"%.*s\"", what,
                    (int)(quoted.len > 80 ? 80 : quoted.len), (const char *)quoted.ptr);
}

static bool is_prose(struct span text)
{
    return text.len > 0 && text.len <= ROLL_TEXT_BYTES_MAX;
}

static bool read_hash(const json_t *json, struct hash32 *out_hash)
{
    return json_is_string(json) && hex_read(json_span(json), out_hash->bytes, HASH_BYTES);
}

/* Pseudonyms: 1 to 1,500, sorted, distinct. */
static enum outcome read_subjects(const json_t *array, struct variance_case *variance,
                                  struct fail *fail)
{
    size_t count = json_array_size(array);
    if (count == 0 || count > ROLL_SUBJECTS_MAX)
        return malformed(fail, "a variance needs 1 to 1500 subjects", SPAN_LIT("subjects"));
    variance->subjects = calloc(count, sizeof(*variance->subjects));
    if (variance->subjects == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory for a case");
    variance->subject_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        struct hash32 *subject = &variance->subjects[i];
        if (!read_hash(json_array_get(array, i), subject))
            return malformed(fail, "a subject is not 64 hex digits", SPAN_LIT("subjects"));
        if (i > 0 && memcmp(subject[-1].bytes, subject->bytes, HASH_BYTES) >= 0)
            return malformed(fail, "subjects must be sorted and distinct", SPAN_LIT("subjects"));
    }
    return OK;
}

/* May this field hold this text? An attribute's type is the mapping's, judged when it applies. */
static bool field_holds(struct span field, struct span text)
{
    struct layout fixed;
    layout_init(&fixed);
    int index = layout_find(&fixed, field);
    return field_accepts(index < 0 ? FIELD_TEXT : fixed.types[index], text);
}

static enum outcome read_set(struct json_take *take, struct variance_case *variance,
                             struct fail *fail)
{
    variance->field = json_take_string(take, "field");
    bool has_from = json_take_peek(take, "from");
    if (has_from)
        variance->from = json_take_string(take, "from");
    bool has_to = json_take_peek(take, "to");
    if (has_to)
        variance->to = json_take_string(take, "to");
    if (take->failed)
        return json_take_end(take);
    if (!field_name_is_valid(variance->field) || span_is(variance->field, "member_no"))
        return malformed(fail, "this field cannot be set", variance->field);
    if ((has_from && variance->from.len == 0) || span_equal(variance->from, variance->to))
        return malformed(fail, "from and to must differ, and are left out when missing",
                         variance->field);
    if (has_to && !field_holds(variance->field, variance->to))
        return malformed(fail, "the field cannot hold this value", variance->to);
    return OK;
}

static enum outcome read_effect(const json_t *json, struct variance_case *variance,
                                struct fail *fail)
{
    struct json_take take = json_take_from(json, "an effect", fail);
    struct span name = json_take_string(&take, "do");
    int effect = find_name(name, EFFECTS, EFFECT_COUNT);
    if (take.failed)
        return json_take_end(&take);
    if (effect < 0)
        return malformed(fail, "no such effect", name);
    variance->effect = (enum case_effect)effect;
    enum outcome outcome = OK;
    if (effect == EFFECT_SET)
        outcome = read_set(&take, variance, fail);
    if (effect == EFFECT_ROWS)
        json_take_hex(&take, "keep", variance->object.bytes, HASH_BYTES);
    if (effect == EFFECT_MERGE)
        json_take_hex(&take, "into", variance->object.bytes, HASH_BYTES);
    if (outcome == OK)
        outcome = json_take_end(&take);
    if (outcome == OK && (effect == EFFECT_ROWS || effect == EFFECT_MERGE) &&
        variance->subject_count != 1)
        return malformed(fail, "this effect has exactly one subject", name);
    return outcome;
}

static enum outcome read_variance(struct json_take *take, struct case_statement *read,
                                  struct fail *fail)
{
    struct variance_case *variance = &read->variance;
    const json_t *subjects = json_take_array(take, "subjects");
    const json_t *effect = json_take_object(take, "effect");
    variance->reason = json_take_string(take, "reason");
    variance->text = json_take_string(take, "text");
    enum outcome outcome = json_take_end(take);
    if (outcome == OK)
        outcome = read_subjects(subjects, variance, fail);
    if (outcome == OK)
        outcome = read_effect(effect, variance, fail);
    if (outcome == OK && !case_reason_is_known(variance->reason))
        return malformed(fail, "no such reason", variance->reason);
    if (outcome == OK && !is_prose(variance->text))
        return malformed(fail, "the text must have 1 to 4000 bytes", SPAN_LIT("text"));
    return outcome;
}

static enum outcome read_file(const json_t *json, struct case_evidence *evidence, struct fail *fail)
{
    struct json_take take = json_take_from(json, "a file in evidence", fail);
    json_take_hex(&take, "sha256", evidence->sha256.bytes, HASH_BYTES);
    json_take_hex(&take, "commitment", evidence->commitment.bytes, HASH_BYTES);
    evidence->size_bytes = (uint64_t)json_take_integer(&take, "size", 1, ROLL_EVIDENCE_BYTES_MAX);
    return json_take_end(&take);
}

static enum outcome read_evidence(struct json_take *take, struct case_statement *read,
                                  struct fail *fail)
{
    struct span kind = json_take_string(take, "evidence");
    struct span attestation = SPAN_LIT("");
    const json_t *file = NULL;
    read->evidence.is_file = json_take_peek(take, "file");
    if (read->evidence.is_file)
        file = json_take_object(take, "file");
    else
        attestation = json_take_string(take, "attestation");
    enum outcome outcome = json_take_end(take);
    if (outcome != OK)
        return outcome;
    int found = find_evidence(kind);
    if (found < 0)
        return malformed(fail, "no such kind of evidence", kind);
    if (read->evidence.is_file ? !EVIDENCE[found].file : !EVIDENCE[found].attestation)
        return malformed(fail, "evidence of this kind has another form", kind);
    if (read->evidence.is_file)
        return read_file(file, &read->evidence, fail);
    return is_prose(attestation)
               ? OK
               : malformed(fail, "the attestation must have 1 to 4000 bytes", kind);
}

static enum outcome read_decision(struct json_take *take, struct case_statement *read,
                                  struct fail *fail)
{
    struct span outcome_text = json_take_string(take, "outcome");
    struct span reasons = json_take_string(take, "reasons");
    struct span conflict = json_take_string(take, "conflict");
    enum outcome outcome = json_take_end(take);
    if (outcome != OK)
        return outcome;
    read->upheld = span_is(outcome_text, "upheld");
    if (!read->upheld && !span_is(outcome_text, "refused"))
        return malformed(fail, "a decision is upheld or refused", outcome_text);
    if (!is_prose(reasons) || !is_prose(conflict))
        return malformed(fail, "reasons and conflict must each have 1 to 4000 bytes", outcome_text);
    return OK;
}

/* The codes of one exclusion as a mask: at least one, in the order of the rules. */
static bool read_codes(const struct rules *rules, const json_t *codes, uint64_t *out_failed)
{
    int last = -1;
    uint64_t failed = 0;
    for (size_t i = 0; i < json_array_size(codes); i++) {
        const json_t *code = json_array_get(codes, i);
        int bit = json_is_string(code) ? rules_bit(rules, json_span(code)) : -1;
        if (bit < 0 || bit <= last || bit == RULES_BIT_DUPLICATE)
            return false;
        failed |= UINT64_C(1) << bit;
        last = bit;
    }
    *out_failed = failed;
    return failed != 0;
}

static enum outcome read_exclusions(const struct rules *rules, struct json_take *take,
                                    struct case_statement *read, struct fail *fail)
{
    const json_t *list = json_take_array(take, "list");
    enum outcome outcome = json_take_end(take);
    size_t count = json_array_size(list);
    if (outcome != OK)
        return outcome;
    if (count == 0)
        return malformed(fail, "there is nothing to confirm", SPAN_LIT("list"));
    read->exclusions = calloc(count, sizeof(*read->exclusions));
    if (read->exclusions == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory for exclusions");
    read->exclusion_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        struct case_exclusion *exclusion = &read->exclusions[i];
        const json_t *pair = json_array_get(list, i);
        if (json_array_size(pair) != 2 ||
            !read_hash(json_array_get(pair, 0), &exclusion->pseudonym) ||
            !read_codes(rules, json_array_get(pair, 1), &exclusion->failed))
            return malformed(fail, "an exclusion is [pseudonym, codes in the order of the rules]",
                             SPAN_LIT("list"));
        if (i > 0 &&
            memcmp(exclusion[-1].pseudonym.bytes, exclusion->pseudonym.bytes, HASH_BYTES) >= 0)
            return malformed(fail, "the list must be sorted and distinct", SPAN_LIT("list"));
    }
    return OK;
}

/* The members that every statement begins with; leaves `take` behind them. */
static enum outcome read_head(const struct casebook *book, struct json_take *take,
                              struct case_statement *read, struct fail *fail)
{
    static const char *const KINDS[] = {"variance", "evidence", "decision", "exclusions"};
    struct span kind = json_take_string(take, "kind");
    struct span origin = json_take_string(take, "origin");
    struct span context = json_take_string(take, "context");
    json_take_hex(take, "answers", read->answers.bytes, HASH_BYTES);
    if (take->failed)
        return json_take_end(take);
    int found = find_name(kind, KINDS, COUNT_OF(KINDS));
    if (found < 0)
        return malformed(fail, "no such kind of statement", kind);
    if (!span_equal(origin, book->origin) || !span_is(context, book->context))
        return fail_set(fail, BAD_INPUT, "case.election",
                        "the statement belongs to another election: \"%.*s\"", (int)origin.len,
                        (const char *)origin.ptr);
    read->kind = (enum statement_kind)found;
    if (read->kind != STATEMENT_EXCLUSIONS)
        read->number = (uint32_t)json_take_integer(take, "case", 1, INT32_MAX);
    return take->failed ? json_take_end(take) : OK;
}

static enum outcome read_body(const struct casebook *book, struct json_take *take,
                              struct case_statement *read, struct fail *fail)
{
    switch (read->kind) {
    case STATEMENT_VARIANCE:
        return read_variance(take, read, fail);
    case STATEMENT_EVIDENCE:
        return read_evidence(take, read, fail);
    case STATEMENT_DECISION:
        return read_decision(take, read, fail);
    case STATEMENT_EXCLUSIONS:
        return read_exclusions(book->rules, take, read, fail);
    }
    return BROKEN;
}

static enum outcome set_signer(const struct case_note *statement, struct case_statement *read,
                               struct fail *fail)
{
    if (statement->signer.len == 0 || statement->signer.len > LIMIT_ID_BYTES)
        return malformed(fail, "not an officer's id", statement->signer);
    memcpy(read->signer.id, statement->signer.ptr, statement->signer.len);
    memcpy(read->signer.key, statement->key, KEY_BYTES);
    return OK;
}

enum outcome case_read(const struct casebook *book, const struct case_note *statement,
                       struct case_statement *out_read, struct fail *fail)
{
    struct case_statement read = {0};
    struct span text = statement->text;
    if (statement->note.len > ROLL_NOTE_BYTES_MAX)
        return fail_set(fail, TOO_LARGE, "case.malformed", "a statement is over 128 KiB");
    if (text.len > 0 && text.ptr[text.len - 1] == '\n')
        text.len--;
    struct sha256 leaf;
    sha256_start(&leaf);
    sha256_add(&leaf, SPAN_LIT("\0"));
    sha256_add(&leaf, statement->note);
    sha256_end(&leaf, read.leaf.bytes);
    enum outcome outcome = set_signer(statement, &read, fail);
    if (outcome == OK)
        outcome = json_read_canonical(text, "statement", &read.json, fail);
    if (outcome == OK) {
        struct json_take take = json_take_from(read.json, "statement", fail);
        outcome = read_head(book, &take, &read, fail);
        if (outcome == OK)
            outcome = read_body(book, &take, &read, fail);
    }
    if (outcome == OK)
        *out_read = read;
    else
        case_statement_done(&read);
    return outcome;
}

void case_statement_done(struct case_statement *read)
{
    free(read->variance.subjects);
    free(read->exclusions);
    json_decref(read->json);
    *read = (struct case_statement){0};
}
