/*
 * DECRYPT.*: the trustees' shares of each box's last list, and the plaintexts that they give,
 * docs/protocol.md section 10. The sums A and Z of a proof are part of its challenge, so they are
 * worked out as they are, block by block on all threads; the plaintexts are one random sum.
 */
#include "crypto/fold.h"
#include "crypto/hash.h"
#include "crypto/msm.h"
#include "election/election.h"

#include <inttypes.h>
#include <stdlib.h>

enum { BLOCK = 2048, ROWS_RUN = 32 };

/* A decryption that has its place: whose, of which box, and the shares. */
struct part {
    uint64_t entry;
    unsigned trustee;
    const struct box *box;
    struct span shares; /* D, then T1, T2, z */
};

struct decrypting {
    struct election *election;
    struct part *parts;
    size_t count;
};

/* -- one proof ----------------------------------------------------------------------------------
 */

/* What one thread has summed of A and Z. */
struct lane {
    struct msm_space *space;
    struct scalar *weights;
    struct point *points;
    struct point a, z;
    bool malformed;
};

struct proving {
    const struct part *part;
    size_t points; /* N w */
    struct hash weight_start;
    struct lane lanes[PARALLEL_THREADS_MOST];
};

static void hash_batch(const struct election *election, const struct part *part,
                       uint8_t out_s[HASH_WIDE_BYTES])
{
    const struct box *box = part->box;
    struct hash hash;
    hash_start(&hash, LABEL_DEC_BATCH);
    hash_bytes(&hash, election->contexts[3], HASH_BYTES);
    hash_part(&hash, box->name);
    hash_number(&hash, part->trustee);
    hash_bytes(&hash, election->keys.share_bytes[part->trustee], POINT_BYTES);
    hash_number(&hash, box->count);
    hash_number(&hash, box->width);
    hash_part(&hash, box->last);
    hash_bytes(&hash, part->shares.ptr, box->count * box->width * POINT_BYTES);
    hash_end_wide(&hash, out_s);
}

/* Adds the weighted points of one block, `stride` bytes apart. */
static bool sum_points(struct lane *lane, const uint8_t *bytes, size_t stride, size_t n,
                       struct point *sum)
{
    struct point part;
    for (size_t i = 0; i < n; i++)
        if (!point_decode(bytes + i * stride, &lane->points[i]))
            return false;
    msm_sum(lane->space, lane->weights, lane->points, n, &part);
    point_add(sum, &part, sum);
    return true;
}

static void sum_block(void *context, unsigned worker, size_t block)
{
    struct proving *proving = context;
    struct lane *lane = &proving->lanes[worker];
    size_t first = block * BLOCK, left = proving->points - first, n = left < BLOCK ? left : BLOCK;
    for (size_t i = 0; i < n; i++) {
        struct hash hash = proving->weight_start;
        uint8_t wide[HASH_WIDE_BYTES];
        hash_number(&hash, first + i);
        hash_end_wide(&hash, wide);
        scalar_from_16(wide, &lane->weights[i]);
    }
    const uint8_t *list = proving->part->box->last.ptr + first * CIPHERTEXT_BYTES;
    const uint8_t *shares = proving->part->shares.ptr + first * POINT_BYTES;
    if (!sum_points(lane, list, CIPHERTEXT_BYTES, n, &lane->a) ||
        !sum_points(lane, shares, POINT_BYTES, n, &lane->z))
        lane->malformed = true;
}

/* T1 || T2 || z, at the end of the blob. */
struct equality {
    const uint8_t *bytes;
    struct point t1, t2;
    struct scalar z;
};

static bool decode_equality(const struct part *part, struct equality *out)
{
    out->bytes = part->shares.ptr + part->shares.len - DECRYPTION_PROOF_BYTES;
    return point_decode_any(out->bytes, &out->t1) &&
           point_decode_any(out->bytes + POINT_BYTES, &out->t2) &&
           scalar_decode(out->bytes + (size_t)2 * POINT_BYTES, &out->z);
}

