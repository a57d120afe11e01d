#include "roll/leaves.h"

#include "base/text.h"
#include "crypto/hash.h"
#include "log/merkle.h"

#include <inttypes.h>
#include <stdlib.h>

/* -- finding leaves --------------------------------------------------------------------------- */

/* Keys are hashes, so their first bytes are as good a place as any. */
static size_t place_of(const uint8_t key[HASH_BYTES])
{
    uint64_t place;
    memcpy(&place, key, sizeof place);
    return (size_t)place;
}

static const uint8_t *key_of(const struct leaf *leaf, bool by_person)
{
    return by_person ? leaf->pseudonym : leaf->hash;
}

static uint32_t *slot_of(const struct leaves *leaves, bool by_person, const uint8_t key[HASH_BYTES])
{
    const struct leaf_index *index = by_person ? &leaves->by_person : &leaves->by_hash;
    size_t at = place_of(key) & index->mask;
    while (index->slots[at] != 0 &&
           memcmp(key_of(&leaves->list[index->slots[at] - 1], by_person), key, HASH_BYTES) != 0)
        at = (at + 1) & index->mask;
    return &index->slots[at];
}

uint32_t leaves_find(const struct leaves *leaves, const uint8_t hash[HASH_BYTES])
{
    uint32_t slot = leaves->count == 0 ? 0 : *slot_of(leaves, false, hash);
    return slot == 0 ? NO_LEAF : slot - 1;
}

uint32_t leaves_of(const struct leaves *leaves, const uint8_t pseudonym[HASH_BYTES])
{
    uint32_t slot = leaves->count == 0 ? 0 : *slot_of(leaves, true, pseudonym);
    return slot == 0 || !leaves->list[slot - 1].standing ? NO_LEAF : slot - 1;
}

void leaves_done(struct leaves *leaves)
{
    free(leaves->list);
    free(leaves->by_hash.slots);
    free(leaves->by_person.slots);
    *leaves = (struct leaves){.list = NULL};
}

static void place_leaf(struct leaves *leaves, uint32_t index)
{
    *slot_of(leaves, false, leaves->list[index].hash) = index + 1;
    *slot_of(leaves, true, leaves->list[index].pseudonym) = index + 1;
}

/* Room for `more` leaves, with the tables at most half full. */
static bool make_room(struct leaves *leaves, size_t more)
{
    size_t room = leaves->count + more, slots = 16;
    if (room <= leaves->room)
        return true;
    if (room >= NO_LEAF / 4)
        return false;
    while (slots < room * 2)
        slots *= 2;
    struct leaf *list = realloc(leaves->list, room * sizeof *list);
    if (list == NULL)
        return false;
    leaves->list = list;
    uint32_t *by_hash = calloc(slots, sizeof *by_hash);
    uint32_t *by_person = calloc(slots, sizeof *by_person);
    if (by_hash == NULL || by_person == NULL) {
        free(by_hash);
        free(by_person);
        return false;
    }
    free(leaves->by_hash.slots);
    free(leaves->by_person.slots);
    leaves->by_hash = (struct leaf_index){by_hash, slots - 1};
    leaves->by_person = (struct leaf_index){by_person, slots - 1};
    leaves->room = (uint32_t)room;
    for (uint32_t i = 0; i < leaves->count; i++)
        place_leaf(leaves, i);
    return true;
}

/* -- what the version must hold --------------------------------------------------------------- */

/* A record to be added. */
struct derived {
    uint8_t sha256[HASH_BYTES]; /* of the record: people differ, so records do */
    uint32_t person;
    uint8_t channel;
    bool found;
};

enum fate { FATE_GONE, FATE_DROPPED, FATE_KEPT, FATE_SEEN };

struct derivation {
    const struct record_maker *maker;
    struct leaves *leaves;
    uint8_t *fates; /* enum fate of each leaf so far */
    size_t kept;
    struct derived *list;
    size_t count;
    uint32_t *slots; /* by sha256: index plus 1 */
    size_t mask;
};

static bool on_roll(const struct draft *draft, uint32_t person)
{
    return person != NOBODY && (draft->list[person].standing == ELIGIBLE ||
                                draft->list[person].standing == PROVISIONAL);
}

/* Kept are those still on the roll, and whoever has cast a ballot. */
static void settle_fates(struct derivation *derivation)
{
    const struct leaves *leaves = derivation->leaves;
    const struct draft *draft = derivation->maker->draft;
    for (uint32_t i = 0; i < leaves->count; i++) {
        const struct leaf *leaf = &leaves->list[i];
        if (!leaf->standing)
            continue;
        bool keeps = leaf->cast || on_roll(draft, draft_find(draft, leaf->pseudonym));
        derivation->fates[i] = keeps ? FATE_KEPT : FATE_DROPPED;
        derivation->kept += keeps;
    }
}

