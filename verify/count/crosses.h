/*
 * crosses: most votes, where a paper is a set of crosses and the order means nothing.
 *
 * The rules differ only in how many crosses a paper may have. Source: docs/counting.md, "`fptp`,
 * `block` and `approval`".
 */
#ifndef VERIFY_COUNT_CROSSES_H
#define VERIFY_COUNT_CROSSES_H

#include "count/tally.h"

/* The one stage of such a count: the `run` of its rule. */
enum outcome crosses_run(struct tally *tally, struct fail *fail)
    __attribute__((warn_unused_result));

#endif
