/* The registrar's bindings: checked against the sealed leaves before the board takes an issue, and
 * kept. Declared in election/custody_inside.h. */
#include "election/custody_inside.h"

#include "roll.h"

#include <stdlib.h>

/* The leaves of the latest version, and how far each has been given its credentials. */
struct serving {
    struct version_leaves leaves;
    bool *kept; /* it has its credentials from an earlier version */
    uint32_t *bound;
};

static enum outcome serving_begin(struct custody *custody, struct serving *out, struct fail *fail)
{
    *out = (struct serving){.kept = NULL};
    enum outcome outcome = custody_read_leaves(custody, &out->leaves, fail);
    size_t count = out->leaves.list.count;
    out->kept = calloc(count + 1, sizeof *out->kept);
    out->bound = calloc(count + 1, sizeof *out->bound);
    if (outcome == OK && (!out->kept || !out->bound))
        outcome = fail_set(fail, BROKEN, "memory", "out of memory");
    for (size_t at = 0; outcome == OK && at < custody->bindings.len; at += ISSUE_BINDING_BYTES) {
        int64_t place = leaves_find(&out->leaves.list, custody->bindings.bytes + at);
        if (place >= 0)
            out->kept[place] = true;
    }
    return outcome;
}

static void serving_done(struct serving *serving)
{
    custody_leaves_done(&serving->leaves);
    free(serving->kept);
    free(serving->bound);
}

static enum outcome check_binding(const uint8_t *binding, const uint8_t *item,
                                  struct serving *serving, struct fail *fail)
{
    uint16_t style = (uint16_t)(binding[2 * HASH_BYTES] | (binding[2 * HASH_BYTES + 1] << 8));
    if (memcmp(binding + HASH_BYTES, item, KEY_BYTES + 2) != 0)
        return fail_set(fail, CONFLICT, "issue.binding",
                        "a binding is not that of its place in the issue list");
    int64_t place = leaves_find(&serving->leaves.list, binding);
    const struct leaf_record *leaf = place < 0 ? NULL : &serving->leaves.list.leaves[place];
    if (!leaf || serving->kept[place] || serving->bound[place] == leaf->votes ||
        leaf->style != style || leaf->channel != binding[2 * HASH_BYTES + 2] ||
        leaf->provisional != item[KEY_BYTES + 2])
        return fail_set(fail, CONFLICT, "issue.leaf",
                        "a credential belongs to no new entry of the roll, to one that has all of "
                        "its own, or has another style, channel or standing");
    serving->bound[place]++;
    return OK;
}

static enum outcome check_all_bound(const struct serving *serving, struct fail *fail)
{
    const struct leaf_list *list = &serving->leaves.list;
    for (uint32_t i = 0; i < list->count; i++)
        if (!serving->kept[i] && serving->bound[i] != list->leaves[i].votes)
            return fail_set(fail, CONFLICT, "issue.missing",
                            "an entry of the roll has %u votes and is given %u credentials",
                            list->leaves[i].votes, serving->bound[i]);
    return OK;
}

static enum outcome match_bindings(struct custody *custody, struct span bindings, struct span list,
                                   struct fail *fail)
{
    struct serving serving;
    size_t count = list.len / ISSUE_ITEM_BYTES;
    if (bindings.len != count * ISSUE_BINDING_BYTES)
        return fail_set(fail, CONFLICT, "issue.bindings", "%zu credentials, %zu bindings", count,
                        bindings.len / ISSUE_BINDING_BYTES);
    enum outcome outcome = serving_begin(custody, &serving, fail);
    for (size_t i = 0; outcome == OK && i < count; i++)
        outcome = check_binding(bindings.ptr + i * ISSUE_BINDING_BYTES,
                                list.ptr + i * ISSUE_ITEM_BYTES, &serving, fail);
    if (outcome == OK)
        outcome = check_all_bound(&serving, fail);
    serving_done(&serving);
    return outcome;
}

static enum outcome read_list(const struct statement *statement, const struct sources *sources,
                              struct buf *out, struct fail *fail)
{
    uint8_t sha256_of[HASH_BYTES];
    struct json_take take =
        json_take_from(json_object_get(statement->object, "list"), "list", fail);
    json_take_hex(&take, "sha256", sha256_of, HASH_BYTES);
    uint64_t size = (uint64_t)json_take_integer(&take, "size", 0, LIMIT_BLOB_BYTES);
    buf_init(out, size);
    enum outcome outcome = json_take_end(&take);
    return outcome == OK ? sources->blob(sources->ctx, sha256_of, size, out, fail) : outcome;
}

