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

static void sealed_before_decision(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *roll = forge_entry(forge, KIND_ROLL, 1);
    forge_set_number(roll->object, "at", BRANCH_DAY(8));
    out_meant->entry = roll;
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
    const uint8_t *keys[] = {key_of(forge, "1013", 0), key_of(forge, "1014", 0),
                             key_of(forge, "1020", 0)};
    out_meant->entry = admit(forge, keys, 3);
}

static void refused_instead(struct forge *forge, struct meant *out_meant)
{
    const uint8_t *keys[] = {key_of(forge, "1014", 0), key_of(forge, "1020", 0)};
    out_meant->entry = admit(forge, keys, 2);
}

static void upheld_left_out(struct forge *forge, struct meant *out_meant)
{
    const uint8_t *keys[] = {key_of(forge, "1020", 0)};
    out_meant->entry = admit(forge, keys, 1);
}

static void left_undecided(struct forge *forge, struct meant *out_meant)
{
    tamper_drop_case(forge, tamper_statement(forge, ABOUT_KEPT_OUT, "decision", 0));
    out_meant->entry = forge_entry(forge, KIND_FREEZE, 0);
}

/* The rules let in who was held: that one was not released does not cost a vote. */
static void held_left_undecided(struct forge *forge, struct meant *out_meant)
{
    tamper_drop_case(forge, tamper_statement(forge, ABOUT_RELEASED, "countersignature", 0));
    tamper_restate(forge, tamper_statement(forge, ABOUT_RELEASED, "decision", 0), NULL, "outcome",
                   "\"refused\"");
    const uint8_t *keys[] = {key_of(forge, "1013", 0)};
    out_meant->entry = admit(forge, keys, 1);
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
    uint8_t *item = memmem(list.bytes, list.len, key_of(forge, "1014", 0), KEY_BYTES);
    item[ISSUE_ITEM_BYTES - 1] = 0;
    tamper_relist(forge, issue, &list);
    out_meant->entry = issue;
    buf_done(&list);
}

static void admitted_twice(struct forge *forge, struct meant *out_meant)
{
    const uint8_t *keys[] = {key_of(forge, "1013", 0), key_of(forge, "1013", 0),
                             key_of(forge, "1020", 0)};
    out_meant->entry = admit(forge, keys, 3);
}

static void admitted_without_ballot(struct forge *forge, struct meant *out_meant)
{
    const uint8_t *keys[] = {key_of(forge, "1013", 0), key_of(forge, "1020", 0),
                             key_of(forge, "1041", 0)};
    out_meant->entry = admit(forge, keys, 3);
}

