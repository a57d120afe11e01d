/* The rest of roll_world.h: sealed versions, credentials, ballots, manifest, and the whole. */
#ifndef TESTS_VERIFY_ROLL_ANNEX_H
#define TESTS_VERIFY_ROLL_ANNEX_H

#include "verify/roll_world.h"

#define ACCOUNT                                                                                    \
    "{\"rows\":15,\"cells\":[[\"eligible\",7],[\"FREEZE\",0],[\"undetermined\",0],"                \
    "[\"merged\",8]],\"feeds\":[[\"members\",15],[\"finance\",3]],\"roll\":9,\"changes\":[],"      \
    "\"cases\":[[\"withdrawn\",0],[\"open\",0],[\"merged\",%d]],\"effects\":[[\"review\",0],"      \
    "[\"add\",0],[\"merged\",%d]],\"hours\":%d,\"late\":%d}"

/* -- leaves ----------------------------------------------------------------------------------- */

static struct world_leaf *leaf_of(struct world *world, const char *number)
{
    for (size_t i = world->leaf_count; i > 0; i--)
        if (strcmp(world->leaves[i - 1].number, number) == 0)
            return &world->leaves[i - 1];
    return NULL;
}

static void salt_leaf(struct world_leaf *leaf, uint8_t salt_byte, const char *record)
{
    uint8_t bytes[700];
    struct span text = span_text(record);
    struct merkle_hash hash;
    memset(bytes, salt_byte, 32);
    memcpy(bytes + 32, text.ptr, text.len);
    merkle_leaf(span_of(bytes, 32 + text.len), &hash);
    memcpy(leaf->hash, hash.bytes, HASH_BYTES);
    snprintf(leaf->line, sizeof leaf->line, "{\"salt\":\"%s\",\"record\":%s}\n", hex_of(bytes, 32),
             record);
}

/* `contact` is the channel and what follows it; the key bytes follow from the salt's. */
static struct world_leaf *add_leaf(struct world *world, uint8_t salt_byte, const char *number,
                                   const char *name, const char *contact)
{
    char record[600];
    bool provisional = strcmp(number, "11") == 0 || strcmp(number, "12") == 0;
    unsigned votes = strcmp(number, "13") == 0 ? 2 : 1;
    struct world_leaf *leaf = &world->leaves[world->leaf_count++];
    *leaf = (struct world_leaf){
        .number = number,
        .channel = strncmp(contact, "\"post", 5) == 0   ? ROLL_CHANNEL_POST
                   : strncmp(contact, "\"hand", 5) == 0 ? ROLL_CHANNEL_HAND
                                                        : ROLL_CHANNEL_EMAIL,
        .votes = (uint8_t)votes,
        .style = votes == 1,
        .keys = (uint8_t)(salt_byte + 0x40),
        .provisional = provisional,
        .standing = true,
    };
    snprintf(record, sizeof record,
             "{\"member_no\":\"%s\",\"name\":\"%s\",\"source\":\"members\",\"pseudonym\":\"%s\","
             "\"style\":\"%s\",\"standing\":\"%s\",\"votes\":%u,\"channel\":%s}",
             number, name, person(world, number), votes == 2 ? "delegates" : "all",
             provisional != (world->twist == ROLL_STANDING && number[0] == '4') ? "provisional"
                                                                                : "eligible",
             votes + (world->twist == ROLL_VOTES && votes == 2), contact);
    salt_leaf(leaf, salt_byte, record);
    return leaf;
}