/* zB = T1 + c X and zA = T2 + c Z */
static enum outcome check_equations(const struct election *election, const struct part *part,
                                    const struct equality *proof, const uint8_t s[HASH_WIDE_BYTES],
                                    const struct point *a, const struct point *sum,
                                    struct fail *fail)
{
    uint8_t bytes[POINT_BYTES];
    struct scalar c, zero = scalar_from_number(0);
    struct point left, term;
    struct hash hash;
    hash_start(&hash, LABEL_DEC_PROOF);
    hash_bytes(&hash, s, HASH_WIDE_BYTES);
    point_encode(a, bytes);
    hash_bytes(&hash, bytes, POINT_BYTES);
    point_encode(sum, bytes);
    hash_bytes(&hash, bytes, POINT_BYTES);
    hash_bytes(&hash, proof->bytes, POINT_BYTES);
    hash_bytes(&hash, proof->bytes + POINT_BYTES, POINT_BYTES);
    hash_end_scalar(&hash, &c);
    scalar_subtract(&zero, &c, &c);
    point_combine(&proof->z, &c, &election->keys.share[part->trustee], &left);
    bool right = point_equal(&left, &proof->t1);
    point_scale(a, &proof->z, &left);
    point_scale(sum, &c, &term);
    point_add(&left, &term, &left);
    return right && point_equal(&left, &proof->t2) ? GOOD
                                                   : fail_bad(fail, "the proof does not hold");
}

static enum outcome prove(const struct election *election, struct proving *proving,
                          enum check *out_check, struct fail *fail)
{
    uint8_t s[HASH_WIDE_BYTES];
    struct point a = point_identity(), z = point_identity();
    struct equality proof;
    *out_check = DECRYPT_FORM;
    if (!decode_equality(proving->part, &proof))
        return fail_bad(fail, "the proof holds an improper point or scalar");
    hash_batch(election, proving->part, s);
    hash_start(&proving->weight_start, LABEL_DEC_WEIGHT);
    hash_bytes(&proving->weight_start, s, HASH_WIDE_BYTES);
    parallel_for(election->threads, (proving->points + BLOCK - 1) / BLOCK, 1, sum_block, proving);
    for (unsigned i = 0; i < election->threads; i++) {
        point_add(&a, &proving->lanes[i].a, &a);
        point_add(&z, &proving->lanes[i].z, &z);
        if (proving->lanes[i].malformed)
            return fail_bad(fail, "a share is no proper point");
    }
    *out_check = DECRYPT_PROOF;
    return check_equations(election, proving->part, &proof, s, &a, &z, fail);
}

static bool lanes_init(const struct election *election, struct proving *proving)
{
    bool ready = true;
    for (unsigned i = 0; i < election->threads; i++) {
        struct lane *lane = &proving->lanes[i];
        lane->space = msm_space_new(BLOCK);
        lane->weights = calloc(BLOCK, sizeof *lane->weights);
        lane->points = aligned_alloc(64, BLOCK * sizeof *lane->points);
        lane->a = lane->z = point_identity();
        ready = ready && lane->space != NULL && lane->weights != NULL && lane->points != NULL;
    }
    return ready;
}

static void lanes_done(const struct election *election, struct proving *proving)
{
    for (unsigned i = 0; i < election->threads; i++) {
        msm_space_free(proving->lanes[i].space);
        free(proving->lanes[i].weights);
        free(proving->lanes[i].points);
    }
}

static void check_proof(const struct election *election, const struct part *part)
{
    size_t bytes = (sizeof(struct proving) + 63) / 64 * 64;
    struct proving *proving = aligned_alloc(64, bytes);
    struct fail fail;
    enum check check = DECRYPT_PROOF;
    enum outcome outcome = fail_unable(&fail, "no memory");
    if (proving != NULL) {
        memset(proving, 0, bytes);
        proving->part = part;
        proving->points = part->box->count * part->box->width;
        if (lanes_init(election, proving))
            outcome = prove(election, proving, &check, &fail);
        lanes_done(election, proving);
    }
    free(proving);
    (void)report_take(election->report, check, part->entry, outcome, &fail);
}

/* -- form and quorum ----------------------------------------------------------------------------
 */

static enum outcome take_part(struct decrypting *decrypting, uint64_t entry, struct fail *fail)
{
    struct election *election = decrypting->election;
    const struct decryption *decryption = election_says(election, entry)->decryption;
    const struct box *box = election_box(election, decryption->box);
    struct part part = {.entry = entry, .trustee = decryption->trustee, .box = box};
    if (box == NULL || box->count == 0)
        return fail_bad(fail, "there is no such box, or nothing in it");
    if (!election->keys.takes_part[decryption->trustee])
        return fail_bad(fail, "trustee %u has no part in the election's key", decryption->trustee);
    if (memcmp(decryption->input, box->last_hash, HASH_BYTES) != 0)
        return fail_bad(fail, "is not of the last list of its box");
    for (size_t i = 0; i < decrypting->count; i++)
        if (decrypting->parts[i].box == box && decrypting->parts[i].trustee == part.trustee)
            return fail_bad(fail, "trustee %u decrypts this box twice", part.trustee);
    enum outcome outcome = board_blob(election->board, &decryption->shares, &part.shares, fail);
    if (outcome != GOOD)
        return outcome;
    if (part.shares.len != box->count * box->width * POINT_BYTES + DECRYPTION_PROOF_BYTES)
        return fail_bad(fail, "has the wrong length");
    decrypting->parts[decrypting->count++] = part;
    return GOOD;
}