/* Eligible people need nobody's leave; a list of the admitted is no place for them. */
static void eligible_admitted(struct forge *forge, struct meant *out_meant)
{
    const uint8_t *keys[] = {key_of(forge, "1013", 0), key_of(forge, "1020", 0),
                             key_of(forge, "1001", 0)};
    out_meant->entry = admit(forge, keys, 3);
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
    const uint8_t *keys[] = {key_of(forge, "1013", 0), key_of(forge, "1020", 0),
                             key_of(forge, "1001", 1)};
    out_meant->entry = admit(forge, keys, 3);
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

/* -- reissue ---------------------------------------------------------------------------------- */

static void order_again(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_text(entry->object, "reason", "And once more.");
}

/* A second tendered one beside the same used credential. */
static void tendered_twice(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *order = forge_entry(forge, KIND_REISSUE_ORDER, 0);
    struct forge_entry *again =
        forge_insert(forge, forge_index(forge, forge_entry(forge, KIND_CLOSE, 0)),
                     json_deep_copy(order->object), "/officer/returning /officer/secretary");
    again->cheat = order_again;
    again->apply = APPLY_NOTHING;
    out_meant->entry = again;
}

/* A lost code of somebody whose credential is dead. */
static void reissue_of_revoked(struct forge *forge, struct meant *out_meant)
{
    struct forge_entry *order = forge_entry(forge, KIND_REISSUE_ORDER, 0);
    struct forge_entry *lost =
        forge_insert(forge, forge_index(forge, forge_entry(forge, KIND_CLOSE, 0)),
                     json_deep_copy(order->object), "/officer/returning /officer/secretary");
    forge_set_json(lost->object, "tendered", "false");
    forge_set_hex(lost->object, "credential", span_of(key_of(forge, "1034", 0), KEY_BYTES));
    lost->apply = APPLY_NOTHING;
    out_meant->entry = lost;
}

/* -- credentials by a later version ----------------------------------------------------------- */

enum { STYLE_DELEGATES, STYLE_AFFILIATES, STYLE_ALL };

/* What the version says that it adds of a style. */
static void add_credentials(struct forge *forge, unsigned version, unsigned style, int64_t more)
{
    json_t *styles = json_object_get(forge_entry(forge, KIND_ROLL, version - 1)->object, "styles");
    json_t *item = json_array_get(styles, style);
    forge_set_number(item, "credentials",
                     json_integer_value(json_object_get(item, "credentials")) + more);
}

static void set_revoked(struct forge *forge, const char *const numbers[], unsigned count)
{
    uint8_t keys[4][KEY_BYTES];
    json_t *list = json_array();
    for (unsigned i = 0; i < count; i++)
        memcpy(keys[i], key_of(forge, numbers[i], 0), KEY_BYTES);
    qsort(keys, count, KEY_BYTES, compare_keys);
    for (unsigned i = 0; i < count; i++) {
        char hex[2 * KEY_BYTES + 1];
        hex_print(SPAN_ARRAY(keys[i]), hex);
        json_array_append_new(list, json_string(hex));
    }
    json_put(forge_entry(forge, KIND_ROLL, 1)->object, "revoked", list);
}

static void leaves_more(struct forge *forge, int64_t more)
{
    json_t *account = json_object_get(forge_entry(forge, KIND_ROLL, 1)->object, "account");
    forge_set_number(account, "roll", json_integer_value(json_object_get(account, "roll")) + more);
}

/* A member who has not voted is dropped and added again: whoever made the new code votes. */
static void leaf_made_anew(struct forge *forge, struct meant *out_meant)
{
    static const char *const revoked[] = {"1034", "1015"};
    const uint8_t *key = forge_credential(forge, 1);
    struct merkle_hash leaf;
    struct span line;
    struct buf copy;
    (void)!tamper_find_line(forge, 1, "\"1015\"", &line);
    buf_init(&copy, 1 << 16);
    buf_add(&copy, line);
    tamper_resalt(&copy);
    tamper_leaf_of(buf_span(&copy), &leaf);
    tamper_drop_line(forge, 2, "\"1015\"");
    tamper_add_line(forge, 2, buf_span(&copy));
    set_revoked(forge, revoked, 2);
    add_credentials(forge, 2, STYLE_ALL, 1);
    tamper_list_one_more(forge, 2, key, &leaf, STYLE_ALL);
    out_meant->entry = forge_entry(forge, KIND_ROLL, 1);
    buf_done(&copy);
}

static void dropped_without_case(struct forge *forge, struct meant *out_meant)
{
    static const char *const revoked[] = {"1034", "1015"};
    tamper_drop_line(forge, 2, "\"1015\"");
    set_revoked(forge, revoked, 2);
    leaves_more(forge, -1);
    out_meant->entry = forge_entry(forge, KIND_ROLL, 1);
}

static void removal_not_done(struct forge *forge, struct meant *out_meant)
{
    struct span line;
    (void)!tamper_find_line(forge, 1, "\"1034\"", &line);
    tamper_add_line(forge, 2, line);
    set_revoked(forge, NULL, 0);
    leaves_more(forge, 1);
    out_meant->entry = forge_entry(forge, KIND_ROLL, 1);
}

static void list_second_code(struct forge *forge)
{
    struct merkle_hash leaf;
    struct span line;
    (void)!tamper_find_line(forge, 2, "\"1015\"", &line);
    tamper_leaf_of(line, &leaf);
    tamper_list_one_more(forge, 2, forge_credential(forge, 1), &leaf, STYLE_ALL);
}

/* Somebody who has a code gets another with those of version 2, which says so. */
static void second_code(struct forge *forge, struct meant *out_meant)
{
    list_second_code(forge);
    add_credentials(forge, 2, STYLE_ALL, 1);
    out_meant->entry = forge_entry(forge, KIND_ROLL, 1);
}

static void second_code_unsaid(struct forge *forge, struct meant *out_meant)
{
    list_second_code(forge);
    out_meant->entry = forge_entry(forge, KIND_ISSUE, 1);
}

/* Two codes where the attribute says three; the third ballot is gone with its code. */
static void delegate_short(struct forge *forge, struct meant *out_meant)
{
    const uint8_t *key = key_of(forge, "1036", 2);
    forge_remove(forge, ballot_of(forge, key));
    tamper_list_one_less(forge, 1, key);
    add_credentials(forge, 1, STYLE_DELEGATES, -1);
    out_meant->entry = forge_entry(forge, KIND_ROLL, 0);
}

/* Who was refused changes leaves with somebody whom the roll lets vote. */
static void binding_swapped(struct forge *forge, struct meant *out_meant)
{
    struct buf *bindings = &forge_file(forge, "issue/1.bin")->bytes;
    uint8_t kept[HASH_BYTES];
    uint8_t *refused = memmem(bindings->bytes, bindings->len, key_of(forge, "1014", 0), KEY_BYTES);
    uint8_t *other = memmem(bindings->bytes, bindings->len, key_of(forge, "1015", 0), KEY_BYTES);
    refused -= HASH_BYTES;
    other -= HASH_BYTES;
    memcpy(kept, refused, HASH_BYTES);
    memcpy(refused, other, HASH_BYTES);
    memcpy(other, kept, HASH_BYTES);
    out_meant->entry = forge_entry(forge, KIND_ISSUE, 0);
}

static void other_annex(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_flip_hex(entry->object, "annex", 0);
}

static void second_manifest(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_ROLL, 1, other_annex, out_meant);
}