static void fill_first(struct world *world)
{
    enum twist twist = world->twist;
    const unsigned long long hours = 72ULL * 3600;
    struct stage *stage = &world->stage;
    add_leaf(world, 0x33, "0042", "Si\xC3\xA2n Huws", "\"email\",\"email\":\"sian@example.org\"");
    add_leaf(world, 0x34, "1", "Ann One",
             (const char *)keepf(stage,
                                 "\"email\",\"email\":\"ann@example.org\",\"earlier\":{\"channel\":"
                                 "\"post\",\"address\":\"1, High Street\"},\"not_before\":%llu",
                                 (unsigned long long)FIRST_SEALED + hours)
                 .ptr);
    add_leaf(world, 0x35, "2", "Bob Two", "\"hand\"");
    add_leaf(world, 0x36, "4", twist == ROLL_ALTERED ? "Dan Fore" : "Dan Four",
             "\"email\",\"email\":\"dan@example.org\"");
    add_leaf(world, 0x37, "5", "Eve Five", "\"email\",\"email\":\"eve@example.org\"");
    add_leaf(world, 0x38, "6", "Fay Six",
             twist == ROLL_EARLIER
                 ? "\"email\",\"email\":\"fay@example.org\""
                 : (const char *)keepf(stage,
                                       "\"email\",\"email\":\"fay@example.org\",\"earlier\":"
                                       "{\"channel\":\"hand\"},\"not_before\":%llu",
                                       (unsigned long long)FIRST_SEALED + hours)
                       .ptr);
    add_leaf(world, 0x39, "11", "Joy Eleven", "\"email\",\"email\":\"joy@example.org\"");
    if (twist != ROLL_LESS)
        add_leaf(world, 0x3A, "12", "Kim Twelve", "\"email\",\"email\":\"kim@example.org\"");
    add_leaf(world, 0x3B, "13", "Lea Thirteen",
             (const char *)keepf(stage,
                                 "\"email\",\"email\":\"new@example.org\",\"earlier\":{\"channel\":"
                                 "\"email\",\"email\":\"old@example.org\"},\"not_before\":%llu",
                                 (unsigned long long)FIRST_SEALED + hours -
                                     (twist == ROLL_SOONER ? 1 : 0))
                 .ptr);
    if (twist == ROLL_TWICE)
        add_leaf(world, 0x3C, "5", "Eve Five", "\"email\",\"email\":\"eve@example.org\"");
    if (twist == ROLL_EXTRA)
        add_leaf(world, 0x3C, "99", "Nobody", "\"hand\"");
}

static void change_for_second(struct world *world)
{
    struct world_leaf *bob = leaf_of(world, "2"), *eve = leaf_of(world, "5");
    bob->standing = world->twist == VERSION_KEEPS;
    eve->standing = world->twist != VERSION_DROPS_VOTER;
    add_leaf(world, 0x3D, "3", "Cat Three", "\"email\",\"email\":\"cat@example.org\"");
    if (world->twist == VERSION_RESALTS) {
        struct world_leaf *sian = leaf_of(world, "0042");
        char record[600];
        const char *start = strstr(sian->line, "\"record\":") + strlen("\"record\":");
        snprintf(record, sizeof record, "%.*s", (int)(strlen(start) - 2), start);
        salt_leaf(sian, 0x3E, record);
    }
}

/* -- a version -------------------------------------------------------------------------------- */

static int compare_leaves(const void *a, const void *b)
{
    const struct world_leaf *const *left = a, *const *right = b;
    return memcmp((*left)->hash, (*right)->hash, HASH_BYTES);
}

/* The standing leaves by hash; NULL ends them. */
static size_t sort_leaves(struct world *world, struct world_leaf *out_sorted[LEAVES_MOST])
{
    size_t count = 0;
    for (size_t i = 0; i < world->leaf_count; i++)
        if (world->leaves[i].standing)
            out_sorted[count++] = &world->leaves[i];
    qsort(out_sorted, count, sizeof *out_sorted, compare_leaves);
    return count;
}

static void take_manifest(struct world *world, uint8_t out_digest[HASH_BYTES]);

