/*
 * check: the eight checks of the roll that need the annex, docs/protocol.md section 12.
 *
 * Each walks the whole chain with the verifier's own code and ends as passed (GOOD), failed (BAD)
 * or not run (UNABLE), with the first offending entry of the log, the file of the annex, and a
 * sentence. Failures name rows by their line and nobody by name, so that they can be quoted.
 */
#ifndef VERIFY_ROLL_CHECK_H
#define VERIFY_ROLL_CHECK_H

#include "roll/annex.h"
#include "roll/board.h"
#include "roll/handover.h"

enum roll_check {
    ROLL_MANIFEST,
    ROLL_SNAPSHOT,
    ROLL_CASES,
    ROLL_EVIDENCE,
    ROLL_DIFFERENCE,
    ROLL_DERIVE,
    ROLL_PROVISIONAL,
    ROLL_BINDINGS,
    ROLL_CHECKS,
};

struct roll_finding {
    const char *id; /* "ROLL.manifest" and so on */
    enum outcome outcome;
    bool at_entry; /* `entry` is an index in the log */
    uint64_t entry;
    char path[ANNEX_PATH_BYTES + 1]; /* in the annex; "" if no file is to blame */
    struct fail fail;                /* the sentence; of a check that passed, a remark or "" */
};

/* Reads the manifest, claims files in the annex, and fills all findings; and says whose copy of the
 * annex this is, where that is told and sound. */
void roll_check(const struct roll_board *board, struct annex *annex,
                struct roll_finding out_findings[ROLL_CHECKS], struct handover *out_handover);

#endif
