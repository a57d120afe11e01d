#include "roll/leaves.h"

#include "base/json_write.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "log/merkle.h"

#include <inttypes.h>

/* A name, an address, an e-mail address and a postcode of 8 KiB each, every byte escaped. */
enum { RECORD_BYTES_MOST = 6 * 5 * ROLL_VALUE_BYTES_MAX };

/* -- the record ------------------------------------------------------------------------------- */

static struct span value_of(const struct draft *draft, const struct member *member,
                            const char *field)
{
    int slot = table_find(draft->table, span_text(field));
    if (slot == NO_SLOT)
        return (struct span){0};
    return table_row(draft->table, draft_row(draft, member))[slot];
}

/* What follows the @. */
static bool domain_usable(struct span domain)
{
    bool dot = false;
    for (size_t i = 0; i < domain.len; i++) {
        bool here = domain.ptr[i] == '.';
        if (here && (i == 0 || i + 1 == domain.len || domain.ptr[i - 1] == '.'))
            return false;
        dot = dot || here;
    }
    return dot;
}

static bool email_usable(struct span text)
{
    struct span head, rest = text;
    if (text.len < 3 || text.len > 254)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < 0x21 || text.ptr[i] > 0x7E || strchr("\"(),:;<>[\\]", text.ptr[i]))
            return false;
    return span_cut(&rest, '@', &head) && head.len > 0 && rest.len > 0 &&
           memchr(rest.ptr, '@', rest.len) == NULL && domain_usable(rest);
}

static enum roll_channel write_channel(const struct draft *draft, const struct member *member,
                                       struct buffer *out)
{
    struct span email = value_of(draft, member, "email");
    struct span address = value_of(draft, member, "address");
    struct span postcode = value_of(draft, member, "postcode");
    if (email.ptr != NULL && email_usable(email)) {
        json_write_text(out, "channel", span_text("email"));
        json_write_text(out, "email", email);
        return ROLL_CHANNEL_EMAIL;
    }
    if (address.ptr == NULL) {
        json_write_text(out, "channel", span_text("hand"));
        return ROLL_CHANNEL_HAND;
    }
    json_write_text(out, "channel", span_text("post"));
    json_write_text(out, "address", address);
    if (postcode.ptr != NULL)
        json_write_text(out, "postcode", postcode);
    return ROLL_CHANNEL_POST;
}

enum roll_channel leaves_record(const struct draft *draft, const struct member *member,
                                struct buffer *out)
{
    struct span name = value_of(draft, member, "name");
    const struct digest *pseudonym = &member->pseudonym;
    buffer_clear(out);
    json_write_open(out, NULL, '{');
    json_write_text(out, "member_no", value_of(draft, member, "member_no"));
    if (name.ptr != NULL)
        json_write_text(out, "name", name);
    json_write_text(out, "source", draft->rules->source);
    json_write_hex(out, "pseudonym", span_of(pseudonym->bytes, sizeof pseudonym->bytes));
    json_write_text(out, "style", draft->rules->styles[member->style].id);
    json_write_text(out, "standing",
                    span_text(member->standing == ELIGIBLE ? "eligible" : "provisional"));
    json_write_integer(out, "votes", 1);
    enum roll_channel channel = write_channel(draft, member, out);
    json_write_close(out, '}');
    return channel;
}

/* -- what was derived ------------------------------------------------------------------------- */

struct derived {
    uint8_t sha256[HASH_BYTES]; /* of the record: members differ, so records do */
    uint32_t member;
    uint8_t channel;
    bool found;
};

struct derivation {
    struct derived *list;
    size_t count;
    uint32_t *slots; /* by sha256: index plus 1 */
    size_t mask;
};

static struct derived *find_derived(const struct derivation *derivation,
                                    const uint8_t sha256[HASH_BYTES], size_t *out_slot)
{
    uint64_t place;
    memcpy(&place, sha256, sizeof place);
    for (size_t at = place & derivation->mask;; at = (at + 1) & derivation->mask) {
        *out_slot = at;
        if (derivation->slots[at] == 0)
            return NULL;
        struct derived *derived = &derivation->list[derivation->slots[at] - 1];
        if (memcmp(derived->sha256, sha256, HASH_BYTES) == 0)
            return derived;
    }
}

static bool on_roll(const struct member *member)
{
    return !member->withdrawn && (member->standing == ELIGIBLE || member->standing == PROVISIONAL);
}