static void write_leaves(struct world *world, unsigned version, struct roll_entry *entry)
{
    static char text[LEAVES_MOST * 700];
    struct world_leaf *sorted[LEAVES_MOST];
    size_t used = 0, count = sort_leaves(world, sorted);
    struct merkle tree;
    struct merkle_hash hash;
    if (world->twist == ROLL_UNSORTED && version == 1) {
        struct world_leaf *first = sorted[0];
        sorted[0] = sorted[1];
        sorted[1] = first;
    }
    merkle_init(&tree);
    for (size_t i = 0; i < count; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s", sorted[i]->line);
        memcpy(hash.bytes, sorted[i]->hash, HASH_BYTES);
        merkle_append(&tree, &hash);
    }
    merkle_root(&tree, &hash);
    unsigned shown = world->twist == VERSION_SKIPPED && version == 2 ? 3 : version;
    add_file(&world->stage, keepf(&world->stage, "roll/%u.jsonl", shown), keep(&world->stage, text),
             false);
    entry->roll.version = shown;
    entry->roll.size = count + (world->twist == ROLL_SIZE);
    memcpy(entry->roll.root, hash.bytes, HASH_BYTES);
}

/* Cases so far: nine upheld and one refused, then three more upheld. */
static void make_version(struct world *world, unsigned version)
{
    enum twist twist = world->twist;
    struct roll_entry *entry = add_entry(&world->stage, ENTRY_ROLL);
    struct roll_style_count *styles = world->styles[version - 1];
    entry->roll.at = version == 1 ? FIRST_SEALED : LATER_SEALED;
    write_leaves(world, version, entry);
    entry->roll.root[0] ^= twist == ROLL_ROOT;
    bool other = twist == (version == 1 ? ROLL_ACCOUNT : VERSION_ACCOUNT);
    entry->roll.account = keepf(&world->stage, ACCOUNT, (version == 1 ? 10 : 13) + other,
                                version == 1 ? 10 : 13, 120, version == 1 ? 0 : 4);
    styles[0] = (struct roll_style_count){version == 1 ? 2 : 0, 0};
    styles[1] = (struct roll_style_count){version == 1 ? 8 : 1, version == 1 ? 2 : 0};
    styles[1].provisional -= twist == ROLL_STYLES;
    entry->roll.styles = styles;
    entry->roll.style_count = 2;
    if (version == 2 && twist != REVOKED_NONE) {
        memset(world->revoked[0], leaf_of(world, twist == REVOKED_OTHER ? "0042" : "2")->keys,
               KEY_BYTES);
        entry->roll.revoked = (const uint8_t(*)[KEY_BYTES])world->revoked;
        entry->roll.revoked_count = 1;
    }
    take_manifest(world, entry->roll.annex);
    entry->roll.annex[0] ^= twist == MANIFEST_ROLL && version == 1;
}

/* -- credentials ------------------------------------------------------------------------------ */

static void fill_binding(const struct world_leaf *leaf, unsigned nth, uint8_t binding[99])
{
    memcpy(binding, leaf->hash, HASH_BYTES);
    memset(binding + 32, leaf->keys + 0x60 * (int)nth, KEY_BYTES);
    binding[64] = leaf->style;
    binding[65] = 0;
    binding[66] = leaf->channel;
    memset(binding + 67, 0x50 + leaf->keys, 32);
}

static int compare_bindings(const void *a, const void *b)
{
    return memcmp((const uint8_t *)a + 32, (const uint8_t *)b + 32, KEY_BYTES);
}

/* The first binding of the list is of 0042, whose key is least. */
static void twist_binding(struct world *world, uint8_t *binding, uint8_t *item)
{
    enum twist twist = world->twist;
    const struct world_leaf *second = leaf_of(world, "4");
    binding[0] ^= twist == BINDING_LEAF;
    binding[64] ^= twist == BINDING_STYLE;
    item[32] ^= twist == BINDING_STYLE;
    binding[66] ^= twist == BINDING_CHANNEL ? 6 : 0;
    binding[40] ^= twist == BINDING_KEY;
    item[34] ^= twist == BINDING_STANDING;
    if (twist == BINDING_SECOND)
        memcpy(binding, second->hash, HASH_BYTES);
}

