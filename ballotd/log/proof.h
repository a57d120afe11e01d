/* C2SP proofs (c2sp.org/tlog-proof): that an entry stands in a log, checked by anyone, offline.
 *
 * This is the receipt of a ballot. It names the entry's index and the checkpoint, never the choice.
 */
#ifndef LOG_PROOF_H
#define LOG_PROOF_H

#include "log/checkpoint.h"

enum { PROOF_BYTES_MAX = NOTE_BYTES_MAX + 8192 };

/* extra (base64, unauthenticated, empty when absent) and checkpoint (a whole note) are borrowed. */
struct proof {
    struct span extra;
    uint64_t index;
    struct merkle_proof path;
    struct span checkpoint;
};

void proof_print(const struct proof *proof, struct buf *out);
/* BAD_INPUT proof.malformed. The checkpoint within is not yet parsed. */
enum outcome proof_read(struct span bytes, struct proof *out_proof, struct fail *fail) MUST_USE;

/* The entry stands at proof->index in the tree of the checkpoint, which the log signed. BAD_PROOF
 * proof.path, or the errors of checkpoint_open. Witnesses are judged by log/policy.h. */
enum outcome proof_verify(const struct proof *proof, const struct merkle_hash *leaf,
                          const struct note_key *log, struct fail *fail) MUST_USE;

#endif
