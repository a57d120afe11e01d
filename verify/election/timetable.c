/* STATE.timetable and STATE.amend: what was announced, what was changed, and when the vote was open
 * by the daemon's clock and by those of the witnesses. */
#include "election/election.h"
#include "log/policy.h"

#include <inttypes.h>
#include <stdlib.h>

/* Changes of the close only move it later; a withdrawal is of a candidate who stood until then. */
static void check_amend(const struct election *election, size_t place, int64_t *closes_at)
{
    uint64_t entry = election->by[AMEND].at[place];
    const struct amend *amend = election_says(election, entry)->amend;
    if (amend->change == CHANGE_CLOSE) {
        if (amend->closes_at <= *closes_at)
            report_fail(election->report, STATE_AMEND, entry, "the close is not moved later");
        *closes_at = amend->closes_at;
        return;
    }
    if (amend->change != CHANGE_WITHDRAW)
        return;
    int contest = election_contest(election, amend->contest);
    if (contest < 0 || election->by[CONTEST].at[contest] > entry ||
        amend->candidate > election_contest_at(election, (size_t)contest)->candidate_count) {
        report_fail(election->report, STATE_AMEND, entry,
                    "withdraws a candidate who does not stand");
        return;
    }
    for (size_t i = 0; i < place; i++) {
        const struct amend *other = election_says(election, election->by[AMEND].at[i])->amend;
        if (other->change == CHANGE_WITHDRAW && other->candidate == amend->candidate &&
            span_equal(other->contest, amend->contest))
            report_fail(election->report, STATE_AMEND, entry, "withdraws a candidate twice");
    }
}

/* The latest time that the daemon stated in the first `size` entries. */
static uint64_t latest_at(const struct election *election, uint64_t size)
{
    int64_t latest = 0;
    for (uint64_t entry = 0; entry < size; entry++) {
        const struct statement *says = election_says(election, entry);
        enum kind kind = says == NULL ? ELECTION : says->kind;
        int64_t at = kind == CASE    ? says->filed->at
                     : kind == ROLL  ? says->roll->at
                     : kind == OPEN  ? says->open->at
                     : kind == CLOSE ? says->close->at
                                     : 0;
        latest = at > latest ? at : latest;
    }
    return (uint64_t)latest;
}

/* Clocks of others may be so much behind. */
enum { CLOCKS_APART_S = 600 };

static uint64_t not_before(uint64_t from_s, uint64_t stated_s)
{
    return stated_s > from_s + CLOCKS_APART_S ? stated_s - CLOCKS_APART_S : from_s;
}

/*
 * A checkpoint that an entry names: of this log, signed by its key, over `covers` but not over the
 * entry itself, and cosigned by a quorum no earlier than `from_s`,
 * nor than what the daemon stated to be the time in entries that it covers.
 */
static enum outcome check_checkpoint(struct election *election, const struct blob *blob,
                                     uint64_t covers, uint64_t entry, uint64_t from_s,
                                     struct fail *fail)
{
    struct note note;
    struct checkpoint checkpoint;
    struct merkle_hash root;
    struct span bytes;
    struct policy *policy = malloc(sizeof *policy);
    struct note_key key = {.name = election->origin, .algorithm = NOTE_ED25519};
    memcpy(key.key, election->definition->log, KEY_BYTES);
    enum outcome outcome = policy == NULL ? fail_unable(fail, "no memory for the policy") : GOOD;
    if (outcome == GOOD)
        outcome = policy_parse(election->definition->witnesses, policy, fail);
    if (outcome == GOOD)
        outcome = board_blob(election->board, blob, &bytes, fail);
    if (outcome == GOOD)
        outcome = note_parse(bytes, &note, fail);
    if (outcome == GOOD)
        outcome = checkpoint_parse(note.text, &checkpoint, fail);
    if (outcome == GOOD)
        outcome = note_verify(&note, &key, NULL, fail);
    if (outcome == GOOD && (!span_equal(checkpoint.origin, election->origin) ||
                            checkpoint.size <= covers || checkpoint.size > entry))
        outcome = fail_bad(fail, "the checkpoint of size %" PRIu64 " is not one that belongs here",
                           checkpoint.size);
    if (outcome == GOOD) {
        board_root_at(election->board, checkpoint.size, &root);
        if (!merkle_equal(&root, &checkpoint.root))
            outcome = fail_bad(fail, "the checkpoint is of another tree");
    }
    if (outcome == GOOD && !election->definition->rehearsal)
        from_s = not_before(from_s, latest_at(election, checkpoint.size));
    if (outcome == GOOD)
        outcome = policy_satisfied(policy, &note, from_s, UINT64_MAX, fail);
    free(policy);
    return outcome;
}