static void add_issue(struct world *world, unsigned version, uint8_t *bindings, size_t count)
{
    struct stage *stage = &world->stage;
    uint8_t *list = arena_zeroed(&stage->arena, count + 1, ISSUE_ITEM_BYTES);
    struct merkle tree;
    struct merkle_hash hash;
    merkle_init(&tree);
    qsort(bindings, count, ISSUE_BINDING_BYTES, compare_bindings);
    for (size_t i = 0; i < count; i++) {
        uint8_t *binding = bindings + i * ISSUE_BINDING_BYTES, *item = list + i * ISSUE_ITEM_BYTES;
        memcpy(item, binding + 32, 34);
        for (size_t k = 0; k < world->leaf_count; k++)
            item[34] |= memcmp(world->leaves[k].hash, binding, HASH_BYTES) == 0 &&
                        world->leaves[k].provisional;
        if (i == 0 && version == 1)
            twist_binding(world, binding, item);
        merkle_leaf(span_of(binding, ISSUE_BINDING_BYTES), &hash);
        merkle_append(&tree, &hash);
    }
    merkle_root(&tree, &hash);
    struct roll_entry *entry = add_entry(stage, ENTRY_ISSUE);
    entry->issue.roll = version;
    entry->issue.count = count;
    entry->issue.list = span_of(list, count * ISSUE_ITEM_BYTES);
    memcpy(entry->issue.root, hash.bytes, HASH_BYTES);
    entry->issue.root[0] ^= world->twist == BINDING_ROOT;
    add_file(stage, keepf(stage, "issue/%u.bin", version),
             span_of(bindings, count * ISSUE_BINDING_BYTES - (world->twist == BINDING_SHORT)),
             false);
}

/* For the leaves that have no credentials yet. */
static void make_issue(struct world *world, unsigned version)
{
    uint8_t *bindings = arena_zeroed(&world->stage.arena, LEAVES_MOST * 2, ISSUE_BINDING_BYTES);
    size_t count = 0;
    for (size_t i = 0; i < world->leaf_count; i++) {
        struct world_leaf *leaf = &world->leaves[i];
        for (unsigned k = 0; !leaf->issued && leaf->standing && k < leaf->votes; k++)
            fill_binding(leaf, k, bindings + count++ * ISSUE_BINDING_BYTES);
        leaf->issued = true;
    }
    if (world->twist == BINDING_LESS && version == 1)
        count--;
    if (world->twist == BINDING_OLDER && version == 2)
        memcpy(bindings, leaf_of(world, "4")->hash, HASH_BYTES);
    if (world->twist != ISSUE_NONE || version == 1)
        add_issue(world, version, bindings, count);
}

static void make_reissue(struct world *world, unsigned number, const char *member, uint8_t new_byte,
                         enum reissue_standing standing)
{
    enum twist twist = number == 1 ? world->twist : TWIST_NONE;
    struct stage *stage = &world->stage;
    const struct world_leaf *leaf = leaf_of(world, member);
    uint8_t *binding = arena_zeroed(&stage->arena, 1, ISSUE_BINDING_BYTES);
    struct merkle_hash hash;
    struct roll_entry *entry = add_entry(stage, ENTRY_REISSUE);
    fill_binding(leaf, 0, binding);
    if (twist == REISSUE_LEAF)
        memcpy(binding, leaf_of(world, "0042")->hash, HASH_BYTES);
    memcpy(entry->reissue.old_key, binding + 32, KEY_BYTES);
    entry->reissue.old_key[5] ^= twist == REISSUE_OLD;
    entry->reissue.style = leaf->style;
    entry->reissue.standing = twist == REISSUE_CHANGED ? REISSUE_PROVISIONAL : standing;
    memset(binding + 32, new_byte, KEY_BYTES);
    memset(entry->reissue.new_key, new_byte, KEY_BYTES);
    merkle_leaf(span_of(binding, ISSUE_BINDING_BYTES), &hash);
    memcpy(entry->reissue.binding, hash.bytes, HASH_BYTES);
    entry->reissue.binding[0] ^= twist == REISSUE_HASH;
    add_file(stage, keepf(stage, "reissue/%u.bin", number), span_of(binding, ISSUE_BINDING_BYTES),
             false);
}