enum outcome custody_check_issue(struct custody *custody, const struct statement *statement,
                                 const struct sources *sources, struct fail *fail)
{
    struct buf list, bindings;
    uint8_t root[HASH_BYTES], salt[SALT_BYTES];
    struct json_take take = statement_take_from(statement, "root", fail);
    json_take_hex(&take, "root", root, HASH_BYTES);
    buf_init(&bindings, LIMIT_BLOB_BYTES);
    enum outcome outcome = read_list(statement, sources, &list, fail);
    if (outcome == OK)
        outcome = custody_files_get(&custody->files, FILES_BINDINGS, root, salt, &bindings, fail);
    if (outcome == OK)
        outcome = match_bindings(custody, buf_span(&bindings), buf_span(&list), fail);
    buf_done(&list);
    buf_done(&bindings);
    return outcome;
}

/* -- reissue ---------------------------------------------------------------------------------- */

/* The new credential keeps leaf, style and channel of the old one. */
enum outcome custody_check_reissue(struct custody *custody, const struct statement *statement,
                                   struct fail *fail)
{
    struct buf binding;
    uint8_t root[HASH_BYTES], salt[SALT_BYTES], old[KEY_BYTES], fresh[KEY_BYTES];
    uint32_t at = 0;
    struct json_take take = statement_take(statement, fail);
    json_take_hex(&take, "old", old, KEY_BYTES);
    json_take_hex(&take, "new", fresh, KEY_BYTES);
    take = statement_take_from(statement, "binding", fail);
    json_take_hex(&take, "binding", root, HASH_BYTES);
    buf_init(&binding, ISSUE_BINDING_BYTES);
    enum outcome outcome =
        custody_files_get(&custody->files, FILES_BINDINGS, root, salt, &binding, fail);
    if (outcome == OK) {
        bool known = keytable_find(&custody->by_credential, old, &at);
        const uint8_t *was = custody->bindings.bytes + (size_t)at * ISSUE_BINDING_BYTES;
        if (!known || binding.len != ISSUE_BINDING_BYTES ||
            memcmp(was, binding.bytes, HASH_BYTES) != 0 ||
            memcmp(fresh, binding.bytes + HASH_BYTES, KEY_BYTES) != 0 ||
            memcmp(was + 2 * HASH_BYTES, binding.bytes + 2 * HASH_BYTES, 3) != 0)
            outcome = fail_set(fail, CONFLICT, "reissue.binding",
                               "the new binding must keep entry, style and channel of the old");
    }
    buf_done(&binding);
    return outcome;
}

/* -- the entries ------------------------------------------------------------------------------ */

static enum outcome keep_bindings(struct custody *custody, const struct kept *kept,
                                  struct fail *fail)
{
    uint8_t salt[SALT_BYTES];
    size_t before = custody->bindings.len;
    enum outcome outcome =
        custody_files_get(&custody->files, kept->kind, kept->name, salt, &custody->bindings, fail);
    for (size_t at = before; outcome == OK && at < custody->bindings.len; at += ISSUE_BINDING_BYTES)
        outcome = keytable_add(&custody->by_credential, custody->bindings.bytes + at + HASH_BYTES,
                               (uint32_t)(at / ISSUE_BINDING_BYTES), fail);
    struct span bytes = span_of(custody->bindings.bytes + before, custody->bindings.len - before);
    return outcome == OK ? custody_keep(custody, kept, bytes, NULL, fail) : outcome;
}

enum outcome custody_apply_bindings(struct custody *custody, const struct statement *statement,
                                    const char *member, bool reissue, struct fail *fail)
{
    uint8_t root[HASH_BYTES];
    struct json_take take = statement_take_from(statement, member, fail);
    json_take_hex(&take, member, root, HASH_BYTES);
    struct kept kept = custody_kept_as(FILES_BINDINGS, root);
    if (reissue)
        annex_path_reissue(++custody->reissues, kept.path);
    else
        annex_path_issue(++custody->issues, kept.path);
    return keep_bindings(custody, &kept, fail);
}
