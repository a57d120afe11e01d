/*
 * merkle: the log's tree, RFC 6962 section 2.1 (SHA-256; 0x00 before a leaf, 0x01 before a node).
 *
 * A struct merkle takes leaves one after the other and keeps one hash per level: the roots of the
 * full subtrees that make up the tree so far. So the root over a log of any size needs under 2 kB,
 * and the root at any earlier size can be asked for when that size is reached.
 */
#ifndef VERIFY_LOG_MERKLE_H
#define VERIFY_LOG_MERKLE_H

#include "base/span.h"
#include "protocol.h"

enum { MERKLE_LEVELS = 63 };

struct merkle_hash {
    uint8_t bytes[HASH_BYTES];
};

struct merkle {
    uint64_t size;
    struct merkle_hash full[MERKLE_LEVELS]; /* full[i] counts if bit i of size is set */
};

void merkle_leaf(struct span entry, struct merkle_hash *out_hash);
void merkle_node(const struct merkle_hash *left, const struct merkle_hash *right,
                 struct merkle_hash *out_hash);

void merkle_init(struct merkle *merkle);
void merkle_append(struct merkle *merkle, const struct merkle_hash *leaf);
void merkle_root(const struct merkle *merkle, struct merkle_hash *out_root);

bool merkle_equal(const struct merkle_hash *a, const struct merkle_hash *b);

/*
 * Does the path (from the leaf's sibling upwards) lead from `leaf` at `index` to the root of a
 * tree of `size` leaves? RFC 9162 section 2.1.3.2.
 */
bool merkle_included(const struct merkle_hash *leaf, uint64_t index, uint64_t size,
                     const struct merkle_hash *path, size_t path_len,
                     const struct merkle_hash *root) __attribute__((warn_unused_result));

/*
 * Does the tree of `size` leaves begin with that of `old_size`? RFC 9162 section 2.1.4.2. For equal
 * sizes and for old_size 0 the path must be empty; old_root must be the empty root for 0.
 */
bool merkle_consistent(uint64_t old_size, const struct merkle_hash *old_root, uint64_t size,
                       const struct merkle_hash *root, const struct merkle_hash *path,
                       size_t path_len) __attribute__((warn_unused_result));

#endif
