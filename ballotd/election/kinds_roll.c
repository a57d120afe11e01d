/* The kinds of the roll and of credentials: snapshot, case, roll, issue, reissue.order, reissue
 * (docs/protocol.md sections 4 and 7, docs/roll.md section 10). What stands behind the commitments
 * is confidential and checked elsewhere (election/custody.h); here is what everyone can check. */
#include "election/kind.h"

#include <stdlib.h>

/* -- snapshot --------------------------------------------------------------------------------- */

enum outcome check_snapshot(const struct turn *turn, struct fail *fail)
{
    const struct state *state = turn->state;
    uint8_t hash[HASH_BYTES];
    enum outcome outcome = kind_answers(turn, state->definition_leaf, "the definition", fail);
    if (outcome != OK)
        return outcome;
    struct json_take take = statement_take(turn->statement, fail);
    json_take_integer(&take, "number", state->snapshots + 1, state->snapshots + 1);
    struct span source = json_take_string(&take, "source");
    const json_t *purpose = json_take_object(&take, "purpose");
    json_take_integer(&take, "taken_at", 0, INT64_MAX);
    json_take_hex(&take, "commitment", hash, HASH_BYTES);
    json_take_hex(&take, "mapping", hash, HASH_BYTES);
    json_take_integer(&take, "rows", 1, 1 << 30);
    outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = text_check(purpose, "purpose", fail);
    if (outcome == OK && !span_is(source, state->definition->source))
        outcome = fail_set(fail, CONFLICT, "snapshot.source",
                           "the definition's source is \"%s\", not \"%.*s\"",
                           state->definition->source, (int)source.len, source.ptr);
    if (outcome == OK && state->roll > 0)
        outcome = fail_set(fail, NOT_ALLOWED, "snapshot.sealed", "the roll is sealed");
    return outcome;
}

