#include "registrar/issue.h"

#include "crypto/credential.h"
#include "election/kind.h"
#include "roll/annex.h"

#include <sodium.h>
#include <stdlib.h>

/* A credential before the list is sorted. */
struct item {
    uint8_t key[KEY_BYTES];
    const struct roster_entry *entry;
};

/* -- delivery --------------------------------------------------------------------------------- */

static size_t delivery_bytes(const struct roster_entry *entries, size_t count)
{
    size_t bytes = sizeof ROSTER_HEADER - 1;
    for (size_t i = 0; i < count; i++)
        bytes += entries[i].row_len + (CODE_TEXT_BYTES - 1) + 2;
    return bytes;
}

static void deliver(struct issue *issue, const void *bytes, size_t len)
{
    memcpy(issue->delivery + issue->delivery_len, bytes, len);
    issue->delivery_len += len;
}

/* One row of the file and the key that the board will know. The code itself ends here. */
static void draw(const uint8_t *ctx0, struct span row, struct issue *issue, uint8_t *out_key)
{
    struct secret {
        struct credential_code code;
        char text[CODE_TEXT_BYTES];
    } secret;
    credential_code_draw(&secret.code);
    credential_code_print(&secret.code, secret.text);
    credential_key(ctx0, &secret.code, out_key);
    deliver(issue, row.ptr, row.len);
    deliver(issue, secret.text, CODE_TEXT_BYTES - 1);
    deliver(issue, "\r\n", 2);
    sodium_memzero(&secret, sizeof secret);
}

/* -- list and bindings ------------------------------------------------------------------------ */

static int compare_key(const void *a, const void *b)
{
    return memcmp(((const struct item *)a)->key, ((const struct item *)b)->key, KEY_BYTES);
}

static enum outcome add_item(const struct item *item, struct issue *issue, struct merkle_tree *tree,
                             struct fail *fail)
{
    const struct roster_entry *entry = item->entry;
    uint8_t salt[SALT_BYTES];
    struct merkle_hash leaf;
    size_t at = issue->bindings.len;
    randombytes_buf(salt, sizeof salt);
    annex_print_binding(entry->leaf.bytes, item->key, entry->style, entry->channel, salt,
                        &issue->bindings);
    buf_add(&issue->list, SPAN_ARRAY(item->key));
    buf_add_u16le(&issue->list, entry->style);
    buf_add_byte(&issue->list, entry->provisional);
    enum outcome outcome = buf_check(&issue->bindings, "bindings", fail);
    if (outcome == OK)
        outcome = buf_check(&issue->list, "issue list", fail);
    if (outcome != OK)
        return outcome;
    merkle_leaf(span_of(issue->bindings.bytes + at, ISSUE_BINDING_BYTES), &leaf);
    return merkle_append(tree, &leaf, NULL, fail);
}

static enum outcome list_items(struct item *items, size_t count, struct issue *issue,
                               struct fail *fail)
{
    struct merkle_tree tree = {0};
    struct merkle_hash root;
    enum outcome outcome = OK;
    qsort(items, count, sizeof *items, compare_key);
    for (size_t i = 0; outcome == OK && i < count; i++) {
        if (i > 0 && compare_key(&items[i - 1], &items[i]) == 0)
            return fail_set(fail, BROKEN, "issue.random",
                            "one code was drawn twice: the machine's randomness is not random");
        outcome = add_item(&items[i], issue, &tree, fail);
    }
    merkle_root(&tree, &root);
    memcpy(issue->root, root.bytes, HASH_BYTES);
    return outcome;
}

/* -- all -------------------------------------------------------------------------------------- */

static void draw_all(const uint8_t *ctx0, const struct roster *roster,
                     const struct roster_entry *entries, struct issue *issue, struct item *items)
{
    deliver(issue, ROSTER_HEADER, sizeof ROSTER_HEADER - 1);
    for (size_t i = 0; i < issue->count; i++) {
        items[i].entry = &entries[i];
        draw(ctx0, roster_row(roster, &entries[i]), issue, items[i].key);
    }
}

enum outcome issue_make(const uint8_t ctx0[static HASH_BYTES], const struct roster *roster,
                        const struct roster_entry *entries, size_t count, struct issue *out_issue,
                        struct fail *fail)
{
    struct issue issue = {.count = count,
                          .delivery = sodium_malloc(delivery_bytes(entries, count))};
    struct item *items = calloc(count + 1, sizeof *items);
    enum outcome outcome = OK;
    buf_init(&issue.list, count * ISSUE_ITEM_BYTES);
    buf_init(&issue.bindings, count * ISSUE_BINDING_BYTES);
    if (!items || !issue.delivery) {
        outcome = fail_set(fail, BROKEN, "memory", "out of memory");
    } else {
        draw_all(ctx0, roster, entries, &issue, items);
        outcome = list_items(items, count, &issue, fail);
    }
    free(items);
    if (outcome == OK)
        *out_issue = issue;
    else
        issue_done(&issue);
    return outcome;
}

void issue_done(struct issue *issue)
{
    if (!issue)
        return;
    sodium_free(issue->delivery);
    buf_done(&issue->list);
    buf_done(&issue->bindings);
    *issue = (struct issue){0};
}

/* -- statements ------------------------------------------------------------------------------- */

void issue_print(const struct state *state, const struct issue *issue, struct buf *out_text)
{
    struct blob_ref list = {.size = issue->list.len};
    sha256(buf_span(&issue->list), list.sha256);
    json_t *object = statement_begin(KIND_ISSUE, span_str(state->origin), state->definition->ctx0,
                                     state->roll_leaf);
    json_put_integer(object, "roll", state->roll);
    json_put_integer(object, "count", (int64_t)issue->count);
    json_put(object, "list", blob_ref_json(&list));
    json_put_hex(object, "root", SPAN_ARRAY(issue->root));
    statement_end(object, out_text);
}

void issue_print_reissue(const struct state *state, const struct issue *issue,
                         const struct roster_entry *entry, struct buf *out_text)
{
    json_t *object = statement_begin(KIND_REISSUE, span_str(state->origin), state->definition->ctx0,
                                     state->reissue_order_leaf);
    json_put_hex(object, "old", SPAN_ARRAY(state->reissue_order_key));
    json_put_hex(object, "new", span_of(issue->list.bytes, KEY_BYTES));
    json_put_string(object, "style", span_str(state->definition->styles[entry->style].id));
    json_put_bool(object, "provisional", entry->provisional);
    json_put_hex(object, "binding", SPAN_ARRAY(issue->root));
    statement_end(object, out_text);
}

const uint8_t *issue_find_binding(struct span bindings, const uint8_t credential[static KEY_BYTES])
{
    for (size_t at = 0; at + ISSUE_BINDING_BYTES <= bindings.len; at += ISSUE_BINDING_BYTES)
        if (memcmp(bindings.ptr + at + HASH_BYTES, credential, KEY_BYTES) == 0)
            return bindings.ptr + at;
    return NULL;
}
