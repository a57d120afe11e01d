/* The kind roll: a sealed version of the roll, as everyone can check it (docs/protocol.md section
 * 4, docs/roll.md sections 9 and 10). What stands behind it is confidential (election/custody.h).
 */
#include "election/kind.h"

#include "base/code.h"
#include "roll.h"

#include <stdlib.h>

/* -- account ---------------------------------------------------------------------------------- */

/* [name, number], the number 0 to most. */
static bool read_cell(const json_t *cell, int64_t most, struct span *out_name, int64_t *out_number)
{
    const json_t *name = json_array_get(cell, 0), *number = json_array_get(cell, 1);
    if (json_array_size(cell) != 2 || !json_is_string(name) || !json_is_integer(number) ||
        json_integer_value(number) < 0 || json_integer_value(number) > most)
        return false;
    *out_name = json_span(name);
    *out_number = json_integer_value(number);
    return true;
}

/* The cells add up to the rows; *out_eligible is -1 when that cell was merged. */
static enum outcome sum_cells(const json_t *cells, int64_t rows, int64_t *out_eligible,
                              struct fail *fail)
{
    int64_t sum = 0, number;
    struct span name;
    *out_eligible = -1;
    for (size_t i = 0; i < json_array_size(cells); i++) {
        if (!read_cell(json_array_get(cells, i), rows - sum, &name, &number))
            return fail_set(fail, BAD_INPUT, "roll.account",
                            "a cell of the account is no name and number, or they exceed the rows");
        if (span_is(name, "eligible"))
            *out_eligible = number;
        sum += number;
    }
    return sum == rows ? OK
                       : fail_set(fail, CONFLICT, "roll.account",
                                  "the cells add up to %lld, not to %lld rows", (long long)sum,
                                  (long long)rows);
}

/* Each source with a counting snapshot, and its rows; `rows` are those of the sources that list. */
static enum outcome check_feeds(const struct state *state, const json_t *feeds, int64_t rows,
                                struct fail *fail)
{
    const struct source_list *sources = &state->definition->sources;
    int64_t listed = 0, number;
    size_t place = 0;
    struct span name;
    for (unsigned i = 0; i < sources->count; i++) {
        const struct counting *counting = &state->counting[i];
        if (counting->number == 0)
            continue;
        listed += sources->sources[i].lists ? (int64_t)counting->rows : 0;
        if (!read_cell(json_array_get(feeds, place++), ROLL_ROWS_MAX, &name, &number) ||
            !span_equal(name, sources->sources[i].id) || (uint64_t)number != counting->rows)
            return fail_set(fail, CONFLICT, "roll.account",
                            "the account's feeds are not the snapshots that count");
    }
    return json_array_size(feeds) == place && listed == rows
               ? OK
               : fail_set(fail, CONFLICT, "roll.account",
                          "%lld rows in the lists, the account %lld", (long long)listed,
                          (long long)rows);
}

/* Unless small cells are kept back: roll = eligible + included - removed + provisional. */
static enum outcome check_changes(const json_t *changes, int64_t eligible, int64_t roll,
                                  struct fail *fail)
{
    static const char *const names[] = {"included", "removed", "provisional"};
    int64_t numbers[3] = {0};
    struct span name;
    if (json_array_size(changes) == 0)
        return OK;
    for (size_t i = 0; i < 3; i++)
        if (!read_cell(json_array_get(changes, i), LIMIT_CREDENTIALS, &name, &numbers[i]) ||
            !span_is(name, names[i]))
            return fail_set(fail, BAD_INPUT, "roll.account", "the account's changes are malformed");
    if (json_array_size(changes) != 3 ||
        (eligible >= 0 && eligible + numbers[0] - numbers[1] + numbers[2] != roll))
        return fail_set(fail, CONFLICT, "roll.account",
                        "eligible, included, removed and provisional do not give the roll");
    return OK;
}