static const struct part *find_part(const struct decrypting *decrypting, const struct box *box,
                                    unsigned trustee)
{
    for (size_t i = 0; i < decrypting->count; i++)
        if (decrypting->parts[i].box == box && decrypting->parts[i].trustee == trustee)
            return &decrypting->parts[i];
    return NULL;
}

/* Has this trustee decrypted every box that holds something? */
static bool decrypted_all(const struct decrypting *decrypting, unsigned trustee)
{
    const struct election *election = decrypting->election;
    size_t boxes = 0;
    for (size_t i = 0; i < election->box_count; i++) {
        if (election->boxes[i].count == 0)
            continue;
        if (find_part(decrypting, &election->boxes[i], trustee) == NULL)
            return false;
        boxes++;
    }
    return boxes > 0;
}

static void check_quorum(const struct decrypting *decrypting, const struct result *result,
                         uint64_t entry)
{
    const struct election *election = decrypting->election;
    size_t count = 0, ballots = 0;
    bool same = true;
    for (size_t i = 0; i < election->box_count; i++)
        ballots += election->boxes[i].count;
    for (unsigned trustee = 1; trustee <= LIMIT_TRUSTEES; trustee++) {
        if (!decrypted_all(decrypting, trustee))
            continue;
        same = same && count < result->trustee_count && result->trustees[count] == trustee;
        count++;
    }
    if (!same || count != result->trustee_count)
        report_fail(election->report, DECRYPT_QUORUM, entry,
                    "does not name exactly the trustees who decrypted every box");
    if (ballots > 0 && count < election->definition->threshold)
        report_fail(election->report, DECRYPT_QUORUM, entry,
                    "%zu trustees decrypted; %u are needed", count,
                    election->definition->threshold);
    report_pass(election->report, DECRYPT_QUORUM);
}

/* -- plaintexts ---------------------------------------------------------------------------------
 */

struct opening_job {
    const struct box *box;
    struct span plaintexts;
    size_t count; /* trustees: the threshold */
    struct span shares[LIMIT_TRUSTEES];
    struct scalar lagrange[LIMIT_TRUSTEES];
    struct fold *folds[PARALLEL_THREADS_MOST];
    struct weights weights[PARALLEL_THREADS_MOST];
    bool malformed, starved;
};

/* λ_j at 0 for the first k of the result's trustees: Π m / (m − j). */
static bool lagrange_at(const unsigned *trustees, size_t k, size_t place, struct scalar *out)
{
    struct scalar over = scalar_from_number(1), under = over, mine, other, difference;
    mine = scalar_from_number(trustees[place]);
    for (size_t i = 0; i < k; i++) {
        if (i == place)
            continue;
        other = scalar_from_number(trustees[i]);
        scalar_multiply(&over, &other, &over);
        scalar_subtract(&other, &mine, &difference);
        scalar_multiply(&under, &difference, &under);
    }
    if (!scalar_invert(&under, &under))
        return false;
    scalar_multiply(&over, &under, out);
    return true;
}

static bool fold_point(struct fold *fold, const struct scalar *factor, const uint8_t *bytes,
                       bool proper)
{
    struct point point;
    if (!(proper ? point_decode(bytes, &point) : point_decode_any(bytes, &point)))
        return false;
    fold_term(fold, factor, &point);
    return true;
}

/* w (beta - Σ λ_j D_j - M) */
static void fold_plaintext(void *context, unsigned worker, size_t m)
{
    struct opening_job *job = context;
    struct fold *fold = job->folds[worker];
    struct scalar weight, minus, factor, zero = scalar_from_number(0);
    if (weights_draw(&job->weights[worker], &weight, NULL) != GOOD) {
        __atomic_store_n(&job->starved, true, __ATOMIC_RELAXED);
        return;
    }
    scalar_subtract(&zero, &weight, &minus);
    bool right = fold_point(fold, &weight, job->box->last.ptr + m * CIPHERTEXT_BYTES + 32, true) &&
                 fold_point(fold, &minus, job->plaintexts.ptr + m * POINT_BYTES, false);
    for (size_t j = 0; j < job->count && right; j++) {
        scalar_multiply(&minus, &job->lagrange[j], &factor);
        right = fold_point(fold, &factor, job->shares[j].ptr + m * POINT_BYTES, true);
    }
    if (!right)
        __atomic_store_n(&job->malformed, true, __ATOMIC_RELAXED);
}

static void no_slot(size_t slot, const void *context, struct point *out_point)
{
    (void)slot;
    (void)context;
    *out_point = point_identity();
}

