/* C2SP checkpoints (c2sp.org/tlog-checkpoint): the size and root of a log, as the text of a note.
 *
 * Extension lines are refused: this log writes none, and what nobody audits has no business under
 * its signature.
 */
#ifndef LOG_CHECKPOINT_H
#define LOG_CHECKPOINT_H

#include "log/merkle.h"
#include "log/note.h"

struct checkpoint {
    struct span origin; /* borrowed; a valid key name of at most LIMIT_ORIGIN_BYTES */
    uint64_t size;
    struct merkle_hash root;
};

/* Appends the note's text. */
void checkpoint_print(const struct checkpoint *checkpoint, struct buf *out);
/* BAD_INPUT checkpoint.malformed. The origin borrows from text. */
enum outcome checkpoint_read(struct span text, struct checkpoint *out_checkpoint,
                             struct fail *fail) MUST_USE;

/* Parses a whole signed note and verifies that the log signed it: the key's name is the origin.
 * The spans borrow from bytes. Errors of note_read, note_verify, checkpoint_read. */
enum outcome checkpoint_open(struct span bytes, const struct note_key *log, struct note *out_note,
                             struct checkpoint *out_checkpoint, struct fail *fail) MUST_USE;

#endif
