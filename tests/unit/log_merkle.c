/* Roots and proofs against the vectors of Certificate Transparency's reference implementation, and
 * against the recursive definition of RFC 6962 itself for every size up to MANY. */
#include "log/merkle.h"

#include <sodium.h>

#include "base/code.h"
#include "check.h"

enum { MANY = 70, ROWS = 8 };

struct memory {
    uint64_t count[ROWS];
    struct merkle_hash nodes[ROWS][MANY];
};

static enum outcome memory_read(void *ctx, unsigned level, uint64_t index,
                                struct merkle_hash *out_hash, struct fail *fail)
{
    const struct memory *memory = ctx;
    if (level >= ROWS || index >= memory->count[level])
        return fail_set(fail, BROKEN, "test", "no node %u %u", level, (unsigned)index);
    *out_hash = memory->nodes[level][index];
    return OK;
}

static enum outcome memory_write(void *ctx, unsigned level, uint64_t index,
                                 const struct merkle_hash *hash, struct fail *fail)
{
    struct memory *memory = ctx;
    if (level >= ROWS || index != memory->count[level])
        return fail_set(fail, BROKEN, "test", "node %u %u out of order", level, (unsigned)index);
    memory->nodes[level][memory->count[level]++] = *hash;
    return OK;
}

/* MTH as the RFC writes it. */
static struct merkle_hash reference(const struct merkle_hash *leaves, size_t count)
{
    struct merkle_hash hash;
    if (count == 0) {
        crypto_hash_sha256(hash.bytes, NULL, 0);
        return hash;
    }
    if (count == 1)
        return leaves[0];
    size_t split = 1;
    while (split * 2 < count)
        split *= 2;
    struct merkle_hash left = reference(leaves, split);
    struct merkle_hash right = reference(leaves + split, count - split);
    merkle_node(&left, &right, &hash);
    return hash;
}

static struct merkle_hash from_hex(const char *text)
{
    struct merkle_hash hash = {.bytes = {0}};
    CHECK(hex_read(span_str(text), hash.bytes, sizeof hash.bytes));
    return hash;
}