static enum outcome check_account(const struct state *state, const json_t *account, uint64_t size,
                                  struct fail *fail)
{
    int64_t eligible = -1;
    struct json_take take = json_take_from(account, "account", fail);
    int64_t rows = json_take_integer(&take, "rows", 0, INT64_MAX);
    const json_t *cells = json_take_array(&take, "cells");
    const json_t *feeds = json_take_array(&take, "feeds");
    int64_t roll = json_take_integer(&take, "roll", (int64_t)size, (int64_t)size);
    const json_t *changes = json_take_array(&take, "changes");
    json_take_array(&take, "cases"); /* these four are what custody counted */
    json_take_array(&take, "effects");
    json_take_integer(&take, "hours", -1, INT64_MAX);
    json_take_integer(&take, "late", 0, INT64_MAX);
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = sum_cells(cells, rows, &eligible, fail);
    if (outcome == OK)
        outcome = check_feeds(state, feeds, rows, fail);
    return outcome == OK ? check_changes(changes, eligible, roll, fail) : outcome;
}

/* -- what a version adds and revokes ---------------------------------------------------------- */

struct roll_entry {
    int64_t at_s;
    uint8_t root[HASH_BYTES];
    uint64_t size;
    uint64_t adds; /* credentials of all styles */
    struct style_count styles[LIMIT_STYLES];
    const json_t *revoked;
};

/* One row per style of the definition. */
static enum outcome read_styles(const struct state *state, const json_t *list,
                                struct roll_entry *out, struct fail *fail)
{
    const struct definition *definition = state->definition;
    if (json_array_size(list) != definition->style_count)
        return fail_set(fail, BAD_INPUT, "roll.styles", "one row is needed for each style");
    out->adds = 0;
    for (unsigned i = 0; i < definition->style_count; i++) {
        struct style_count *count = &out->styles[i];
        struct json_take take = json_take_from(json_array_get(list, i), "roll style", fail);
        struct span id = json_take_string(&take, "style");
        int64_t credentials = json_take_integer(&take, "credentials", 0, LIMIT_CREDENTIALS);
        int64_t provisional = json_take_integer(&take, "provisional", 0, credentials);
        enum outcome outcome = json_take_end(&take);
        if (outcome != OK)
            return outcome;
        if (!span_is(id, definition->styles[i].id))
            return fail_set(fail, BAD_INPUT, "roll.styles", "style %u should be \"%s\"", i + 1,
                            definition->styles[i].id);
        *count = (struct style_count){(uint64_t)credentials, (uint64_t)provisional};
        out->adds += count->credentials;
    }
    return OK;
}

static bool read_key(const json_t *list, size_t i, uint8_t out_key[static KEY_BYTES])
{
    return hex_read(json_span(json_array_get(list, i)), out_key, KEY_BYTES);
}

/* Nobody who has cast is removed, so these live and have no ballot. */
static enum outcome check_revoked(const struct state *state, const json_t *list, struct fail *fail)
{
    uint8_t key[KEY_BYTES], before[KEY_BYTES] = {0};
    if (json_array_size(list) > ROLL_REVOKED_MAX)
        return fail_set(fail, TOO_LARGE, "roll.revoked", "one version revokes at most %d",
                        ROLL_REVOKED_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!read_key(list, i, key) || (i > 0 && memcmp(before, key, KEY_BYTES) >= 0))
            return fail_set(fail, BAD_INPUT, "roll.revoked", "not keys in ascending order");
        const struct credential *credential = electorate_find(&state->electorate, key);
        if (!credential || credential->killed || credential->ballots > 0)
            return fail_set(fail, CONFLICT, "roll.revoked",
                            "a credential to be revoked does not live, or has cast a ballot");
        memcpy(before, key, KEY_BYTES);
    }
    return OK;
}

