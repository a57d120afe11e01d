/* The kind issue: the credentials that a version of the roll adds (docs/protocol.md section 7). */
#include "election/kind.h"

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
    struct style_count counts[LIMIT_STYLES];
    const struct definition *definition = state->definition;
    enum outcome outcome =
        electorate_check_list(&state->electorate, list, definition->style_count, counts, fail);
    for (unsigned i = 0; outcome == OK && i < definition->style_count; i++) {
        const struct style_count *roll = &state->roll_styles[i];
        if (counts[i].credentials != roll->credentials ||
            counts[i].provisional != roll->provisional)
            outcome = fail_set(fail, CONFLICT, "issue.count",
                               "style \"%s\": the roll adds %llu (%llu provisional), the issue "
                               "list %llu (%llu)",
                               definition->styles[i].id, (unsigned long long)roll->credentials,
                               (unsigned long long)roll->provisional,
                               (unsigned long long)counts[i].credentials,
                               (unsigned long long)counts[i].provisional);
    }
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
    if (outcome == OK && state->electorate.count + count > LIMIT_CREDENTIALS)
        outcome = fail_set(fail, TOO_LARGE, "issue.total", "there may be %d credentials in all",
                           LIMIT_CREDENTIALS);
    if (outcome == OK)
        outcome = check_issue_counts(state, buf_span(&list), fail);
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
