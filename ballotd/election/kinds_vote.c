/* The kinds of the vote: open, ballot, close (docs/protocol.md sections 4 and 8). */
#include "election/kind.h"

#include "base/code.h"
#include "crypto/context.h"
#include "crypto/hash.h"
#include "election/ballot.h"
#include "log/checkpoint.h"
#include "log/policy.h"

#include <stdlib.h>

/* -- open ------------------------------------------------------------------------------------- */

struct open_entry {
    uint8_t root[HASH_BYTES];
    struct point key;
    const json_t *contests, *papers;
    int64_t at_s;
};

static enum outcome read_open(const struct turn *turn, struct open_entry *out, struct fail *fail)
{
    struct json_take take = statement_take(turn->statement, fail);
    json_take_integer(&take, "roll", turn->state->roll, turn->state->roll);
    json_take_hex(&take, "root", out->root, HASH_BYTES);
    json_take_hex(&take, "public", out->key.bytes, POINT_BYTES);
    out->contests = json_take_array(&take, "contests");
    out->papers = json_take_array(&take, "papers");
    out->at_s = json_take_integer(&take, "at", 0, INT64_MAX);
    return json_take_end(&take);
}

static enum outcome check_contest_list(const struct state *state, const json_t *list,
                                       struct fail *fail)
{
    bool same = json_array_size(list) == state->contest_count;
    for (unsigned i = 0; same && i < state->contest_count; i++) {
        uint8_t leaf[HASH_BYTES];
        same = hex_read(json_span(json_array_get(list, i)), leaf, HASH_BYTES) &&
               memcmp(leaf, state->contests[i].leaf, HASH_BYTES) == 0;
    }
    return same ? OK
                : fail_set(fail, CONFLICT, "open.contests",
                           "the contests listed are not those that stand");
}

/* The paper's blob: exactly the text that follows from the contests, signed by the authority. */
static enum outcome check_paper_note(const struct state *state, const struct ballot_paper *paper,
                                     struct span bytes, struct fail *fail)
{
    uint8_t ctx2[HASH_BYTES];
    struct note note;
    struct note_key key;
    struct buf text;
    enum outcome outcome = note_read(bytes, &note, fail);
    if (outcome != OK)
        return outcome;
    state_next_ctx2(state, ctx2);
    buf_init(&text, LIMIT_ENTRY_BYTES);
    ballot_paper_print(paper, span_str(state->origin), ctx2, state->definition_leaf, &text);
    if (note.count != 1 || !span_equal(note.text, buf_span(&text)))
        outcome = fail_set(fail, CONFLICT, "open.paper",
                           "the paper of style \"%s\" is not what the contests give", paper->style);
    if (outcome == OK)
        outcome = definition_key(state->origin, NAME_AUTHORITY, "",
                                 state->definition->authority_key, &key, fail);
    if (outcome == OK)
        outcome = note_verify(&note, &key, fail);
    buf_done(&text);
    return outcome;
}

static enum outcome read_paper(const struct turn *turn, const json_t *item, unsigned style,
                               struct ballot_paper *out_paper, struct fail *fail)
{
    const struct state *state = turn->state;
    const char *id = state->definition->styles[style].id;
    struct blob_ref ref;
    struct json_take take = json_take_from(item, "paper", fail);
    struct span named = json_take_string(&take, "style");
    const json_t *object = json_take_object(&take, "paper");
    enum outcome outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = blob_ref_read(object, &ref, fail);
    if (outcome != OK)
        return outcome;
    ballot_paper_make(state->contests, state->contest_count, span_str(id), state->roll, out_paper);
    memcpy(out_paper->sha256, ref.sha256, HASH_BYTES);
    if (!span_is(named, id) || out_paper->count == 0)
        return fail_set(fail, CONFLICT, "open.style",
                        "style \"%s\" has no paper here, or no contest", id);
    if (turn->trust != TRUST_NOTHING)
        return OK;
    struct buf bytes;
    outcome = turn_blob(turn, &ref, &bytes, fail);
    if (outcome == OK)
        outcome = check_paper_note(state, out_paper, buf_span(&bytes), fail);
    buf_done(&bytes);
    return outcome;
}

static enum outcome read_papers(const struct turn *turn, const json_t *list,
                                struct ballot_paper **out_papers, struct fail *fail)
{
    unsigned count = turn->state->definition->style_count;
    if (json_array_size(list) != count)
        return fail_set(fail, CONFLICT, "open.papers", "one paper is needed for each style");
    struct ballot_paper *papers = calloc(count, sizeof *papers);
    if (!papers)
        return fail_set(fail, BROKEN, "memory", "out of memory");
    enum outcome outcome = OK;
    for (unsigned i = 0; outcome == OK && i < count; i++)
        outcome = read_paper(turn, json_array_get(list, i), i, &papers[i], fail);
    if (outcome != OK)
        free(papers);
    else
        *out_papers = papers;
    return outcome;
}

