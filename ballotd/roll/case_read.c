#include "roll/case_read.h"

#include <stdlib.h>

#include "base/code.h"
#include "crypto/hash.h"

static const char *const KINDS[STATEMENT_KINDS] = {
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

static const char *const REASONS[] = {"not-on-list", "wrong-status",  "wrong-payment", "wrong-date",
                                      "wrong-unit",  "wrong-contact", "duplicate",     "deceased",
                                      "resigned",    "suspension",    "clerical",      "other"};

static const char *const BY[] = {"officer", "member", "machine"};

enum { DECISION_REASONS_MIN = 20 };

const char *case_statement_name(enum statement_kind kind)
{
    return KINDS[kind];
}

const char *case_by_name(enum case_by by)
{
    return BY[by];
}

int case_find_name(struct span name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (span_is(name, names[i]))
            return (int)i;
    }
    return -1;
}

bool case_reason_is_known(struct span reason)
{
    return case_find_name(reason, REASONS, COUNT_OF(REASONS)) >= 0;
}

enum outcome case_malformed(struct fail *fail, const char *what, struct span quoted)
{
    return fail_set(fail, BAD_INPUT, "case.malformed", "%s: \"%.*s\"", what,
                    (int)(quoted.len > 80 ? 80 : quoted.len), (const char *)quoted.ptr);
}

bool case_read_hash(const json_t *json, struct hash32 *out_hash)
{
    return json_is_string(json) && hex_read(json_span(json), out_hash->bytes, HASH_BYTES);
}

static enum outcome need_prose(struct span text, size_t min, const char *name, struct fail *fail)
{
    if (text.len >= min && text.len <= ROLL_TEXT_BYTES_MAX)
        return OK;
    return fail_set(fail, BAD_INPUT, "case.malformed", "%s must have %zu to %d bytes, not %zu",
                    name, min, ROLL_TEXT_BYTES_MAX, text.len);
}

/* Pseudonyms: 1 to 1,500, sorted, distinct. */
static enum outcome read_subjects(const json_t *array, struct case_statement *read,
                                  struct fail *fail)
{
    size_t count = json_array_size(array);
    if (count == 0 || count > ROLL_SUBJECTS_MAX)
        return case_malformed(fail, "there must be 1 to 1500 subjects", SPAN_LIT("subjects"));
    read->subjects = calloc(count, sizeof(*read->subjects));
    if (read->subjects == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory for a case");
    read->subject_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        struct hash32 *subject = &read->subjects[i];
        if (!case_read_hash(json_array_get(array, i), subject))
            return case_malformed(fail, "a subject is not 64 hex digits", SPAN_LIT("subjects"));
        if (i > 0 && memcmp(subject[-1].bytes, subject->bytes, HASH_BYTES) >= 0)
            return case_malformed(fail, "subjects must be sorted and distinct",
                                  SPAN_LIT("subjects"));
    }
    return OK;
}

static enum outcome read_variance(struct json_take *take, struct case_statement *read,
                                  struct fail *fail)
{
    struct span by = json_take_string(take, "by");
    const json_t *subjects = json_take_array(take, "subjects");
    const json_t *effect = json_take_object(take, "effect");
    read->reason = json_take_string(take, "reason");
    read->text = json_take_string(take, "text");
    enum outcome outcome = json_take_end(take);
    if (outcome != OK)
        return outcome;
    int found = case_find_name(by, BY, COUNT_OF(BY));
    if (found < 0)
        return case_malformed(fail, "a variance is by officer, member or machine", by);
    read->by = (enum case_by)found;
    outcome = read_subjects(subjects, read, fail);
    if (outcome == OK)
        outcome = case_read_effect(effect, true, &read->effect, fail);
    if (outcome == OK && !case_reason_is_known(read->reason))
        return case_malformed(fail, "no such reason", read->reason);
    return outcome == OK ? need_prose(read->text, 1, "the text", fail) : outcome;
}

static enum outcome read_proposal(const struct rules *rules, struct json_take *take,
                                  struct case_statement *read, struct fail *fail)
{
    const json_t *effect = json_take_object(take, "effect");
    read->rule = json_take_string(take, "rule");
    read->text = json_take_string(take, "text");
    enum outcome outcome = json_take_end(take);
    if (outcome == OK)
        outcome = case_read_effect(effect, false, &read->effect, fail);
    if (outcome == OK && read->rule.len > 0 && rules_bit(rules, read->rule) < 0)
        return case_malformed(fail, "no rule has this code", read->rule);
    return outcome == OK ? need_prose(read->text, 1, "the text", fail) : outcome;
}

/* One word of a closed list, then a text: notification, countersignature and appeal. */
static enum outcome read_word(struct json_take *take, const char *key, const char *const *words,
                              size_t count, struct case_statement *read, int *out_word,
                              struct fail *fail)
{
    struct span word = json_take_string(take, key);
    read->text = json_take_string(take, "text");
    enum outcome outcome = json_take_end(take);
    if (outcome != OK)
        return outcome;
    *out_word = case_find_name(word, words, count);
    if (*out_word < 0)
        return fail_set(fail, BAD_INPUT, "case.malformed", "\"%s\" cannot be \"%.*s\"", key,
                        (int)(word.len > 80 ? 80 : word.len), (const char *)word.ptr);
    return need_prose(read->text, 1, "the text", fail);
}

static enum outcome read_notification(struct json_take *take, struct case_statement *read,
                                      struct fail *fail)
{
    static const char *const WAYS[] = {"email", "post", "hand"};
    int way;
    return read_word(take, "sent_by", WAYS, COUNT_OF(WAYS), read, &way, fail);
}

