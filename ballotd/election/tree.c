#include "election/tree.h"

#include <stdlib.h>

void tree_init(struct tree *tree)
{
    *tree = (struct tree){0};
}

void tree_done(struct tree *tree)
{
    if (!tree)
        return;
    for (unsigned i = 0; i < MERKLE_LEVELS; i++)
        free(tree->levels[i].nodes);
    tree_init(tree);
}

static enum outcome write_node(void *ctx, unsigned level, uint64_t index,
                               const struct merkle_hash *hash, struct fail *fail)
{
    struct tree_level *to = &((struct tree *)ctx)->levels[level];
    if (to->count == to->capacity) {
        size_t capacity = to->capacity ? to->capacity * 2 : 256;
        struct merkle_hash *wider = reallocarray(to->nodes, capacity, sizeof *wider);
        if (!wider)
            return fail_set(fail, BROKEN, "memory", "out of memory at %zu nodes", to->count);
        to->nodes = wider;
        to->capacity = capacity;
    }
    if (index != to->count)
        return fail_set(fail, BROKEN, "tree.order", "nodes must be written in order");
    to->nodes[to->count++] = *hash;
    return OK;
}

static enum outcome read_node(void *ctx, unsigned level, uint64_t index,
                              struct merkle_hash *out_hash, struct fail *fail)
{
    const struct tree *tree = ctx;
    if (level >= MERKLE_LEVELS || index >= tree->levels[level].count)
        return fail_set(fail, BROKEN, "tree.node", "the log's tree has no node %u/%llu", level,
                        (unsigned long long)index);
    *out_hash = tree->levels[level].nodes[index];
    return OK;
}

enum outcome tree_append(struct tree *tree, const struct merkle_hash *leaf, struct fail *fail)
{
    struct merkle_sink sink = {tree, write_node};
    return merkle_append(&tree->edge, leaf, &sink, fail);
}

struct merkle_reader tree_reader(const struct tree *tree)
{
    return (struct merkle_reader){(void *)tree, read_node};
}
