#include "roll/bindings.h"

#include "log/merkle.h"

#include <inttypes.h>

/* leaf hash 32, credential key 32, style 2, channel 1, salt 32 */
enum { AT_KEY = 32, AT_STYLE = 64, AT_CHANNEL = 66 };
/* of an issue list: key 32, style 2, provisional 1 */
enum { ITEM_STYLE = 32 };

static unsigned style_at(const uint8_t *bytes)
{
    return (unsigned)bytes[0] | (unsigned)bytes[1] << 8;
}

static const uint8_t *binding_at(struct span file, size_t index)
{
    return file.ptr + index * ISSUE_BINDING_BYTES;
}

enum outcome bindings_init(struct bindings *bindings, const struct sealed *sealed,
                           size_t sealed_count, size_t members, size_t entries, struct arena *arena,
                           struct fail *fail)
{
    *bindings = (struct bindings){
        .sealed = sealed,
        .sealed_count = sealed_count,
        .served = arena_zeroed(arena, members, sizeof *bindings->served),
        .issues = arena_zeroed(arena, entries, sizeof *bindings->issues),
        .reissues = arena_zeroed(arena, entries, sizeof *bindings->reissues),
    };
    if (bindings->served == NULL || bindings->issues == NULL || bindings->reissues == NULL)
        return fail_unable(fail, "no memory for the bindings");
    return GOOD;
}

/* -- issue lists ------------------------------------------------------------------------------ */

static enum outcome check_binding(struct bindings *bindings, const struct sealed *sealed,
                                  const uint8_t *binding, const uint8_t *item, size_t index,
                                  struct fail *fail)
{
    const struct leaf *leaf = leaves_find(&sealed->leaves, binding);
    if (memcmp(binding + AT_KEY, item, KEY_BYTES) != 0 ||
        style_at(binding + AT_STYLE) != style_at(item + ITEM_STYLE))
        return fail_bad(fail, "binding %zu is not of the credential at its place in the list",
                        index + 1);
    if (leaf == NULL)
        return fail_bad(fail, "binding %zu is of no leaf of the roll", index + 1);
    if (leaf->style != style_at(binding + AT_STYLE))
        return fail_bad(fail, "binding %zu has another style than its leaf", index + 1);
    if (leaf->channel != binding[AT_CHANNEL])
        return fail_bad(fail, "binding %zu has another channel than its leaf", index + 1);
    if (bindings->served[leaf->member])
        return fail_bad(fail, "binding %zu gives its member a second credential", index + 1);
    bindings->served[leaf->member] = true;
    return GOOD;
}

static enum outcome check_served(const struct bindings *bindings, const struct sealed *sealed,
                                 struct fail *fail)
{
    for (size_t i = 0; i < sealed->leaves.count; i++)
        if (!bindings->served[sealed->leaves.list[i].member])
            return fail_bad(fail, "leaf %zu of the roll has no credential", i + 1);
    return GOOD;
}

static const struct sealed *find_sealed(const struct bindings *bindings, uint64_t version)
{
    for (size_t i = 0; i < bindings->sealed_count; i++)
        if (bindings->sealed[i].version == version)
            return &bindings->sealed[i];
    return NULL;
}

enum outcome bindings_issue(struct bindings *bindings, const struct roll_entry *entry,
                            const struct annex_file *file, struct fail *fail)
{
    const struct sealed *sealed = find_sealed(bindings, entry->issue.roll);
    size_t count = (size_t)entry->issue.count;
    struct merkle tree;
    struct merkle_hash hash;
    if (sealed == NULL)
        return fail_unable(fail, "version %" PRIu64 " of the roll was not derived",
                           entry->issue.roll);
    if (entry->issue.list.len != count * ISSUE_ITEM_BYTES ||
        file->bytes.len != count * ISSUE_BINDING_BYTES)
        return fail_bad(fail, "%zu bytes, which is not one binding for each of %zu credentials",
                        file->bytes.len, count);
    merkle_init(&tree);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *binding = binding_at(file->bytes, i);
        enum outcome outcome = check_binding(bindings, sealed, binding,
                                             entry->issue.list.ptr + i * ISSUE_ITEM_BYTES, i, fail);
        if (outcome != GOOD)
            return outcome;
        merkle_leaf(span_of(binding, ISSUE_BINDING_BYTES), &hash);
        merkle_append(&tree, &hash);
    }
    merkle_root(&tree, &hash);
    if (memcmp(hash.bytes, entry->issue.root, HASH_BYTES) != 0)
        return fail_bad(fail, "the root over the bindings is not the one on the board");
    bindings->issues[bindings->issue_count++] = file;
    return check_served(bindings, sealed, fail);
}

/* -- reissues --------------------------------------------------------------------------------- */

/* Issue lists are sorted by key, and their bindings stand in the same order. */
static const uint8_t *find_issued(struct span file, const uint8_t key[KEY_BYTES])
{
    size_t low = 0, high = file.len / ISSUE_BINDING_BYTES;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(binding_at(file, middle) + AT_KEY, key, KEY_BYTES);
        if (order == 0)
            return binding_at(file, middle);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static const uint8_t *find_binding(const struct bindings *bindings, const uint8_t key[KEY_BYTES])
{
    const uint8_t *found = NULL;
    for (size_t i = 0; found == NULL && i < bindings->reissue_count; i++)
        found = find_issued(bindings->reissues[i]->bytes, key);
    for (size_t i = 0; found == NULL && i < bindings->issue_count; i++)
        found = find_issued(bindings->issues[i]->bytes, key);
    return found;
}

enum outcome bindings_reissue(struct bindings *bindings, const struct roll_entry *entry,
                              const struct annex_file *file, struct fail *fail)
{
    const uint8_t *old = find_binding(bindings, entry->reissue.old_key), *binding = file->bytes.ptr;
    struct merkle_hash hash;
    if (file->bytes.len != ISSUE_BINDING_BYTES)
        return fail_bad(fail, "%zu bytes, where one binding has %d", file->bytes.len,
                        ISSUE_BINDING_BYTES);
    merkle_leaf(file->bytes, &hash);
    if (memcmp(hash.bytes, entry->reissue.binding, HASH_BYTES) != 0)
        return fail_bad(fail, "the binding is not the one whose hash is on the board");
    if (old == NULL)
        return fail_bad(fail, "the credential replaced was never bound");
    if (memcmp(binding + AT_KEY, entry->reissue.new_key, KEY_BYTES) != 0)
        return fail_bad(fail, "the binding is of another credential than the new one");
    if (style_at(binding + AT_STYLE) != entry->reissue.style)
        return fail_bad(fail, "the binding has another style than the reissue");
    if (memcmp(binding, old, HASH_BYTES) != 0)
        return fail_bad(fail, "the new credential is bound to another leaf than the old one");
    if (memcmp(binding + AT_STYLE, old + AT_STYLE, 3) != 0)
        return fail_bad(fail, "the new credential has another style or channel than the old one");
    bindings->reissues[bindings->reissue_count++] = file;
    return GOOD;
}
