/* What the lists of alterations share. */
#include "tamper.h"

#include "crypto/hash.h"
#include "election/kind.h"
#include "roll/annex.h"

struct forge_entry *tamper_cheat(struct forge *forge, const char *kind, unsigned nth,
                                 forge_cheat *cheat, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, kind, nth);
    entry->cheat = cheat;
    out_meant->entry = entry;
    return entry;
}

/* A copy of a blob, edited, takes its place. */
void tamper_edit_blob(struct forge *forge, json_t *object, const char *key,
                      void (*edit)(struct buf *bytes))
{
    struct buf bytes;
    buf_init(&bytes, LIMIT_BLOB_BYTES);
    buf_add(&bytes, buf_span(forge_blob_of(forge, json_object_get(object, key))));
    edit(&bytes);
    forge_change_blob(forge, object, key, buf_span(&bytes));
    buf_done(&bytes);
}

void tamper_top_bit(struct buf *bytes)
{
    bytes->bytes[31] |= 0x80;
}

void tamper_cut_32(struct buf *bytes)
{
    bytes->len -= 32;
}

void tamper_last_plus_order(struct buf *bytes)
{
    tamper_add_order(bytes->bytes + bytes->len - SCALAR_BYTES);
}

/* The list and the bindings, changed together. */
void tamper_relist(struct forge *forge, struct forge_entry *entry, const struct buf *list)
{
    forge_change_blob(forge, entry->object, "list", buf_span(list));
}

struct buf tamper_copy_list(struct forge *forge, const struct forge_entry *entry)
{
    struct buf list;
    buf_init(&list, 1 << 20);
    buf_add(&list, buf_span(forge_blob_of(forge, json_object_get(entry->object, "list"))));
    return list;
}

/* A mix or decryption of what the first mix took. */
void tamper_other_input(struct forge *forge, struct forge_entry *entry)
{
    struct forge_entry *first = forge_entry(forge, KIND_MIX, 0);
    forge_set_text(entry->object, "input",
                   json_string_value(json_object_get(first->object, "input")));
}

static size_t place_in(const struct buf *list, const uint8_t *key)
{
    size_t at = 0;
    while (at < list->len / ISSUE_ITEM_BYTES &&
           memcmp(list->bytes + at * ISSUE_ITEM_BYTES, key, KEY_BYTES) < 0)
        at++;
    return at;
}

static void put_in(struct buf *bytes, size_t at, struct span item)
{
    buf_extend(bytes, item.len);
    memmove(bytes->bytes + at + item.len, bytes->bytes + at, bytes->len - item.len - at);
    memcpy(bytes->bytes + at, item.ptr, item.len);
}

static void take_out(struct buf *bytes, size_t at, size_t item)
{
    bytes->len -= item;
    memmove(bytes->bytes + at, bytes->bytes + at + item, bytes->len - at);
}

static struct buf *bindings_of(struct forge *forge, unsigned number)
{
    char path[ANNEX_PATH_BYTES];
    annex_path_issue(number, path);
    return &forge_file(forge, path)->bytes;
}

void tamper_list_one_more(struct forge *forge, unsigned number, const uint8_t *key,
                          const struct merkle_hash *leaf, uint16_t style)
{
    static const uint8_t salt[SALT_BYTES] = {9};
    struct forge_entry *issue = forge_entry(forge, KIND_ISSUE, number - 1);
    struct buf list = tamper_copy_list(forge, issue), item, binding;
    size_t at = place_in(&list, key);
    buf_init(&item, ISSUE_ITEM_BYTES);
    buf_init(&binding, ISSUE_BINDING_BYTES);
    buf_add(&item, span_of(key, KEY_BYTES));
    buf_add_u16le(&item, style);
    buf_add_byte(&item, 0);
    annex_print_binding(leaf->bytes, key, style, 1, salt, &binding);
    put_in(&list, at * ISSUE_ITEM_BYTES, buf_span(&item));
    put_in(bindings_of(forge, number), at * ISSUE_BINDING_BYTES, buf_span(&binding));
    tamper_relist(forge, issue, &list);
    tamper_count_more(issue, 1);
    buf_done(&list);
    buf_done(&item);
    buf_done(&binding);
}

void tamper_list_one_less(struct forge *forge, unsigned number, const uint8_t *key)
{
    struct forge_entry *issue = forge_entry(forge, KIND_ISSUE, number - 1);
    struct buf list = tamper_copy_list(forge, issue);
    size_t at = place_in(&list, key);
    take_out(&list, at * ISSUE_ITEM_BYTES, ISSUE_ITEM_BYTES);
    take_out(bindings_of(forge, number), at * ISSUE_BINDING_BYTES, ISSUE_BINDING_BYTES);
    tamper_relist(forge, issue, &list);
    tamper_count_more(issue, -1);
    buf_done(&list);
}

void tamper_count_more(struct forge_entry *issue, int64_t more)
{
    forge_set_number(issue->object, "count",
                     json_integer_value(json_object_get(issue->object, "count")) + more);
}
