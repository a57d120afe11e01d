/* Evidence: its kinds, what each may be and what it is worth (docs/roll.md section 7). Declared in
 * roll/case_read.h and roll/casebook.h. */
#include "roll/case_read.h"

#include "base/code.h"

static const struct {
    const char *name;
    bool file;
    bool attestation;
    uint32_t strength;
} EVIDENCE[] = {
    {"earlier-snapshot", true, false, 3},
    {"join-confirmation", true, false, 3},
    {"bank-line", true, false, 3},
    {"finance-record", true, false, 3},
    {"residence-document", true, false, 3},
    {"affiliate-confirmation", true, false, 3},
    {"suspension-record", true, false, 3},
    {"age-document", true, false, 3},
    {"death-or-return-notice", true, false, 2},
    {"source-match", true, false, 2},
    {"officer-attestation", false, true, 2},
    {"member-declaration", true, true, 1},
};

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

const char *case_evidence_kind_name(uint32_t kind)
{
    return EVIDENCE[kind].name;
}

uint32_t case_evidence_strength(uint32_t kind)
{
    return EVIDENCE[kind].strength;
}

bool case_evidence_is_attestation(uint32_t kind)
{
    return !EVIDENCE[kind].file;
}

bool case_evidence_is_declaration(uint32_t kind)
{
    return EVIDENCE[kind].file && EVIDENCE[kind].attestation;
}

static enum outcome read_file(const json_t *json, struct case_evidence *evidence, struct fail *fail)
{
    static const char *const TYPES[] = {"pdf", "png", "jpeg", "text"};
    struct json_take take = json_take_from(json, "a file in evidence", fail);
    json_take_hex(&take, "sha256", evidence->sha256.bytes, HASH_BYTES);
    json_take_hex(&take, "commitment", evidence->commitment.bytes, HASH_BYTES);
    evidence->size_bytes = (uint64_t)json_take_integer(&take, "size", 1, ROLL_EVIDENCE_BYTES_MAX);
    struct span type = json_take_string(&take, "type");
    enum outcome outcome = json_take_end(&take);
    if (outcome != OK)
        return outcome;
    int found = case_find_name(type, TYPES, COUNT_OF(TYPES));
    if (found < 0)
        return case_malformed(fail, "a file in evidence is pdf, png, jpeg or text", type);
    memcpy(evidence->type, TYPES[found], strlen(TYPES[found]) + 1);
    return OK;
}

enum outcome case_read_evidence(struct json_take *take, struct case_evidence *out_evidence,
                                struct fail *fail)
{
    struct case_evidence evidence = {0};
    struct span attestation = SPAN_LIT("");
    const json_t *file = NULL;
    struct span kind = json_take_string(take, "evidence");
    evidence.is_file = json_take_peek(take, "file");
    if (evidence.is_file)
        file = json_take_object(take, "file");
    else
        attestation = json_take_string(take, "attestation");
    enum outcome outcome = json_take_end(take);
    if (outcome != OK)
        return outcome;
    int found = find_evidence(kind);
    if (found < 0)
        return case_malformed(fail, "no such kind of evidence", kind);
    if (evidence.is_file ? !EVIDENCE[found].file : !EVIDENCE[found].attestation)
        return case_malformed(fail, "evidence of this kind has another form", kind);
    evidence.kind = (uint32_t)found;
    if (!evidence.is_file && (attestation.len == 0 || attestation.len > ROLL_TEXT_BYTES_MAX))
        return case_malformed(fail, "the attestation must have 1 to 4000 bytes", kind);
    outcome = evidence.is_file ? read_file(file, &evidence, fail) : OK;
    if (outcome == OK)
        *out_evidence = evidence;
    return outcome;
}