static struct derived *find_derived(const struct derivation *derivation,
                                    const uint8_t sha256[HASH_BYTES], size_t *out_slot)
{
    for (size_t at = place_of(sha256) & derivation->mask;; at = (at + 1) & derivation->mask) {
        *out_slot = at;
        if (derivation->slots[at] == 0)
            return NULL;
        struct derived *derived = &derivation->list[derivation->slots[at] - 1];
        if (memcmp(derived->sha256, sha256, HASH_BYTES) == 0)
            return derived;
    }
}

/* The records of those on the roll who have no leaf. */
static enum outcome derive_records(struct derivation *derivation, struct fail *fail)
{
    const struct draft *draft = derivation->maker->draft;
    struct buffer record;
    size_t slot;
    buffer_init(&record, RECORD_BYTES_MOST);
    for (uint32_t i = 0; i < draft->count; i++) {
        struct derived *derived = &derivation->list[derivation->count];
        if (!on_roll(draft, i) ||
            leaves_of(derivation->leaves, draft_pseudonym(draft, i)) != NO_LEAF)
            continue;
        derived->person = i;
        derived->channel = (uint8_t)record_write(derivation->maker, i, &record);
        hash_sha256(buffer_span(&record), derived->sha256);
        (void)find_derived(derivation, derived->sha256, &slot);
        derivation->slots[slot] = (uint32_t)++derivation->count;
    }
    bool full = buffer_full(&record);
    buffer_done(&record);
    return full ? fail_unable(fail, "no memory for a record") : GOOD;
}

static enum outcome derive(struct derivation *derivation, struct arena *arena, struct fail *fail)
{
    size_t slots = 16, people = derivation->maker->draft->count;
    while (slots < people * 2)
        slots *= 2;
    derivation->fates = arena_zeroed(arena, derivation->leaves->count, sizeof *derivation->fates);
    derivation->list = arena_zeroed(arena, people + 1, sizeof *derivation->list);
    derivation->slots = arena_zeroed(arena, slots, sizeof *derivation->slots);
    derivation->mask = slots - 1;
    if (derivation->fates == NULL || derivation->list == NULL || derivation->slots == NULL)
        return fail_unable(fail, "no memory for the roll");
    settle_fates(derivation);
    return derive_records(derivation, fail);
}

/* -- the file --------------------------------------------------------------------------------- */

/* {"salt":"<hex>","record":{...}} */
static bool cut_line(struct span line, uint8_t salt[ROLL_SALT_BYTES], struct span *out_record)
{
    const struct span before = span_text("{\"salt\":\""), between = span_text("\",\"record\":");
    size_t head = before.len + 2 * ROLL_SALT_BYTES;
    if (line.len < head + between.len + 1 || line.ptr[line.len - 1] != '}' ||
        !span_starts(line, before) || !span_starts(span_after(line, head), between))
        return false;
    struct span record = span_after(line, head + between.len);
    *out_record = span_of(record.ptr, record.len - 1);
    return hex_decode(span_of(line.ptr + before.len, 2 * (size_t)ROLL_SALT_BYTES), salt,
                      ROLL_SALT_BYTES);
}

static void hash_leaf(const uint8_t salt[ROLL_SALT_BYTES], struct span record,
                      uint8_t out_hash[HASH_BYTES])
{
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, "\0", 1);
    SHA256_Update(&state, salt, ROLL_SALT_BYTES);
    SHA256_Update(&state, record.ptr, record.len);
    SHA256_Final(out_hash, &state);
}

/* A leaf that was there before. */
static enum outcome take_old(struct derivation *derivation, uint32_t index, size_t number,
                             struct fail *fail)
{
    uint8_t *fate = &derivation->fates[index];
    if (*fate == FATE_DROPPED)
        return fail_bad(fail, "line %zu is a leaf that this version must drop", number);
    if (*fate == FATE_GONE)
        return fail_bad(fail, "line %zu is a leaf that an earlier version dropped", number);
    *fate = FATE_SEEN;
    return GOOD;
}

/* A new leaf; it is placed when the whole version is known to be right. */
static enum outcome take_new(struct derivation *derivation, uint64_t version, struct span record,
                             const uint8_t hash[HASH_BYTES], uint32_t *added, size_t number,
                             struct fail *fail)
{
    struct leaves *leaves = derivation->leaves;
    const struct draft *draft = derivation->maker->draft;
    uint8_t sha256[HASH_BYTES];
    size_t slot;
    hash_sha256(record, sha256);
    struct derived *derived = find_derived(derivation, sha256, &slot);
    if (derived == NULL)
        return fail_bad(fail, "line %zu is a record that snapshots, rules and cases do not give",
                        number);
    if (derived->found)
        return fail_bad(fail, "line %zu is a record that stands on the roll twice", number);
    derived->found = true;
    const struct drafted *drafted = &draft->list[derived->person];
    struct leaf *leaf = &leaves->list[leaves->count + (*added)++];
    *leaf = (struct leaf){.version = version,
                          .credentials = NO_CREDENTIAL,
                          .style = (uint16_t)drafted->style,
                          .channel = derived->channel,
                          .votes = drafted->votes,
                          .provisional = drafted->standing == PROVISIONAL,
                          .standing = true};
    memcpy(leaf->hash, hash, HASH_BYTES);
    memcpy(leaf->pseudonym, draft_pseudonym(draft, derived->person), HASH_BYTES);
    return GOOD;
}

