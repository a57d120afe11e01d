/* Who must sign what: docs/protocol.md section 4, column "signed by". Declared in election/kind.h.
 */
#include "base/code.h"
#include "election/kind.h"

static enum outcome stranger(const struct note_signature *line, struct fail *fail)
{
    return fail_set(fail, NOT_ALLOWED, "statement.signer",
                    "\"%.*s\" may not sign this, or not with the key it used", (int)line->name.len,
                    line->name.ptr);
}

/* Whether this line is of that key; then its signature must hold. */
static enum outcome try_key(const struct turn *turn, const struct note_signature *line,
                            const char *suffix, const char *id, const uint8_t *key, bool *out_match,
                            struct fail *fail)
{
    struct note_key note_key;
    *out_match = false;
    enum outcome outcome = definition_key(turn->state->origin, suffix, id, key, &note_key, fail);
    if (outcome != OK || !span_is(line->name, note_key.name))
        return outcome;
    if (memcmp(line->id, note_key.id, NOTE_ID_BYTES) != 0)
        return stranger(line, fail);
    outcome = note_verify(&turn->statement->note, &note_key, fail);
    *out_match = outcome == OK;
    return outcome;
}

static enum outcome find_officer(const struct turn *turn, const struct note_signature *line,
                                 const struct officer **out_officer, struct fail *fail)
{
    const struct officer *officers = turn->state->officers;
    for (unsigned i = 0; i < turn->state->officer_count; i++) {
        bool match;
        enum outcome outcome =
            try_key(turn, line, NAME_OFFICER, officers[i].id, officers[i].key, &match, fail);
        if (outcome != OK)
            return outcome;
        if (match) {
            *out_officer = &officers[i];
            return OK;
        }
    }
    return stranger(line, fail);
}

/* Who is barred signs by no other role. A role whose time is over is not held, where the statement
 * says what time it is (section 4). */
static unsigned roles_of(const struct turn *turn, const struct officer *officer)
{
    const json_t *at = json_object_get(turn->statement->object, "at");
    bool over =
        officer->until_s != 0 && json_is_integer(at) && json_integer_value(at) >= officer->until_s;
    if (over)
        return 0;
    return officer->roles & OFFICER_BARRED ? OFFICER_BARRED : officer->roles;
}

static enum outcome check_officers(const struct turn *turn, unsigned first, unsigned others,
                                   unsigned needed, struct signing *out, struct fail *fail)
{
    const struct note *note = &turn->statement->note;
    unsigned with_first = 0;
    if (note->count > needed)
        return fail_set(fail, NOT_ALLOWED, "statement.signers", "more signatures than it takes");
    for (unsigned i = 0; i < note->count; i++) {
        const struct officer *officer;
        enum outcome outcome = find_officer(turn, &note->signatures[i], &officer, fail);
        if (outcome != OK)
            return outcome;
        if (!(roles_of(turn, officer) & (first | others)))
            return fail_set(fail, NOT_ALLOWED, "statement.role",
                            "officer \"%s\" does not hold a role that signs this", officer->id);
        with_first += (roles_of(turn, officer) & first) != 0;
    }
    out->complete = note->count == needed && with_first > 0;
    out->authority_missing = false;
    if (note->count == needed && !out->complete)
        return fail_set(fail, NOT_ALLOWED, "statement.role",
                        "one of the signers must be a returning officer");
    return OK;
}

static enum outcome check_with_authority(const struct turn *turn, struct signing *out,
                                         struct fail *fail)
{
    const struct note *note = &turn->statement->note;
    bool authority = false, officer = false;
    for (unsigned i = 0; i < note->count; i++) {
        bool match;
        enum outcome outcome = try_key(turn, &note->signatures[i], NAME_AUTHORITY, "",
                                       turn->state->definition->authority_key, &match, fail);
        if (outcome == OK && !match) {
            const struct officer *found;
            outcome = find_officer(turn, &note->signatures[i], &found, fail);
            if (outcome == OK && (officer || !(roles_of(turn, found) & OFFICER_RETURNING)))
                outcome = fail_set(fail, NOT_ALLOWED, "statement.role",
                                   "this takes one returning officer");
            officer = true;
        } else {
            authority = authority || match;
        }
        if (outcome != OK)
            return outcome;
    }
    out->complete = officer;
    out->authority_missing = !authority;
    return OK;
}

