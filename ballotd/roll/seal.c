#include "roll/seal.h"

#include <stdlib.h>

#include "base/code.h"
#include "crypto/hash.h"
#include "log/merkle.h"
#include "roll/text.h"

bool seal_is_email(struct span text)
{
    const uint8_t *at = NULL;
    if (text.len < 3 || text.len > 254)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        if (byte <= 0x20 || byte >= 0x7F || strchr("\"(),:;<>[\\]", byte) != NULL)
            return false;
        if (byte == '@' && at != NULL)
            return false;
        if (byte == '@')
            at = &text.ptr[i];
    }
    if (at == NULL || at == text.ptr)
        return false;
    struct span domain = span_of(at + 1, (size_t)(text.ptr + text.len - at - 1));
    if (domain.len == 0 || domain.ptr[0] == '.' || domain.ptr[domain.len - 1] == '.')
        return false;
    return memchr(domain.ptr, '.', domain.len) != NULL &&
           memmem(domain.ptr, domain.len, "..", 2) == NULL;
}

static struct span value_of(const struct draft *draft, const struct draft_member *member,
                            uint32_t field)
{
    return draft_leaf_value(draft, member, (enum field)field);
}

/* The members that say where the code goes; returns the channel. */
static enum roll_channel print_channel(const struct draft *draft, const struct draft_member *member,
                                       struct buf *out)
{
    struct span email = value_of(draft, member, FIELD_EMAIL);
    struct span address = value_of(draft, member, FIELD_ADDRESS);
    struct span postcode = value_of(draft, member, FIELD_POSTCODE);
    if (seal_is_email(email)) {
        text_print_member("channel", SPAN_LIT("email"), false, out);
        text_print_member("email", email, false, out);
        return ROLL_CHANNEL_EMAIL;
    }
    if (address.len == 0) {
        text_print_member("channel", SPAN_LIT("hand"), false, out);
        return ROLL_CHANNEL_HAND;
    }
    text_print_member("channel", SPAN_LIT("post"), false, out);
    text_print_member("address", address, false, out);
    if (postcode.len > 0)
        text_print_member("postcode", postcode, false, out);
    return ROLL_CHANNEL_POST;
}

static enum roll_channel print_record(const struct draft *draft, const struct draft_member *member,
                                      struct buf *out)
{
    struct span name = value_of(draft, member, FIELD_NAME);
    char pseudonym[2 * HASH_BYTES + 1];
    hex_print(span_of(draft_pseudonym(draft, member), HASH_BYTES), pseudonym);
    buf_add_byte(out, '{');
    text_print_member("member_no", draft_number(draft, member), true, out);
    if (name.len > 0)
        text_print_member("name", name, false, out);
    text_print_member("source", draft_numbers(draft, member), false, out);
    text_print_member("pseudonym", span_str(pseudonym), false, out);
    text_print_member("style", draft->rules->styles[member->verdict.style].id, false, out);
    text_print_member("standing",
                      span_str(member->outcome == MEMBER_PROVISIONAL ? "provisional" : "eligible"),
                      false, out);
    buf_add_format(out, ",\"votes\":%u", member->verdict.votes);
    enum roll_channel channel = print_channel(draft, member, out);
    buf_add_byte(out, '}');
    return channel;
}

static void hash_leaf(const struct sealed *sealed, struct leaf *leaf)
{
    struct sha256 hash;
    sha256_start(&hash);
    sha256_add(&hash, SPAN_LIT("\0"));
    sha256_add(&hash, SPAN_ARRAY(leaf->salt));
    sha256_add(&hash, seal_record(sealed, leaf));
    sha256_end(&hash, leaf->hash.bytes);
}

static bool is_on_roll(const struct draft_member *member)
{
    return member->outcome == MEMBER_ELIGIBLE || member->outcome == MEMBER_PROVISIONAL;
}

