#include "receipt.h"

#include <stdlib.h>

enum outcome seen_read(struct span bytes, const struct note_key *log, struct seen *out_seen,
                       struct fail *fail)
{
    struct note note;
    struct checkpoint checkpoint;
    enum outcome outcome = checkpoint_open(bytes, log, &note, &checkpoint, fail);
    if (outcome == OK)
        *out_seen = (struct seen){checkpoint.size, checkpoint.root};
    return outcome;
}

enum outcome receipt_read(struct span receipt, const struct merkle_hash *leaf,
                          const struct note_key *log, uint64_t *out_index, struct seen *out_seen,
                          struct fail *fail)
{
    struct proof proof;
    enum outcome outcome = proof_read(receipt, &proof, fail);
    if (outcome == OK)
        outcome = proof_verify(&proof, leaf, log, fail);
    if (outcome == OK)
        outcome = seen_read(proof.checkpoint, log, out_seen, fail);
    if (outcome == OK)
        *out_index = proof.index;
    return outcome;
}

/* The root of every size. */
static struct merkle_hash *all_roots(const struct merkle_hash *leaves, size_t count)
{
    struct merkle_tree tree = {0};
    struct merkle_hash *roots = calloc(count + 1, sizeof *roots);
    for (size_t i = 0; i < count; i++) {
        if (merkle_append(&tree, &leaves[i], NULL, NULL) != OK)
            abort();
        merkle_root(&tree, &roots[i + 1]);
    }
    return roots;
}

size_t seen_extended(const struct seen *seen, size_t count, const struct merkle_hash *leaves,
                     size_t leaf_count)
{
    struct merkle_hash *roots = all_roots(leaves, leaf_count);
    size_t extended = 0;
    for (size_t i = 0; i < count; i++)
        extended += seen[i].size <= leaf_count &&
                    memcmp(&roots[seen[i].size], &seen[i].root, sizeof *roots) == 0;
    free(roots);
    return extended;
}