static enum outcome read_file(struct derivation *derivation, struct span file, uint64_t version,
                              uint32_t *added, struct leaves_version *out, struct fail *fail)
{
    uint8_t salt[ROLL_SALT_BYTES], before[HASH_BYTES];
    struct merkle tree;
    struct merkle_hash hash;
    struct span line, record;
    merkle_init(&tree);
    for (size_t number = 1; file.len > 0; number++) {
        if (!span_cut(&file, '\n', &line))
            return fail_bad(fail, "the last line has no line feed");
        if (!cut_line(line, salt, &record))
            return fail_bad(fail, "line %zu is no leaf", number);
        hash_leaf(salt, record, hash.bytes);
        uint32_t old = leaves_find(derivation->leaves, hash.bytes);
        enum outcome outcome =
            old != NO_LEAF ? take_old(derivation, old, number, fail)
                           : take_new(derivation, version, record, hash.bytes, added, number, fail);
        if (outcome != GOOD)
            return outcome;
        if (number > 1 && memcmp(before, hash.bytes, HASH_BYTES) >= 0)
            return fail_bad(fail, "line %zu is not in the order of the leaf hashes", number);
        memcpy(before, hash.bytes, HASH_BYTES);
        merkle_append(&tree, &hash);
        out->size = number;
    }
    merkle_root(&tree, &hash);
    memcpy(out->root, hash.bytes, HASH_BYTES);
    return GOOD;
}

static enum outcome fail_missing(const struct draft *draft, uint32_t person, struct fail *fail)
{
    const struct people *people = draft->people;
    if (person == NOBODY || draft_added(draft, person))
        return fail_bad(fail, "somebody whom a case added is not on the roll");
    unsigned home = people->list[person].home;
    return fail_bad(fail, "the member of line %" PRIu32 " of snapshots/%zu.csv is not on the roll",
                    people->feeds[home].table->lines[people_row(people, person, home)],
                    people->feeds[home].snapshot + 1);
}

static enum outcome check_all_found(const struct derivation *derivation, struct fail *fail)
{
    const struct draft *draft = derivation->maker->draft;
    for (size_t i = 0; i < derivation->count; i++)
        if (!derivation->list[i].found)
            return fail_missing(draft, derivation->list[i].person, fail);
    for (uint32_t i = 0; i < derivation->leaves->count; i++)
        if (derivation->fates[i] == FATE_KEPT)
            return fail_missing(draft, draft_find(draft, derivation->leaves->list[i].pseudonym),
                                fail);
    return GOOD;
}

/* The version is right: what it drops falls, what it adds stands. */
static enum outcome enact(struct derivation *derivation, uint32_t added, struct arena *arena,
                          struct leaves_version *out, struct fail *fail)
{
    struct leaves *leaves = derivation->leaves;
    out->dropped = arena_zeroed(arena, leaves->count, sizeof *out->dropped);
    if (out->dropped == NULL)
        return fail_unable(fail, "no memory for the roll");
    for (uint32_t i = 0; i < leaves->count; i++) {
        if (derivation->fates[i] != FATE_DROPPED)
            continue;
        leaves->list[i].standing = false;
        out->dropped[out->dropped_count++] = i;
    }
    out->first_added = leaves->count;
    for (uint32_t i = 0; i < added; i++) {
        leaves->count++;
        place_leaf(leaves, leaves->count - 1);
    }
    return GOOD;
}

enum outcome leaves_read(struct leaves *leaves, const struct record_maker *maker, uint64_t version,
                         struct span file, struct arena *arena, struct leaves_version *out_version,
                         struct fail *fail)
{
    struct derivation derivation = {.maker = maker, .leaves = leaves};
    struct leaves_version found = {.version = version};
    uint32_t added = 0;
    enum outcome outcome = derive(&derivation, arena, fail);
    if (outcome == GOOD && !make_room(leaves, derivation.count))
        outcome = fail_unable(fail, "no memory for the roll");
    if (outcome == GOOD)
        outcome = read_file(&derivation, file, version, &added, &found, fail);
    if (outcome == GOOD)
        outcome = check_all_found(&derivation, fail);
    if (outcome == GOOD)
        outcome = enact(&derivation, added, arena, &found, fail);
    if (outcome == GOOD)
        *out_version = found;
    return outcome;
}
