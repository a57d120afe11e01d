/* The tree against known roots, and proofs made by RFC 6962's own recursive definitions. */
#include "log/merkle.h"

#include "verify/hex.h"

enum { LEAVES = 40, PATH_MOST = 64 };

static struct merkle_hash leaves[LEAVES];

/* MTH(D[first : first + count]), RFC 6962 section 2.1. */
static struct merkle_hash tree_hash(size_t first, size_t count)
{
    struct merkle_hash left, right, node;
    size_t half = 1;
    if (count == 1)
        return leaves[first];
    while (2 * half < count)
        half *= 2;
    left = tree_hash(first, half);
    right = tree_hash(first + half, count - half);
    merkle_node(&left, &right, &node);
    return node;
}

/* PATH(m, D[n]), section 2.1.1; returns its length. */
static size_t make_path(size_t m, size_t first, size_t count, struct merkle_hash *out)
{
    size_t half = 1, len;
    if (count == 1)
        return 0;
    while (2 * half < count)
        half *= 2;
    if (m < half) {
        len = make_path(m, first, half, out);
        out[len] = tree_hash(first + half, count - half);
    } else {
        len = make_path(m - half, first + half, count - half, out);
        out[len] = tree_hash(first, half);
    }
    return len + 1;
}

/* SUBPROOF(m, D[n], whole), section 2.1.2. */
static size_t make_subproof(size_t m, size_t first, size_t count, bool whole,
                            struct merkle_hash *out)
{
    size_t half = 1, len;
    if (m == count) {
        if (!whole)
            out[0] = tree_hash(first, count);
        return whole ? 0 : 1;
    }
    while (2 * half < count)
        half *= 2;
    if (m <= half) {
        len = make_subproof(m, first, half, whole, out);
        out[len] = tree_hash(first + half, count - half);
    } else {
        len = make_subproof(m - half, first + half, count - half, false, out);
        out[len] = tree_hash(first, half);
    }
    return len + 1;
}

/* The log that Certificate Transparency's own tests use. */
static void test_roots(void)
{
    static const char *const entries[] = {"",
                                          "00",
                                          "10",
                                          "2021",
                                          "3031",
                                          "40414243",
                                          "5051525354555657",
                                          "606162636465666768696a6b6c6d6e6f"};
    static const char *const roots[] = {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    struct merkle merkle;
    merkle_init(&merkle);
    for (size_t n = 0; n < CHECK_COUNT_OF(roots); n++) {
        struct merkle_hash want, got, leaf;
        uint8_t entry[16];
        check_case("root of %zu", n);
        from_hex(roots[n], want.bytes, HASH_BYTES);
        merkle_root(&merkle, &got);
        CHECK_BYTES(got.bytes, want.bytes, HASH_BYTES);
        if (n == CHECK_COUNT_OF(entries))
            break;
        from_hex(entries[n], entry, strlen(entries[n]) / 2);
        merkle_leaf(span_of(entry, strlen(entries[n]) / 2), &leaf);
        merkle_append(&merkle, &leaf);
    }
}

static void make_leaves(void)
{
    for (size_t i = 0; i < LEAVES; i++)
        merkle_leaf(span_of(&i, sizeof i), &leaves[i]);
}

static void test_streaming(void)
{
    struct merkle merkle;
    merkle_init(&merkle);
    for (size_t n = 1; n <= LEAVES; n++) {
        struct merkle_hash want = tree_hash(0, n), got;
        check_case("streamed root of %zu", n);
        merkle_append(&merkle, &leaves[n - 1]);
        merkle_root(&merkle, &got);
        CHECK(merkle_equal(&got, &want));
        CHECK_UINT(merkle.size, n);
    }
}

static void refuse_inclusion(size_t m, size_t n, struct merkle_hash *path, size_t len,
                             const struct merkle_hash *root)
{
    CHECK(!merkle_included(&leaves[(m + 1) % LEAVES], m, n, path, len, root));
    for (size_t other = 0; other <= n; other++)
        if (other != m)
            CHECK(!merkle_included(&leaves[m], other, n, path, len, root));
    path[len] = *root;
    CHECK(!merkle_included(&leaves[m], m, n, path, len + 1, root));
    if (len == 0)
        return;
    CHECK(!merkle_included(&leaves[m], m, n, path, len - 1, root));
    path[len / 2].bytes[5] ^= 1;
    CHECK(!merkle_included(&leaves[m], m, n, path, len, root));
}

static void test_inclusion(void)
{
    for (size_t n = 1; n <= LEAVES; n++) {
        struct merkle_hash root = tree_hash(0, n), path[PATH_MOST];
        for (size_t m = 0; m < n; m++) {
            size_t len = make_path(m, 0, n, path);
            check_case("leaf %zu of %zu", m, n);
            CHECK(merkle_included(&leaves[m], m, n, path, len, &root));
            refuse_inclusion(m, n, path, len, &root);
        }
    }
    CHECK(!merkle_included(&leaves[0], 0, 0, NULL, 0, &leaves[0]));
}

static void refuse_consistency(size_t m, size_t n, const struct merkle_hash *old,
                               const struct merkle_hash *root, struct merkle_hash *path, size_t len)
{
    CHECK(!merkle_consistent(m, root, n, root, path, len));
    CHECK(!merkle_consistent(m, old, n, old, path, len));
    path[len] = *root;
    CHECK(!merkle_consistent(m, old, n, root, path, len + 1));
    CHECK(!merkle_consistent(m, old, n, root, path, len - 1));
    path[len / 2].bytes[31] ^= 0x80;
    CHECK(!merkle_consistent(m, old, n, root, path, len));
}

static void test_consistency(void)
{
    for (size_t n = 2; n <= LEAVES; n++) {
        struct merkle_hash root = tree_hash(0, n), path[PATH_MOST];
        for (size_t m = 1; m < n; m++) {
            struct merkle_hash old = tree_hash(0, m);
            size_t len = make_subproof(m, 0, n, true, path);
            check_case("%zu to %zu", m, n);
            CHECK(merkle_consistent(m, &old, n, &root, path, len));
            refuse_consistency(m, n, &old, &root, path, len);
        }
    }
}

/* Equal sizes, the empty tree, a shrinking tree. */
static void test_consistency_edges(void)
{
    struct merkle merkle;
    struct merkle_hash root = tree_hash(0, 5), other = tree_hash(0, 4), empty;
    merkle_init(&merkle);
    merkle_root(&merkle, &empty);
    check_case("edges");
    CHECK(merkle_consistent(5, &root, 5, &root, NULL, 0));
    CHECK(!merkle_consistent(5, &root, 5, &other, NULL, 0));
    CHECK(!merkle_consistent(5, &root, 5, &root, &other, 1));
    CHECK(merkle_consistent(0, &empty, 5, &root, NULL, 0));
    CHECK(!merkle_consistent(0, &other, 5, &root, NULL, 0));
    CHECK(!merkle_consistent(5, &root, 4, &other, NULL, 0));
    CHECK(!merkle_consistent(4, &other, 5, &root, NULL, 0));
}

int main(void)
{
    test_roots();
    make_leaves();
    test_streaming();
    test_inclusion();
    test_consistency();
    test_consistency_edges();
    return check_end("log_merkle");
}