/* -- account ---------------------------------------------------------------------------------- */

static void more_feed(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_json(json_object_get(entry->object, "account"), "feeds",
                   "[[\"members\",43],[\"finance\",41],[\"local\",6]]");
}

static void feed_miscounted(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_ROLL, 1, more_feed, out_meant)->apply = APPLY_HONEST;
}

static void nothing_changed(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_json(json_object_get(entry->object, "account"), "cases",
                   "[[\"upheld\",11],[\"refused\",0],[\"withdrawn\",0],[\"open\",0]]");
}

static void cases_miscounted(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_ROLL, 1, nothing_changed, out_meant)->apply = APPLY_HONEST;
}

static void none_tendered(struct forge *forge, struct forge_entry *entry)
{
    (void)forge;
    forge_set_number(json_object_get(entry->object, "account"), "tendered", 0);
}

static void tendered_unsaid(struct forge *forge, struct meant *out_meant)
{
    tamper_cheat(forge, KIND_RESULT, 0, none_tendered, out_meant)->apply = APPLY_HONEST;
}

const struct tampering tamper_version[] = {
    {"version-skipped", "STATE.order", "ROLL.issue ROLL.manifest ROLL.derive", SHAPE_BRANCH,
     version_skipped, NULL},
    {"roll-time-backwards", "STATE.order", "", SHAPE_BRANCH, sealed_before_decision, NULL},
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
    {"held-left-undecided", "ROLL.provisional", "", SHAPE_BRANCH, held_left_undecided, NULL},
    {"provisional-admitted-by-one", "ROLL.provisional", "", SHAPE_BRANCH, admitted_by_one, NULL},
    {"provisional-sold-as-eligible", "ROLL.issue", "ROLL.bindings", SHAPE_BRANCH, sold_as_eligible,
     NULL},
    {"tendered-made-eligible", "ROLL.reissue", "", SHAPE_BRANCH, tendered_as_eligible, NULL},
    {"tendered-admitted", "FREEZE.lists", "ROLL.provisional COUNT.account", SHAPE_BRANCH,
     tendered_admitted, NULL},
    {"tendered-for-unused", "ROLL.reissue", "ROLL.bindings", SHAPE_BRANCH, tendered_unused, NULL},
    {"provisional-admitted-twice", "FREEZE.lists", "ROLL.provisional COUNT.account", SHAPE_BRANCH,
     admitted_twice, NULL},
    {"provisional-without-ballot", "FREEZE.lists", "ROLL.provisional COUNT.account", SHAPE_BRANCH,
     admitted_without_ballot, NULL},
    {"eligible-admitted", "FREEZE.lists", "ROLL.provisional COUNT.account", SHAPE_BRANCH,
     eligible_admitted, NULL},
    {"tendered-twice", "ROLL.reissue", "", SHAPE_BRANCH, tendered_twice, NULL},
    {"revoked-credential-reissued", "ROLL.reissue", "", SHAPE_BRANCH, reissue_of_revoked, NULL},
    {"leaf-made-anew", "ROLL.derive", "", SHAPE_BRANCH, leaf_made_anew, NULL},
    {"dropped-without-case", "ROLL.derive", "ROLL.account", SHAPE_BRANCH, dropped_without_case,
     NULL},
    {"removal-not-done", "ROLL.derive", "ROLL.account", SHAPE_BRANCH, removal_not_done, NULL},
    {"second-code-by-version-two", "ROLL.derive", "", SHAPE_BRANCH, second_code, NULL},
    {"second-code-unsaid", "ROLL.issue", "ROLL.bindings", SHAPE_BRANCH, second_code_unsaid, NULL},
    {"delegate-short-of-a-vote", "ROLL.derive", "", SHAPE_BRANCH, delegate_short, NULL},
    {"feed-miscounted", "ROLL.account", "ROLL.derive", SHAPE_BRANCH, feed_miscounted, NULL},
    {"cases-miscounted", "ROLL.derive", "", SHAPE_BRANCH, cases_miscounted, NULL},
    {"tendered-not-in-account", "COUNT.account", "", SHAPE_BRANCH, tendered_unsaid, NULL},
    {"binding-swapped-with-refused", "ROLL.bindings", "", SHAPE_BRANCH, binding_swapped, NULL},
    {"manifest-of-second-roll-differs", "ROLL.manifest", "", SHAPE_BRANCH, second_manifest, NULL},
    {0},
};
