#include "log/merkle.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>

void merkle_leaf(struct span entry, struct merkle_hash *out_hash)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t[]){0x00}, 1);
    crypto_hash_sha256_update(&state, entry.ptr, entry.len);
    crypto_hash_sha256_final(&state, out_hash->bytes);
}

void merkle_node(const struct merkle_hash *left, const struct merkle_hash *right,
                 struct merkle_hash *out_hash)
{
    uint8_t input[1 + 2 * HASH_BYTES] = {0x01};
    memcpy(input + 1, left->bytes, HASH_BYTES);
    memcpy(input + 1 + HASH_BYTES, right->bytes, HASH_BYTES);
    crypto_hash_sha256(out_hash->bytes, input, sizeof input);
}

bool merkle_hash_equal(const struct merkle_hash *a, const struct merkle_hash *b)
{
    return memcmp(a->bytes, b->bytes, HASH_BYTES) == 0;
}

static bool bit_is_set(uint64_t number, unsigned bit)
{
    return (number >> bit) & 1;
}

static bool is_power_of_two(uint64_t number)
{
    return number != 0 && (number & (number - 1)) == 0;
}

/* The largest power of two below n, for n > 1: where RFC 6962 splits a tree of n leaves. */
static uint64_t split_of(uint64_t n)
{
    assert(n > 1);
    return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

enum outcome merkle_load(const struct merkle_reader *reader, uint64_t size,
                         struct merkle_tree *out_tree, struct fail *fail)
{
    struct merkle_tree tree = {.size = size};
    for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
        if (!bit_is_set(size, level))
            continue;
        enum outcome outcome =
            reader->read(reader->ctx, level, (size >> level) - 1, &tree.peaks[level], fail);
        if (outcome)
            return outcome;
    }
    *out_tree = tree;
    return OK;
}

enum outcome merkle_append(struct merkle_tree *tree, const struct merkle_hash *leaf,
                           const struct merkle_sink *sink, struct fail *fail)
{
    struct merkle_hash hash = *leaf;
    unsigned level = 0;
    for (;; level++) {
        enum outcome outcome =
            sink ? sink->write(sink->ctx, level, tree->size >> level, &hash, fail) : OK;
        if (outcome)
            return outcome;
        if (!bit_is_set(tree->size, level))
            break;
        merkle_node(&tree->peaks[level], &hash, &hash);
    }
    tree->peaks[level] = hash;
    tree->size++;
    return OK;
}

/* Folds the peaks from the right: the smaller subtree is the right child of what stands left. */
void merkle_root(const struct merkle_tree *tree, struct merkle_hash *out_root)
{
    struct merkle_hash root;
    bool any = false;
    crypto_hash_sha256(root.bytes, NULL, 0); /* MTH({}) */
    for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
        if (!bit_is_set(tree->size, level))
            continue;
        if (any)
            merkle_node(&tree->peaks[level], &root, &root);
        else
            root = tree->peaks[level];
        any = true;
    }
    *out_root = root;
}

enum outcome merkle_root_at(const struct merkle_reader *reader, uint64_t size,
                            struct merkle_hash *out_root, struct fail *fail)
{
    struct merkle_tree tree;
    enum outcome outcome = merkle_load(reader, size, &tree, fail);
    if (outcome == OK)
        merkle_root(&tree, out_root);
    return outcome;
}

/* MTH(D[start : start + count]) for a start that is a multiple of a power of two >= count, as every
 * subtree of RFC 6962 is. */
static enum outcome subtree(const struct merkle_reader *reader, uint64_t start, uint64_t count,
                            struct merkle_hash *out_hash, struct fail *fail)
{
    if (is_power_of_two(count)) {
        unsigned level = (unsigned)__builtin_ctzll(count);
        return reader->read(reader->ctx, level, start >> level, out_hash, fail);
    }
    uint64_t split = split_of(count);
    struct merkle_hash left, right;
    enum outcome outcome = subtree(reader, start, split, &left, fail);
    if (outcome == OK)
        outcome = subtree(reader, start + split, count - split, &right, fail);
    if (outcome == OK)
        merkle_node(&left, &right, out_hash);
    return outcome;
}

/* A walk from the root down to a leaf or a boundary, which notes the sibling at each step; the
 * proof lists them from the bottom up. */
struct descent {
    uint64_t start;
    uint64_t count;
    struct merkle_proof proof;
};

static enum outcome descend(const struct merkle_reader *reader, struct descent *at, bool right,
                            struct fail *fail)
{
    uint64_t split = split_of(at->count);
    uint64_t sibling_start = right ? at->start : at->start + split;
    uint64_t sibling_count = right ? split : at->count - split;
    assert(at->proof.count < MERKLE_PROOF_MAX);
    enum outcome outcome =
        subtree(reader, sibling_start, sibling_count, &at->proof.hashes[at->proof.count], fail);
    if (outcome)
        return outcome;
    at->proof.count++;
    at->start = right ? at->start + split : at->start;
    at->count = right ? at->count - split : split;
    return OK;
}

