/* MIX.*: every box's chain of mixes, from the frozen list to the one that is decrypted. */
#include "election/shuffle.h"

#include <inttypes.h>
#include <stdlib.h>

/* The mixes of all boxes while they are checked. */
struct mixing {
    struct election *election;
    struct arena arena;
    struct fold *folds[PARALLEL_THREADS_MOST];
    struct chain *chains; /* of each box */
};

/* -- form ---------------------------------------------------------------------------------------
 */

static enum outcome read_mix(struct election *election, const struct box *box,
                             const struct mix *mix, struct shuffle *shuffle, struct fail *fail)
{
    if (mix->step != box->mixes + 1)
        return fail_bad(fail, "must be step %zu of its box", box->mixes + 1);
    if (mix->trustee > LIMIT_TRUSTEES || !election->keys.takes_part[mix->trustee])
        return fail_bad(fail, "trustee %u has no part in the election's key", mix->trustee);
    if (memcmp(mix->input, box->last_hash, HASH_BYTES) != 0)
        return fail_bad(fail, "does not take the list before it");
    enum outcome outcome = board_blob(election->board, &mix->output, &shuffle->output, fail);
    if (outcome == GOOD)
        outcome = board_blob(election->board, &mix->proof, &shuffle->proof, fail);
    if (outcome != GOOD)
        return outcome;
    if (shuffle->output.len != box->last.len)
        return fail_bad(fail, "its output has %zu bytes, not %zu", shuffle->output.len,
                        box->last.len);
    if (shuffle->proof.len != shuffle_proof_bytes(box->count, box->width))
        return fail_bad(fail, "its proof has %zu bytes, not %zu", shuffle->proof.len,
                        shuffle_proof_bytes(box->count, box->width));
    shuffle->input = box->last;
    shuffle->step = mix->step;
    shuffle->mixer = mix->trustee;
    return GOOD;
}

/* Appends a mix to its box's chain. */
static enum outcome take_mix(struct mixing *mixing, uint64_t entry, struct fail *fail)
{
    struct election *election = mixing->election;
    const struct mix *mix = election_says(election, entry)->mix;
    struct box *box = election_box(election, mix->box);
    if (box == NULL || box->count == 0)
        return fail_bad(fail, "there is no such box, or nothing in it");
    struct chain *chain = &mixing->chains[box - election->boxes];
    if (chain->count == LIMIT_TRUSTEES)
        return fail_bad(fail, "more mixes than trustees");
    struct shuffle *shuffle = &chain->shuffles[chain->count];
    *shuffle = (struct shuffle){.entry = entry};
    enum outcome outcome = read_mix(election, box, mix, shuffle, fail);
    if (outcome == GOOD)
        outcome = shuffle_prepare(election, box, &mixing->arena, shuffle, fail);
    if (outcome != GOOD)
        return outcome;
    for (size_t i = 0; i < chain->count; i++)
        if (chain->shuffles[i].mixer == shuffle->mixer)
            report_fail(election->report, MIX_QUORUM, entry, "trustee %u mixes this box twice",
                        shuffle->mixer);
    chain->count++;
    box->mixes++;
    box->last = shuffle->output;
    memcpy(box->last_hash, mix->output.sha256, HASH_BYTES);
    return GOOD;
}

static void take_mixes(struct mixing *mixing)
{
    struct election *election = mixing->election;
    for (size_t i = 0; i < election->by[MIX].count; i++) {
        struct fail fail;
        uint64_t entry = election->by[MIX].at[i];
        enum outcome outcome = take_mix(mixing, entry, &fail);
        (void)report_take(election->report, MIX_FORM, entry, outcome, &fail);
    }
    for (size_t i = 0; i < election->box_count; i++) {
        const struct box *box = &election->boxes[i];
        if (box->count > 0 && box->mixes < election->definition->threshold)
            report_fail(election->report, MIX_QUORUM, NO_ENTRY,
                        "box %.*s has %zu mixes; the threshold is %u", (int)box->name.len,
                        (const char *)box->name.ptr, box->mixes, election->definition->threshold);
    }
}

/* -- proofs -------------------------------------------------------------------------------------
 */

/* Each mix by itself, to name the first that is wrong. */
static void find_culprit(struct mixing *mixing)
{
    struct election *election = mixing->election;
    for (size_t i = 0; i < election->box_count; i++)
        for (size_t t = 0; t < mixing->chains[i].count; t++) {
            struct chain one = mixing->chains[i];
            one.shuffles += t;
            one.count = 1;
            chain_fold(&one);
            if (chain_end(election, mixing->folds) != GOOD)
                report_fail(election->report, MIX_PROOF, one.shuffles->entry,
                            "the proof does not hold: this mix altered the list");
        }
    if (!report_failed(election->report, MIX_PROOF))
        report_fail(election->report, MIX_PROOF, NO_ENTRY,
                    "the sum over all mixes does not vanish");
}

static void check_proofs(struct mixing *mixing)
{
    struct election *election = mixing->election;
    struct report *report = election->report;
    for (size_t i = 0; i < election->box_count; i++)
        if (mixing->chains[i].count > 0)
            chain_fold(&mixing->chains[i]);
    enum outcome outcome = chain_end(election, mixing->folds);
    for (size_t i = 0; i < election->box_count; i++)
        for (size_t t = 0; t < mixing->chains[i].count; t++)
            if (mixing->chains[i].shuffles[t].malformed)
                report_fail(report, MIX_FORM, mixing->chains[i].shuffles[t].entry,
                            "its list or proof holds an improper point or scalar");
    if (outcome != GOOD && !report_failed(report, MIX_FORM))
        find_culprit(mixing);
    report_pass(report, MIX_FORM);
    report_pass(report, MIX_QUORUM);
    if (report_failed(report, MIX_FORM))
        report_not_run(report, MIX_PROOF, "a mix is malformed: MIX.form");
    report_pass(report, MIX_PROOF);
}

static bool prepare(struct mixing *mixing)
{
    struct election *election = mixing->election;
    mixing->chains = arena_zeroed(&mixing->arena, election->box_count, sizeof *mixing->chains);
    for (unsigned i = 0; i < election->threads; i++)
        if ((mixing->folds[i] = fold_new(1, CHAIN_SLOTS)) == NULL)
            return false;
    for (size_t i = 0; i < election->box_count && mixing->chains != NULL; i++) {
        struct chain *chain = &mixing->chains[i];
        *chain = (struct chain){
            .election = election, .box = &election->boxes[i], .folds = mixing->folds};
        chain->shuffles = arena_zeroed(&mixing->arena, LIMIT_TRUSTEES, sizeof *chain->shuffles);
        if (chain->shuffles == NULL)
            return false;
    }
    return mixing->chains != NULL;
}

void mixes_check(struct election *election)
{
    struct report *report = election->report;
    struct mixing mixing = {.election = election};
    if (!election->boxes_known || election->context_count < CONTEXTS) {
        report_not_run(report, MIX_FORM, "the frozen lists are not known: FREEZE.lists");
        report_not_run(report, MIX_PROOF, "the frozen lists are not known: FREEZE.lists");
        report_not_run(report, MIX_QUORUM, "the frozen lists are not known: FREEZE.lists");
        return;
    }
    if (!prepare(&mixing)) {
        report_not_run(report, MIX_PROOF, "no memory");
    } else {
        take_mixes(&mixing);
        check_proofs(&mixing);
    }
    for (unsigned i = 0; i < election->threads; i++)
        fold_free(mixing.folds[i]);
    arena_done(&mixing.arena);
}
