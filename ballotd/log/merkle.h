/* The Merkle tree of RFC 6962, section 2.1, over SHA-256.
 *
 * A tree is known by the hashes of its complete subtrees: node (level, index) is the hash of the
 * leaves index * 2^level up to (index + 1) * 2^level. Such a node never changes once it stands, so
 * root, inclusion and consistency of any size up to the current one are O(log n) reads of nodes,
 * wherever the caller keeps them. Nothing here stores, allocates or locks.
 */
#ifndef LOG_MERKLE_H
#define LOG_MERKLE_H

#include "base/fail.h"
#include "base/span.h"
#include "protocol.h"

enum { MERKLE_LEVELS = 64, MERKLE_PROOF_MAX = 64 };

struct merkle_hash {
    uint8_t bytes[HASH_BYTES];
};

struct merkle_proof {
    unsigned count;
    struct merkle_hash hashes[MERKLE_PROOF_MAX];
};

/* Where complete subtrees are kept. read: OK, or the store's failure (a node that should stand and
 * does not is BROKEN). write: called once per node, leaves (level 0) included. */
struct merkle_reader {
    void *ctx;
    enum outcome (*read)(void *ctx, unsigned level, uint64_t index, struct merkle_hash *out_hash,
                         struct fail *fail);
};
struct merkle_sink {
    void *ctx;
    enum outcome (*write)(void *ctx, unsigned level, uint64_t index, const struct merkle_hash *hash,
                          struct fail *fail);
};

/* The right edge: the roots of the complete subtrees of which a tree of `size` leaves consists,
 * peaks[l] for each bit l set in size. All that appending needs. */
struct merkle_tree {
    uint64_t size;
    struct merkle_hash peaks[MERKLE_LEVELS];
};

void merkle_leaf(struct span entry, struct merkle_hash *out_hash);
void merkle_node(const struct merkle_hash *left, const struct merkle_hash *right,
                 struct merkle_hash *out_hash);
bool merkle_hash_equal(const struct merkle_hash *a, const struct merkle_hash *b);

/* A tree of zero leaves is all zeros. Loading reads the peaks of a tree of `size`. */
enum outcome merkle_load(const struct merkle_reader *reader, uint64_t size,
                         struct merkle_tree *out_tree, struct fail *fail) MUST_USE;
/* Gives the sink every node that this leaf completes. NULL for a sink: only the root matters. On
 * failure the tree is as before; nodes that the sink took already are the caller's to roll back. */
enum outcome merkle_append(struct merkle_tree *tree, const struct merkle_hash *leaf,
                           const struct merkle_sink *sink, struct fail *fail) MUST_USE;
void merkle_root(const struct merkle_tree *tree, struct merkle_hash *out_root);

/* Of the tree of the first `size` leaves. NOT_FOUND log.index when index >= size, or old > size. */
enum outcome merkle_root_at(const struct merkle_reader *reader, uint64_t size,
                            struct merkle_hash *out_root, struct fail *fail) MUST_USE;
enum outcome merkle_inclusion(const struct merkle_reader *reader, uint64_t index, uint64_t size,
                              struct merkle_proof *out_proof, struct fail *fail) MUST_USE;
enum outcome merkle_consistency(const struct merkle_reader *reader, uint64_t old, uint64_t size,
                                struct merkle_proof *out_proof, struct fail *fail) MUST_USE;

bool merkle_inclusion_holds(const struct merkle_hash *leaf, uint64_t index, uint64_t size,
                            const struct merkle_hash *root,
                            const struct merkle_proof *proof) MUST_USE;
/* From the empty tree the proof is empty and everything is consistent. */
bool merkle_consistency_holds(uint64_t old, const struct merkle_hash *old_root, uint64_t size,
                              const struct merkle_hash *root,
                              const struct merkle_proof *proof) MUST_USE;

#endif
