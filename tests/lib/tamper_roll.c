/* Alterations of the roll and its annex: the commitments on the board follow them. */
#include "tamper.h"

#include "base/code.h"
#include "crypto/hash.h"
#include "roll/annex.h"

#include <stdio.h>
#include <stdlib.h>

/* -- account and issue ------------------------------------------------------------------------ */

static void add_to_cell(json_t *roll, size_t number, int64_t more)
{
    json_t *cells = json_object_get(json_object_get(roll, "account"), "cells");
    json_t *cell = json_array_get(cells, number);
    json_array_set_new(cell, 1, json_integer(json_integer_value(json_array_get(cell, 1)) + more));
}

static void wrong_cell(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    add_to_cell(entry->object, 0, 1);
}

static void account_cell(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_ROLL, 0, wrong_cell, out_meant)->apply = APPLY_HONEST;
}

void tamper_more_credentials(struct forge *forge, struct forge_entry *entry)
{
    json_t *style = json_array_get(json_object_get(entry->object, "styles"), 0);
    (void)forge;
    forge_set_number(style, "credentials",
                     json_integer_value(json_object_get(style, "credentials")) + 1);
}

static void style_total(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_ROLL, 0, tamper_more_credentials, out_meant)->apply = APPLY_HONEST;
}

static void swap_items(uint8_t *bytes, size_t item)
{
    uint8_t kept[ISSUE_BINDING_BYTES];
    memcpy(kept, bytes, item);
    memcpy(bytes, bytes + item, item);
    memcpy(bytes + item, kept, item);
}

static void list_unsorted(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *entry = forge_entry(forge, KIND_ISSUE, 0);
    struct buf list = tamper_copy_list(forge, entry);
    swap_items(list.bytes, ISSUE_ITEM_BYTES);
    swap_items(forge_file(forge, "issue/1.bin")->bytes.bytes, ISSUE_BINDING_BYTES);
    tamper_relist(forge, entry, &list);
    out_meant->entry = entry;
    buf_done(&list);
}

static void item_of_no_style(struct forge *forge, struct forge_entry *entry)
{
    struct buf list = tamper_copy_list(forge, entry);
    list.bytes[KEY_BYTES] = 1;
    tamper_relist(forge, entry, &list);
    buf_done(&list);
}

static void wrong_style(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_ISSUE, 0, item_of_no_style, out_meant)->apply = APPLY_HONEST;
}

static void item_provisional(struct forge *forge, struct forge_entry *entry)
{
    struct buf list = tamper_copy_list(forge, entry);
    list.bytes[(size_t)ISSUE_ITEM_BYTES * 25 - 1] = 1;
    tamper_relist(forge, entry, &list);
    buf_done(&list);
}

static void one_provisional(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_ISSUE, 0, item_provisional, out_meant)->apply = APPLY_HONEST;
}

void tamper_wrong_count(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    tamper_count_more(entry, 1);
}

static void issue_count(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_ISSUE, 0, tamper_wrong_count, out_meant)->apply = APPLY_HONEST;
}

/* -- reissue ---------------------------------------------------------------------------------- */

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define FOUR(kind)                                                                                 \
    "{\"kind\":\"" kind "\",\"origin\":\"rehearsal.example.org/all\",\"context\":\"" ZEROS         \
    "\",\"answers\":\"" ZEROS "\","

static const uint8_t *binding_of(struct forge *forge, const uint8_t *key)
{
    const struct buf *bindings = &forge_file(forge, "issue/1.bin")->bytes;
    for (size_t at = 0; at < bindings->len; at += ISSUE_BINDING_BYTES)
        if (memcmp(bindings->bytes + at + HASH_BYTES, key, KEY_BYTES) == 0)
            return bindings->bytes + at;
    exit(1);
}

static void order_at(struct forge *forge, size_t index, const uint8_t *old)
{
    struct forge_entry *order = forge_insert_text(
        forge, index,
        FOUR("reissue.order") "\"credential\":\"\",\"tendered\":false,\"reason\":\"lost\"}",
        "/officer/returning /officer/secretary");
    forge_set_hex(order->object, "credential", span_of(old, KEY_BYTES));
    forge_set_text(order->object, "answers", forge_entry(forge, KIND_ISSUE, 0)->leaf);
}

static struct forge_entry *reissue_at(struct forge *forge, size_t index, const uint8_t *old,
                                      const uint8_t *fresh)
{
    uint8_t binding[ISSUE_BINDING_BYTES];
    struct merkle_hash leaf;
    memcpy(binding, binding_of(forge, old), sizeof binding);
    memcpy(binding + HASH_BYTES, fresh, KEY_BYTES);
    merkle_leaf(SPAN_ARRAY(binding), &leaf);
    forge_add_file(forge, "reissue/1.bin", SPAN_ARRAY(binding), NULL);
    struct forge_entry *entry =
        forge_insert_text(forge, index,
                          FOUR("reissue") "\"old\":\"\",\"new\":\"\",\"style\":\"all\","
                                          "\"standing\":\"eligible\",\"binding\":\"\"}",
                          "/registrar");
    forge_set_hex(entry->object, "old", span_of(old, KEY_BYTES));
    forge_set_hex(entry->object, "new", span_of(fresh, KEY_BYTES));
    forge_set_hex(entry->object, "binding", SPAN_ARRAY(leaf.bytes));
    return entry;
}