static enum outcome fold_plaintexts(const struct election *election, struct opening_job *job,
                                    struct fail *fail)
{
    bool ready = true, good = true;
    for (unsigned i = 0; i < election->threads && ready; i++)
        ready = (job->folds[i] = fold_new(1, 0)) != NULL;
    if (ready) {
        parallel_for(election->threads, job->box->count * job->box->width, ROWS_RUN, fold_plaintext,
                     job);
        for (unsigned i = 0; i < election->threads; i++)
            good = fold_end(job->folds[i], no_slot, NULL) == GOOD && good;
    }
    for (unsigned i = 0; i < election->threads; i++)
        fold_free(job->folds[i]);
    if (!ready || job->starved)
        return fail_unable(fail, "no memory, or no random numbers");
    return good && !job->malformed ? GOOD : fail_bad(fail, "are not what the shares give");
}

static enum outcome check_plaintexts(const struct decrypting *decrypting, struct box *box,
                                     const struct result *result, const struct blob *blob,
                                     struct fail *fail)
{
    const struct election *election = decrypting->election;
    unsigned k = election->definition->threshold;
    struct opening_job *job = calloc(1, sizeof *job);
    if (job == NULL)
        return fail_unable(fail, "no memory");
    job->box = box;
    job->count = k;
    enum outcome outcome = board_blob(election->board, blob, &job->plaintexts, fail);
    if (outcome == GOOD && job->plaintexts.len != box->count * box->width * POINT_BYTES)
        outcome = fail_bad(fail, "have the wrong length");
    for (size_t j = 0; j < k && outcome == GOOD && box->count > 0; j++) {
        const struct part *part =
            j < result->trustee_count ? find_part(decrypting, box, result->trustees[j]) : NULL;
        if (part == NULL || !lagrange_at(result->trustees, k, j, &job->lagrange[j]))
            outcome = fail_bad(fail, "lack the shares of enough trustees");
        else
            job->shares[j] = part->shares;
    }
    if (outcome == GOOD && box->count > 0)
        outcome = fold_plaintexts(election, job, fail);
    if (outcome == GOOD)
        box->plaintexts = job->plaintexts.ptr != NULL ? job->plaintexts : span_text("");
    free(job);
    return outcome;
}

static void check_result(const struct decrypting *decrypting)
{
    struct election *election = decrypting->election;
    struct report *report = election->report;
    uint64_t entry = election_first(election, RESULT);
    if (entry == NO_ENTRY) {
        report_not_run(report, DECRYPT_QUORUM, "the log has no `result`");
        report_not_run(report, DECRYPT_PLAINTEXT, "the log has no `result`");
        return;
    }
    const struct result *result = election_says(election, entry)->result;
    check_quorum(decrypting, result, entry);
    for (size_t i = 0; i < result->box_count; i++) {
        struct fail fail;
        struct span name = result->boxes[i].box;
        struct box *box = election_box(election, name);
        enum outcome outcome = box == NULL ? fail_bad(&fail, "there is no such box")
                                           : check_plaintexts(decrypting, box, result,
                                                              &result->boxes[i].plaintexts, &fail);
        if (outcome != GOOD)
            fail_at(&fail, "plaintexts of %.*s: ", (int)name.len, (const char *)name.ptr);
        (void)report_take(report, DECRYPT_PLAINTEXT, entry, outcome, &fail);
    }
    if (result->box_count != election->box_count)
        report_fail(report, DECRYPT_PLAINTEXT, entry, "the result does not have every box");
    report_pass(report, DECRYPT_PLAINTEXT);
}

void decryption_check(struct election *election)
{
    struct report *report = election->report;
    const struct places *places = &election->by[DECRYPTION];
    struct decrypting decrypting = {.election = election};
    if (!election->boxes_known || election->context_count < CONTEXTS ||
        report->findings[MIX_FORM].verdict != PASSED) {
        report_not_run(report, DECRYPT_FORM, "the last lists are not known: MIX.form");
        return;
    }
    decrypting.parts = calloc(places->count + 1, sizeof *decrypting.parts);
    if (decrypting.parts == NULL) {
        report_not_run(report, DECRYPT_FORM, "no memory");
        return;
    }
    for (size_t i = 0; i < places->count; i++) {
        struct fail fail;
        enum outcome outcome = take_part(&decrypting, places->at[i], &fail);
        (void)report_take(report, DECRYPT_FORM, places->at[i], outcome, &fail);
    }
    for (size_t i = 0; i < decrypting.count; i++)
        check_proof(election, &decrypting.parts[i]);
    report_pass(report, DECRYPT_FORM);
    report_pass(report, DECRYPT_PROOF);
    check_result(&decrypting);
    free(decrypting.parts);
}