enum outcome apply_snapshot(const struct turn *turn, struct fail *fail)
{
    (void)fail;
    struct state *state = turn->state;
    state->snapshots++;
    state->snapshot_rows =
        (uint64_t)json_integer_value(json_object_get(turn->statement->object, "rows"));
    memcpy(state->snapshot_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    return OK;
}

/* -- case ------------------------------------------------------------------------------------- */

enum outcome check_case(const struct turn *turn, struct fail *fail)
{
    const struct state *state = turn->state;
    uint8_t commitment[HASH_BYTES];
    enum outcome outcome = kind_answers(turn, state->definition_leaf, "the definition", fail);
    if (outcome != OK)
        return outcome;
    struct json_take take = statement_take(turn->statement, fail);
    json_take_integer(&take, "number", state->cases + 1, state->cases + 1);
    json_take_hex(&take, "commitment", commitment, HASH_BYTES);
    outcome = json_take_end(&take);
    if (outcome == OK && state->snapshots == 0)
        outcome = fail_set(fail, NOT_ALLOWED, "case.early", "there is no snapshot to dispute yet");
    if (outcome == OK && state->roll > 0)
        outcome = fail_set(fail, NOT_ALLOWED, "case.sealed",
                           "the roll is sealed; this version takes no case after the seal");
    return outcome;
}

enum outcome apply_case(const struct turn *turn, struct fail *fail)
{
    (void)fail;
    turn->state->cases++;
    return OK;
}

/* -- roll ------------------------------------------------------------------------------------- */

/* One row per style of the definition; provisional ballots come with a later version. */
static enum outcome read_roll_styles(const struct state *state, const json_t *list,
                                     uint64_t *out_styles, struct fail *fail)
{
    const struct definition *definition = state->definition;
    if (json_array_size(list) != definition->style_count)
        return fail_set(fail, BAD_INPUT, "roll.styles", "one row is needed for each style");
    for (unsigned i = 0; i < definition->style_count; i++) {
        struct json_take take = json_take_from(json_array_get(list, i), "roll style", fail);
        struct span id = json_take_string(&take, "style");
        out_styles[i] = (uint64_t)json_take_integer(&take, "credentials", 0, LIMIT_CREDENTIALS);
        json_take_integer(&take, "provisional", 0, 0);
        enum outcome outcome = json_take_end(&take);
        if (outcome != OK)
            return outcome;
        if (!span_is(id, definition->styles[i].id))
            return fail_set(fail, BAD_INPUT, "roll.styles", "style %u should be \"%s\"", i + 1,
                            definition->styles[i].id);
    }
    return OK;
}

/* Section 8 of docs/roll.md: cells add up to the rows, and the roll follows from them. */
static enum outcome check_account(const struct state *state, const json_t *account, uint64_t size,
                                  struct fail *fail)
{
    struct json_take take = json_take_from(account, "account", fail);
    int64_t rows = json_take_integer(&take, "rows", 0, INT64_MAX);
    const json_t *cells = json_take_array(&take, "cells");
    int64_t roll = json_take_integer(&take, "roll", 0, INT64_MAX);
    json_take_array(&take, "changes");
    enum outcome outcome = json_take_end(&take);
    if (outcome != OK)
        return outcome;
    int64_t sum = 0;
    for (size_t i = 0; i < json_array_size(cells); i++) {
        const json_t *cell = json_array_get(cells, i), *value = json_array_get(cell, 1);
        if (json_array_size(cell) != 2 || !json_is_string(json_array_get(cell, 0)) ||
            !json_is_integer(value) || json_integer_value(value) < 0 ||
            json_integer_value(value) > rows - sum)
            return fail_set(fail, BAD_INPUT, "roll.account",
                            "a cell of the account is no name and number, or they exceed the rows");
        sum += json_integer_value(value);
    }
    if (sum != rows || (uint64_t)rows != state->snapshot_rows || (uint64_t)roll != size)
        return fail_set(fail, CONFLICT, "roll.account",
                        "the account does not add up: %lld in cells, %lld rows, %llu in the "
                        "snapshot, %llu leaves",
                        (long long)sum, (long long)rows, (unsigned long long)state->snapshot_rows,
                        (unsigned long long)size);
    return OK;
}

struct roll_entry {
    uint8_t root[HASH_BYTES];
    uint64_t size;
    uint64_t styles[LIMIT_STYLES];
};

static enum outcome read_roll(const struct turn *turn, struct roll_entry *out, struct fail *fail)
{
    uint8_t annex[HASH_BYTES];
    struct json_take take = statement_take(turn->statement, fail);
    json_take_integer(&take, "version", 1, 1);
    json_take_hex(&take, "root", out->root, HASH_BYTES);
    out->size = (uint64_t)json_take_integer(&take, "size", 1, LIMIT_CREDENTIALS);
    const json_t *styles = json_take_array(&take, "styles");
    json_take_hex(&take, "annex", annex, HASH_BYTES);
    const json_t *account = json_take_object(&take, "account");
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = read_roll_styles(turn->state, styles, out->styles, fail);
    if (outcome == OK)
        outcome = check_account(turn->state, account, out->size, fail);
    uint64_t sum = 0;
    for (unsigned i = 0; outcome == OK && i < turn->state->definition->style_count; i++)
        sum += out->styles[i];
    if (outcome == OK && sum != out->size)
        outcome = fail_set(fail, CONFLICT, "roll.styles",
                           "the styles have %llu credentials, the roll %llu leaves",
                           (unsigned long long)sum, (unsigned long long)out->size);
    return outcome;
}

enum outcome check_roll(const struct turn *turn, struct fail *fail)
{
    const struct state *state = turn->state;
    struct roll_entry entry;
    if (state->snapshots == 0)
        return fail_set(fail, NOT_ALLOWED, "roll.early", "there is no snapshot yet");
    if (state->roll > 0)
        return fail_set(fail, NOT_ALLOWED, "roll.sealed",
                        "the roll is sealed; this version makes one version of it");
    enum outcome outcome = kind_answers(turn, state->snapshot_leaf, "the last snapshot", fail);
    return outcome == OK ? read_roll(turn, &entry, fail) : outcome;
}

enum outcome apply_roll(const struct turn *turn, struct fail *fail)
{
    struct state *state = turn->state;
    struct roll_entry entry;
    enum outcome outcome = read_roll(turn, &entry, fail);
    if (outcome != OK)
        return outcome;
    size_t bytes = state->definition->style_count * sizeof *state->roll_styles;
    free(state->roll_styles);
    // NOLINTNEXTLINE(clang-analyzer-optin.portability.UnixAPI): a definition has a style
    state->roll_styles = malloc(bytes);
    if (!state->roll_styles)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    memcpy(state->roll_styles, entry.styles, bytes);
    memcpy(state->roll_root, entry.root, HASH_BYTES);
    memcpy(state->roll_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    state->roll_size = entry.size;
    state->roll = 1;
    state->issued = false;
    return OK;
}

/* -- issue ------------------------------------------------------------------------------------ */

static enum outcome read_issue(const struct turn *turn, uint64_t *out_count, struct buf *out_list,
                               struct fail *fail)
{
    uint8_t root[HASH_BYTES];
    struct blob_ref ref;
    struct json_take take = statement_take(turn->statement, fail);
    json_take_integer(&take, "roll", turn->state->roll, turn->state->roll);
    *out_count = (uint64_t)json_take_integer(&take, "count", 1, LIMIT_CREDENTIALS);
    const json_t *list = json_take_object(&take, "list");
    json_take_hex(&take, "root", root, HASH_BYTES);
    buf_init(out_list, 0);
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = blob_ref_read(list, &ref, fail);
    if (outcome == OK && ref.size != *out_count * ISSUE_ITEM_BYTES)
        outcome = fail_set(
            fail, BAD_INPUT, "issue.length", "%llu credentials take %llu bytes, the list has %llu",
            (unsigned long long)*out_count, (unsigned long long)(*out_count * ISSUE_ITEM_BYTES),
            (unsigned long long)ref.size);
    return outcome == OK ? turn_blob(turn, &ref, out_list, fail) : outcome;
}

static enum outcome check_issue_counts(const struct state *state, struct span list,
                                       struct fail *fail)
{
    uint64_t counts[LIMIT_STYLES];
    enum outcome outcome = electorate_check_list(&state->electorate, list,
                                                 state->definition->style_count, counts, fail);
    for (unsigned i = 0; outcome == OK && i < state->definition->style_count; i++)
        if (counts[i] != state->roll_styles[i])
            outcome =
                fail_set(fail, CONFLICT, "issue.count",
                         "style \"%s\": the roll has %llu, the issue list %llu",
                         state->definition->styles[i].id, (unsigned long long)state->roll_styles[i],
                         (unsigned long long)counts[i]);
    return outcome;
}

enum outcome check_issue(const struct turn *turn, struct fail *fail)
{
    const struct state *state = turn->state;
    uint64_t count;
    struct buf list;
    if (state->roll == 0 || state->issued)
        return fail_set(fail, NOT_ALLOWED, "issue.roll",
                        "there is no roll that waits for its credentials");
    enum outcome outcome = kind_answers(turn, state->roll_leaf, "the roll", fail);
    if (outcome != OK)
        return outcome;
    outcome = read_issue(turn, &count, &list, fail);
    if (outcome == OK)
        outcome = check_issue_counts(state, buf_span(&list), fail);
    for (size_t at = 0; outcome == OK && at < list.len; at += ISSUE_ITEM_BYTES)
        if (list.bytes[at + KEY_BYTES + 2] != 0)
            outcome = fail_set(fail, BAD_INPUT, "issue.provisional",
                               "this version issues no provisional credentials");
    buf_done(&list);
    return outcome;
}

enum outcome apply_issue(const struct turn *turn, struct fail *fail)
{
    struct state *state = turn->state;
    uint64_t count;
    struct buf list;
    enum outcome outcome = read_issue(turn, &count, &list, fail);
    for (size_t at = 0; outcome == OK && at < list.len; at += ISSUE_ITEM_BYTES) {
        struct credential credential;
        outcome = electorate_read_item(list.bytes + at, state->definition->style_count, &credential,
                                       fail);
        credential.roll = state->roll;
        memcpy(credential.made_by, turn->statement->leaf.bytes, HASH_BYTES);
        if (outcome == OK)
            outcome = electorate_add(&state->electorate, &credential, fail);
    }
    buf_done(&list);
    if (outcome == OK) {
        state->issued = true;
        memcpy(state->issue_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    }
    return outcome;
}

/* -- reissue ---------------------------------------------------------------------------------- */

/* A credential that may be killed: it lives and nobody has voted with it. */
static enum outcome find_unused(const struct state *state, const uint8_t *key,
                                struct credential **out_credential, struct fail *fail)
{
    struct credential *credential = electorate_find(&state->electorate, key);
    if (!credential || credential->killed)
        return fail_set(fail, NOT_FOUND, "reissue.credential", "no such credential is in use");
    if (credential->ballots > 0)
        return fail_set(fail, NOT_ALLOWED, "reissue.used",
                        "a ballot was cast with this credential, so it cannot be replaced");
    *out_credential = credential;
    return OK;
}

/* An order whose credential has voted meanwhile can't be carried out, and hinders nobody. */
static bool order_waits(const struct state *state)
{
    struct credential *credential;
    return state->reissue_ordered &&
           find_unused(state, state->reissue_order_key, &credential, NULL) == OK;
}

enum outcome check_reissue_order(const struct turn *turn, struct fail *fail)
{
    uint8_t key[KEY_BYTES];
    struct credential *credential;
    struct json_take take = statement_take(turn->statement, fail);
    json_take_hex(&take, "credential", key, KEY_BYTES);
    struct span reason = json_take_string(&take, "reason");
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK && (reason.len == 0 || reason.len > LIMIT_TEXT_BYTES))
        outcome = fail_set(fail, BAD_INPUT, "reissue.order", "a reason is needed");
    if (outcome == OK)
        outcome = find_unused(turn->state, key, &credential, fail);
    if (outcome == OK)
        outcome = kind_answers(turn, credential->made_by, "the issue of the credential", fail);
    if (outcome == OK && order_waits(turn->state))
        outcome = fail_set(fail, BUSY, "reissue.order",
                           "an earlier order waits for the registrar; carry that out first");
    return outcome;
}

enum outcome apply_reissue_order(const struct turn *turn, struct fail *fail)
{
    struct state *state = turn->state;
    struct json_take take = statement_take(turn->statement, fail);
    json_take_hex(&take, "credential", state->reissue_order_key, KEY_BYTES);
    memcpy(state->reissue_order_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    state->reissue_ordered = true;
    return OK;
}

struct reissue_entry {
    uint8_t old[KEY_BYTES];
    struct credential fresh;
};

static enum outcome read_reissue(const struct turn *turn, struct reissue_entry *out,
                                 struct fail *fail)
{
    uint8_t binding[HASH_BYTES];
    struct json_take take = statement_take(turn->statement, fail);
    json_take_hex(&take, "old", out->old, KEY_BYTES);
    json_take_hex(&take, "new", out->fresh.key, KEY_BYTES);
    struct span style = json_take_string(&take, "style");
    out->fresh.provisional = json_take_bool(&take, "provisional");
    json_take_hex(&take, "binding", binding, HASH_BYTES);
    enum outcome outcome = json_take_end(&take);
    if (outcome != OK)
        return outcome;
    int index = definition_style(turn->state->definition, style);
    out->fresh.style = (uint16_t)index;
    if (index < 0)
        return fail_set(fail, BAD_INPUT, "reissue.style", "no such style");
    return OK;
}

enum outcome check_reissue(const struct turn *turn, struct fail *fail)
{
    const struct state *state = turn->state;
    struct reissue_entry entry = {0};
    struct credential *old;
    if (!state->reissue_ordered)
        return fail_set(fail, NOT_ALLOWED, "reissue.unordered", "nobody ordered a reissue");
    enum outcome outcome = kind_answers(turn, state->reissue_order_leaf, "its order", fail);
    if (outcome == OK)
        outcome = read_reissue(turn, &entry, fail);
    if (outcome == OK && memcmp(entry.old, state->reissue_order_key, KEY_BYTES) != 0)
        outcome =
            fail_set(fail, CONFLICT, "reissue.credential", "the order was for another credential");
    if (outcome == OK)
        outcome = find_unused(state, entry.old, &old, fail);
    if (outcome != OK)
        return outcome;
    if (entry.fresh.style != old->style || entry.fresh.provisional != old->provisional)
        return fail_set(fail, CONFLICT, "reissue.style", "a reissue keeps style and standing");
    if (electorate_find(&state->electorate, entry.fresh.key))
        return fail_set(fail, CONFLICT, "reissue.repeated", "the new credential is in use already");
    return OK;
}

enum outcome apply_reissue(const struct turn *turn, struct fail *fail)
{
    struct state *state = turn->state;
    struct reissue_entry entry = {0};
    struct credential *old;
    enum outcome outcome = read_reissue(turn, &entry, fail);
    if (outcome == OK)
        outcome = find_unused(state, entry.old, &old, fail);
    if (outcome != OK)
        return outcome;
    old->killed = true;
    entry.fresh.roll = old->roll;
    memcpy(entry.fresh.made_by, turn->statement->leaf.bytes, HASH_BYTES);
    outcome = electorate_add(&state->electorate, &entry.fresh, fail);
    state->reissue_ordered = false;
    return outcome;
}