/* The checkpoint that `entry` names and that must cover the entry `covers`. */
static void check_witnessed(struct election *election, const struct blob *blob, uint64_t covers,
                            uint64_t entry, int64_t from_s)
{
    struct fail fail;
    enum outcome outcome = GOOD;
    bool none = election->definition->witnesses.len == 0;
    if (none && !blob_is_none(blob))
        outcome = fail_bad(&fail, "names a checkpoint although there are no witnesses");
    else if (!none && blob_is_none(blob))
        outcome = fail_bad(&fail, "names no cosigned checkpoint");
    else if (!none)
        outcome = check_checkpoint(election, blob, covers, entry,
                                   election->definition->rehearsal ? 0 : (uint64_t)from_s, &fail);
    (void)report_take(election->report, STATE_TIMETABLE, entry, outcome, &fail);
}

/* Members have had their time to look and to dispute before the first version. */
static void check_inspection(struct election *election)
{
    uint64_t entry = election_first(election, ROLL);
    int64_t ends_at = election->definition->timetable.inspection_closes_at;
    if (election->definition->rehearsal || entry == NO_ENTRY)
        return;
    int64_t at = election_says(election, entry)->roll->at;
    if (at < ends_at)
        report_fail(election->report, STATE_TIMETABLE, entry,
                    "sealed %" PRId64 " s before the inspection was over", ends_at - at);
}

void timetable_check(struct election *election)
{
    struct report *report = election->report;
    const struct definition *definition = election->definition;
    int64_t closes_at = definition->timetable.closes_at;
    int64_t opens_at = definition->timetable.opens_at;
    uint64_t open = election_first(election, OPEN), close = election_first(election, CLOSE);
    uint64_t freeze = election_first(election, FREEZE);
    for (size_t i = 0; i < election->by[AMEND].count; i++)
        check_amend(election, i, &closes_at);
    report_pass(report, STATE_AMEND);
    check_inspection(election);
    if (open == NO_ENTRY || close == NO_ENTRY || freeze == NO_ENTRY) {
        report_not_run(report, STATE_TIMETABLE, "the log does not reach the freeze");
        return;
    }
    const struct closing *closing = election_says(election, close)->close;
    int64_t opened_at = election_says(election, open)->open->at;
    if (!definition->rehearsal && opened_at < opens_at)
        report_fail(report, STATE_TIMETABLE, open, "opened %" PRId64 " s too early",
                    opens_at - opened_at);
    if (!definition->rehearsal && closing->at < closes_at)
        report_fail(report, STATE_TIMETABLE, close, "closed %" PRId64 " s too early",
                    closes_at - closing->at);
    check_witnessed(election, &closing->checkpoint, open, close, opens_at);
    check_witnessed(election, &election_says(election, freeze)->freeze->checkpoint, close, freeze,
                    closes_at);
    report_pass(report, STATE_TIMETABLE);
}

void witness_check(struct election *election)
{
    struct fail fail;
    struct span text = election->definition->witnesses;
    if (text.len == 0) {
        report_not_asked(election->report, LOG_WITNESS, "the definition names no witnesses");
        return;
    }
    struct policy *policy = malloc(sizeof *policy);
    enum outcome outcome = policy == NULL ? fail_unable(&fail, "no memory for the policy")
                                          : policy_parse(text, policy, &fail);
    if (outcome == GOOD)
        outcome = policy_satisfied(policy, &election->board->checkpoint_note, 0, UINT64_MAX, &fail);
    if (outcome == GOOD)
        report_pass_with(election->report, LOG_WITNESS, "at least %u witnesses",
                         policy_least_witnesses(policy));
    (void)report_take(election->report, LOG_WITNESS, NO_ENTRY, outcome, &fail);
    free(policy);
}
