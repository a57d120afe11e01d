/* The rest of the annex of roll_world.h: sealed roll, credentials, manifest, and the whole. */
#ifndef TESTS_VERIFY_ROLL_ANNEX_H
#define TESTS_VERIFY_ROLL_ANNEX_H

#include "verify/roll_world.h"

/* -- the sealed roll -------------------------------------------------------------------------- */

static int compare_leaves(const void *a, const void *b)
{
    return memcmp(a, b, HASH_BYTES);
}

static void add_leaf(struct world *world, uint8_t salt_byte, const char *number, const char *name,
                     const char *channel)
{
    uint8_t salt[32];
    struct merkle_hash hash;
    char record[400], bytes[500];
    memset(salt, salt_byte, sizeof salt);
    int len = snprintf(record, sizeof record,
                       "{\"member_no\":\"%s\",\"name\":\"%s\",\"source\":\"members\","
                       "\"pseudonym\":\"%s\",\"style\":\"all\",\"standing\":\"eligible\","
                       "\"votes\":1,\"channel\":%s}",
                       number, name, pseudonym(world, number), channel);
    memcpy(bytes, salt, sizeof salt);
    memcpy(bytes + 32, record, (size_t)len);
    merkle_leaf(span_of(bytes, 32 + (size_t)len), &hash);
    memcpy(world->leaves[world->leaf_count].hash, hash.bytes, HASH_BYTES);
    snprintf(world->leaves[world->leaf_count++].text, sizeof world->leaves[0].text,
             "{\"salt\":\"%s\",\"record\":%s}\n", hex_of(salt, sizeof salt), record);
}

static void fill_leaves(struct world *world)
{
    enum twist twist = world->twist;
    add_leaf(world, 0x33, "0042", "Si\xC3\xA2n Huws", "\"email\",\"email\":\"sian@example.org\"");
    add_leaf(world, 0x34, "1", "Ann One", "\"post\",\"address\":\"1, High Street\"");
    add_leaf(world, 0x35, "2", "Bob Two", "\"hand\"");
    add_leaf(world, 0x36, "4", twist == ROLL_ALTERED ? "Dan Fore" : "Dan Four",
             "\"email\",\"email\":\"dan@example.org\"");
    add_leaf(world, 0x37, "5", "Eve Five", "\"email\",\"email\":\"eve@example.org\"");
    if (twist == ROLL_TWICE)
        add_leaf(world, 0x39, "5", "Eve Five", "\"email\",\"email\":\"eve@example.org\"");
    else if (twist != ROLL_LESS)
        add_leaf(world, 0x38, "6", "Fay Six", "\"email\",\"email\":\"fay@example.org\"");
    if (twist == ROLL_EXTRA) {
        world->leaf_count--;
        add_leaf(world, 0x3A, "99", "Nobody", "\"hand\"");
    }
    qsort(world->leaves, world->leaf_count, sizeof world->leaves[0], compare_leaves);
    if (twist == ROLL_UNSORTED) {
        world->leaves[6] = world->leaves[0];
        world->leaves[0] = world->leaves[1];
        world->leaves[1] = world->leaves[6];
    }
}

static void make_roll(struct world *world)
{
    char text[LEAVES_MOST * 600] = "";
    size_t used = 0;
    struct merkle tree;
    struct merkle_hash hash;
    fill_leaves(world);
    merkle_init(&tree);
    for (size_t i = 0; i < world->leaf_count; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s", world->leaves[i].text);
        memcpy(hash.bytes, world->leaves[i].hash, HASH_BYTES);
        merkle_append(&tree, &hash);
    }
    merkle_root(&tree, &hash);
    add_file(world, keep(world, "roll/1.jsonl"), keep(world, text), false);
    struct roll_entry *entry = add_entry(world, ENTRY_ROLL, 50);
    entry->roll.version = 1;
    entry->roll.size = world->leaf_count + (world->twist == ROLL_SIZE);
    memcpy(entry->roll.root, hash.bytes, HASH_BYTES);
    entry->roll.root[0] ^= world->twist == ROLL_ROOT;
    entry->roll.account = world->twist == ROLL_ACCOUNT ? span_text("{}") : span_text(ACCOUNT);
    if (world->twist == CASE_SEALED) {
        world->next_entry = 51;
        decide(world, 1, 7, "upheld");
    }
}

/* -- credentials ------------------------------------------------------------------------------ */

