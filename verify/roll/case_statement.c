#include "roll/case_statement.h"

#include "base/json.h"
#include "roll/csv.h"

static const char *const statement_kinds[] = {
    [STATEMENT_VARIANCE] = "variance",
    [STATEMENT_EVIDENCE] = "evidence",
    [STATEMENT_DECISION] = "decision",
    [STATEMENT_EXCLUSIONS] = "exclusions",
};

static const char *const effects[] = {
    [EFFECT_ROWS] = "rows",       [EFFECT_MERGE] = "merge",     [EFFECT_SET] = "set",
    [EFFECT_INCLUDE] = "include", [EFFECT_EXCLUDE] = "exclude", [EFFECT_HOLD] = "hold",
};

static const char *const reasons[] = {
    "not-on-list", "wrong-status", "wrong-payment", "wrong-date", "wrong-unit", "wrong-contact",
    "duplicate",   "deceased",     "resigned",      "suspension", "clerical",   "other",
};

enum form { FORM_FILE = 1, FORM_ATTESTATION = 2, FORM_EITHER = 3 };

static const struct {
    const char *name;
    enum form form;
} evidence_kinds[] = {
    {"earlier-snapshot", FORM_FILE},
    {"join-confirmation", FORM_FILE},
    {"bank-line", FORM_FILE},
    {"finance-record", FORM_FILE},
    {"residence-document", FORM_FILE},
    {"affiliate-confirmation", FORM_FILE},
    {"suspension-record", FORM_FILE},
    {"age-document", FORM_FILE},
    {"death-or-return-notice", FORM_FILE},
    {"source-match", FORM_FILE},
    {"officer-attestation", FORM_ATTESTATION},
    {"member-declaration", FORM_EITHER},
};

/* The index of the word in a list of `count`; refused if it is none of them. */
static unsigned take_word(struct json *json, const char *name, const char *const *words,
                          unsigned count)
{
    struct span text;
    unsigned i = 0;
    json_string(json, name, 64, &text);
    while (i < count && !span_equal(text, span_text(words[i])))
        i++;
    if (i < count)
        return i;
    json_refuse(json, name, "not one of the words that may stand here");
    return 0;
}

static void take_prose(struct json *json, const char *name)
{
    struct span text;
    json_string(json, name, ROLL_TEXT_BYTES_MAX, &text);
    if (text.len == 0)
        json_refuse(json, name, "empty");
}

static void take_digest(struct json *json, const char *name, struct digest *out_digest)
{
    json_hex(json, name, out_digest->bytes, sizeof out_digest->bytes);
}

/* -- variance --------------------------------------------------------------------------------- */

static void read_subjects(struct json *json, struct arena *arena, struct case_statement *statement)
{
    statement->subjects = arena_zeroed(arena, ROLL_SUBJECTS_MAX, sizeof *statement->subjects);
    if (statement->subjects == NULL) {
        json_refuse(json, "subjects", "no memory");
        return;
    }
    json_array(json, "subjects");
    while (json_more(json)) {
        size_t count = statement->subject_count;
        if (count == ROLL_SUBJECTS_MAX) {
            json_refuse(json, "subjects", "too many");
            return;
        }
        take_digest(json, NULL, &statement->subjects[count]);
        if (count > 0 &&
            digest_compare(&statement->subjects[count - 1], &statement->subjects[count]) >= 0)
            json_refuse(json, "subjects", "not sorted, or one twice");
        statement->subject_count++;
    }
    json_end(json);
    if (statement->subject_count == 0)
        json_refuse(json, "subjects", "nobody");
}

/* A value of a `set`, present or absent. */
static struct span read_value(struct json *json, const char *name, struct arena *arena)
{
    struct span text = {0}, copy = {0};
    if (!json_at(json, name))
        return copy;
    json_string(json, name, ROLL_VALUE_BYTES_MAX, &text);
    copy = arena_copy(arena, text);
    if (copy.ptr == NULL)
        json_refuse(json, name, "no memory");
    return copy;
}

static void read_set(struct json *json, struct arena *arena, struct effect *effect)
{
    struct span field;
    enum field_type type = FIELD_TEXT;
    json_string(json, "field", 64, &field);
    effect->field = arena_copy(arena, field);
    if (!json->broken && (!field_named(field, &type) || type == FIELD_MEMBER_NO))
        json_refuse(json, "field", "no field that can be set");
    effect->from = read_value(json, "from", arena);
    effect->to = read_value(json, "to", arena);
    if (json->broken)
        return;
    if (effect->to.ptr != NULL && !field_value_valid(type, effect->to))
        json_refuse(json, "to", "can't stand in this field");
    if ((effect->from.ptr == NULL) == (effect->to.ptr == NULL) &&
        span_equal(effect->from, effect->to))
        json_refuse(json, "to", "changes nothing");
}