/* A ballot at the place on the board where this is called. */
static void vote(struct world *world, const char *member)
{
    world->cast[world->cast_count].key = leaf_of(world, member)->keys;
    world->cast[world->cast_count++].entry =
        world->stage.entries[world->stage.entry_count - 1].index;
}

static uint64_t first_ballot(const void *context, const uint8_t key[KEY_BYTES])
{
    const struct world *world = context;
    for (size_t i = 0; i < world->cast_count; i++)
        if (world->cast[i].key == key[0] && key[0] == key[31])
            return world->cast[i].entry;
    return UINT64_MAX;
}

/* -- manifest --------------------------------------------------------------------------------- */

static int compare_paths(const void *a, const void *b)
{
    const struct annex_file *left = a, *right = b;
    return span_compare(left->path, right->path);
}

static struct span make_manifest(struct world *world, const char *origin, bool unsorted)
{
    static char text[65536];
    static struct annex_file files[FILES_MOST];
    size_t used = (size_t)snprintf(text, sizeof text, "ballotd annex v1\n%s\n", origin);
    memcpy(files, world->stage.files, sizeof files);
    qsort(files, world->stage.file_count, sizeof files[0], compare_paths);
    if (unsorted) {
        struct annex_file kept = files[0];
        files[0] = files[1];
        files[1] = kept;
    }
    for (size_t i = 0; i < world->stage.file_count; i++) {
        uint8_t sha256[HASH_BYTES];
        hash_sha256(files[i].bytes, sha256);
        used += (size_t)snprintf(
            text + used, sizeof text - used, "%s %s %zu %.*s\n", hex_of(sha256, HASH_BYTES),
            files[i].salted ? hex_of(files[i].salt, 32) : "-", files[i].bytes.len,
            (int)files[i].path.len, (const char *)files[i].path.ptr);
    }
    CHECK(used < sizeof text);
    return keep(&world->stage, text);
}

/* Of the files that there are by now. */
static void take_manifest(struct world *world, uint8_t out_digest[HASH_BYTES])
{
    hash_sha256(make_manifest(world, ORIGIN, false), out_digest);
}

static struct annex_file *file_named(struct world *world, const char *path)
{
    for (size_t i = 0; i < world->stage.file_count; i++)
        if (span_equal(world->stage.files[i].path, span_text(path)))
            return &world->stage.files[i];
    return NULL;
}

/* -- the freeze, and the copy that was handed over -------------------------------------------- */

static void make_freeze(struct world *world)
{
    enum twist twist = world->twist;
    struct roll_entry *freeze = add_entry(&world->stage, ENTRY_FREEZE);
    uint8_t *keys = arena_zeroed(&world->stage.arena, 2, KEY_BYTES);
    const struct world_leaf *joy = leaf_of(world, "11"), *kim = leaf_of(world, "12");
    size_t count = twist == ADMITTED_NONE ? 0 : twist == ADMITTED_BOTH ? 2 : 1;
    memset(keys, (twist == ADMITTED_REFUSED && kim != NULL ? kim : joy)->keys, KEY_BYTES);
    memset(keys + KEY_BYTES, joy->keys + 1, KEY_BYTES);
    freeze->freeze.admitted = span_of(keys, count * KEY_BYTES);
}