static uint8_t channel_of(const char *line)
{
    return strstr(line, "\"post\"")   ? ROLL_CHANNEL_POST
           : strstr(line, "\"hand\"") ? ROLL_CHANNEL_HAND
                                      : ROLL_CHANNEL_EMAIL;
}

static void fill_binding(const struct world *world, size_t index, uint8_t binding[99])
{
    memcpy(binding, world->leaves[index].hash, HASH_BYTES);
    memset(binding + 32, 0x10 + (int)index, KEY_BYTES);
    memset(binding + 64, 0, 2);
    binding[66] = channel_of(world->leaves[index].text);
    memset(binding + 67, 0x50 + (int)index, 32);
}

static void twist_binding(struct world *world, uint8_t *binding)
{
    binding[0] ^= world->twist == BINDING_LEAF;
    binding[64] ^= world->twist == BINDING_STYLE;
    binding[66] ^= world->twist == BINDING_CHANNEL ? 6 : 0;
    binding[40] ^= world->twist == BINDING_KEY;
    if (world->twist == BINDING_SECOND)
        memcpy(binding, world->leaves[1].hash, HASH_BYTES);
    if (world->twist == BINDING_SECOND)
        binding[66] = channel_of(world->leaves[1].text);
}

static void make_issue(struct world *world)
{
    size_t count = world->leaf_count - (world->twist == BINDING_LESS);
    uint8_t *bytes = arena_zeroed(&world->arena, count, ISSUE_BINDING_BYTES);
    uint8_t *list = arena_zeroed(&world->arena, count, ISSUE_ITEM_BYTES);
    struct merkle tree;
    struct merkle_hash hash;
    merkle_init(&tree);
    for (size_t i = 0; i < count; i++) {
        uint8_t *binding = bytes + i * ISSUE_BINDING_BYTES;
        fill_binding(world, i, binding);
        memcpy(list + i * ISSUE_ITEM_BYTES, binding + 32, 34);
        if (i == 0)
            twist_binding(world, binding);
        if (world->twist == BINDING_STYLE && i == 0)
            memcpy(list + i * ISSUE_ITEM_BYTES, binding + 32, 34);
        merkle_leaf(span_of(binding, ISSUE_BINDING_BYTES), &hash);
        merkle_append(&tree, &hash);
    }
    merkle_root(&tree, &hash);
    struct roll_entry *entry = add_entry(world, ENTRY_ISSUE, 60);
    entry->issue.roll = 1;
    entry->issue.count = count;
    entry->issue.list = span_of(list, count * ISSUE_ITEM_BYTES);
    memcpy(entry->issue.root, hash.bytes, HASH_BYTES);
    entry->issue.root[0] ^= world->twist == BINDING_ROOT;
    add_file(world, keep(world, "issue/1.bin"),
             span_of(bytes, count * ISSUE_BINDING_BYTES - (world->twist == BINDING_SHORT)), false);
}

static void make_reissue(struct world *world)
{
    uint8_t *binding = arena_zeroed(&world->arena, 1, ISSUE_BINDING_BYTES);
    struct merkle_hash hash;
    struct roll_entry *entry = add_entry(world, ENTRY_REISSUE, 70);
    fill_binding(world, 2, binding);
    if (world->twist == REISSUE_LEAF)
        memcpy(binding, world->leaves[3].hash, HASH_BYTES);
    memcpy(entry->reissue.old_key, binding + 32, KEY_BYTES);
    entry->reissue.old_key[5] ^= world->twist == REISSUE_OLD;
    memset(binding + 32, 0x99, KEY_BYTES);
    memset(entry->reissue.new_key, 0x99, KEY_BYTES);
    merkle_leaf(span_of(binding, ISSUE_BINDING_BYTES), &hash);
    memcpy(entry->reissue.binding, hash.bytes, HASH_BYTES);
    entry->reissue.binding[0] ^= world->twist == REISSUE_HASH;
    add_file(world, keep(world, "reissue/1.bin"), span_of(binding, ISSUE_BINDING_BYTES), false);
}

/* -- manifest --------------------------------------------------------------------------------- */

static int compare_paths(const void *a, const void *b)
{
    const struct annex_file *left = a, *right = b;
    return span_compare(left->path, right->path);
}

