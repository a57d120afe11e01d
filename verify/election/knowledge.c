/*
 * BALLOT.form (encodings) and BALLOT.proof: every voter knows what is in the ballot.
 *
 * zB = T + c alpha for each chunk, all in one sum with random weights; each thread has a sum of its
 * own. If a sum does not vanish, every ballot is looked at by itself. docs/protocol.md section 8.
 */
#include "crypto/fold.h"
#include "crypto/hash.h"
#include "election/election.h"

#include <stdlib.h>

enum { BALLOTS_RUN = 16 };

enum judgement { KNOWN, MALFORMED, UNPROVED, NO_WEIGHTS };

struct knowledge {
    const struct election *election;
    struct fold *folds[PARALLEL_THREADS_MOST];
    struct weights weights[PARALLEL_THREADS_MOST];
    uint8_t *judgements; /* of each ballot */
};

/* One chunk, decoded. */
struct chunk {
    struct point alpha, commitment;
    struct scalar z, c;
};

/* The challenge's hash up to the credential; what follows differs from chunk to chunk. */
static void hash_ballot(const struct election *election, struct span contest,
                        const struct ballot *ballot, struct hash *hash)
{
    hash_start(hash, LABEL_BALLOT_PROOF);
    hash_bytes(hash, election->contexts[2], HASH_BYTES);
    hash_part(hash, contest);
    hash_bytes(hash, ballot->credential, KEY_BYTES);
}

static bool decode_chunk(const struct election *election, const struct hash *start,
                         uint64_t position, const uint8_t *bytes, struct chunk *out)
{
    struct point beta;
    struct hash hash = *start;
    if (!point_decode(bytes, &out->alpha) || !point_decode(bytes + 32, &beta) ||
        !point_decode(bytes + 64, &out->commitment) || !scalar_decode(bytes + 96, &out->z))
        return false;
    hash_number(&hash, position);
    hash_bytes(&hash, election->keys.public_bytes, POINT_BYTES);
    hash_bytes(&hash, bytes, POINT_BYTES);
    hash_bytes(&hash, bytes + 32, POINT_BYTES);
    hash_bytes(&hash, bytes + 64, POINT_BYTES);
    hash_end_scalar(&hash, &out->c);
    return true;
}

/* w (zB - T - c alpha) */
static bool fold_chunk(struct knowledge *knowledge, unsigned worker, const struct chunk *chunk)
{
    struct scalar weight, scalar, zero = scalar_from_number(0);
    if (weights_draw(&knowledge->weights[worker], &weight, NULL) != GOOD)
        return false;
    scalar_multiply(&weight, &chunk->z, &scalar);
    fold_slot(knowledge->folds[worker], &scalar, 0);
    scalar_subtract(&zero, &weight, &weight);
    fold_term(knowledge->folds[worker], &weight, &chunk->commitment);
    scalar_multiply(&weight, &chunk->c, &scalar);
    fold_term(knowledge->folds[worker], &scalar, &chunk->alpha);
    return true;
}

/* The same without weights, for one chunk. */
static bool chunk_holds(const struct chunk *chunk)
{
    struct scalar minus, zero = scalar_from_number(0);
    struct point left;
    scalar_subtract(&zero, &chunk->c, &minus);
    point_combine(&chunk->z, &minus, &chunk->alpha, &left);
    return point_equal(&left, &chunk->commitment);
}

/* Its chunks, each folded, or if `alone` checked at once. */
static enum judgement judge(struct knowledge *knowledge, unsigned worker,
                            const struct ballot *ballot, bool alone)
{
    const struct election *election = knowledge->election;
    int style = election_style(election, ballot->style);
    if (style < 0)
        return MALFORMED;
    const struct ballot_paper *paper = &election->papers[style];
    const uint8_t *bytes = ballot->body.ptr;
    if (ballot->body.len != (size_t)paper->chunks * CHUNK_BALLOT_BYTES)
        return MALFORMED;
    for (size_t i = 0; i < paper->part_count; i++) {
        struct hash start;
        hash_ballot(election, election_contest_at(election, paper->parts[i].contest)->id, ballot,
                    &start);
        for (unsigned l = 0; l < paper->parts[i].width; l++, bytes += CHUNK_BALLOT_BYTES) {
            struct chunk chunk;
            if (!decode_chunk(election, &start, l, bytes, &chunk))
                return MALFORMED;
            if (alone && !chunk_holds(&chunk))
                return UNPROVED;
            if (!alone && !fold_chunk(knowledge, worker, &chunk))
                return NO_WEIGHTS;
        }
    }
    return KNOWN;
}

