#include "roll/bindings.h"

#include "log/merkle.h"

#include <inttypes.h>
#include <stdlib.h>

/* leaf hash 32, credential key 32, style 2, channel 1, salt 32 */
enum { AT_KEY = 32, AT_STYLE = 64, AT_CHANNEL = 66 };
/* of an issue list: key 32, style 2, provisional 1 */
enum { ITEM_STYLE = 32, ITEM_PROVISIONAL = 34 };

static unsigned style_at(const uint8_t *bytes)
{
    return (unsigned)bytes[0] | (unsigned)bytes[1] << 8;
}

/* -- credentials ------------------------------------------------------------------------------ */

void bindings_init(struct bindings *bindings, struct leaves *leaves)
{
    *bindings = (struct bindings){.leaves = leaves};
}

void bindings_done(struct bindings *bindings)
{
    free(bindings->list);
    free(bindings->slots);
    *bindings = (struct bindings){.leaves = NULL};
}

static uint32_t *slot_of(const struct bindings *bindings, const uint8_t key[KEY_BYTES])
{
    uint64_t place;
    memcpy(&place, key, sizeof place);
    size_t at = (size_t)place & bindings->mask;
    while (bindings->slots[at] != 0 &&
           memcmp(bindings->list[bindings->slots[at] - 1].key, key, KEY_BYTES) != 0)
        at = (at + 1) & bindings->mask;
    return &bindings->slots[at];
}

static struct credential_bound *find(const struct bindings *bindings, const uint8_t key[KEY_BYTES])
{
    uint32_t slot = bindings->count == 0 ? 0 : *slot_of(bindings, key);
    return slot == 0 ? NULL : &bindings->list[slot - 1];
}

/* Room for `more`, with the table at most half full. */
static enum outcome make_room(struct bindings *bindings, size_t more, struct fail *fail)
{
    size_t room = bindings->count + more, slots = 16;
    if (room <= bindings->room)
        return GOOD;
    room += room / 4;
    while (slots < room * 2)
        slots *= 2;
    struct credential_bound *list =
        room >= NO_CREDENTIAL / 4 ? NULL : realloc(bindings->list, room * sizeof *list);
    if (list == NULL)
        return fail_unable(fail, "no memory for the bindings");
    bindings->list = list;
    uint32_t *table = calloc(slots, sizeof *table);
    if (table == NULL)
        return fail_unable(fail, "no memory for the bindings");
    free(bindings->slots);
    bindings->slots = table;
    bindings->mask = slots - 1;
    bindings->room = (uint32_t)room;
    for (uint32_t i = 0; i < bindings->count; i++)
        *slot_of(bindings, bindings->list[i].key) = i + 1;
    return GOOD;
}

/* There is room. False if the key is bound already. */
static bool bind(struct bindings *bindings, const uint8_t key[KEY_BYTES], uint32_t leaf,
                 bool tendered)
{
    uint32_t *slot = slot_of(bindings, key);
    if (*slot != 0)
        return false;
    struct credential_bound *bound = &bindings->list[bindings->count];
    *bound = (struct credential_bound){.leaf = leaf,
                                       .next = bindings->leaves->list[leaf].credentials,
                                       .live = true,
                                       .tendered = tendered};
    memcpy(bound->key, key, KEY_BYTES);
    bindings->leaves->list[leaf].credentials = bindings->count;
    *slot = ++bindings->count;
    return true;
}

/* -- issue lists ------------------------------------------------------------------------------ */

