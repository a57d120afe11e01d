#include "log/merkle.h"

#include "crypto/hash.h"

void merkle_leaf(struct span entry, struct merkle_hash *out_hash)
{
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, "\x00", 1);
    SHA256_Update(&state, entry.ptr, entry.len);
    SHA256_Final(out_hash->bytes, &state);
}

void merkle_node(const struct merkle_hash *left, const struct merkle_hash *right,
                 struct merkle_hash *out_hash)
{
    uint8_t text[1 + 2 * HASH_BYTES] = {0x01};
    memcpy(text + 1, left->bytes, HASH_BYTES);
    memcpy(text + 1 + HASH_BYTES, right->bytes, HASH_BYTES);
    hash_sha256(span_of(text, sizeof text), out_hash->bytes);
}

void merkle_init(struct merkle *merkle)
{
    merkle->size = 0;
}

/* Like adding one to a binary number: every carry joins two full subtrees of equal height. */
void merkle_append(struct merkle *merkle, const struct merkle_hash *leaf)
{
    struct merkle_hash hash = *leaf;
    unsigned level = 0;
    for (; merkle->size >> level & 1; level++)
        merkle_node(&merkle->full[level], &hash, &hash);
    merkle->full[level] = hash;
    merkle->size++;
}

void merkle_root(const struct merkle *merkle, struct merkle_hash *out_root)
{
    bool begun = false;
    struct merkle_hash root;
    for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
        if (!(merkle->size >> level & 1))
            continue;
        if (begun)
            merkle_node(&merkle->full[level], &root, &root);
        else
            root = merkle->full[level];
        begun = true;
    }
    if (!begun)
        hash_sha256((struct span){0}, root.bytes);
    *out_root = root;
}

bool merkle_equal(const struct merkle_hash *a, const struct merkle_hash *b)
{
    return memcmp(a->bytes, b->bytes, HASH_BYTES) == 0;
}

bool merkle_included(const struct merkle_hash *leaf, uint64_t index, uint64_t size,
                     const struct merkle_hash *path, size_t path_len,
                     const struct merkle_hash *root)
{
    if (index >= size)
        return false;
    uint64_t at = index, last = size - 1;
    struct merkle_hash hash = *leaf;
    for (size_t i = 0; i < path_len; i++) {
        if (last == 0)
            return false;
        if (at & 1 || at == last) {
            merkle_node(&path[i], &hash, &hash);
            for (; !(at & 1) && at != 0; at >>= 1)
                last >>= 1;
        } else {
            merkle_node(&hash, &path[i], &hash);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && merkle_equal(&hash, root);
}

/* The walk of RFC 9162 section 2.1.4.2, for 0 < old_size < size. */
static bool walk_consistency(uint64_t old_size, const struct merkle_hash *old_root, uint64_t size,
                             const struct merkle_hash *root, const struct merkle_hash *path,
                             size_t path_len)
{
    uint64_t at = old_size - 1, last = size - 1;
    for (; at & 1; at >>= 1)
        last >>= 1;
    /* an old tree that is one full subtree of the new one is its own first step */
    bool whole = at == 0;
    if (!whole && path_len == 0)
        return false;
    struct merkle_hash old_hash = whole ? *old_root : path[0], hash = old_hash;
    for (size_t i = whole ? 0 : 1; i < path_len; i++) {
        if (last == 0)
            return false;
        if (at & 1 || at == last) {
            merkle_node(&path[i], &old_hash, &old_hash);
            merkle_node(&path[i], &hash, &hash);
            for (; !(at & 1) && at != 0; at >>= 1)
                last >>= 1;
        } else {
            merkle_node(&hash, &path[i], &hash);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && merkle_equal(&old_hash, old_root) && merkle_equal(&hash, root);
}

bool merkle_consistent(uint64_t old_size, const struct merkle_hash *old_root, uint64_t size,
                       const struct merkle_hash *root, const struct merkle_hash *path,
                       size_t path_len)
{
    if (old_size > size)
        return false;
    if (old_size == size)
        return path_len == 0 && merkle_equal(old_root, root);
    if (old_size == 0) {
        struct merkle_hash empty = {{0}};
        hash_sha256((struct span){0}, empty.bytes);
        return path_len == 0 && merkle_equal(old_root, &empty);
    }
    return walk_consistency(old_size, old_root, size, root, path, path_len);
}
