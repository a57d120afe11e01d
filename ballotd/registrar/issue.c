#include "registrar/issue.h"

#include "base/clock.h"
#include "crypto/credential.h"
#include "election/kind.h"
#include "roll/annex.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

/* A credential before the list is sorted. */
struct item {
    uint8_t key[KEY_BYTES];
    const struct roster_entry *entry;
};

/* -- delivery --------------------------------------------------------------------------------- */

enum { NUMBER_BYTES = 20 }; /* of a time, with its comma */

static size_t codes_of(const struct issue_order *order, const struct roster_entry *entry)
{
    return order->single ? 1 : entry->votes;
}

static bool waits(const struct issue_order *order, const struct roster_entry *entry)
{
    return entry->not_before_s > order->now_s;
}

static size_t file_bytes(const struct issue_order *order)
{
    size_t bytes = sizeof ROSTER_HEADER - 1 + NUMBER_BYTES;
    for (size_t i = 0; i < order->count; i++)
        bytes += codes_of(order, order->entries[i]) *
                 (NUMBER_BYTES + order->entries[i]->row_len + (CODE_TEXT_BYTES - 1) + 2);
    return bytes;
}

static void put(struct issue_file *file, const void *bytes, size_t len)
{
    memcpy(file->bytes + file->len, bytes, len);
    file->len += len;
}

static void put_time(struct issue_file *file, int64_t time_s)
{
    char text[NUMBER_BYTES + 1];
    int len = snprintf(text, sizeof text, "%lld,", (long long)time_s);
    put(file, text, (size_t)len);
}

/* One row of a file and the key that the board will know. The code itself ends here. */
static void draw(const struct issue_order *order, const struct roster *roster,
                 const struct roster_entry *entry, struct issue *issue, uint8_t *out_key)
{
    struct secret {
        struct credential_code code;
        char text[CODE_TEXT_BYTES];
    } secret;
    struct issue_file *file = waits(order, entry) ? &issue->waiting : &issue->delivery;
    struct span row = roster_row(roster, entry);
    credential_code_draw(&secret.code);
    credential_code_print(&secret.code, secret.text);
    credential_key(order->ctx0, &secret.code, out_key);
    if (waits(order, entry))
        put_time(file, entry->not_before_s);
    put(file, row.ptr, row.len);
    put(file, secret.text, CODE_TEXT_BYTES - 1);
    put(file, "\r\n", 2);
    file->rows++;
    sodium_memzero(&secret, sizeof secret);
}

/* To the address of before and to that of now, so that neither can be changed in silence. */
static void print_notices(const struct issue_order *order, const struct roster *roster,
                          struct buf *out)
{
    buf_add_str(out, ISSUE_NOTICES_HEADER);
    for (size_t i = 0; i < order->count; i++) {
        const struct roster_entry *entry = order->entries[i];
        char when[INSTANT_TEXT_BYTES];
        if (!waits(order, entry))
            continue;
        instant_print(entry->not_before_s, when);
        buf_add(out, roster_earlier(roster, entry));
        buf_add_format(out, "earlier,%s\r\n", when);
        buf_add(out, roster_row(roster, entry));
        buf_add_format(out, "present,%s\r\n", when);
    }
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

static void draw_all(const struct issue_order *order, const struct roster *roster,
                     struct issue *issue, struct item *items)
{
    size_t drawn = 0;
    put(&issue->delivery, ROSTER_HEADER, sizeof ROSTER_HEADER - 1);
    put(&issue->waiting, ISSUE_WAITING_HEADER, sizeof ISSUE_WAITING_HEADER - 1);
    for (size_t i = 0; i < order->count; i++)
        for (size_t vote = 0; vote < codes_of(order, order->entries[i]); vote++) {
            items[drawn].entry = order->entries[i];
            draw(order, roster, order->entries[i], issue, items[drawn++].key);
        }
}

static void make_room(const struct issue_order *order, struct issue *issue)
{
    size_t bytes = file_bytes(order);
    for (size_t i = 0; i < order->count; i++)
        issue->count += codes_of(order, order->entries[i]);
    issue->delivery.bytes = sodium_malloc(bytes);
    issue->waiting.bytes = sodium_malloc(bytes);
    buf_init(&issue->notices, ISSUE_NOTICES_BYTES_MAX);
    buf_init(&issue->list, issue->count * ISSUE_ITEM_BYTES);
    buf_init(&issue->bindings, issue->count * ISSUE_BINDING_BYTES);
}

enum outcome issue_make(const struct issue_order *order, const struct roster *roster,
                        struct issue *out_issue, struct fail *fail)
{
    struct issue issue = {.count = 0};
    make_room(order, &issue);
    struct item *items = calloc(issue.count + 1, sizeof *items);
    enum outcome outcome = OK;
    if (!items || !issue.delivery.bytes || !issue.waiting.bytes) {
        outcome = fail_set(fail, BROKEN, "memory", "out of memory");
    } else {
        draw_all(order, roster, &issue, items);
        print_notices(order, roster, &issue.notices);
        outcome = list_items(items, issue.count, &issue, fail);
    }
    if (outcome == OK)
        outcome = buf_check(&issue.notices, "notices", fail);
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
    sodium_free(issue->delivery.bytes);
    sodium_free(issue->waiting.bytes);
    buf_done(&issue->notices);
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
    const struct credential *old = electorate_find(&state->electorate, state->reissue_order_key);
    enum credential_standing standing = old ? old->standing : CREDENTIAL_ELIGIBLE;
    json_put_string(
        object, "standing",
        span_str(standing_name(state->reissue_tendered ? CREDENTIAL_TENDERED : standing)));
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
