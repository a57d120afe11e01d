#include "roll/case_statement.h"

#include "base/json.h"
#include "roll/evidence.h"

#define COUNT_OF(list) ((unsigned)(sizeof(list) / sizeof(list)[0]))

enum { WORD_BYTES_MOST = 64, REASONS_BYTES_LEAST = 20 };

static const char *const statement_kinds[STATEMENT_KINDS] = {
    [STATEMENT_VARIANCE] = "variance",
    [STATEMENT_EVIDENCE] = "evidence",
    [STATEMENT_PROPOSAL] = "proposal",
    [STATEMENT_NOTIFICATION] = "notification",
    [STATEMENT_WITHDRAWAL] = "withdrawal",
    [STATEMENT_DECISION] = "decision",
    [STATEMENT_COUNTERSIGNATURE] = "countersignature",
    [STATEMENT_APPEAL] = "appeal",
    [STATEMENT_EXCLUSIONS] = "exclusions",
    [STATEMENT_IRREGULARITY] = "irregularity",
};

static const char *const effects[EFFECTS] = {
    [EFFECT_REVIEW] = "review",   [EFFECT_ADD] = "add",   [EFFECT_ROWS] = "rows",
    [EFFECT_MERGE] = "merge",     [EFFECT_SET] = "set",   [EFFECT_INCLUDE] = "include",
    [EFFECT_EXCLUDE] = "exclude", [EFFECT_HOLD] = "hold",
};

static const char *const reasons[] = {
    "not-on-list", "wrong-status", "wrong-payment", "wrong-date", "wrong-unit", "wrong-contact",
    "duplicate",   "deceased",     "resigned",      "suspension", "clerical",   "other",
};

static const char *const evidence_kinds[EVIDENCE_KINDS] = {
    [EARLIER_SNAPSHOT] = "earlier-snapshot",
    [JOIN_CONFIRMATION] = "join-confirmation",
    [BANK_LINE] = "bank-line",
    [FINANCE_RECORD] = "finance-record",
    [RESIDENCE_DOCUMENT] = "residence-document",
    [AFFILIATE_CONFIRMATION] = "affiliate-confirmation",
    [SUSPENSION_RECORD] = "suspension-record",
    [AGE_DOCUMENT] = "age-document",
    [DEATH_OR_RETURN_NOTICE] = "death-or-return-notice",
    [SOURCE_MATCH] = "source-match",
    [OFFICER_ATTESTATION] = "officer-attestation",
    [MEMBER_DECLARATION] = "member-declaration",
};

/* -- parts ------------------------------------------------------------------------------------ */

/* The index of the word in a list of `count`; refused if it is none of them. */
static unsigned take_word(struct json *json, const char *name, const char *const *words,
                          unsigned count)
{
    struct span text;
    unsigned i = 0;
    json_string(json, name, WORD_BYTES_MOST, &text);
    while (i < count && !span_equal(text, span_text(words[i])))
        i++;
    if (i < count)
        return i;
    json_refuse(json, name, "not one of the words that may stand here");
    return 0;
}

static void take_prose(struct json *json, const char *name, size_t least)
{
    struct span text;
    json_string(json, name, ROLL_TEXT_BYTES_MAX, &text);
    if (text.len == 0)
        json_refuse(json, name, "empty");
    else if (text.len < least)
        json_refuse(json, name, "too short");
}

static void take_digest(struct json *json, const char *name, struct digest *out_digest)
{
    json_hex(json, name, out_digest->bytes, sizeof out_digest->bytes);
}

static void take_case(struct json *json, struct case_statement *statement)
{
    json_integer(json, "case", 1, INT32_MAX, &statement->case_number);
}

/* A string that outlives the reader. */
static struct span take_copy(struct json *json, const char *name, size_t limit_bytes,
                             struct arena *arena)
{
    struct span text = {0};
    json_string(json, name, limit_bytes, &text);
    struct span copy = arena_copy(arena, text);
    if (copy.ptr == NULL)
        json_refuse(json, name, "no memory");
    return copy;
}

/* How many there can be at most: each names a pseudonym in hex. */
static size_t most_named(const struct json *json)
{
    return json->text.len / (2 * HASH_BYTES) + 1;
}