static const struct span ct_leaves[8] = {
    {(const uint8_t *)"", 0},
    {(const uint8_t *)"\x00", 1},
    {(const uint8_t *)"\x10", 1},
    {(const uint8_t *)"\x20\x21", 2},
    {(const uint8_t *)"\x30\x31", 2},
    {(const uint8_t *)"\x40\x41\x42\x43", 4},
    {(const uint8_t *)"\x50\x51\x52\x53\x54\x55\x56\x57", 8},
    {(const uint8_t *)"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16},
};
static const char *const ct_roots[9] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

static void check_hashes(const struct merkle_proof *proof, unsigned count,
                         const char *const *hashes)
{
    CHECK_UINT(proof->count, count);
    for (unsigned i = 0; i < count && i < proof->count; i++) {
        struct merkle_hash want = from_hex(hashes[i]);
        CHECK_BYTES(proof->hashes[i].bytes, want.bytes, HASH_BYTES);
    }
}

static void test_ct_vectors(void)
{
    struct memory memory = {.count = {0}};
    struct merkle_sink sink = {&memory, memory_write};
    struct merkle_reader reader = {&memory, memory_read};
    struct merkle_tree tree = {.size = 0};
    struct merkle_hash root, leaf;
    struct merkle_proof proof;
    for (unsigned i = 0; i <= 8; i++) {
        struct merkle_hash want = from_hex(ct_roots[i]);
        check_case("root of %u leaves", i);
        merkle_root(&tree, &root);
        CHECK_BYTES(root.bytes, want.bytes, HASH_BYTES);
        if (i < 8) {
            merkle_leaf(ct_leaves[i], &leaf);
            CHECK_INT(merkle_append(&tree, &leaf, &sink, NULL), OK);
        }
    }
    check_case("inclusion 0 in 8");
    CHECK_INT(merkle_inclusion(&reader, 0, 8, &proof, NULL), OK);
    check_hashes(
        &proof, 3,
        (const char *const[]){"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                              "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                              "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"});
    check_case("consistency 6 to 8");
    CHECK_INT(merkle_consistency(&reader, 6, 8, &proof, NULL), OK);
    check_hashes(
        &proof, 3,
        (const char *const[]){"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                              "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                              "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"});
    check_case("consistency 2 to 5");
    CHECK_INT(merkle_consistency(&reader, 2, 5, &proof, NULL), OK);
    check_hashes(
        &proof, 2,
        (const char *const[]){"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                              "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"});
}

static struct memory many;
static struct merkle_hash many_leaves[MANY];
static struct merkle_hash many_roots[MANY + 1];

static void build_many(void)
{
    struct merkle_sink sink = {&many, memory_write};
    struct merkle_tree tree = {.size = 0};
    for (unsigned i = 0; i < MANY; i++) {
        merkle_leaf(span_of(&i, sizeof i), &many_leaves[i]);
        CHECK_INT(merkle_append(&tree, &many_leaves[i], &sink, NULL), OK);
    }
    for (unsigned i = 0; i <= MANY; i++)
        many_roots[i] = reference(many_leaves, i);
}

static void test_roots(void)
{
    struct merkle_reader reader = {&many, memory_read};
    for (unsigned size = 0; size <= MANY; size++) {
        struct merkle_hash root;
        check_case("root at %u", size);
        CHECK_INT(merkle_root_at(&reader, size, &root, NULL), OK);
        CHECK_BYTES(root.bytes, many_roots[size].bytes, HASH_BYTES);
    }
}

static void check_inclusion(uint64_t index, uint64_t size)
{
    struct merkle_reader reader = {&many, memory_read};
    struct merkle_proof proof;
    const struct merkle_hash *leaf = &many_leaves[index], *root = &many_roots[size];
    CHECK_INT(merkle_inclusion(&reader, index, size, &proof, NULL), OK);
    CHECK(merkle_inclusion_holds(leaf, index, size, root, &proof));
    CHECK(!merkle_inclusion_holds(leaf, index ^ 1, size, root, &proof) || size == 1);
    CHECK(!merkle_inclusion_holds(&many_leaves[(index + 1) % MANY], index, size, root, &proof));
    CHECK(!merkle_inclusion_holds(leaf, index, size, &many_roots[size - 1], &proof));
    proof.count++;
    CHECK(!merkle_inclusion_holds(leaf, index, size, root, &proof));
    proof.count--;
    if (proof.count == 0)
        return;
    proof.hashes[proof.count - 1].bytes[31] ^= 1;
    CHECK(!merkle_inclusion_holds(leaf, index, size, root, &proof));
    proof.hashes[proof.count - 1].bytes[31] ^= 1;
    proof.count--;
    CHECK(!merkle_inclusion_holds(leaf, index, size, root, &proof));
}

static void check_consistency(uint64_t old, uint64_t size)
{
    struct merkle_reader reader = {&many, memory_read};
    struct merkle_proof proof = {.count = 0};
    const struct merkle_hash *from = &many_roots[old], *to = &many_roots[size];
    CHECK_INT(merkle_consistency(&reader, old, size, &proof, NULL), OK);
    CHECK(merkle_consistency_holds(old, from, size, to, &proof));
    CHECK(!merkle_consistency_holds(size + 1, to, size, to, &proof));
    if (old == 0)
        return;
    CHECK(!merkle_consistency_holds(old, from, size, &many_roots[size - 1], &proof));
    CHECK(!merkle_consistency_holds(old, &many_roots[old - 1], size, to, &proof));
    proof.count++;
    CHECK(!merkle_consistency_holds(old, from, size, to, &proof));
    proof.count--;
    for (unsigned i = 0; i < proof.count; i++) {
        proof.hashes[i].bytes[0] ^= 1;
        CHECK(!merkle_consistency_holds(old, from, size, to, &proof));
        proof.hashes[i].bytes[0] ^= 1;
    }
}

static void test_proofs(void)
{
    for (uint64_t size = 1; size <= MANY; size++) {
        for (uint64_t index = 0; index < size; index++) {
            check_case("inclusion of %u in %u", (unsigned)index, (unsigned)size);
            check_inclusion(index, size);
        }
        for (uint64_t old = 0; old <= size; old++) {
            check_case("consistency of %u with %u", (unsigned)old, (unsigned)size);
            check_consistency(old, size);
        }
    }
}

static void test_refusals(void)
{
    struct merkle_reader reader = {&many, memory_read};
    struct merkle_proof proof;
    struct merkle_tree tree;
    struct fail fail;
    check_case("refusals");
    CHECK_INT(merkle_inclusion(&reader, 5, 5, &proof, &fail), NOT_FOUND);
    CHECK_STR(fail.code, "log.index");
    CHECK_INT(merkle_consistency(&reader, 6, 5, &proof, &fail), NOT_FOUND);
    CHECK_INT(merkle_load(&reader, MANY + 1, &tree, &fail), BROKEN);
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    test_ct_vectors();
    build_many();
    test_roots();
    test_proofs();
    test_refusals();
    return check_end("log_merkle");
}
