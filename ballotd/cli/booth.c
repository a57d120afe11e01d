#include "cli/booth.h"

#include "base/code.h"
#include "log/proof.h"

static enum outcome follow(struct booth *booth, enum follow_how how, struct fail *fail)
{
    enum outcome outcome = follower_read(booth->follower, how, fail);
    booth->whole = how == FOLLOW_ALL;
    return outcome;
}

static enum outcome read_board(struct booth *booth, const char *log_key, struct fail *fail)
{
    uint8_t key[KEY_BYTES];
    if (log_key && !hex_read(span_str(log_key), key, KEY_BYTES))
        return fail_set(fail, BAD_INPUT, "cast.log-key", "--log-key: 64 hex digits expected");
    enum outcome outcome = follower_new(booth->desk.client, span_str(booth->desk.origin),
                                        log_key ? key : NULL, &booth->follower, fail);
    if (outcome == OK)
        outcome = follow(booth, FOLLOW_TO_OPEN, fail);
    if (outcome != OK)
        return outcome;
    booth->state = follower_state(booth->follower);
    if (booth->state->phase != PHASE_OPEN)
        return fail_set(fail, NOT_ALLOWED, "cast.closed", "voting is not open: the election is %s",
                        phase_name(booth->state->phase));
    /* Which ballot of the credential the next one is stands further on in the log. */
    if (booth->state->definition->changing)
        outcome = follow(booth, FOLLOW_ALL, fail);
    return outcome == OK ? follower_log_key(booth->follower, &booth->log_key, fail) : outcome;
}

enum outcome booth_open(const char *url, const char *log_key, struct booth *out_booth,
                        struct fail *fail)
{
    const struct desk_options options = {.url = url};
    *out_booth = (struct booth){.whole = false};
    enum outcome outcome = desk_open(&options, &out_booth->desk, fail);
    if (outcome == OK)
        outcome = read_board(out_booth, log_key, fail);
    if (outcome != OK)
        booth_close(out_booth);
    return outcome;
}

void booth_close(struct booth *booth)
{
    follower_free(booth->follower);
    desk_close(&booth->desk);
    *booth = (struct booth){.whole = false};
}

enum outcome booth_read_whole(struct booth *booth, struct fail *fail)
{
    return booth->whole ? OK : follow(booth, FOLLOW_ALL, fail);
}

enum outcome booth_begin(struct booth *booth, const struct credential_code *code,
                         struct ballot_cast *out_cast, struct fail *fail)
{
    enum outcome outcome = ballot_cast_begin(booth->state, code, out_cast, fail);
    if (outcome == OK || booth->whole || strcmp(fail->code, "cast.code") != 0)
        return outcome;
    outcome = booth_read_whole(booth, fail);
    return outcome == OK ? ballot_cast_begin(booth->state, code, out_cast, fail) : outcome;
}

enum outcome booth_check_receipt(const struct booth *booth, struct span note, struct span receipt,
                                 struct fail *fail)
{
    struct proof proof;
    struct merkle_hash leaf;
    merkle_leaf(note, &leaf);
    enum outcome outcome = proof_read(receipt, &proof, fail);
    if (outcome == OK)
        outcome = proof_verify(&proof, &leaf, &booth->log_key, fail);
    return outcome == OK ? OK : fail_within(fail, "the receipt does not hold");
}

bool booth_is_refusal(const struct booth *booth, struct span note, struct span refusal)
{
    struct statement statement;
    struct note_key key;
    struct merkle_hash leaf;
    merkle_leaf(note, &leaf);
    const struct definition *definition = booth->state->definition;
    if (statement_read(refusal, span_str(booth->desk.origin), &statement, NULL) != OK)
        return false;
    bool holds = statement_is(&statement, KIND_REFUSAL) &&
                 memcmp(statement.answers, leaf.bytes, HASH_BYTES) == 0 &&
                 definition_key(booth->desk.origin, NAME_AUTHORITY, "", definition->authority_key,
                                &key, NULL) == OK &&
                 note_verify(&statement.note, &key, NULL) == OK;
    statement_done(&statement);
    return holds;
}