static void revoke(struct state *state, const json_t *list)
{
    uint8_t key[KEY_BYTES];
    for (size_t i = 0; i < json_array_size(list); i++)
        if (read_key(list, i, key))
            electorate_find(&state->electorate, key)->killed = true;
}

/* -- the entry -------------------------------------------------------------------------------- */

/* Members have their time to look and to dispute before the first version. */
static enum outcome check_time(const struct state *state, int64_t at_s, struct fail *fail)
{
    const struct definition *definition = state->definition;
    if (at_s < state->latest_at_s)
        return fail_set(fail, CONFLICT, "roll.time",
                        "a roll cannot be of a time before that of the case before it");
    if (state->roll == 0 && !definition->rehearsal && at_s < definition->inspection_closes_s)
        return fail_set(fail, NOT_ALLOWED, "roll.inspection",
                        "members may inspect the roll for another %lld hours; seal it then",
                        (long long)((definition->inspection_closes_s - at_s + 3599) / 3600));
    return OK;
}

static enum outcome read_roll(const struct turn *turn, struct roll_entry *out, struct fail *fail)
{
    const struct state *state = turn->state;
    uint8_t annex[HASH_BYTES], access[HASH_BYTES];
    struct json_take take = statement_take(turn->statement, fail);
    json_take_integer(&take, "version", state->roll + 1, state->roll + 1);
    out->at_s = json_take_integer(&take, "at", 0, INT64_MAX);
    json_take_hex(&take, "root", out->root, HASH_BYTES);
    out->size = (uint64_t)json_take_integer(&take, "size", 1, LIMIT_CREDENTIALS);
    const json_t *styles = json_take_array(&take, "styles");
    out->revoked = json_take_array(&take, "revoked");
    json_take_hex(&take, "annex", annex, HASH_BYTES);
    json_take_hex(&take, "access", access, HASH_BYTES);
    const json_t *account = json_take_object(&take, "account");
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = read_styles(state, styles, out, fail);
    return outcome == OK ? check_account(state, account, out->size, fail) : outcome;
}

static enum outcome check_place(const struct turn *turn, struct fail *fail)
{
    const struct state *state = turn->state;
    const struct source_list *sources = &state->definition->sources;
    bool listed = false;
    for (unsigned i = 0; i < sources->count; i++)
        listed = listed || (sources->sources[i].lists && state->counting[i].number > 0);
    if (!listed)
        return fail_set(fail, NOT_ALLOWED, "roll.early",
                        "there is no snapshot yet of a source that lists members");
    if (state->difference_from > 0)
        return fail_set(fail, BUSY, "difference.pending",
                        "the latest snapshot waits for its difference; try again");
    if (state->roll > 0 && !state->issued)
        return fail_set(fail, NOT_ALLOWED, "roll.unissued",
                        "version %u waits for its credentials; the registrar issues them first",
                        state->roll);
    return state->roll == 0 ? kind_answers(turn, state->snapshot_leaf, "the last snapshot", fail)
                            : kind_answers(turn, state->roll_leaf, "the last roll", fail);
}

enum outcome check_roll(const struct turn *turn, struct fail *fail)
{
    struct roll_entry entry;
    enum outcome outcome = check_place(turn, fail);
    if (outcome == OK)
        outcome = read_roll(turn, &entry, fail);
    if (outcome == OK)
        outcome = check_time(turn->state, entry.at_s, fail);
    if (outcome == OK && turn->state->roll == 0 && entry.adds < entry.size)
        outcome =
            fail_set(fail, CONFLICT, "roll.styles", "%llu credentials are too few for %llu entries",
                     (unsigned long long)entry.adds, (unsigned long long)entry.size);
    return outcome == OK ? check_revoked(turn->state, entry.revoked, fail) : outcome;
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
    revoke(state, entry.revoked);
    state->latest_at_s = entry.at_s;
    state->roll_size = entry.size;
    state->roll++;
    state->issued = entry.adds == 0;
    return OK;
}