/* Times never decrease along the log: a case that was answered in time stays so. */
static enum outcome check_latest(const struct state *state, int64_t at_s, struct fail *fail)
{
    return at_s >= state->latest_at_s
               ? OK
               : fail_set(fail, CONFLICT, "statement.clock",
                          "the time stated is before that of a case or opening that stands; fetch "
                          "the draft again");
}

enum outcome check_open(const struct turn *turn, struct fail *fail)
{
    const struct state *state = turn->state;
    struct open_entry entry;
    struct ballot_paper *papers = NULL;
    if (!state->issued || state->contest_count == 0)
        return fail_set(fail, NOT_ALLOWED, "open.early",
                        "voting cannot open before there are contests, a roll and credentials");
    enum outcome outcome = kind_answers(turn, state->issue_leaf, "the issue of the roll", fail);
    if (outcome == OK)
        outcome = read_open(turn, &entry, fail);
    if (outcome == OK && (memcmp(entry.root, state->roll_root, HASH_BYTES) != 0 ||
                          !point_equal(&entry.key, &state->ceremony.key)))
        outcome = fail_set(fail, CONFLICT, "open.roll",
                           "the roll's root or the election's key is not the one that stands");
    if (outcome == OK)
        outcome = check_latest(state, entry.at_s, fail);
    if (outcome == OK && !state->definition->rehearsal && entry.at_s < state->definition->opens_s)
        outcome = fail_set(fail, NOT_ALLOWED, "open.early", "the timetable opens voting later");
    if (outcome == OK)
        outcome = check_contest_list(state, entry.contests, fail);
    if (outcome == OK)
        outcome = read_papers(turn, entry.papers, &papers, fail);
    free(papers);
    return outcome;
}