static void read_subjects(struct json *json, struct arena *arena, struct case_statement *statement)
{
    statement->subjects = arena_zeroed(arena, most_named(json), sizeof *statement->subjects);
    if (statement->subjects == NULL) {
        json_refuse(json, "subjects", "no memory");
        return;
    }
    json_array(json, "subjects");
    while (json_more(json)) {
        struct digest *subject = &statement->subjects[statement->subject_count];
        take_digest(json, NULL, subject);
        if (json->broken)
            return;
        if (statement->subject_count > 0 && digest_compare(subject - 1, subject) >= 0)
            json_refuse(json, "subjects", "not sorted, or one twice");
        statement->subject_count++;
    }
    json_end(json);
    if (statement->subject_count == 0 || statement->subject_count > ROLL_SUBJECTS_MAX)
        json_refuse(json, "subjects", "nobody, or too many");
}

/* -- effects ---------------------------------------------------------------------------------- */

/* A value of a `set`, present or absent. */
static struct span read_value(struct json *json, const char *name, struct arena *arena)
{
    if (!json_at(json, name))
        return (struct span){0};
    return take_copy(json, name, ROLL_VALUE_BYTES_MAX, arena);
}

static void read_set(struct json *json, struct arena *arena, struct effect *effect)
{
    enum field_type type = FIELD_TEXT;
    effect->field = take_copy(json, "field", WORD_BYTES_MOST, arena);
    if (!json->broken && (!field_named(effect->field, &type) || type == FIELD_MEMBER_NO))
        json_refuse(json, "field", "no field that can be set");
    effect->from = read_value(json, "from", arena);
    effect->to = read_value(json, "to", arena);
    if (json->broken)
        return;
    if (effect->from.ptr != NULL && effect->from.len == 0)
        json_refuse(json, "from", "empty: it is absent when the value is missing");
    if (effect->to.ptr != NULL && !field_value_valid(type, effect->to))
        json_refuse(json, "to", "can't stand in this field");
    if ((effect->from.ptr == NULL) == (effect->to.ptr == NULL) &&
        span_equal(effect->from, effect->to))
        json_refuse(json, "to", "changes nothing");
}

/* A canonical record: fields in their order, each value one that its field can hold. */
static void check_record(struct json *json, const struct effect *effect)
{
    size_t attributes = 0;
    for (size_t i = 0; i < effect->record_count; i++) {
        const struct record_value *at = &effect->record[i];
        enum field_type type;
        if (!field_named(at->field, &type) || !field_value_valid(type, at->value))
            json_refuse(json, "record", "no such field, or not a value for it");
        else if ((i == 0) != (type == FIELD_MEMBER_NO))
            json_refuse(json, "record", "does not begin with member_no");
        else if (i > 0 && field_compare(at[-1].field, at->field) >= 0)
            json_refuse(json, "record", "fields out of order");
        if (json->broken)
            return;
        attributes += field_is_attribute(at->field);
    }
    if (effect->record_count == 0)
        json_refuse(json, "record", "does not begin with member_no");
    if (attributes > ROLL_ATTRIBUTES_MAX)
        json_refuse(json, "record", "too many attributes");
}

static void read_add(struct json *json, struct arena *arena, struct effect *effect)
{
    enum { FIELDS_MOST = 16 + ROLL_ATTRIBUTES_MAX };
    effect->numbers = take_copy(json, "numbers", ROLL_TOKEN_BYTES_MAX, arena);
    effect->record = arena_zeroed(arena, FIELDS_MOST, sizeof *effect->record);
    if (effect->record == NULL) {
        json_refuse(json, "record", "no memory");
        return;
    }
    json_object(json, "record");
    while (json_more(json)) {
        struct record_value *at = &effect->record[effect->record_count++];
        struct span field = {0};
        if (effect->record_count == FIELDS_MOST) {
            json_refuse(json, "record", "too many fields");
            return;
        }
        json_name(json, WORD_BYTES_MOST, &field);
        at->field = arena_copy(arena, field);
        at->value = take_copy(json, NULL, ROLL_VALUE_BYTES_MAX, arena);
        if (at->field.ptr == NULL)
            json_refuse(json, "record", "no memory");
    }
    json_end(json);
    if (!json->broken)
        check_record(json, effect);
}

