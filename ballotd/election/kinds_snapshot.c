/* The kinds from which a roll is made: snapshot, difference, case (docs/protocol.md section 4).
 * What stands behind the commitments is confidential and checked elsewhere (election/custody.h);
 * here is what everyone can check. */
#include "election/kind.h"

#include "roll.h"

/* -- snapshot --------------------------------------------------------------------------------- */

/* Nothing builds on a snapshot before everyone can see what it changed. */
static enum outcome need_difference(const struct state *state, struct fail *fail)
{
    if (state->difference_from == 0)
        return OK;
    return fail_set(fail, BUSY, "difference.pending",
                    "the daemon is still comparing snapshot %u with snapshot %u; try again",
                    state->snapshots, state->difference_from);
}

static enum outcome read_snapshot(const struct turn *turn, unsigned *out_source, uint64_t *out_rows,
                                  struct fail *fail)
{
    uint8_t hash[HASH_BYTES];
    unsigned number = turn->state->snapshots + 1;
    struct json_take take = statement_take(turn->statement, fail);
    json_take_integer(&take, "number", number, number);
    struct span source = json_take_string(&take, "source");
    const json_t *purpose = json_take_object(&take, "purpose");
    int64_t taken_s = json_take_integer(&take, "taken_at", 0, INT64_MAX);
    json_take_integer(&take, "as_of", 0, taken_s);
    json_take_hex(&take, "commitment", hash, HASH_BYTES);
    json_take_hex(&take, "mapping", hash, HASH_BYTES);
    *out_rows = (uint64_t)json_take_integer(&take, "rows", 1, ROLL_ROWS_MAX);
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = text_check(purpose, "purpose", fail);
    int found = sources_find(&turn->state->definition->sources, source);
    if (outcome == OK && found < 0)
        outcome = fail_set(fail, NOT_FOUND, "snapshot.source",
                           "the definition has no source \"%.*s\"", (int)source.len, source.ptr);
    *out_source = (unsigned)found;
    return outcome;
}

enum outcome check_snapshot(const struct turn *turn, struct fail *fail)
{
    unsigned source;
    uint64_t rows;
    enum outcome outcome = kind_answers(turn, turn->state->definition_leaf, "the definition", fail);
    if (outcome == OK)
        outcome = read_snapshot(turn, &source, &rows, fail);
    if (outcome == OK && turn->state->roll > 0)
        outcome = fail_set(fail, NOT_ALLOWED, "snapshot.sealed",
                           "the roll is sealed; what changes now takes a case");
    return outcome == OK ? need_difference(turn->state, fail) : outcome;
}

enum outcome apply_snapshot(const struct turn *turn, struct fail *fail)
{
    struct state *state = turn->state;
    unsigned source;
    uint64_t rows;
    enum outcome outcome = read_snapshot(turn, &source, &rows, fail);
    if (outcome != OK)
        return outcome;
    state->snapshots++;
    state->difference_from = state->counting[source].number;
    state->counting[source] = (struct counting){state->snapshots, rows};
    memcpy(state->snapshot_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    return OK;
}

uint64_t state_rows(const struct state *state)
{
    uint64_t rows = 0;
    for (unsigned i = 0; i < ROLL_SOURCES_MAX; i++)
        rows += state->counting[i].rows;
    return rows;
}

/* -- difference ------------------------------------------------------------------------------- */

/* A number of 1 to 3 would speak of few people; the board says 4. */
static enum outcome read_difference(const struct turn *turn, struct fail *fail)
{
    static const char *const counts[] = {"joined", "left",  "status", "unit",
                                         "email",  "phone", "address"};
    const struct state *state = turn->state;
    bool small = false;
    struct json_take take = statement_take(turn->statement, fail);
    json_take_integer(&take, "from", state->difference_from, state->difference_from);
    json_take_integer(&take, "to", state->snapshots, state->snapshots);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        int64_t count = json_take_integer(&take, counts[i], 0, ROLL_ROWS_MAX);
        small = small || (count > 0 && count < ROLL_SMALL_CELL - 1);
    }
    json_take_integer(&take, "alarms", 0, INT64_MAX);
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK && small)
        outcome = fail_set(fail, BAD_INPUT, "difference.small", "1 to 4 people are stated as 4");
    return outcome;
}

enum outcome check_difference(const struct turn *turn, struct fail *fail)
{
    if (turn->state->difference_from == 0)
        return fail_set(fail, NOT_ALLOWED, "difference.done",
                        "no snapshot waits for its difference");
    enum outcome outcome =
        kind_answers(turn, turn->state->snapshot_leaf, "the snapshot that it is about", fail);
    return outcome == OK ? read_difference(turn, fail) : outcome;
}

enum outcome apply_difference(const struct turn *turn, struct fail *fail)
{
    (void)fail;
    turn->state->difference_from = 0;
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
    int64_t at_s = json_take_integer(&take, "at", 0, INT64_MAX);
    json_take_hex(&take, "commitment", commitment, HASH_BYTES);
    outcome = json_take_end(&take);
    if (outcome == OK && state->snapshots == 0)
        outcome = fail_set(fail, NOT_ALLOWED, "case.early", "there is no snapshot to dispute yet");
    if (outcome == OK && at_s < state->latest_at_s)
        outcome = fail_set(fail, CONFLICT, "case.clock",
                           "a case cannot be entered before the time of what stands before it");
    return outcome == OK ? need_difference(state, fail) : outcome;
}

enum outcome apply_case(const struct turn *turn, struct fail *fail)
{
    (void)fail;
    turn->state->cases++;
    turn->state->latest_at_s = json_integer_value(json_object_get(turn->statement->object, "at"));
    return OK;
}
