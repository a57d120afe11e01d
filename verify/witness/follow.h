/*
 * follow: reads what a log publishes, as anyone would, and holds it against what was cosigned.
 *
 * A witness that only sees hashes can't tell whether there is a log behind them. So every few
 * seconds the published checkpoint and the new entry bundles are fetched, the tree is made again
 * from the entries themselves, and its root compared twice: at the published size with the
 * published checkpoint, at the cosigned size with the cosigned one. If the second differs, two
 * histories are signed, and the log is stopped for good. Anything else that is wrong in two rounds
 * in a row (one may have met a change) withholds cosignatures until it is right again; a log that
 * merely can't be reached does not. Everything is read from the start again at each start.
 */
#ifndef VERIFY_WITNESS_FOLLOW_H
#define VERIFY_WITNESS_FOLLOW_H

#include "fetch/fetch.h"
#include "witness/witness.h"

struct follow {
    const char *url; /* borrowed, as is the rest */
    struct fetch *fetch;
    struct witness *witness;
    struct merkle merkle;       /* of the entries read so far */
    struct witness_head target; /* cosigned; to be compared when that size is reached */
    bool compared;              /* the target was */
    struct witness_log *log;    /* that is published there, once that is known */
    bool failed;                /* the last round was BAD */
    bool suspends;              /* cosignatures are withheld because of this */
};

void follow_init(struct follow *follow, const char *url, struct fetch *fetch,
                 struct witness *witness);

/* One round. BAD or UNABLE: what stood in the way; the next round may do better. The witness has
 * been told of everything that concerns its cosignatures. */
enum outcome follow_once(struct follow *follow, struct fail *fail)
    __attribute__((warn_unused_result));

#endif
