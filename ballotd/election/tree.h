/* Every node of the log's Merkle tree, in memory: 64 bytes an entry. Made again from the entries at
 * start; so receipts and tiles cost no reads of the database. Not thread-safe. */
#ifndef ELECTION_TREE_H
#define ELECTION_TREE_H

#include "log/merkle.h"

struct tree {
    struct merkle_tree edge;
    struct tree_level {
        struct merkle_hash *nodes;
        size_t count, capacity;
    } levels[MERKLE_LEVELS];
};

void tree_init(struct tree *tree);
void tree_done(struct tree *tree);

/* BROKEN when memory is out. */
enum outcome tree_append(struct tree *tree, const struct merkle_hash *leaf,
                         struct fail *fail) MUST_USE;
/* Valid as long as the tree. */
struct merkle_reader tree_reader(const struct tree *tree);

#endif