static void read_effect(struct json *json, struct arena *arena, struct case_statement *statement)
{
    struct effect *effect = &statement->effect;
    json_object(json, "effect");
    effect->what =
        (enum effect_do)take_word(json, "do", effects, sizeof effects / sizeof effects[0]);
    if (effect->what == EFFECT_ROWS)
        take_digest(json, "keep", &effect->digest);
    else if (effect->what == EFFECT_MERGE)
        take_digest(json, "into", &effect->digest);
    else if (effect->what == EFFECT_SET)
        read_set(json, arena, effect);
    if (effect->what <= EFFECT_MERGE && statement->subject_count > 1)
        json_refuse(json, "do", "this effect takes one subject");
    json_end(json);
}

static void read_variance(struct json *json, struct arena *arena, struct case_statement *statement)
{
    json_integer(json, "case", 1, INT64_MAX, &statement->case_number);
    read_subjects(json, arena, statement);
    read_effect(json, arena, statement);
    (void)take_word(json, "reason", reasons, sizeof reasons / sizeof reasons[0]);
    take_prose(json, "text");
}

/* -- evidence, decision, exclusions ----------------------------------------------------------- */

static void read_file(struct json *json, struct case_statement *statement)
{
    int64_t bytes;
    statement->has_file = true;
    json_object(json, "file");
    take_digest(json, "sha256", &statement->file_sha256);
    take_digest(json, "commitment", &statement->file_commitment);
    json_integer(json, "size", 0, ROLL_EVIDENCE_BYTES_MAX, &bytes);
    statement->file_bytes = (uint64_t)bytes;
    json_end(json);
}

static void read_evidence(struct json *json, struct case_statement *statement)
{
    const char *names[sizeof evidence_kinds / sizeof evidence_kinds[0]];
    unsigned count = sizeof names / sizeof names[0];
    for (unsigned i = 0; i < count; i++)
        names[i] = evidence_kinds[i].name;
    json_integer(json, "case", 1, INT64_MAX, &statement->case_number);
    enum form form = evidence_kinds[take_word(json, "evidence", names, count)].form;
    if (form == FORM_FILE || (form == FORM_EITHER && json_at(json, "file")))
        read_file(json, statement);
    else
        take_prose(json, "attestation");
}

static void read_decision(struct json *json, struct case_statement *statement)
{
    static const char *const outcomes[] = {"refused", "upheld"};
    json_integer(json, "case", 1, INT64_MAX, &statement->case_number);
    statement->upheld = take_word(json, "outcome", outcomes, 2) == 1;
    take_prose(json, "reasons");
    take_prose(json, "conflict");
}

static void read_codes(struct json *json, struct arena *arena, struct exclusion *exclusion)
{
    enum { CODES_MOST = ROLL_RULES_MAX + 1 };
    struct span codes[CODES_MOST], code;
    json_array(json, NULL);
    while (json_more(json)) {
        if (exclusion->code_count == CODES_MOST) {
            json_refuse(json, "list", "more codes than there can be rules");
            return;
        }
        json_string(json, NULL, ROLL_CODE_BYTES_MAX, &code);
        codes[exclusion->code_count++] = arena_copy(arena, code);
    }
    json_end(json);
    exclusion->codes = arena_zeroed(arena, exclusion->code_count, sizeof code);
    if (exclusion->codes == NULL)
        json_refuse(json, "list", "no memory");
    else if (!json->broken && exclusion->code_count > 0)
        memcpy(exclusion->codes, codes, exclusion->code_count * sizeof code);
}

static void read_exclusions(struct json *json, struct arena *arena,
                            struct case_statement *statement)
{
    size_t most = json->text.len / (2 * HASH_BYTES) + 1; /* each names a pseudonym in hex */
    statement->exclusions = arena_zeroed(arena, most, sizeof *statement->exclusions);
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
}

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
    unsigned kind = take_word(&json, "kind", statement_kinds, 4);
    statement.kind = (enum case_statement_kind)kind;
    json_string(&json, "origin", json.text.len, &found);
    if (!span_equal(found, origin))
        json_refuse(&json, "origin", "of another election");
    take_digest(&json, "context", &statement.context);
    take_digest(&json, "answers", &statement.answers);
    if (statement.kind == STATEMENT_VARIANCE)
        read_variance(&json, arena, &statement);
    else if (statement.kind == STATEMENT_EVIDENCE)
        read_evidence(&json, &statement);
    else if (statement.kind == STATEMENT_DECISION)
        read_decision(&json, &statement);
    else
        read_exclusions(&json, arena, &statement);
    json_end(&json);
    enum outcome outcome = json_finish(&json, fail);
    json_done(&json);
    if (outcome == GOOD)
        *out_statement = statement;
    return outcome;
}
