#include "roll/signer.h"

static const char *const kind_names[STATEMENT_KINDS] = {
    [STATEMENT_VARIANCE] = "a variance",
    [STATEMENT_EVIDENCE] = "evidence",
    [STATEMENT_PROPOSAL] = "a proposal",
    [STATEMENT_NOTIFICATION] = "a notification",
    [STATEMENT_WITHDRAWAL] = "a withdrawal",
    [STATEMENT_DECISION] = "a decision",
    [STATEMENT_COUNTERSIGNATURE] = "a countersignature",
    [STATEMENT_APPEAL] = "an appeal",
    [STATEMENT_EXCLUSIONS] = "exclusions",
    [STATEMENT_IRREGULARITY] = "an irregularity",
};

/* The daemon's statement key signs for members and for the machine. */
static bool authority_signs(const struct case_statement *statement)
{
    return (statement->kind == STATEMENT_VARIANCE && statement->by != BY_OFFICER) ||
           (statement->kind == STATEMENT_APPEAL && statement->by == BY_MEMBER);
}

/* Any of these roles will do. */
static unsigned roles_for(const struct case_statement *statement)
{
    const unsigned officers = OFFICER_RETURNING | OFFICER_SECRETARY | OFFICER_DEPUTY;
    switch (statement->kind) {
    case STATEMENT_APPEAL:
        return officers | OFFICER_EXPORTER | OFFICER_SCRUTINEER | OFFICER_PANEL;
    case STATEMENT_DECISION:
        return officers | OFFICER_PANEL;
    case STATEMENT_COUNTERSIGNATURE:
        return statement->as_scrutineer ? OFFICER_SCRUTINEER : officers | OFFICER_PANEL;
    default:
        return officers;
    }
}

/* The officer who bears this key name, with key and roles at this entry. */
static enum outcome find_officer(struct span name, const struct roll_board *board,
                                 const struct roll_entry *entry,
                                 const struct case_statement *statement, struct case_signer *signer,
                                 struct fail *fail)
{
    const struct span officer = span_text(NAME_OFFICER);
    if (!span_starts(name, board->origin) ||
        !span_starts(span_after(name, board->origin.len), officer))
        return fail_bad(fail, "not signed by an officer of this election");
    signer->id = span_after(name, board->origin.len + officer.len);
    int shown = (int)(signer->id.len < 40 ? signer->id.len : 40);
    const char *id = (const char *)signer->id.ptr;
    if (!board->officer(board->officer_context, signer->id, entry->index, entry->filed.at,
                        signer->key, &signer->roles))
        return fail_bad(fail, "\"%.*s\" is no officer at this entry", shown, id);
    if ((signer->roles & OFFICER_BARRED) != 0)
        return fail_bad(fail, "\"%.*s\" is barred: candidates and their agents sign nothing here",
                        shown, id);
    if ((signer->roles & roles_for(statement)) == 0)
        return fail_bad(fail, "\"%.*s\" does not hold a role here that signs %s", shown, id,
                        kind_names[statement->kind]);
    return GOOD;
}

static enum outcome find_authority(struct span name, const struct roll_board *board,
                                   const struct case_statement *statement,
                                   struct case_signer *signer, struct fail *fail)
{
    if (!span_starts(name, board->origin) ||
        !span_equal(span_after(name, board->origin.len), span_text(NAME_AUTHORITY)))
        return fail_bad(fail, "not signed by the authority, as %s of a member or the machine is",
                        kind_names[statement->kind]);
    memcpy(signer->key, board->authority, sizeof signer->key);
    return GOOD;
}

enum outcome signer_check(const struct note *note, const struct roll_board *board,
                          const struct roll_entry *entry, const struct case_statement *statement,
                          struct case_signer *out_signer, struct fail *fail)
{
    struct case_signer signer = {.authority = authority_signs(statement)};
    struct note_key key = {.algorithm = NOTE_ED25519};
    if (note->signature_count != 1)
        return fail_bad(fail, "%zu signatures, where one belongs", note->signature_count);
    key.name = note->signatures[0].name;
    enum outcome outcome = signer.authority
                               ? find_authority(key.name, board, statement, &signer, fail)
                               : find_officer(key.name, board, entry, statement, &signer, fail);
    if (outcome != GOOD)
        return outcome;
    memcpy(key.key, signer.key, sizeof key.key);
    outcome = note_verify(note, &key, NULL, fail);
    if (outcome == GOOD)
        *out_signer = signer;
    return outcome;
}
