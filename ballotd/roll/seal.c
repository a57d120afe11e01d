#include "roll/seal.h"

#include <stdlib.h>

#include "base/code.h"
#include "log/merkle.h"
#include "roll/contact.h"
#include "roll/text.h"

enum { RECORD_BYTES_MAX = 1 << 17 };

/* -- records ---------------------------------------------------------------------------------- */

static void print_contacts(const struct seal_terms *terms, const struct draft_member *member,
                           const struct contact *now, struct buf *out)
{
    struct contact earlier;
    contact_print(now, false, out);
    if (!contact_waits(terms->draft, member, now, &earlier))
        return;
    buf_add_str(out, ",\"earlier\":{");
    contact_print(&earlier, true, out);
    buf_add_format(out, "},\"not_before\":%lld", (long long)terms->not_before_s);
}

/* Returns the channel. */
static enum roll_channel print_record(const struct seal_terms *terms,
                                      const struct draft_member *member, struct buf *out)
{
    const struct draft *draft = terms->draft;
    const struct contact now = contact_now(draft, member);
    struct span name = draft_leaf_value(draft, member, FIELD_NAME);
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
    print_contacts(terms, member, &now, out);
    buf_add_byte(out, '}');
    return now.channel;
}

/* A million records are printed twice and never held: they would take longer to page than to
 * print. */
void seal_print_record(const struct sealed *sealed, const struct leaf *leaf, struct buf *out)
{
    if (leaf->kept > 0)
        buf_add(out, sealed->terms.before->leaves[leaf->kept - 1].record);
    else
        (void)print_record(&sealed->terms, &sealed->terms.draft->members[leaf->member], out);
}

/* -- leaves ----------------------------------------------------------------------------------- */

static void note_standing(struct sealed *sealed, uint32_t member, bool provisional)
{
    if (member != SEAL_STRANGER)
        sealed->standings[member] = provisional ? LEAF_PROVISIONAL : LEAF_ELIGIBLE;
    else if (provisional)
        sealed->strangers_provisional++;
    else
        sealed->strangers_eligible++;
}

static void keep_leaf(struct sealed *sealed, uint32_t place, uint32_t member)
{
    const struct leaf_record *old = &sealed->terms.before->leaves[place];
    struct leaf *leaf = &sealed->leaves[sealed->count++];
    *leaf = (struct leaf){.hash = old->hash,
                          .member = member,
                          .kept = place + 1,
                          .style = old->style,
                          .votes = old->votes,
                          .channel = old->channel,
                          .provisional = old->provisional};
    memcpy(leaf->salt, old->salt, SALT_BYTES);
    note_standing(sealed, member, old->provisional);
}

/* Who is still on the roll keeps the leaf, and so does whoever has cast; the others lose it. */
static void keep_leaves(struct sealed *sealed)
{
    const struct seal_terms *terms = &sealed->terms;
    for (uint32_t i = 0; terms->before != NULL && i < terms->before->count; i++) {
        const struct leaf_record *old = &terms->before->leaves[i];
        const struct draft_member *member = draft_by_pseudonym(terms->draft, old->pseudonym);
        uint32_t place =
            member == NULL ? SEAL_STRANGER : (uint32_t)(member - terms->draft->members);
        if ((member != NULL && draft_is_on_roll(member)) ||
            terms->has_cast(terms->ctx, old->hash.bytes))
            keep_leaf(sealed, i, place);
        else
            sealed->dropped[sealed->dropped_count++] = old->hash;
    }
}