static enum outcome check_binding(struct bindings *bindings, const struct roll_entry *entry,
                                  const uint8_t *binding, const uint8_t *item, size_t number,
                                  struct fail *fail)
{
    uint32_t index = leaves_find(bindings->leaves, binding);
    if (memcmp(binding + AT_KEY, item, KEY_BYTES) != 0 ||
        style_at(binding + AT_STYLE) != style_at(item + ITEM_STYLE))
        return fail_bad(fail, "binding %zu is not of the credential at its place in the list",
                        number);
    if (index == NO_LEAF)
        return fail_bad(fail, "binding %zu is of no leaf of the roll", number);
    struct leaf *leaf = &bindings->leaves->list[index];
    if (leaf->version != entry->issue.roll)
        return fail_bad(fail, "binding %zu is of a leaf that version %" PRIu64 " did not add",
                        number, entry->issue.roll);
    if (leaf->style != style_at(binding + AT_STYLE))
        return fail_bad(fail, "binding %zu has another style than its leaf", number);
    if (leaf->channel != binding[AT_CHANNEL])
        return fail_bad(fail, "binding %zu has another channel than its leaf", number);
    if (leaf->provisional != (item[ITEM_PROVISIONAL] == 1))
        return fail_bad(fail, "credential %zu has another standing than its leaf", number);
    if (leaf->issued == leaf->votes)
        return fail_bad(fail, "binding %zu gives its member more credentials than votes (%u)",
                        number, leaf->votes);
    if (!bind(bindings, item, index, false))
        return fail_bad(fail, "binding %zu is of a credential that is bound already", number);
    leaf->issued++;
    return GOOD;
}

enum outcome bindings_issue(struct bindings *bindings, const struct roll_entry *entry,
                            const struct annex_file *file, struct fail *fail)
{
    size_t count = (size_t)entry->issue.count;
    struct merkle tree;
    struct merkle_hash hash;
    if (count > SIZE_MAX / ISSUE_BINDING_BYTES ||
        entry->issue.list.len != count * ISSUE_ITEM_BYTES ||
        file->bytes.len != count * ISSUE_BINDING_BYTES)
        return fail_bad(fail, "%zu bytes, which is not one binding for each of %zu credentials",
                        file->bytes.len, count);
    enum outcome outcome = make_room(bindings, count, fail);
    merkle_init(&tree);
    for (size_t i = 0; outcome == GOOD && i < count; i++) {
        const uint8_t *binding = file->bytes.ptr + i * ISSUE_BINDING_BYTES;
        outcome = check_binding(bindings, entry, binding,
                                entry->issue.list.ptr + i * ISSUE_ITEM_BYTES, i + 1, fail);
        merkle_leaf(span_of(binding, ISSUE_BINDING_BYTES), &hash);
        merkle_append(&tree, &hash);
    }
    if (outcome != GOOD)
        return outcome;
    merkle_root(&tree, &hash);
    if (memcmp(hash.bytes, entry->issue.root, HASH_BYTES) != 0)
        return fail_bad(fail, "the root over the bindings is not the one on the board");
    return bindings_check_served(bindings, entry->issue.roll, fail);
}

enum outcome bindings_check_served(const struct bindings *bindings, uint64_t version,
                                   struct fail *fail)
{
    const struct leaves *leaves = bindings->leaves;
    size_t number = 0;
    for (uint32_t i = 0; i < leaves->count; i++) {
        if (leaves->list[i].version != version)
            continue;
        number++;
        if (leaves->list[i].issued != leaves->list[i].votes)
            return fail_bad(fail,
                            "leaf %zu that version %" PRIu64
                            " adds has %u credentials, where it has %u votes",
                            number, version, leaves->list[i].issued, leaves->list[i].votes);
    }
    return GOOD;
}

/* -- reissues --------------------------------------------------------------------------------- */

/* The 99 bytes against their hash and the entry. */
static enum outcome check_bytes(const struct roll_entry *entry, struct span file, struct fail *fail)
{
    struct merkle_hash hash;
    if (file.len != ISSUE_BINDING_BYTES)
        return fail_bad(fail, "%zu bytes, where one binding has %d", file.len, ISSUE_BINDING_BYTES);
    merkle_leaf(file, &hash);
    if (memcmp(hash.bytes, entry->reissue.binding, HASH_BYTES) != 0)
        return fail_bad(fail, "the binding is not the one whose hash is on the board");
    if (memcmp(file.ptr + AT_KEY, entry->reissue.new_key, KEY_BYTES) != 0)
        return fail_bad(fail, "the binding is of another credential than the new one");
    if (style_at(file.ptr + AT_STYLE) != entry->reissue.style)
        return fail_bad(fail, "the binding has another style than the reissue");
    return GOOD;
}