/* Exactly one signature, by this key. */
static enum outcome check_single(const struct turn *turn, const char *suffix, const char *id,
                                 const uint8_t *key, struct signing *out, struct fail *fail)
{
    const struct note *note = &turn->statement->note;
    bool match = false;
    if (note->count != 1)
        return fail_set(fail, NOT_ALLOWED, "statement.signers", "this takes exactly one signature");
    enum outcome outcome = try_key(turn, &note->signatures[0], suffix, id, key, &match, fail);
    if (outcome == OK && !match)
        outcome = stranger(&note->signatures[0], fail);
    *out = (struct signing){.complete = match};
    return outcome;
}

static enum outcome check_trustee(const struct turn *turn, struct signing *out, struct fail *fail)
{
    const struct definition *definition = turn->state->definition;
    const json_t *member = json_object_get(turn->statement->object, "trustee");
    int64_t index = json_is_integer(member) ? json_integer_value(member) : 0;
    if (index < 1 || index > definition->trustee_count)
        return fail_set(fail, BAD_INPUT, "statement.trustee", "there is no such trustee");
    char id[8];
    snprintf(id, sizeof id, "%d", (int)index);
    return check_single(turn, NAME_TRUSTEE, id, definition->trustees[index - 1].sign, out, fail);
}

/* A ballot costs its sender a credential that was issued before it costs us a signature. */
static enum outcome check_credential(const struct turn *turn, struct signing *out,
                                     struct fail *fail)
{
    uint8_t key[KEY_BYTES];
    char name[NOTE_NAME_MAX + 1];
    struct note_key note_key;
    const struct note *note = &turn->statement->note;
    const json_t *member = json_object_get(turn->statement->object, "credential");
    if (!json_is_string(member) || !hex_read(json_span(member), key, KEY_BYTES))
        return fail_set(fail, BAD_INPUT, "ballot.credential", "not a key in hex");
    if (!electorate_find(&turn->state->electorate, key))
        return fail_set(fail, NOT_ALLOWED, "ballot.credential",
                        "this credential was never issued; check the voting code");
    if (note->count != 1)
        return fail_set(fail, NOT_ALLOWED, "statement.signers", "this takes exactly one signature");
    snprintf(name, sizeof name, "%s%s", turn->state->origin, NAME_CREDENTIAL);
    enum outcome outcome = note_key_name(span_str(name), NOTE_ED25519, key, &note_key, fail);
    if (outcome == OK && (!span_is(note->signatures[0].name, name) ||
                          memcmp(note->signatures[0].id, note_key.id, NOTE_ID_BYTES) != 0))
        outcome = stranger(&note->signatures[0], fail);
    if (outcome == OK)
        outcome = note_verify(note, &note_key, fail);
    *out = (struct signing){.complete = outcome == OK};
    return outcome;
}

static enum outcome check_returning_or_authority(const struct turn *turn, struct signing *out,
                                                 struct fail *fail)
{
    enum outcome outcome =
        check_single(turn, NAME_AUTHORITY, "", turn->state->definition->authority_key, out, NULL);
    return outcome == OK ? OK : check_officers(turn, OFFICER_RETURNING, 0, 1, out, fail);
}