static void read_effect(struct json *json, struct arena *arena, struct effect *effect)
{
    json_object(json, "effect");
    effect->what = (enum effect_do)take_word(json, "do", effects, EFFECTS);
    if (effect->what == EFFECT_ROWS)
        take_digest(json, "keep", &effect->digest);
    else if (effect->what == EFFECT_MERGE)
        take_digest(json, "into", &effect->digest);
    else if (effect->what == EFFECT_SET)
        read_set(json, arena, effect);
    else if (effect->what == EFFECT_ADD)
        read_add(json, arena, effect);
    json_end(json);
}

/* -- the kinds -------------------------------------------------------------------------------- */

static void read_variance(struct json *json, struct arena *arena, struct case_statement *statement)
{
    static const char *const by[] = {
        [BY_OFFICER] = "officer", [BY_MEMBER] = "member", [BY_MACHINE] = "machine"};
    take_case(json, statement);
    statement->by = (enum case_by)take_word(json, "by", by, COUNT_OF(by));
    read_subjects(json, arena, statement);
    read_effect(json, arena, &statement->effect);
    (void)take_word(json, "reason", reasons, COUNT_OF(reasons));
    take_prose(json, "text", 1);
}

static void read_file(struct json *json, struct case_statement *statement)
{
    int64_t bytes;
    statement->has_file = true;
    json_object(json, "file");
    take_digest(json, "sha256", &statement->file_sha256);
    take_digest(json, "commitment", &statement->file_commitment);
    json_integer(json, "size", 1, ROLL_EVIDENCE_BYTES_MAX, &bytes);
    statement->file_bytes = (uint64_t)bytes;
    statement->file_type = take_word(json, "type", evidence_type_names, EVIDENCE_TYPES);
    json_end(json);
}

/* A declaration comes in either form, an attestation is no file, all others are files. */
static void read_evidence(struct json *json, struct arena *arena, struct case_statement *statement)
{
    (void)arena;
    take_case(json, statement);
    statement->evidence =
        (enum evidence_kind)take_word(json, "evidence", evidence_kinds, EVIDENCE_KINDS);
    if (statement->evidence == OFFICER_ATTESTATION ||
        (statement->evidence == MEMBER_DECLARATION && !json_at(json, "file")))
        take_prose(json, "attestation", 1);
    else
        read_file(json, statement);
}

static void read_proposal(struct json *json, struct arena *arena, struct case_statement *statement)
{
    take_case(json, statement);
    read_effect(json, arena, &statement->effect);
    if (statement->effect.what == EFFECT_REVIEW)
        json_refuse(json, "effect", "says nothing that could be decided");
    statement->rule = take_copy(json, "rule", ROLL_CODE_BYTES_MAX, arena);
    take_prose(json, "text", 1);
}

static void read_notification(struct json *json, struct arena *arena,
                              struct case_statement *statement)
{
    static const char *const channels[] = {"email", "post", "hand"};
    (void)arena;
    take_case(json, statement);
    (void)take_word(json, "sent_by", channels, COUNT_OF(channels));
    take_prose(json, "text", 1);
}

static void read_withdrawal(struct json *json, struct arena *arena,
                            struct case_statement *statement)
{
    (void)arena;
    take_case(json, statement);
    take_prose(json, "text", 1);
}

static void read_decision(struct json *json, struct arena *arena, struct case_statement *statement)
{
    static const char *const outcomes[] = {"refused", "upheld"};
    (void)arena;
    take_case(json, statement);
    statement->upheld = take_word(json, "outcome", outcomes, COUNT_OF(outcomes)) == 1;
    take_prose(json, "reasons", REASONS_BYTES_LEAST);
    take_prose(json, "conflict", 1);
}

static void read_countersignature(struct json *json, struct arena *arena,
                                  struct case_statement *statement)
{
    static const char *const as[] = {"officer", "scrutineer"};
    (void)arena;
    take_case(json, statement);
    statement->as_scrutineer = take_word(json, "as", as, COUNT_OF(as)) == 1;
    take_prose(json, "text", 1);
}

static void read_appeal(struct json *json, struct arena *arena, struct case_statement *statement)
{
    static const char *const by[] = {[BY_OFFICER] = "officer", [BY_MEMBER] = "member"};
    (void)arena;
    take_case(json, statement);
    statement->by = (enum case_by)take_word(json, "by", by, COUNT_OF(by));
    take_prose(json, "text", 1);
}

