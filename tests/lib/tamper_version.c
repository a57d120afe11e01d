/* Alterations of the versions of a branch's roll, of their credentials, and of who votes by them.
 */
#include "tamper.h"

#include "base/code.h"
#include "crypto/hash.h"
#include "lib/rehearsal_branch.h"

#include <stdio.h>
#include <stdlib.h>

/* -- versions --------------------------------------------------------------------------------- */

static void number_three(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(entry->object, "version", 3);
}

/* Its papers and its issue list are those of version 2. */
static void version_skipped(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_ROLL, 1, number_three, out_meant)->apply = APPLY_HONEST;
}

static void kept_leaf_altered(struct forge *forge, struct meant *out_meant)
{
    tamper_change_version(forge, 2, "\"1015\"", "Person 1015", "Person 1515");
    out_meant->entry = forge_entry(forge, KIND_ROLL, 1);
}

static const uint8_t *key_of(const struct forge *forge, const char *number, unsigned nth)
{
    return forge->rehearsal->credentials[rehearsal_credential(forge->rehearsal, number, nth)] +
           KEY_BYTES;
}

/* Version 2 removes somebody who has voted meanwhile. */
static void removed_voter(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *roll = forge_entry(forge, KIND_ROLL, 1);
    forge_move(forge, tamper_vote(forge, key_of(forge, "1034", 0)), roll);
    out_meant->entry = roll;
}

static void removed_votes(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry = tamper_vote(forge, key_of(forge, "1034", 0));
}

static void revoke_nobody(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_json(entry->object, "revoked", "[]");
}

static void revocation_forgotten(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_ROLL, 1, revoke_nobody, out_meant);
}

static void revoke_another(struct forge *forge, struct forge_entry *entry)
{
    char hex[2 * KEY_BYTES + 1], json[2 * KEY_BYTES + 8];
    hex_print(span_of(key_of(forge, "1016", 0), KEY_BYTES), hex);
    snprintf(json, sizeof json, "[\"%s\"]", hex);
    forge_set_json(entry->object, "revoked", json);
}

static void another_revoked(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_ROLL, 1, revoke_another, out_meant);
}

static struct forge_entry *ballot_of(struct forge *forge, const uint8_t *key)
{
    char hex[2 * KEY_BYTES + 1];
    hex_print(span_of(key, KEY_BYTES), hex);
    for (unsigned i = 0;; i++) {
        struct forge_entry *ballot = forge_entry(forge, KIND_BALLOT, i);
        if (span_is(json_span(json_object_get(ballot->object, "credential")), hex))
            return ballot;
    }
}

static void of_version_one(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(entry->object, "roll", 1);
}

static void ballot_of_other_version(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *ballot = ballot_of(forge, key_of(forge, "1035", 0));
    ballot->cheat = of_version_one;
    ballot->apply = APPLY_HONEST;
    out_meant->entry = ballot;
}

/* -- provisional ------------------------------------------------------------------------------ */

static int compare_keys(const void *a, const void *b)
{
    return memcmp(a, b, KEY_BYTES);
}

static struct forge_entry *admit(struct forge *forge, const uint8_t *const keys[], unsigned count)
{
    uint8_t list[4][KEY_BYTES];
    struct forge_entry *freeze = forge_entry(forge, KIND_FREEZE, 0);
    for (unsigned i = 0; i < count; i++)
        memcpy(list[i], keys[i], KEY_BYTES);
    qsort(list, count, KEY_BYTES, compare_keys);
    forge_change_blob(forge, freeze->object, "admitted", span_of(list, (size_t)count * KEY_BYTES));
    return freeze;
}

static void refused_counted(struct forge *forge, struct meant *out_meant)
{
    const uint8_t *keys[] = {key_of(forge, "1013", 0), key_of(forge, "1020", 0)};
    out_meant->entry = admit(forge, keys, 2);
}

static void refused_instead(struct forge *forge, struct meant *out_meant)
{
    const uint8_t *keys[] = {key_of(forge, "1020", 0)};
    out_meant->entry = admit(forge, keys, 1);
}

static void upheld_left_out(struct forge *forge, struct meant *out_meant)
{
    out_meant->entry = admit(forge, NULL, 0);
}