static const struct ballot *ballot_at(const struct election *election, size_t place)
{
    return election_says(election, election->by[BALLOT].at[place])->ballot;
}

static void fold_one(void *context, unsigned worker, size_t place)
{
    struct knowledge *knowledge = context;
    knowledge->judgements[place] =
        (uint8_t)judge(knowledge, worker, ballot_at(knowledge->election, place), false);
}

static void judge_alone(void *context, unsigned worker, size_t place)
{
    struct knowledge *knowledge = context;
    knowledge->judgements[place] =
        (uint8_t)judge(knowledge, worker, ballot_at(knowledge->election, place), true);
}

static void base_point(size_t slot, const void *context, struct point *out_point)
{
    (void)slot;
    (void)context;
    *out_point = point_base();
}

static void report_judgements(const struct knowledge *knowledge)
{
    const struct election *election = knowledge->election;
    for (size_t i = 0; i < election->by[BALLOT].count; i++) {
        uint64_t entry = election->by[BALLOT].at[i];
        if (knowledge->judgements[i] == MALFORMED)
            report_fail(election->report, BALLOT_FORM, entry,
                        "its body has the wrong length, an improper point or scalar");
        if (knowledge->judgements[i] == UNPROVED)
            report_fail(election->report, BALLOT_PROOF, entry,
                        "a proof of knowledge does not hold");
        if (knowledge->judgements[i] == NO_WEIGHTS)
            report_not_run(election->report, BALLOT_PROOF, "the system gives no random numbers");
    }
}

static void check_all(struct knowledge *knowledge)
{
    const struct election *election = knowledge->election;
    size_t count = election->by[BALLOT].count;
    bool good = true;
    parallel_for(election->threads, count, BALLOTS_RUN, fold_one, knowledge);
    for (unsigned i = 0; i < election->threads; i++)
        good = fold_end(knowledge->folds[i], base_point, NULL) == GOOD && good;
    report_judgements(knowledge);
    if (!good) {
        parallel_for(election->threads, count, BALLOTS_RUN, judge_alone, knowledge);
        report_judgements(knowledge);
        if (!report_failed(election->report, BALLOT_PROOF))
            report_fail(election->report, BALLOT_PROOF, NO_ENTRY,
                        "the sum over all proofs does not vanish");
    }
    report_pass(election->report, BALLOT_FORM);
    if (report_failed(election->report, BALLOT_FORM))
        report_not_run(election->report, BALLOT_PROOF, "a ballot is malformed: BALLOT.form");
    report_pass(election->report, BALLOT_PROOF);
}

void knowledge_check(struct election *election)
{
    struct knowledge *knowledge = calloc(1, sizeof *knowledge);
    if (election->papers == NULL || election->context_count < 3) {
        report_not_run(election->report, BALLOT_PROOF,
                       "the vote was not opened with a sound key and roll");
        free(knowledge);
        return;
    }
    bool ready = knowledge != NULL;
    if (ready) {
        knowledge->election = election;
        knowledge->judgements = calloc(election->by[BALLOT].count + 1, 1);
        ready = knowledge->judgements != NULL;
    }
    for (unsigned i = 0; i < election->threads && ready; i++)
        ready = (knowledge->folds[i] = fold_new(1, 1)) != NULL;
    if (ready)
        check_all(knowledge);
    else
        report_not_run(election->report, BALLOT_PROOF, "no memory");
    for (unsigned i = 0; i < election->threads && knowledge != NULL; i++)
        fold_free(knowledge->folds[i]);
    if (knowledge != NULL)
        free(knowledge->judgements);
    free(knowledge);
}