static void hand_over(struct world *world, struct span manifest)
{
    enum twist twist = world->twist;
    struct stage *stage = &world->stage;
    uint8_t sha256[HASH_BYTES], context[HASH_BYTES];
    memset(context, twist == HANDED_CONTEXT ? 0xCD : 0xCC, sizeof context);
    hash_sha256(manifest, sha256);
    sha256[0] ^= twist == HANDED_MANIFEST;
    struct span text = keepf(
        stage,
        "{\"kind\":\"handed-over\",\"origin\":\"%s\",\"context\":\"%s\",\"answers\":\"%s\","
        "\"to\":\"sue\",\"name\":\"Sue Scrutineer\",\"purpose\":\"%s\",\"approved_by\":\"ann\","
        "\"at\":%d,\"manifest\":\"%s\"}\n",
        ORIGIN, hex_of(context, sizeof context), hex_of(context, sizeof context),
        twist == HANDED_EMPTY ? "" : "Scrutiny", MONDAY_AT, hex_of(sha256, sizeof sha256));
    stage->break_signature = twist == HANDED_FORGED;
    const char *line = sign_line(stage, twist == HANDED_OFFICER ? "ann" : "authority", text);
    add_file(stage, keep(stage, "handed-over.note"),
             keepf(stage, "%.*s\n%s", (int)text.len, (const char *)text.ptr, line), false);
}

static void make_annex(struct world *world)
{
    enum twist twist = world->twist;
    struct stage *stage = &world->stage;
    if (twist == FILE_UNCALLED)
        add_file(stage, keep(stage, "zzz"), keep(stage, "z"), false);
    if (twist == MANIFEST_SALT)
        file_named(world, "roll.key")->salted = true;
    if (twist == HANDED_LISTED)
        add_file(stage, keep(stage, "handed-over.note"), keep(stage, "z"), false);
    make_freeze(world);
    struct span manifest = make_manifest(
        world, twist == MANIFEST_FOREIGN ? "example.org/x" : ORIGIN, twist == MANIFEST_UNSORTED);
    struct roll_entry *freeze = &stage->entries[stage->entry_count - 1];
    hash_sha256(manifest, freeze->freeze.annex);
    freeze->freeze.annex[0] ^= twist == MANIFEST_FREEZE;
    if (twist >= HANDED_SOUND && twist <= HANDED_EMPTY)
        hand_over(world, manifest);
    if (twist == FILE_ALTERED)
        file_named(world, "roll.key")->bytes = keep(stage, "0123456789abcdef0123456789abcdef");
    if (twist == FILE_MISSING)
        *file_named(world, "roll.key") = stage->files[--stage->file_count];
    if (twist == FILE_UNLISTED)
        add_file(stage, keep(stage, "zzz"), keep(stage, "z"), false);
    add_file(stage, keep(stage, "manifest"), manifest, false);
}

/* -- the whole -------------------------------------------------------------------------------- */

static void make_world(struct world *world, enum twist twist)
{
    static uint8_t other_key[32];
    memset(world, 0, sizeof *world);
    world->twist = twist;
    stage_init(&world->stage);
    memset(other_key, 0x23, sizeof other_key);
    add_file(&world->stage, keep(&world->stage, "roll.key"),
             span_of(twist == ROLL_KEY_OTHER ? other_key : world->stage.roll_key, 32), false);
    make_snapshots(world);
    make_cases(world);
    fill_first(world);
    make_version(world, 1);
    make_issue(world, 1);
    vote(world, "5");
    vote(world, "0042");
    make_later_cases(world);
    change_for_second(world);
    make_version(world, 2);
    make_issue(world, 2);
    make_reissue(world, 1, "4", 0xF1, REISSUE_ELIGIBLE);
    make_reissue(world, 2, "5", 0xF2, REISSUE_TENDERED);
    if (twist == REISSUE_AGAIN)
        make_reissue(world, 3, "4", 0xF3, REISSUE_ELIGIBLE);
    vote(world, "11");
    if (twist != ROLL_LESS)
        vote(world, "12");
    make_last_cases(world);
    make_annex(world);
}

#endif