static void left_undecided(struct forge *forge, struct meant *out_meant)
{
    tamper_drop_case(forge, tamper_statement(forge, ABOUT_KEPT_OUT, "decision", 0));
    out_meant->entry = forge_entry(forge, KIND_FREEZE, 0);
}

static void admitted_by_one(struct forge *forge, struct meant *out_meant)
{
    tamper_drop_case(forge, tamper_statement(forge, ABOUT_ADMITTED, "countersignature", 0));
    out_meant->entry = forge_entry(forge, KIND_FREEZE, 0);
}

static void sold_as_eligible(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *issue = forge_entry(forge, KIND_ISSUE, 0);
    struct buf list = tamper_copy_list(forge, issue);
    uint8_t *item = memmem(list.bytes, list.len, key_of(forge, "1020", 0), KEY_BYTES);
    item[ISSUE_ITEM_BYTES - 1] = 0;
    tamper_relist(forge, issue, &list);
    out_meant->entry = issue;
    buf_done(&list);
}

/* -- tendered --------------------------------------------------------------------------------- */

static void tendered_as_eligible(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *reissue = forge_entry(forge, KIND_REISSUE, 0);
    forge_set_text(reissue->object, "standing", "eligible");
    out_meant->entry = reissue;
}

static void tendered_admitted(struct forge *forge, struct meant *out_meant)
{
    const uint8_t *keys[] = {key_of(forge, "1013", 0), key_of(forge, "1001", 1)};
    out_meant->entry = admit(forge, keys, 2);
}

/* Nobody has voted in this member's name. */
static void name_unused(struct forge *forge, struct forge_entry *entry)
{
    bool orders = json_object_get(entry->object, "credential") != NULL;
    forge_set_hex(entry->object, orders ? "credential" : "old",
                  span_of(key_of(forge, "1016", 0), KEY_BYTES));
}

static void tendered_unused(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_REISSUE, 0, name_unused, out_meant)->apply = APPLY_HONEST;
    tamper_cheat(forge, KIND_REISSUE_ORDER, 0, name_unused, out_meant)->apply = APPLY_HONEST;
}

const struct tampering tamper_version[] = {
    {"version-skipped", "STATE.order", "ROLL.issue ROLL.manifest ROLL.derive", SHAPE_BRANCH,
     version_skipped, NULL},
    {"kept-leaf-altered", "ROLL.derive", "", SHAPE_BRANCH, kept_leaf_altered, NULL},
    {"removed-member-had-voted", "ROLL.reissue", "ROLL.derive", SHAPE_BRANCH, removed_voter, NULL},
    {"removed-member-votes", "BALLOT.credential", "", SHAPE_BRANCH, removed_votes, NULL},
    {"revocation-forgotten", "ROLL.derive", "", SHAPE_BRANCH, revocation_forgotten, NULL},
    {"another-revoked", "ROLL.derive", "", SHAPE_BRANCH, another_revoked, NULL},
    {"ballot-of-other-version", "BALLOT.credential", "", SHAPE_BRANCH, ballot_of_other_version,
     NULL},
    {"refused-provisional-counted", "ROLL.provisional", "", SHAPE_BRANCH, refused_counted, NULL},
    {"refused-instead-of-upheld", "ROLL.provisional", "", SHAPE_BRANCH, refused_instead, NULL},
    {"upheld-provisional-left-out", "ROLL.provisional", "", SHAPE_BRANCH, upheld_left_out, NULL},
    {"provisional-left-undecided", "ROLL.provisional", "", SHAPE_BRANCH, left_undecided, NULL},
    {"provisional-admitted-by-one", "ROLL.provisional", "", SHAPE_BRANCH, admitted_by_one, NULL},
    {"provisional-sold-as-eligible", "ROLL.issue", "ROLL.bindings", SHAPE_BRANCH, sold_as_eligible,
     NULL},
    {"tendered-made-eligible", "ROLL.reissue", "", SHAPE_BRANCH, tendered_as_eligible, NULL},
    {"tendered-admitted", "FREEZE.lists", "ROLL.provisional COUNT.account", SHAPE_BRANCH,
     tendered_admitted, NULL},
    {"tendered-for-unused", "ROLL.reissue", "ROLL.bindings", SHAPE_BRANCH, tendered_unused, NULL},
    {0},
};
