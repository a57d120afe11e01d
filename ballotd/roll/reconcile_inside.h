/* Inside reconciliation only: what its files share. */
#ifndef ROLL_RECONCILE_INSIDE_H
#define ROLL_RECONCILE_INSIDE_H

#include "roll/reconcile.h"

struct reconciler {
    const struct draft *draft;
    const struct people *people;
    struct reconciliation *found;
    uint32_t room;
    enum outcome outcome; /* the first failure sticks */
    struct fail *fail;
};

/* A candidate about nobody yet; NULL without memory. Valid until the next one. */
struct candidate *reconcile_add(struct reconciler *reconciler, enum candidate_kind kind,
                                enum severity severity);
void *reconcile_alloc(struct reconciler *reconciler, size_t count, size_t bytes);

/* Whether somebody who stands; not those whom a case merged into another. */
bool reconcile_stands(const struct reconciler *reconciler, uint32_t person);
bool status_is_good(struct span status); /* active, grace or pending */

/* What each file finds. */
void reconcile_sources(struct reconciler *reconciler);
void reconcile_alike(struct reconciler *reconciler);
void reconcile_step(struct reconciler *reconciler, const struct reconcile_step *step);
void reconcile_roll(struct reconciler *reconciler);

#endif