enum outcome apply_open(const struct turn *turn, struct fail *fail)
{
    struct state *state = turn->state;
    struct open_entry entry;
    enum outcome outcome = read_open(turn, &entry, fail);
    if (outcome == OK)
        outcome = read_papers(turn, entry.papers, &state->papers, fail);
    if (outcome != OK)
        return outcome;
    state_next_ctx2(state, state->ctx2);
    memcpy(state->open_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    state->latest_at_s = entry.at_s;
    state->open_index = state->tree.size;
    state->phase = PHASE_OPEN;
    return OK;
}

/* -- ballot ----------------------------------------------------------------------------------- */

static enum outcome check_credential_of(const struct state *state, const struct ballot *ballot,
                                        struct fail *fail)
{
    const struct credential *credential = electorate_find(&state->electorate, ballot->credential);
    if (!credential)
        return fail_set(fail, NOT_ALLOWED, "ballot.credential",
                        "this credential was never issued; check the voting code");
    if (credential->killed)
        return fail_set(fail, NOT_ALLOWED, "ballot.killed",
                        "this code was replaced by a new one; use the new one");
    const char *style = state->definition->styles[credential->style].id;
    if (!span_is(ballot->style, style) || ballot->roll != credential->roll)
        return fail_set(fail, CONFLICT, "ballot.style",
                        "the credential is of style \"%s\" and roll version %u", style,
                        credential->roll);
    if (memcmp(ballot->paper, state->papers[credential->style].sha256, HASH_BYTES) != 0)
        return fail_set(fail, CONFLICT, "ballot.paper",
                        "the ballot is not on the paper of style \"%s\"", style);
    return OK;
}

static enum outcome check_sequence(const struct state *state, const struct ballot *ballot,
                                   struct fail *fail)
{
    static const uint8_t zeros[HASH_BYTES];
    const struct credential *credential = electorate_find(&state->electorate, ballot->credential);
    bool changing = state->definition->changing;
    if (credential->ballots > 0 && !changing)
        return fail_set(fail, CONFLICT, "ballot.repeated",
                        "a ballot was cast with this code already, and votes cannot be changed");
    const uint8_t *previous = credential->ballots > 0 ? credential->ballot_leaf : zeros;
    if (ballot->sequence != credential->ballots ||
        memcmp(ballot->previous, previous, HASH_BYTES) != 0)
        return fail_set(fail, CONFLICT, "ballot.sequence",
                        "this should be ballot number %u of the credential", credential->ballots);
    return OK;
}

static enum outcome check_alphas_fresh(const struct state *state, const struct ballot *ballot,
                                       struct fail *fail)
{
    const struct envelope *envelope = (const struct envelope *)ballot->body.bytes;
    for (size_t i = 0; i < ballot->body.len / sizeof *envelope; i++) {
        uint32_t ignored;
        if (keytable_find(&state->electorate.alphas, envelope[i].ciphertext.alpha.bytes, &ignored))
            return fail_set(fail, CONFLICT, "ballot.alpha-repeated",
                            "a ciphertext of this ballot occurs in another one");
    }
    return OK;
}

enum outcome check_ballot(const struct turn *turn, struct fail *fail)
{
    const struct state *state = turn->state;
    struct ballot ballot;
    enum outcome outcome = kind_answers(turn, state->open_leaf, "the opening", fail);
    if (outcome != OK)
        return outcome;
    outcome = ballot_read(turn->statement, &ballot, fail);
    if (outcome == OK)
        outcome = check_credential_of(state, &ballot, fail);
    if (outcome == OK)
        outcome = check_sequence(state, &ballot, fail);
    if (outcome == OK && turn->trust == TRUST_NOTHING) {
        struct ballot_binding binding = state_binding(state, ballot.credential);
        int style = definition_style(state->definition, ballot.style);
        outcome = ballot_paper_check(&state->papers[style], &binding, buf_span(&ballot.body), fail);
    }
    if (outcome == OK)
        outcome = check_alphas_fresh(state, &ballot, fail);
    ballot_done(&ballot);
    return outcome;
}

enum outcome apply_ballot(const struct turn *turn, struct fail *fail)
{
    struct state *state = turn->state;
    struct ballot ballot;
    enum outcome outcome = ballot_read(turn->statement, &ballot, fail);
    if (outcome == OK) {
        struct credential *credential = electorate_find(&state->electorate, ballot.credential);
        credential->ballots++;
        state->electorate.ballots++;
        credential->ballot = state->tree.size;
        memcpy(credential->ballot_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    }
    const struct envelope *envelope = (const struct envelope *)ballot.body.bytes;
    for (size_t i = 0; outcome == OK && i < ballot.body.len / sizeof *envelope; i++)
        outcome =
            keytable_add(&state->electorate.alphas, envelope[i].ciphertext.alpha.bytes, 0, fail);
    ballot_done(&ballot);
    return outcome;
}

/* -- checkpoints that close and freeze name ---------------------------------------------------- */

static enum outcome judge_checkpoint(const struct state *state, struct span bytes, uint64_t covers,
                                     struct fail *fail)
{
    struct note note;
    struct note_key key;
    struct checkpoint checkpoint;
    struct policy *policy = NULL;
    struct policy_view view;
    enum outcome outcome =
        definition_key(state->origin, "", "", state->definition->log_key, &key, fail);
    if (outcome == OK)
        outcome = checkpoint_open(bytes, &key, &note, &checkpoint, fail);
    if (outcome == OK)
        outcome = policy_new(span_str(state->definition->witnesses), &policy, fail);
    if (outcome == OK)
        outcome = policy_judge(policy, &note, &view, fail);
    if (outcome == OK &&
        (checkpoint.size <= covers || checkpoint.size > state->tree.size || !view.quorum))
        outcome = fail_set(fail, BAD_PROOF, "checkpoint.witnesses",
                           "the checkpoint named does not cover the entry, or lacks witnesses");
    policy_free(policy);
    return outcome;
}

enum outcome turn_checkpoint(const struct turn *turn, const json_t *object, uint64_t covers,
                             struct fail *fail)
{
    static const uint8_t zeros[HASH_BYTES];
    struct blob_ref ref;
    struct buf bytes;
    enum outcome outcome = blob_ref_read(object, &ref, fail);
    if (outcome != OK || turn->trust == TRUST_LOG)
        return outcome;
    bool none = ref.size == 0 && memcmp(ref.sha256, zeros, HASH_BYTES) == 0;
    bool wanted = turn->state->definition->witnesses[0] != '\0';
    if (none == wanted)
        return fail_set(fail, BAD_INPUT, "checkpoint.missing",
                        "a cosigned checkpoint is named exactly where there are witnesses");
    if (none)
        return OK;
    outcome = turn_blob(turn, &ref, &bytes, fail);
    if (outcome == OK)
        outcome = judge_checkpoint(turn->state, buf_span(&bytes), covers, fail);
    buf_done(&bytes);
    return outcome;
}

/* -- close ------------------------------------------------------------------------------------ */

enum outcome check_close(const struct turn *turn, struct fail *fail)
{
    const struct state *state = turn->state;
    enum outcome outcome = kind_answers(turn, state->open_leaf, "the opening", fail);
    if (outcome != OK)
        return outcome;
    struct json_take take = statement_take(turn->statement, fail);
    const json_t *checkpoint = json_take_object(&take, "checkpoint");
    int64_t at_s = json_take_integer(&take, "at", 0, INT64_MAX);
    outcome = json_take_end(&take);
    if (outcome == OK)
        outcome = check_latest(state, at_s, fail);
    if (outcome == OK && !state->definition->rehearsal && at_s < state->closes_s)
        outcome = fail_set(fail, NOT_ALLOWED, "close.early", "the timetable closes voting later");
    if (outcome == OK)
        outcome = turn_checkpoint(turn, checkpoint, state->open_index, fail);
    return outcome;
}

enum outcome apply_close(const struct turn *turn, struct fail *fail)
{
    (void)fail;
    struct state *state = turn->state;
    state->latest_at_s = json_integer_value(json_object_get(turn->statement->object, "at"));
    state->phase = PHASE_CLOSED;
    state->close_index = state->tree.size;
    memcpy(state->close_leaf, turn->statement->leaf.bytes, HASH_BYTES);
    return OK;
}
