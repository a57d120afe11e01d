/*
 * checkpoint: what a log says it is: C2SP tlog-checkpoint.
 *
 * Three lines, origin, size and root, as the text of a signed note. Ours have no extension lines,
 * so any are refused. Parsing verifies no signature: use note_verify() and policy_satisfied().
 */
#ifndef VERIFY_LOG_CHECKPOINT_H
#define VERIFY_LOG_CHECKPOINT_H

#include "log/merkle.h"
#include "log/note.h"

struct checkpoint {
    struct span origin;
    uint64_t size;
    struct merkle_hash root;
};

/* `text` is the text of a note; the origin points into it. */
enum outcome checkpoint_parse(struct span text, struct checkpoint *out_checkpoint,
                              struct fail *fail) __attribute__((warn_unused_result));

#endif