static void read_codes(struct json *json, struct arena *arena, struct exclusion *exclusion)
{
    enum { CODES_MOST = ROLL_RULES_MAX + 1 };
    struct span codes[CODES_MOST];
    json_array(json, NULL);
    while (json_more(json)) {
        if (exclusion->code_count == CODES_MOST) {
            json_refuse(json, "list", "more codes than there can be rules");
            return;
        }
        codes[exclusion->code_count++] = take_copy(json, NULL, ROLL_CODE_BYTES_MAX, arena);
    }
    json_end(json);
    if (exclusion->code_count == 0)
        json_refuse(json, "list", "somebody without a reason");
    exclusion->codes = arena_zeroed(arena, exclusion->code_count, sizeof codes[0]);
    if (exclusion->codes == NULL)
        json_refuse(json, "list", "no memory");
    else if (!json->broken && exclusion->code_count > 0)
        memcpy(exclusion->codes, codes, exclusion->code_count * sizeof codes[0]);
}

static void read_exclusions(struct json *json, struct arena *arena,
                            struct case_statement *statement)
{
    statement->exclusions = arena_zeroed(arena, most_named(json), sizeof *statement->exclusions);
    if (statement->exclusions == NULL) {
        json_refuse(json, "list", "no memory");
        return;
    }
    json_array(json, "list");
    while (json_more(json)) {
        struct exclusion *exclusion = &statement->exclusions[statement->exclusion_count];
        json_array(json, NULL);
        take_digest(json, NULL, &exclusion->pseudonym);
        read_codes(json, arena, exclusion);
        json_end(json);
        if (!json->broken && statement->exclusion_count > 0 &&
            digest_compare(&exclusion[-1].pseudonym, &exclusion->pseudonym) >= 0)
            json_refuse(json, "list", "not sorted, or somebody twice");
        statement->exclusion_count += json->broken ? 0 : 1;
    }
    json_end(json);
    if (statement->exclusion_count == 0)
        json_refuse(json, "list", "nobody");
}

static void read_irregularity(struct json *json, struct arena *arena,
                              struct case_statement *statement)
{
    read_subjects(json, arena, statement);
    take_prose(json, "text", 1);
}

typedef void reader(struct json *json, struct arena *arena, struct case_statement *statement);

static reader *const readers[STATEMENT_KINDS] = {
    [STATEMENT_VARIANCE] = read_variance,
    [STATEMENT_EVIDENCE] = read_evidence,
    [STATEMENT_PROPOSAL] = read_proposal,
    [STATEMENT_NOTIFICATION] = read_notification,
    [STATEMENT_WITHDRAWAL] = read_withdrawal,
    [STATEMENT_DECISION] = read_decision,
    [STATEMENT_COUNTERSIGNATURE] = read_countersignature,
    [STATEMENT_APPEAL] = read_appeal,
    [STATEMENT_EXCLUSIONS] = read_exclusions,
    [STATEMENT_IRREGULARITY] = read_irregularity,
};

enum outcome case_statement_read(struct span text, struct span origin, struct arena *arena,
                                 struct case_statement *out_statement, struct fail *fail)
{
    struct case_statement statement = {.case_number = 0};
    struct json json;
    struct span found;
    if (text.len == 0 || text.ptr[text.len - 1] != '\n')
        return fail_bad(fail, "the statement does not end in a line feed");
    json_open(&json, span_of(text.ptr, text.len - 1));
    json_object(&json, NULL);
    statement.kind =
        (enum case_statement_kind)take_word(&json, "kind", statement_kinds, STATEMENT_KINDS);
    json_string(&json, "origin", json.text.len, &found);
    if (!span_equal(found, origin))
        json_refuse(&json, "origin", "of another election");
    take_digest(&json, "context", &statement.context);
    take_digest(&json, "answers", &statement.answers);
    readers[statement.kind](&json, arena, &statement);
    json_end(&json);
    enum outcome outcome = json_finish(&json, fail);
    json_done(&json);
    if (outcome == GOOD)
        *out_statement = statement;
    return outcome;
}
