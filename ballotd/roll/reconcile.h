/* Reconciliation: what looks wrong when the sources are compared with one another and with what
 * they said before (docs/roll.md section 12).
 *
 * It lists candidates, each with a severity, and changes nothing: an officer makes a case of one,
 * or does not. Nobody is merged, removed or included by it, and no part of the proof rests on it.
 */
#ifndef ROLL_RECONCILE_H
#define ROLL_RECONCILE_H

#include "roll/difference.h"
#include "roll/draft.h"

enum { RECONCILE_NONE = UINT32_MAX };

enum severity { SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITIES };

enum candidate_kind {
    CANDIDATE_CONTACTS_IN_BULK, /* of units */
    CANDIDATE_JOINED_IN_BULK,
    CANDIDATE_LAPSED_IN_BULK,
    CANDIDATE_PAID_IN_BULK,
    CANDIDATE_EMPTY_UNIT,
    CANDIDATE_SHARED_EMAIL, /* one address or telephone, many people */
    CANDIDATE_SHARED_PHONE,
    CANDIDATE_REPEATED_NUMBER, /* of people */
    CANDIDATE_SAME_PERSON,
    CANDIDATE_UNDECIDED,
    CANDIDATE_STATUS_DISAGREES,
    CANDIDATE_PAYMENT_DISAGREES,
    CANDIDATE_REJOINED,
    CANDIDATE_CONTACT_CHANGED,
    CANDIDATE_MOVED,
    CANDIDATE_MISSING,    /* in a list, but not in a source that knows most of that list */
    CANDIDATE_ON_NO_LIST, /* in a source, but in no list */
    CANDIDATE_KINDS,
};

struct candidate {
    enum candidate_kind kind;
    enum severity severity;
    uint32_t person;  /* of the people; RECONCILE_NONE: a unit, or a row of nobody */
    uint32_t other;   /* the other person, of the same ones */
    uint32_t source;  /* the source that says it, or whose snapshots differ */
    uint32_t against; /* the source that disagrees, or lacks the person */
    uint32_t row;     /* of the counting snapshot of `source` */
    uint32_t old_row; /* of the snapshot before */
    uint32_t count, of;
    uint32_t score; /* of the same person: 0 to 100 */
    unsigned bits;  /* what agrees: enum likeness_bit */
    struct unit_path unit;
};

/* A source's counting snapshot and the one before it. */
struct reconcile_step {
    uint32_t source;
    const struct snapshot *from;
    int64_t from_as_of_s;
    const struct difference *difference; /* between the two */
};

struct reconcile_terms {
    const struct draft *draft;
    const struct reconcile_step *steps; /* of the sources that have a snapshot before */
    uint32_t step_count;
};

struct reconciliation {
    struct reconcile_terms terms; /* borrowed for as long as this lives */
    struct candidate *candidates; /* the gravest first */
    uint32_t count;
    uint32_t by_severity[SEVERITIES];
    uint32_t *cases; /* of each person: the latest case about them, 0: none */
};

/* BROKEN without memory. Release with reconcile_done. */
enum outcome reconcile_find(const struct reconcile_terms *terms,
                            struct reconciliation *out_reconciliation, struct fail *fail) MUST_USE;
void reconcile_done(struct reconciliation *reconciliation);

/* For the secretary: the gravest first, at most `most` of a kind and severity, with the number of
 * those left out. */
void reconcile_print_text(const struct reconciliation *reconciliation, uint32_t most,
                          struct buf *out);
/* {"high":n,"medium":n,"low":n,"candidates":[…]}: all of them. */
void reconcile_print_json(const struct reconciliation *reconciliation, struct buf *out);

const char *candidate_kind_name(enum candidate_kind kind);
const char *severity_name(enum severity severity);

#endif