static enum outcome add_leaf(struct sealed *sealed, uint32_t place, struct buf *record,
                             struct fail *fail)
{
    const struct draft_member *member = &sealed->terms.draft->members[place];
    struct leaf *leaf = &sealed->leaves[sealed->count++];
    *leaf = (struct leaf){.member = place,
                          .style = member->verdict.style,
                          .votes = member->verdict.votes,
                          .provisional = member->outcome == MEMBER_PROVISIONAL};
    buf_clear(record);
    leaf->channel = (uint8_t)print_record(&sealed->terms, member, record);
    sealed->terms.random(leaf->salt, SALT_BYTES);
    leaf_hash(leaf->salt, buf_span(record), &leaf->hash);
    note_standing(sealed, place, leaf->provisional);
    return buf_check(record, "a record of the roll", fail);
}

static enum outcome add_leaves(struct sealed *sealed, struct fail *fail)
{
    const struct draft *draft = sealed->terms.draft;
    enum outcome outcome = OK;
    struct buf record;
    buf_init(&record, RECORD_BYTES_MAX);
    for (uint32_t i = 0; outcome == OK && i < draft->member_count; i++) {
        if (draft_is_on_roll(&draft->members[i]) && sealed->standings[i] == LEAF_NONE)
            outcome = add_leaf(sealed, i, &record, fail);
    }
    buf_done(&record);
    return outcome;
}

static enum outcome make_room(struct sealed *sealed, struct fail *fail)
{
    size_t members = sealed->terms.draft->member_count;
    size_t before = sealed->terms.before == NULL ? 0 : sealed->terms.before->count;
    sealed->leaves = calloc(members + before + 1, sizeof(*sealed->leaves));
    sealed->dropped = calloc(before + 1, sizeof(*sealed->dropped));
    sealed->standings = calloc(members + 1, sizeof(*sealed->standings));
    if (sealed->leaves == NULL || sealed->dropped == NULL || sealed->standings == NULL)
        return fail_set(fail, BROKEN, "roll.memory", "out of memory for a roll");
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

enum outcome seal_roll(const struct seal_terms *terms, struct sealed *out_sealed, struct fail *fail)
{
    struct sealed sealed = {.terms = *terms};
    enum outcome outcome = draft_check_seal(terms->draft, fail);
    if (outcome == OK)
        outcome = make_room(&sealed, fail);
    if (outcome == OK) {
        keep_leaves(&sealed);
        outcome = add_leaves(&sealed, fail);
    }
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
    free(sealed->dropped);
    free(sealed->standings);
    *sealed = (struct sealed){0};
}

struct account_leaves seal_account_leaves(const struct sealed *sealed)
{
    return (struct account_leaves){.of_members = sealed->standings,
                                   .strangers_eligible = sealed->strangers_eligible,
                                   .strangers_provisional = sealed->strangers_provisional};
}

/* -- what is written -------------------------------------------------------------------------- */

void seal_print_jsonl(const struct sealed *sealed, struct buf *out)
{
    for (uint32_t i = 0; i < sealed->count; i++) {
        buf_add_str(out, "{\"salt\":\"");
        hex_add(out, SPAN_ARRAY(sealed->leaves[i].salt));
        buf_add_str(out, "\",\"record\":");
        seal_print_record(sealed, &sealed->leaves[i], out);
        buf_add_str(out, "}\n");
    }
}

void seal_print_styles(const struct sealed *sealed, struct buf *out)
{
    const struct rules *rules = sealed->terms.draft->rules;
    uint32_t counts[ROLL_STYLES_MAX][2] = {{0}};
    for (uint32_t i = 0; i < sealed->count; i++) {
        const struct leaf *leaf = &sealed->leaves[i];
        if (leaf->kept == 0)
            counts[leaf->style][leaf->provisional] += leaf->votes;
    }
    buf_add_byte(out, '[');
    for (uint32_t style = 0; style < rules->style_count; style++) {
        buf_add_str(out, style > 0 ? ",{" : "{");
        text_print_member("style", rules->styles[style].id, true, out);
        buf_add_format(out, ",\"credentials\":%u,\"provisional\":%u}",
                       counts[style][0] + counts[style][1], counts[style][1]);
    }
    buf_add_byte(out, ']');
}