/* The new one has the standing of the old one, or is tendered beside one that is not. */
static bool standing_fits(const struct leaf *leaf, const struct credential_bound *old,
                          enum reissue_standing standing)
{
    if (standing == REISSUE_TENDERED)
        return true;
    return !old->tendered && leaf->provisional == (standing == REISSUE_PROVISIONAL);
}

enum outcome bindings_reissue(struct bindings *bindings, const struct roll_entry *entry,
                              const struct annex_file *file, struct fail *fail)
{
    const uint8_t *binding = file->bytes.ptr;
    enum outcome outcome = check_bytes(entry, file->bytes, fail);
    if (outcome == GOOD)
        outcome = make_room(bindings, 1, fail);
    if (outcome != GOOD)
        return outcome;
    struct credential_bound *old = find(bindings, entry->reissue.old_key);
    if (old == NULL)
        return fail_bad(fail, "the credential replaced was never bound");
    const struct leaf *leaf = &bindings->leaves->list[old->leaf];
    bool tendered = entry->reissue.standing == REISSUE_TENDERED;
    if (!old->live)
        return fail_bad(fail, "the credential replaced does not live");
    if (memcmp(binding, leaf->hash, HASH_BYTES) != 0)
        return fail_bad(fail, "the new credential is bound to another leaf than the old one");
    if (leaf->style != style_at(binding + AT_STYLE) || leaf->channel != binding[AT_CHANNEL])
        return fail_bad(fail, "the new credential has another style or channel than its leaf");
    if (!standing_fits(leaf, old, entry->reissue.standing))
        return fail_bad(fail, "the new credential has another standing than the old one");
    old->live = tendered && !old->tendered; /* a tendered one beside it: its ballot stands */
    if (!bind(bindings, entry->reissue.new_key, old->leaf, tendered))
        return fail_bad(fail, "the new credential is bound already");
    return GOOD;
}

/* -- who has cast, and what is revoked -------------------------------------------------------- */

void bindings_mark_cast(const struct bindings *bindings, const struct roll_board *board,
                        uint64_t entry)
{
    for (uint32_t i = 0; i < bindings->count; i++) {
        struct leaf *leaf = &bindings->leaves->list[bindings->list[i].leaf];
        leaf->cast =
            leaf->cast || board->first_ballot(board->ballot_context, bindings->list[i].key) < entry;
    }
}

static int compare_keys(const void *a, const void *b)
{
    return memcmp(a, b, KEY_BYTES);
}

enum outcome bindings_revoke(struct bindings *bindings, const struct leaves_version *version,
                             const struct roll_entry *entry, struct arena *arena, struct fail *fail)
{
    uint8_t(*keys)[KEY_BYTES] = arena_zeroed(arena, bindings->count, sizeof *keys);
    size_t count = 0;
    if (keys == NULL)
        return fail_unable(fail, "no memory for what is revoked");
    for (size_t i = 0; i < version->dropped_count; i++) {
        uint32_t at = bindings->leaves->list[version->dropped[i]].credentials;
        for (; at != NO_CREDENTIAL; at = bindings->list[at].next) {
            if (!bindings->list[at].live)
                continue;
            memcpy(keys[count++], bindings->list[at].key, KEY_BYTES);
            bindings->list[at].live = false;
        }
    }
    qsort(keys, count, sizeof *keys, compare_keys);
    if (count != entry->roll.revoked_count)
        return fail_bad(fail, "%zu credentials are revoked, where those who are dropped have %zu",
                        entry->roll.revoked_count, count);
    for (size_t i = 0; i < count; i++)
        if (memcmp(keys[i], entry->roll.revoked[i], KEY_BYTES) != 0)
            return fail_bad(fail, "revoked credential %zu is none of those who are dropped", i + 1);
    return GOOD;
}