static enum outcome derive(const struct draft *draft, struct arena *arena,
                           struct derivation *derivation, struct fail *fail)
{
    struct buffer record;
    size_t slot, slots = 16;
    while (slots < draft->count * 2)
        slots *= 2;
    *derivation = (struct derivation){
        .list = arena_zeroed(arena, draft->count, sizeof *derivation->list),
        .slots = arena_zeroed(arena, slots, sizeof *derivation->slots),
        .mask = slots - 1,
    };
    if (derivation->list == NULL || derivation->slots == NULL)
        return fail_unable(fail, "no memory for the roll");
    buffer_init(&record, RECORD_BYTES_MOST);
    for (size_t i = 0; i < draft->count; i++) {
        const struct member *member = &draft->members[i];
        struct derived *derived = &derivation->list[derivation->count];
        if (!on_roll(member))
            continue;
        derived->member = (uint32_t)i;
        derived->channel = (uint8_t)leaves_record(draft, member, &record);
        hash_sha256(buffer_span(&record), derived->sha256);
        (void)find_derived(derivation, derived->sha256, &slot);
        derivation->slots[slot] = (uint32_t)++derivation->count;
    }
    bool full = buffer_full(&record);
    buffer_done(&record);
    return full ? fail_unable(fail, "no memory for a record") : GOOD;
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

static enum outcome read_leaf(const struct draft *draft, const struct derivation *derivation,
                              struct span line, struct leaves *leaves, struct fail *fail)
{
    uint8_t salt[ROLL_SALT_BYTES], sha256[HASH_BYTES];
    struct span record;
    size_t slot, number = leaves->count + 1;
    if (!cut_line(line, salt, &record))
        return fail_bad(fail, "line %zu is no leaf", number);
    hash_sha256(record, sha256);
    struct derived *derived = find_derived(derivation, sha256, &slot);
    if (derived == NULL)
        return fail_bad(fail, "line %zu is a record that snapshot, rules and cases do not give",
                        number);
    if (derived->found)
        return fail_bad(fail, "line %zu is a record that stands on the roll twice", number);
    derived->found = true;
    struct leaf *leaf = &leaves->list[leaves->count++];
    *leaf = (struct leaf){.member = derived->member,
                          .style = (uint16_t)draft->members[derived->member].style,
                          .channel = derived->channel};
    hash_leaf(salt, record, leaf->hash);
    if (leaves->count > 1 && memcmp(leaf[-1].hash, leaf->hash, HASH_BYTES) >= 0)
        return fail_bad(fail, "line %zu is not in the order of the leaf hashes", number);
    return GOOD;
}

static enum outcome read_file(const struct draft *draft, const struct derivation *derivation,
                              struct span file, struct leaves *leaves, struct fail *fail)
{
    struct merkle tree;
    struct merkle_hash hash;
    struct span line;
    merkle_init(&tree);
    while (file.len > 0) {
        if (!span_cut(&file, '\n', &line))
            return fail_bad(fail, "the last line has no line feed");
        if (leaves->count == derivation->count)
            return fail_bad(fail, "%zu records and more, where %zu are derived", leaves->count + 1,
                            derivation->count);
        enum outcome outcome = read_leaf(draft, derivation, line, leaves, fail);
        if (outcome != GOOD)
            return outcome;
        memcpy(hash.bytes, leaves->list[leaves->count - 1].hash, HASH_BYTES);
        merkle_append(&tree, &hash);
    }
    merkle_root(&tree, &hash);
    memcpy(leaves->root, hash.bytes, HASH_BYTES);
    return GOOD;
}

static enum outcome check_all_found(const struct draft *draft, const struct derivation *derivation,
                                    struct fail *fail)
{
    for (size_t i = 0; i < derivation->count; i++) {
        const struct member *member = &draft->members[derivation->list[i].member];
        if (!derivation->list[i].found)
            return fail_bad(fail,
                            "the member of line %" PRIu64 " of the snapshot is eligible and not "
                            "on the roll",
                            draft->table->lines[draft_row(draft, member)]);
    }
    return GOOD;
}

enum outcome leaves_read(const struct draft *draft, struct span file, struct arena *arena,
                         struct leaves *out_leaves, struct fail *fail)
{
    struct derivation derivation;
    struct leaves leaves = {.count = 0};
    enum outcome outcome = derive(draft, arena, &derivation, fail);
    if (outcome != GOOD)
        return outcome;
    leaves.list = arena_zeroed(arena, derivation.count, sizeof *leaves.list);
    if (leaves.list == NULL)
        return fail_unable(fail, "no memory for the roll");
    outcome = read_file(draft, &derivation, file, &leaves, fail);
    if (outcome == GOOD)
        outcome = check_all_found(draft, &derivation, fail);
    if (outcome == GOOD)
        *out_leaves = leaves;
    return outcome;
}

struct leaf *leaves_find(const struct leaves *leaves, const uint8_t hash[HASH_BYTES])
{
    size_t low = 0, high = leaves->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(leaves->list[middle].hash, hash, HASH_BYTES);
        if (order == 0)
            return &leaves->list[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