/* The manifest of all files, or of those that stood when the roll was sealed. */
static struct span make_manifest(struct world *world, bool sealed)
{
    static char text[20000];
    const char *origin = world->twist == MANIFEST_FOREIGN && !sealed ? "example.org/x" : ORIGIN;
    size_t used = (size_t)snprintf(text, sizeof text, "ballotd annex v1\n%s\n", origin);
    for (size_t i = 0; i < world->file_count; i++) {
        const struct annex_file *file = &world->files[i];
        uint8_t sha256[HASH_BYTES];
        bool later =
            span_starts(file->path, span_text("issue/")) ||
            span_starts(file->path, span_text("reissue/")) ||
            span_equal(file->path, span_text("zzz")) ||
            (world->twist == CASE_SEALED && span_equal(file->path, span_text("cases/0023.note")));
        if (sealed && later)
            continue;
        hash_sha256(file->bytes, sha256);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s %s %zu %.*s\n",
                                 hex_of(sha256, HASH_BYTES),
                                 file->salted ? hex_of(file->salt, 32) : "-", file->bytes.len,
                                 (int)file->path.len, (const char *)file->path.ptr);
    }
    return keep(world, text);
}

static struct annex_file *file_named(struct world *world, const char *path)
{
    for (size_t i = 0; i < world->file_count; i++)
        if (span_equal(world->files[i].path, span_text(path)))
            return &world->files[i];
    return NULL;
}

static void make_annex(struct world *world)
{
    enum twist twist = world->twist;
    struct roll_entry *freeze = add_entry(world, ENTRY_FREEZE, 90);
    if (twist == FILE_UNCALLED)
        add_file(world, keep(world, "zzz"), keep(world, "z"), false);
    qsort(world->files, world->file_count, sizeof world->files[0], compare_paths);
    if (twist == MANIFEST_UNSORTED) {
        struct annex_file kept = world->files[0];
        world->files[0] = world->files[1];
        world->files[1] = kept;
    }
    if (twist == MANIFEST_SALT)
        file_named(world, "roll.key")->salted = true;
    struct span manifest = make_manifest(world, false);
    hash_sha256(manifest, freeze->freeze.annex);
    freeze->freeze.annex[0] ^= twist == MANIFEST_FREEZE;
    for (size_t i = 0; i < world->entry_count; i++) {
        if (world->entries[i].kind != ENTRY_ROLL)
            continue;
        hash_sha256(make_manifest(world, true), world->entries[i].roll.annex);
        world->entries[i].roll.annex[0] ^= twist == MANIFEST_ROLL;
    }
    if (twist == FILE_ALTERED)
        file_named(world, "roll.key")->bytes = keep(world, "0123456789abcdef0123456789abcdef");
    if (twist == FILE_MISSING)
        *file_named(world, "roll.key") = world->files[--world->file_count];
    if (twist == FILE_UNLISTED)
        add_file(world, keep(world, "zzz"), keep(world, "z"), false);
    add_file(world, keep(world, "manifest"), manifest, false);
}

static bool find_officer(const void *context, struct span id, uint64_t entry, uint64_t at,
                         uint8_t out_key[KEY_BYTES], unsigned *out_roles)
{
    const struct world *world = context;
    (void)entry;
    (void)at;
    for (int i = 0; i < OFFICERS - 1; i++) {
        if (!span_equal(id, span_text(officer_ids[i])))
            continue;
        memcpy(out_key, world->public_keys[i], KEY_BYTES);
        *out_roles = officer_roles[i];
        return true;
    }
    return false;
}

static void make_world(struct world *world, enum twist twist)
{
    memset(world, 0, sizeof *world);
    world->twist = twist;
    memset(world->roll_key, 0x22, sizeof world->roll_key);
    for (int i = 0; i < OFFICERS; i++) {
        uint8_t seed[32];
        size_t len = KEY_BYTES;
        memset(seed, 0xA0 + i, sizeof seed);
        world->keys[i] = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof seed);
        CHECK(EVP_PKEY_get_raw_public_key(world->keys[i], world->public_keys[i], &len) == 1);
    }
    make_snapshot(world);
    make_cases(world);
    make_roll(world);
    make_issue(world);
    make_reissue(world);
    uint8_t key[32];
    memset(key, twist == ROLL_KEY_OTHER ? 0x23 : 0x22, sizeof key);
    add_file(world, keep(world, "roll.key"), arena_copy(&world->arena, span_of(key, 32)), false);
    make_annex(world);
}

#endif