static enum outcome check_all(const struct turn *turn, enum kind_signers signers,
                              struct signing *out_signing, struct fail *fail)
{
    const struct definition *definition = turn->state->definition;
    switch (signers) {
    case SIGNED_BY_RETURNING:
        return check_officers(turn, OFFICER_RETURNING, 0, 1, out_signing, fail);
    case SIGNED_BY_RETURNING_AND_AUTHORITY:
        return check_with_authority(turn, out_signing, fail);
    case SIGNED_BY_RETURNING_OR_AUTHORITY:
        return check_returning_or_authority(turn, out_signing, fail);
    case SIGNED_BY_TWO_OFFICERS:
        return check_officers(turn, OFFICER_RETURNING, OFFICER_SECRETARY | OFFICER_DEPUTY, 2,
                              out_signing, fail);
    case SIGNED_BY_EXPORTER:
        return check_officers(turn, OFFICER_EXPORTER, 0, 1, out_signing, fail);
    case SIGNED_BY_AUTHORITY:
        return check_single(turn, NAME_AUTHORITY, "", definition->authority_key, out_signing, fail);
    case SIGNED_BY_REGISTRAR:
        return check_single(turn, NAME_REGISTRAR, "", definition->registrar_key, out_signing, fail);
    case SIGNED_BY_TRUSTEE:
        return check_trustee(turn, out_signing, fail);
    case SIGNED_BY_CREDENTIAL:
        return check_credential(turn, out_signing, fail);
    }
    return fail_set(fail, BROKEN, "statement.signers", "unknown rule for signers");
}

enum outcome signers_settle(const struct turn *turn, enum kind_signers signers, struct fail *fail)
{
    struct signing signing = {0};
    enum outcome outcome = check_all(turn, signers, &signing, fail);
    if (outcome != OK)
        return outcome;
    if (turn->signing)
        *turn->signing = signing;
    else if (!signing.complete || signing.authority_missing)
        return fail_set(fail, NOT_ALLOWED, "statement.signers",
                        "\"%.*s\" lacks a signature that it needs", (int)turn->statement->kind.len,
                        turn->statement->kind.ptr);
    return OK;
}

const struct officer *state_officer(const struct state *state, struct span id)
{
    for (unsigned i = 0; i < state->officer_count; i++)
        if (span_is(id, state->officers[i].id))
            return &state->officers[i];
    return NULL;
}

enum outcome state_signed_by_officer(const struct state *state, const struct note *note,
                                     unsigned roles, const struct officer **out_officer,
                                     struct fail *fail)
{
    struct statement statement = {.note = *note};
    struct turn turn = {(struct state *)state, &statement, NULL, TRUST_NOTHING, NULL};
    const struct officer *officer;
    if (note->count != 1)
        return fail_set(fail, NOT_ALLOWED, "statement.signers",
                        "this takes exactly one officer's signature");
    enum outcome outcome = find_officer(&turn, &statement.note.signatures[0], &officer, fail);
    if (outcome == OK && !(officer->roles & roles))
        outcome = fail_set(fail, NOT_ALLOWED, "statement.role",
                           "officer \"%s\" does not hold the role that this takes", officer->id);
    if (outcome == OK)
        *out_officer = officer;
    return outcome;
}

enum outcome state_signed_by(const struct state *state, const struct note *note, int64_t at_s,
                             const struct officer **out_officer, unsigned *out_roles,
                             struct fail *fail)
{
    struct statement statement = {.note = *note};
    struct turn turn = {(struct state *)state, &statement, NULL, TRUST_NOTHING, NULL};
    const struct officer *officer = NULL;
    bool authority = false;
    if (note->count != 1)
        return fail_set(fail, NOT_ALLOWED, "statement.signers", "this takes exactly one signature");
    enum outcome outcome = try_key(&turn, &statement.note.signatures[0], NAME_AUTHORITY, "",
                                   state->definition->authority_key, &authority, fail);
    if (outcome == OK && !authority)
        outcome = find_officer(&turn, &statement.note.signatures[0], &officer, fail);
    if (outcome != OK)
        return outcome;
    bool over = officer && officer->until_s != 0 && at_s >= officer->until_s;
    *out_roles = officer && !over ? officer->roles : 0;
    *out_officer = officer;
    return OK;
}