static void reverse(const struct merkle_proof *from, struct merkle_proof *out_proof)
{
    struct merkle_proof proof = {.count = from->count};
    for (unsigned i = 0; i < from->count; i++)
        proof.hashes[i] = from->hashes[from->count - 1 - i];
    *out_proof = proof;
}

/* RFC 6962, section 2.1.1. */
enum outcome merkle_inclusion(const struct merkle_reader *reader, uint64_t index, uint64_t size,
                              struct merkle_proof *out_proof, struct fail *fail)
{
    if (index >= size)
        return fail_set(fail, NOT_FOUND, "log.index",
                        "entry %" PRIu64 " is not in a log of %" PRIu64 " entries", index, size);
    struct descent at = {.start = 0, .count = size};
    while (at.count > 1) {
        bool right = index - at.start >= split_of(at.count);
        enum outcome outcome = descend(reader, &at, right, fail);
        if (outcome)
            return outcome;
    }
    reverse(&at.proof, out_proof);
    return OK;
}

/* RFC 6962, section 2.1.2: down to the subtree that ends where the old tree ended; its own hash is
 * given unless it is the whole old tree, whose root the reader has. */
enum outcome merkle_consistency(const struct merkle_reader *reader, uint64_t old, uint64_t size,
                                struct merkle_proof *out_proof, struct fail *fail)
{
    if (old > size)
        return fail_set(fail, NOT_FOUND, "log.index",
                        "a log of %" PRIu64 " entries cannot extend one of %" PRIu64, size, old);
    struct descent at = {.start = 0, .count = size};
    while (old > 0 && at.start + at.count != old) {
        bool right = old - at.start > split_of(at.count);
        enum outcome outcome = descend(reader, &at, right, fail);
        if (outcome)
            return outcome;
    }
    if (old > 0 && at.start > 0) {
        enum outcome outcome =
            subtree(reader, at.start, at.count, &at.proof.hashes[at.proof.count], fail);
        if (outcome)
            return outcome;
        at.proof.count++;
    }
    reverse(&at.proof, out_proof);
    return OK;
}

/* RFC 9162, section 2.1.3.2. */
bool merkle_inclusion_holds(const struct merkle_hash *leaf, uint64_t index, uint64_t size,
                            const struct merkle_hash *root, const struct merkle_proof *proof)
{
    if (index >= size || proof->count > MERKLE_PROOF_MAX)
        return false;
    uint64_t node = index, last = size - 1;
    struct merkle_hash hash = *leaf;
    for (unsigned i = 0; i < proof->count; i++) {
        if (last == 0)
            return false;
        if ((node & 1) || node == last) {
            merkle_node(&proof->hashes[i], &hash, &hash);
            for (; !(node & 1) && node != 0; node >>= 1)
                last >>= 1;
        } else {
            merkle_node(&hash, &proof->hashes[i], &hash);
        }
        node >>= 1;
        last >>= 1;
    }
    return last == 0 && merkle_hash_equal(&hash, root);
}

/* RFC 9162, section 2.1.4.2, for 0 < old < size. */
static bool growth_holds(uint64_t old, const struct merkle_hash *old_root, uint64_t size,
                         const struct merkle_hash *root, const struct merkle_proof *proof)
{
    bool whole = is_power_of_two(old); /* then the old root itself is the first hash */
    uint64_t node = old - 1, last = size - 1;
    for (; node & 1; node >>= 1)
        last >>= 1;
    if (!whole && proof->count == 0)
        return false;
    struct merkle_hash from = whole ? *old_root : proof->hashes[0];
    struct merkle_hash to = from;
    for (unsigned i = whole ? 0 : 1; i < proof->count; i++) {
        if (last == 0)
            return false;
        if ((node & 1) || node == last) {
            merkle_node(&proof->hashes[i], &from, &from);
            merkle_node(&proof->hashes[i], &to, &to);
            for (; !(node & 1) && node != 0; node >>= 1)
                last >>= 1;
        } else {
            merkle_node(&to, &proof->hashes[i], &to);
        }
        node >>= 1;
        last >>= 1;
    }
    return last == 0 && merkle_hash_equal(&from, old_root) && merkle_hash_equal(&to, root);
}

bool merkle_consistency_holds(uint64_t old, const struct merkle_hash *old_root, uint64_t size,
                              const struct merkle_hash *root, const struct merkle_proof *proof)
{
    if (old > size || proof->count > MERKLE_PROOF_MAX)
        return false;
    if (old == 0)
        return proof->count == 0;
    if (old == size)
        return proof->count == 0 && merkle_hash_equal(old_root, root);
    return growth_holds(old, old_root, size, root, proof);
}