static void answer_order(struct forge *forge, struct forge_entry *entry)
{
    forge_set_text(entry->object, "answers", forge_entry(forge, KIND_REISSUE_ORDER, 0)->leaf);
    forge_set_hex(entry->object, "old", span_of(forge->state->reissue_order_key, KEY_BYTES));
}

/* Orders and makes a new credential for one of the roll; the old one is dead. */
static struct forge_entry *replace(struct forge *forge, const char *before, unsigned number,
                                   const uint8_t **out_fresh)
{
    const uint8_t *old = forge->rehearsal->credentials[number] + KEY_BYTES;
    size_t index = forge_index(forge, forge_entry(forge, before, 0));
    *out_fresh = forge_credential(forge, number);
    order_at(forge, index, old);
    struct forge_entry *entry = reissue_at(forge, index + 1, old, *out_fresh);
    entry->cheat = answer_order;
    return entry;
}

static json_t *ballot_of(struct forge *forge, const uint8_t *credential)
{
    json_t *ballot = json_deep_copy(forge_entry(forge, KIND_BALLOT, 0)->object);
    forge_set_hex(ballot, "credential", span_of(credential, KEY_BYTES));
    return ballot;
}

struct forge_entry *tamper_vote(struct forge *forge, const uint8_t *credential)
{
    return forge_insert(forge, forge_index(forge, forge_entry(forge, KIND_CLOSE, 0)),
                        ballot_of(forge, credential), NAME_CREDENTIAL);
}

static void honest_reissue(struct forge *forge, struct meant *out_meant)
{
    const uint8_t *fresh;
    (void)out_meant;
    replace(forge, KIND_OPEN, 22, &fresh);
    tamper_vote(forge, fresh);
}

static void killed_votes(struct forge *forge, struct meant *out_meant)
{
    const uint8_t *fresh;
    replace(forge, KIND_OPEN, 22, &fresh);
    out_meant->entry = tamper_vote(forge, forge->rehearsal->credentials[22] + KEY_BYTES);
}

static void no_order(struct forge *forge, struct meant *out_meant)
{
    const uint8_t *fresh;
    struct forge_entry *entry = replace(forge, KIND_OPEN, 22, &fresh);
    forge_remove(forge, forge_entry(forge, KIND_REISSUE_ORDER, 0));
    entry->cheat = NULL;
    forge_set_text(entry->object, "answers", forge_entry(forge, KIND_ISSUE, 0)->leaf);
    out_meant->entry = entry;
}

/* The voter's ballot is taken back by replacing the credential afterwards. */
static void used_replaced(struct forge *forge, struct meant *out_meant)
{
    const uint8_t *fresh;
    struct forge_entry *entry = replace(forge, KIND_CLOSE, 3, &fresh);
    entry->apply = APPLY_NOTHING;
    out_meant->entry = forge_entry(forge, KIND_REISSUE_ORDER, 0);
}

static void other_binding(struct forge *forge, struct meant *out_meant)
{
    const uint8_t *fresh;
    struct forge_entry *entry = replace(forge, KIND_OPEN, 22, &fresh);
    struct forge_file *file = forge_file(forge, "reissue/1.bin");
    struct merkle_hash leaf;
    memcpy(file->bytes.bytes, forge_file(forge, "issue/1.bin")->bytes.bytes, HASH_BYTES);
    merkle_leaf(buf_span(&file->bytes), &leaf);
    forge_set_hex(entry->object, "binding", SPAN_ARRAY(leaf.bytes));
    out_meant->entry = entry;
}

const struct tampering tamper_roll[] = {
    {"unaltered-reissue", "", "", SHAPE_PLAIN, honest_reissue, NULL},
    {"account-cell-wrong", "ROLL.account", "ROLL.derive", SHAPE_PLAIN, account_cell, NULL},
    {"style-total-wrong", "ROLL.derive", "ROLL.issue", SHAPE_PLAIN, style_total, NULL},
    {"issue-unsorted", "ROLL.issue", "", SHAPE_PLAIN, list_unsorted, NULL},
    {"credential-of-no-style", "ROLL.issue", "ROLL.bindings BALLOT.credential", SHAPE_PLAIN,
     wrong_style, NULL},
    {"credential-made-provisional", "ROLL.issue", "ROLL.bindings", SHAPE_PLAIN, one_provisional,
     NULL},
    {"issue-count-wrong", "ROLL.issue", "ROLL.bindings BALLOT.credential", SHAPE_PLAIN, issue_count,
     NULL},
    {"reissue-without-order", "ROLL.reissue", "STATE.order SIGN.answers", SHAPE_PLAIN, no_order,
     NULL},
    {"used-credential-replaced", "ROLL.reissue", "COUNT.account", SHAPE_PLAIN, used_replaced, NULL},
    {"reissue-bound-to-another", "ROLL.bindings", "", SHAPE_PLAIN, other_binding, NULL},
    {"killed-credential-votes", "BALLOT.credential", "", SHAPE_PLAIN, killed_votes, NULL},
    {0},
};