static enum outcome make_leaves(const struct draft *draft, seal_random random,
                                struct sealed *sealed, struct fail *fail)
{
    sealed->leaves = calloc((size_t)draft->member_count + 1, sizeof(*sealed->leaves));
    if (sealed->leaves == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory for a roll");
    for (uint32_t i = 0; i < draft->member_count; i++) {
        const struct draft_member *member = &draft->members[i];
        if (!is_on_roll(member))
            continue;
        struct leaf *leaf = &sealed->leaves[sealed->count++];
        leaf->member = i;
        leaf->style = (uint16_t)member->verdict.style;
        leaf->provisional = member->outcome == MEMBER_PROVISIONAL;
        leaf->record_at = sealed->records.len;
        leaf->channel = (uint8_t)print_record(draft, member, &sealed->records);
        leaf->record_len = (uint32_t)(sealed->records.len - leaf->record_at);
        enum outcome outcome = buf_check(&sealed->records, "the roll's records", fail);
        if (outcome != OK)
            return outcome;
        random(leaf->salt, SALT_BYTES);
        hash_leaf(sealed, leaf);
    }
    return OK;
}

static int compare_leaves(const void *a, const void *b)
{
    const struct leaf *x = a;
    const struct leaf *y = b;
    return memcmp(x->hash.bytes, y->hash.bytes, HASH_BYTES);
}

static enum outcome find_root(struct sealed *sealed, struct fail *fail)
{
    struct merkle_tree tree = {0};
    enum outcome outcome = OK;
    for (uint32_t i = 0; outcome == OK && i < sealed->count; i++) {
        const struct leaf *leaf = &sealed->leaves[i];
        struct merkle_hash hash;
        if (i > 0 && compare_leaves(leaf - 1, leaf) == 0)
            return fail_set(fail, BROKEN, "roll.salt", "two leaves are equal: no randomness?");
        memcpy(hash.bytes, leaf->hash.bytes, HASH_BYTES);
        outcome = merkle_append(&tree, &hash, NULL, fail);
    }
    struct merkle_hash root;
    merkle_root(&tree, &root);
    memcpy(sealed->root.bytes, root.bytes, HASH_BYTES);
    return outcome;
}

enum outcome seal_roll(const struct draft *draft, seal_random random, struct sealed *out_sealed,
                       struct fail *fail)
{
    struct sealed sealed = {0};
    enum outcome outcome = draft_check_seal(draft, fail);
    if (outcome != OK)
        return outcome;
    buf_init(&sealed.records, UINT32_MAX);
    outcome = make_leaves(draft, random, &sealed, fail);
    if (outcome == OK) {
        qsort(sealed.leaves, sealed.count, sizeof(*sealed.leaves), compare_leaves);
        outcome = find_root(&sealed, fail);
    }
    if (outcome == OK)
        *out_sealed = sealed;
    else
        seal_done(&sealed);
    return outcome;
}

void seal_done(struct sealed *sealed)
{
    if (sealed == NULL)
        return;
    free(sealed->leaves);
    buf_done(&sealed->records);
    *sealed = (struct sealed){0};
}

struct span seal_record(const struct sealed *sealed, const struct leaf *leaf)
{
    return span_of(sealed->records.bytes + leaf->record_at, leaf->record_len);
}

void seal_print_jsonl(const struct sealed *sealed, struct buf *out)
{
    for (uint32_t i = 0; i < sealed->count; i++) {
        buf_add_str(out, "{\"salt\":\"");
        hex_add(out, SPAN_ARRAY(sealed->leaves[i].salt));
        buf_add_str(out, "\",\"record\":");
        buf_add(out, seal_record(sealed, &sealed->leaves[i]));
        buf_add_str(out, "}\n");
    }
}

void seal_print_styles(const struct sealed *sealed, const struct rules *rules, struct buf *out)
{
    uint32_t counts[ROLL_STYLES_MAX][2] = {{0}};
    for (uint32_t i = 0; i < sealed->count; i++)
        counts[sealed->leaves[i].style][sealed->leaves[i].provisional]++;
    buf_add_byte(out, '[');
    for (uint32_t style = 0; style < rules->style_count; style++) {
        buf_add_str(out, style > 0 ? ",{" : "{");
        text_print_member("style", rules->styles[style].id, true, out);
        buf_add_format(out, ",\"credentials\":%u,\"provisional\":%u}",
                       counts[style][0] + counts[style][1], counts[style][1]);
    }
    buf_add_byte(out, ']');
}
