/* What clients have seen of a log, and whether the log still keeps to it. */
#ifndef TESTS_RECEIPT_H
#define TESTS_RECEIPT_H

#include "log/proof.h"

/* A checkpoint that stood in a receipt, or was read. */
struct seen {
    uint64_t size;
    struct merkle_hash root;
};

/* A receipt is whole, signed and proves the leaf: where it stands, and the checkpoint. */
enum outcome receipt_read(struct span receipt, const struct merkle_hash *leaf,
                          const struct note_key *log, uint64_t *out_index, struct seen *out_seen,
                          struct fail *fail) MUST_USE;
enum outcome seen_read(struct span checkpoint, const struct note_key *log, struct seen *out_seen,
                       struct fail *fail) MUST_USE;

/* How many of the checkpoints the log of these leaves extends: it is as long, and its first leaves
 * have the root that was signed. */
size_t seen_extended(const struct seen *seen, size_t count, const struct merkle_hash *leaves,
                     size_t leaf_count);

#endif