static enum outcome read_countersignature(struct json_take *take, struct case_statement *read,
                                          struct fail *fail)
{
    static const char *const AS[] = {"officer", "scrutineer"};
    int as = 0;
    enum outcome outcome = read_word(take, "as", AS, COUNT_OF(AS), read, &as, fail);
    read->as_scrutineer = as == 1;
    return outcome;
}

static enum outcome read_appeal(struct json_take *take, struct case_statement *read,
                                struct fail *fail)
{
    int by = 0;
    enum outcome outcome = read_word(take, "by", BY, CASE_BY_MACHINE, read, &by, fail);
    read->by = by == CASE_BY_MEMBER ? CASE_BY_MEMBER : CASE_BY_OFFICER;
    return outcome;
}

static enum outcome read_withdrawal(struct json_take *take, struct case_statement *read,
                                    struct fail *fail)
{
    read->text = json_take_string(take, "text");
    enum outcome outcome = json_take_end(take);
    return outcome == OK ? need_prose(read->text, 1, "the text", fail) : outcome;
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
        return case_malformed(fail, "a decision is upheld or refused", outcome_text);
    outcome =
        need_prose(reasons, DECISION_REASONS_MIN, "the reasons, which the member reads,", fail);
    return outcome == OK ? need_prose(conflict, 1, "conflict (or \"none\")", fail) : outcome;
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

static enum outcome read_exclusion(const struct rules *rules, const json_t *pair,
                                   struct case_exclusion *out_exclusion, struct fail *fail)
{
    if (json_array_size(pair) == 2 &&
        case_read_hash(json_array_get(pair, 0), &out_exclusion->pseudonym) &&
        read_codes(rules, json_array_get(pair, 1), &out_exclusion->failed))
        return OK;
    return case_malformed(fail, "an exclusion is [pseudonym, codes in the order of the rules]",
                          SPAN_LIT("list"));
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
        return case_malformed(fail, "there is nothing to confirm", SPAN_LIT("list"));
    read->exclusions = calloc(count, sizeof(*read->exclusions));
    if (read->exclusions == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory for exclusions");
    read->exclusion_count = (uint32_t)count;
    for (size_t i = 0; outcome == OK && i < count; i++) {
        struct case_exclusion *exclusion = &read->exclusions[i];
        outcome = read_exclusion(rules, json_array_get(list, i), exclusion, fail);
        if (outcome == OK && i > 0 &&
            memcmp(exclusion[-1].pseudonym.bytes, exclusion->pseudonym.bytes, HASH_BYTES) >= 0)
            return case_malformed(fail, "the list must be sorted and distinct", SPAN_LIT("list"));
    }
    return outcome;
}

static enum outcome read_irregularity(struct json_take *take, struct case_statement *read,
                                      struct fail *fail)
{
    const json_t *subjects = json_take_array(take, "subjects");
    read->text = json_take_string(take, "text");
    enum outcome outcome = json_take_end(take);
    if (outcome == OK)
        outcome = read_subjects(subjects, read, fail);
    return outcome == OK ? need_prose(read->text, 1, "the text", fail) : outcome;
}

/* The members that every statement begins with; leaves `take` behind them. */
static enum outcome read_head(const struct casebook *book, struct json_take *take,
                              struct case_statement *read, struct fail *fail)
{
    struct span kind = json_take_string(take, "kind");
    struct span origin = json_take_string(take, "origin");
    struct span context = json_take_string(take, "context");
    json_take_hex(take, "answers", read->answers.bytes, HASH_BYTES);
    if (take->failed)
        return json_take_end(take);
    int found = case_find_name(kind, KINDS, STATEMENT_KINDS);
    if (found < 0)
        return case_malformed(fail, "no such kind of statement", kind);
    if (!span_equal(origin, book->terms.origin) || !span_is(context, book->context))
        return fail_set(fail, BAD_INPUT, "case.election",
                        "the statement belongs to another election: \"%.*s\"", (int)origin.len,
                        (const char *)origin.ptr);
    read->kind = (enum statement_kind)found;
    if (read->kind != STATEMENT_EXCLUSIONS && read->kind != STATEMENT_IRREGULARITY)
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
        return case_read_evidence(take, &read->evidence, fail);
    case STATEMENT_PROPOSAL:
        return read_proposal(book->terms.rules, take, read, fail);
    case STATEMENT_NOTIFICATION:
        return read_notification(take, read, fail);
    case STATEMENT_WITHDRAWAL:
        return read_withdrawal(take, read, fail);
    case STATEMENT_DECISION:
        return read_decision(take, read, fail);
    case STATEMENT_COUNTERSIGNATURE:
        return read_countersignature(take, read, fail);
    case STATEMENT_APPEAL:
        return read_appeal(take, read, fail);
    case STATEMENT_EXCLUSIONS:
        return read_exclusions(book->terms.rules, take, read, fail);
    case STATEMENT_IRREGULARITY:
        return read_irregularity(take, read, fail);
    case STATEMENT_KINDS:
        break;
    }
    return BROKEN;
}

static enum outcome set_signer(const struct case_note *statement, struct case_statement *read,
                               struct fail *fail)
{
    if (statement->is_authority)
        return OK;
    if (statement->signer.len == 0 || statement->signer.len > LIMIT_ID_BYTES)
        return case_malformed(fail, "not an officer's id", statement->signer);
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
        return fail_set(fail, TOO_LARGE, "case.malformed",
                        "a statement is over 128 KiB; make several of it");
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
    free(read->subjects);
    free(read->exclusions);
    json_decref(read->json);
    *read = (struct case_statement){0};
}
