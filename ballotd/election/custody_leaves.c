/* The sealed leaves of the latest version, and which of them have credentials, and ballots.
 * Declared in election/custody_inside.h. */
#include "election/custody_inside.h"

enum outcome custody_read_leaves(struct custody *custody, struct version_leaves *out_leaves,
                                 struct fail *fail)
{
    uint8_t salt[SALT_BYTES];
    *out_leaves = (struct version_leaves){.list = {0}};
    buf_init(&out_leaves->file, LIMIT_BLOB_BYTES);
    if (custody->version_count == 0)
        return fail_set(fail, NOT_ALLOWED, "roll.unsealed", "the roll is not sealed");
    const struct hash32 *root = &custody->versions[custody->version_count - 1];
    enum outcome outcome = custody_files_get(&custody->files, FILES_LEAVES, root->bytes, salt,
                                             &out_leaves->file, fail);
    return outcome == OK
               ? leaves_read(buf_span(&out_leaves->file), &custody->rules, &out_leaves->list, fail)
               : outcome;
}

void custody_leaves_done(struct version_leaves *leaves)
{
    leaves_done(&leaves->list);
    buf_done(&leaves->file);
}

const struct leaf_record *custody_leaf_of(const struct custody *custody,
                                          const struct leaf_list *list,
                                          const uint8_t credential[static KEY_BYTES])
{
    uint32_t binding;
    if (!keytable_find(&custody->by_credential, credential, &binding))
        return NULL;
    int64_t place =
        leaves_find(list, custody->bindings.bytes + (size_t)binding * ISSUE_BINDING_BYTES);
    return place < 0 ? NULL : &list->leaves[place];
}

enum outcome custody_cast_leaves(const struct custody *custody, const struct state *state,
                                 struct keytable *out_leaves, struct fail *fail)
{
    enum outcome outcome = OK;
    uint32_t ignored;
    keytable_init(out_leaves);
    for (size_t at = 0; outcome == OK && at < custody->bindings.len; at += ISSUE_BINDING_BYTES) {
        const uint8_t *binding = custody->bindings.bytes + at;
        const struct credential *credential =
            electorate_find(&state->electorate, binding + HASH_BYTES);
        if (credential && credential->ballots > 0 && !keytable_find(out_leaves, binding, &ignored))
            outcome = keytable_add(out_leaves, binding, 0, fail);
    }
    return outcome;
}
