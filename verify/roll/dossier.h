/*
 * dossier: one case as it grows, and the guards on each step of it.
 *
 * A step is a statement with what stood around it: who signed, when, and what the board held by
 * then. Taking one changes the case, or refuses and says which guard forbids it. Deadlines are
 * counted from the steps' own times. Source: docs/roll.md section 7.
 */
#ifndef VERIFY_ROLL_DOSSIER_H
#define VERIFY_ROLL_DOSSIER_H

#include "roll/board.h"
#include "roll/calendar.h"
#include "roll/casebook.h"

struct case_signer {
    bool authority; /* not an officer: no id, no roles */
    struct span id;
    uint8_t key[KEY_BYTES];
    unsigned roles;
};

struct case_act {
    const struct case_statement *statement;
    struct digest leaf;
    uint64_t number; /* of the statement, from 1 */
    uint64_t at;
    struct case_signer signer;
    bool sealed;        /* a `roll` stands before it */
    uint64_t list_rows; /* of the latest snapshots of the sources that list */
    const struct calendar *calendar;
    const struct roll_timetable *timetable;
    struct arena *arena;
};

struct case_hand;  /* somebody who acted, or attested */
struct case_paper; /* a file given in evidence */

struct dossier {
    struct roll_case now;
    struct digest latest; /* leaf hash of its latest statement */
    struct case_signer raiser, decider;
    uint64_t raised_at, decided_at, appealed_at;
    uint64_t told_first, told_last; /* notifications of the proposal; when now.notified */
    bool appealed;
    bool lacks_officer, lacks_scrutineer; /* countersignatures, while upheld */
    bool declared;                        /* a member's declaration counts once */
    unsigned strength;
    struct case_hand *acted, *attested;
    struct case_paper *papers;
};

/* Begins a case with its variance. */
enum outcome dossier_open(struct dossier *dossier, const struct case_act *act, struct fail *fail)
    __attribute__((warn_unused_result));

/* Takes any other statement of the case. */
enum outcome dossier_take(struct dossier *dossier, const struct case_act *act, struct fail *fail)
    __attribute__((warn_unused_result));

/* Raised, evidenced, proposed or appealed: evidence may still come. */
bool dossier_unsettled(const struct dossier *dossier);

/* Has this officer, by id or key, attested in the case? */
bool dossier_attested(const struct dossier *dossier, const struct case_signer *signer);

/* The same officer, by id or key. */
bool case_signer_same(const struct case_signer *a, const struct case_signer *b);

#endif
