/*
 * signer: who signed a statement of a case, and whether they may.
 *
 * Exactly one signature: the authority's for members and the machine, otherwise that of an officer
 * who holds one of the roles that the statement asks for and is not barred. Source: docs/roll.md
 * section 7, guard 1.
 */
#ifndef VERIFY_ROLL_SIGNER_H
#define VERIFY_ROLL_SIGNER_H

#include "log/note.h"
#include "roll/dossier.h"

/* Roles are those at the `case` entry. The signer's id points into the note. */
enum outcome signer_check(const struct note *note, const struct roll_board *board,
                          const struct roll_entry *entry, const struct case_statement *statement,
                          struct case_signer *out_signer, struct fail *fail)
    __attribute__((warn_unused_result));

#endif
