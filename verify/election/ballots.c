/* BALLOT.credential, BALLOT.one, BALLOT.form (lengths) and BALLOT.alpha; and which ballot of each
 * credential stands. */
#include "election/election.h"

#include <inttypes.h>
#include <stdlib.h>

static void check_credential(const struct election *election, uint64_t entry,
                             const struct ballot *ballot, const struct credential *credential)
{
    struct report *report = election->report;
    if (credential == NULL || credential->since > entry)
        report_fail(report, BALLOT_CREDENTIAL, entry, "its credential was never issued");
    else if (credential->killed < entry)
        report_fail(report, BALLOT_CREDENTIAL, entry, "its credential was dead, by entry %" PRIu64,
                    credential->killed);
    else if (credential->style != election_style(election, ballot->style))
        report_fail(report, BALLOT_CREDENTIAL, entry, "its credential has another style");
    else if (credential->version != ballot->roll)
        report_fail(report, BALLOT_CREDENTIAL, entry, "its credential came by another roll");
}

/* The only one, or the next one of a sequence. */
static void check_sequence(struct election *election, uint64_t entry, const struct ballot *ballot,
                           struct credential *credential)
{
    static const uint8_t zeros[HASH_BYTES];
    const uint64_t before = credential->ballot;
    bool first = before == NO_ENTRY, right;
    if (first)
        right = ballot->sequence == 0 && memcmp(ballot->previous, zeros, HASH_BYTES) == 0;
    else
        right = election->definition->changing &&
                ballot->sequence == election_says(election, before)->ballot->sequence + 1 &&
                election_is_leaf(election, before, ballot->previous);
    if (!right && first)
        report_fail(election->report, BALLOT_ONE, entry, "is not the first of a sequence");
    else if (!right)
        report_fail(election->report, BALLOT_ONE, entry,
                    "its credential had voted, in entry %" PRIu64, before);
    election->superseded += !first;
    credential->ballot = entry;
}

static void check_length(const struct election *election, uint64_t entry,
                         const struct ballot *ballot)
{
    int style = election_style(election, ballot->style);
    if (style < 0)
        report_fail(election->report, BALLOT_FORM, entry, "has a style that does not exist");
    else if (ballot->body.len != (size_t)election->papers[style].chunks * CHUNK_BALLOT_BYTES)
        report_fail(election->report, BALLOT_FORM, entry,
                    "its body has %zu bytes; the paper has %u chunks", ballot->body.len,
                    election->papers[style].chunks);
}

/* -- copies -------------------------------------------------------------------------------------
 */

struct alpha {
    const uint8_t *bytes;
    uint64_t entry;
};

static int compare_alphas(const void *a, const void *b)
{
    const struct alpha *left = a, *right = b;
    int order = memcmp(left->bytes, right->bytes, POINT_BYTES);
    return order != 0 ? order : (left->entry > right->entry) - (left->entry < right->entry);
}

static void check_alphas(const struct election *election)
{
    struct report *report = election->report;
    const struct places *ballots = &election->by[BALLOT];
    size_t room = 0, count = 0;
    for (size_t i = 0; i < ballots->count; i++)
        room += election_says(election, ballots->at[i])->ballot->body.len / CHUNK_BALLOT_BYTES;
    struct alpha *alphas = calloc(room + 1, sizeof *alphas);
    if (alphas == NULL) {
        report_not_run(report, BALLOT_ALPHA, "no memory for %zu points", room);
        return;
    }
    for (size_t i = 0; i < ballots->count; i++) {
        struct span body = election_says(election, ballots->at[i])->ballot->body;
        for (size_t at = 0; at + CHUNK_BALLOT_BYTES <= body.len; at += CHUNK_BALLOT_BYTES)
            alphas[count++] = (struct alpha){body.ptr + at, ballots->at[i]};
    }
    qsort(alphas, count, sizeof *alphas, compare_alphas);
    for (size_t i = 1; i < count; i++)
        if (memcmp(alphas[i - 1].bytes, alphas[i].bytes, POINT_BYTES) == 0)
            report_fail(report, BALLOT_ALPHA, alphas[i].entry,
                        "repeats a ciphertext of entry %" PRIu64, alphas[i - 1].entry);
    free(alphas);
    report_pass(report, BALLOT_ALPHA);
}

void ballots_check(struct election *election)
{
    struct report *report = election->report;
    const struct places *ballots = &election->by[BALLOT];
    for (size_t i = 0; i < ballots->count; i++) {
        uint64_t entry = ballots->at[i];
        const struct ballot *ballot = election_says(election, entry)->ballot;
        struct credential *credential = election_credential(election, ballot->credential);
        check_credential(election, entry, ballot, credential);
        if (credential != NULL)
            check_sequence(election, entry, ballot, credential);
        if (election->papers != NULL)
            check_length(election, entry, ballot);
    }
    check_alphas(election);
    if (!election->credentials_sound) {
        report_not_run(report, BALLOT_CREDENTIAL, "the issue list could not be read");
        report_not_run(report, BALLOT_ONE, "the issue list could not be read");
        return;
    }
    report_pass(report, BALLOT_CREDENTIAL);
    report_pass(report, BALLOT_ONE);
}
