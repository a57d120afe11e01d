/* What the lists of alterations share. */
#include "tamper.h"

#include "crypto/hash.h"
#include "election/kind.h"

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
