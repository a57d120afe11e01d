#include "crypto/ceremony.h"

#include <assert.h>

#include "labels.h"

struct ceremony_secret *ceremony_secret_new(unsigned k)
{
    assert(k >= 1 && k <= LIMIT_TRUSTEES);
    struct ceremony_secret *secret = sodium_malloc(sizeof *secret);
    if (!secret) {
        return NULL;
    }
    sodium_memzero(secret, sizeof *secret);
    for (unsigned l = 0; l < k; l++) {
        scalar_random(&secret->coefficients[l]); /* never zero */
    }
    randombytes_buf(secret->lots, sizeof secret->lots);
    return secret;
}

void ceremony_secret_free(struct ceremony_secret *secret)
{
    sodium_free(secret); /* wipes; takes NULL */
}

void ceremony_commitments(const struct ceremony *ceremony, const struct ceremony_secret *secret,
                          struct point *out_commitments)
{
    for (unsigned l = 0; l < ceremony->k; l++) {
        out_commitments[l] = point_mul_base(&secret->coefficients[l]);
    }
}

/* The parts that begin every hash of an attempt: label, ctx0, attempt. */
static void start(struct hash *hash, const char *label, const struct ceremony *ceremony)
{
    hash_start(hash, label);
    hash_part(hash, span_of(ceremony->ctx0, HASH_BYTES));
    hash_integer(hash, ceremony->attempt);
}

static void hash_commitments(struct hash *hash, const struct ceremony *ceremony,
                             const struct point *commitments)
{
    hash_count(hash, ceremony->k);
    for (unsigned l = 0; l < ceremony->k; l++) {
        hash_part(hash, point_span(&commitments[l]));
    }
}

void ceremony_commit(const struct ceremony *ceremony, unsigned trustee,
                     const struct point *commitments, uint8_t out_commit[static HASH_BYTES])
{
    struct hash hash;
    start(&hash, LABEL_CEREMONY_COMMIT, ceremony);
    hash_integer(&hash, trustee);
    hash_commitments(&hash, ceremony, commitments);
    hash_end32(&hash, out_commit);
}

/* Without the attempt: the lots may stay the same over attempts. */
void ceremony_commit_lots(const struct ceremony *ceremony, unsigned trustee,
                          const uint8_t lots[static HASH_BYTES],
                          uint8_t out_commit[static HASH_BYTES])
{
    struct hash hash;
    hash_start(&hash, LABEL_LOTS_COMMIT);
    hash_part(&hash, span_of(ceremony->ctx0, HASH_BYTES));
    hash_integer(&hash, trustee);
    hash_part(&hash, span_of(lots, HASH_BYTES));
    hash_end32(&hash, out_commit);
}

static struct hash coefficient_statement(const struct ceremony *ceremony, unsigned trustee,
                                         unsigned l, const struct point *commitments)
{
    struct hash hash;
    start(&hash, LABEL_CEREMONY_PROOF, ceremony);
    hash_integer(&hash, trustee);
    hash_integer(&hash, l);
    hash_commitments(&hash, ceremony, commitments);
    return hash;
}

void ceremony_prove(const struct ceremony *ceremony, unsigned trustee,
                    const struct ceremony_secret *secret, const struct point *commitments,
                    struct knowledge *out_proofs)
{
    for (unsigned l = 0; l < ceremony->k; l++) {
        struct hash statement = coefficient_statement(ceremony, trustee, l, commitments);
        out_proofs[l] = knowledge_prove(&statement, &secret->coefficients[l]);
    }
}

static enum outcome check_coefficients(const struct ceremony *ceremony, unsigned trustee,
                                       const struct point *commitments, struct fail *fail)
{
    for (unsigned l = 0; l < ceremony->k; l++) {
        if (!point_is_proper(&commitments[l])) {
            return fail_set(fail, BAD_PROOF, "ceremony.coefficient",
                            "trustee %u: commitment %u is not a proper point", trustee, l);
        }
    }
    return OK;
}

static enum outcome check_proofs(const struct ceremony *ceremony, unsigned trustee,
                                 const struct point *commitments, const struct knowledge *proofs,
                                 struct fail *fail)
{
    for (unsigned l = 0; l < ceremony->k; l++) {
        struct hash statement = coefficient_statement(ceremony, trustee, l, commitments);
        if (!knowledge_check(&statement, &commitments[l], &proofs[l])) {
            return fail_set(fail, BAD_PROOF, "ceremony.proof",
                            "trustee %u: the proof of coefficient %u does not hold", trustee, l);
        }
    }
    return OK;
}

enum outcome ceremony_check(const struct ceremony *ceremony, unsigned trustee,
                            const uint8_t commit[static HASH_BYTES],
                            const struct point *commitments, const struct knowledge *proofs,
                            struct fail *fail)
{
    uint8_t computed[HASH_BYTES];
    enum outcome outcome = check_coefficients(ceremony, trustee, commitments, fail);
    if (outcome != OK) {
        return outcome;
    }
    ceremony_commit(ceremony, trustee, commitments, computed);
    if (memcmp(computed, commit, HASH_BYTES) != 0) {
        return fail_set(fail, BAD_PROOF, "ceremony.commit",
                        "trustee %u: the coefficients are not those committed to", trustee);
    }
    return check_proofs(ceremony, trustee, commitments, proofs, fail);
}

/* Puts the pad on, or takes it off. in and out may be the same. */
static void apply_pad(const struct ceremony_channel *channel, const struct point *secret,
                      const uint8_t in[static SCALAR_BYTES], uint8_t out[static SCALAR_BYTES])
{
    struct hash hash;
    uint8_t pad[HASH_BYTES];
    start(&hash, LABEL_SHARE_PAD, channel->ceremony);
    hash_integer(&hash, channel->from);
    hash_integer(&hash, channel->to);
    hash_part(&hash, point_span(&channel->ephemeral));
    hash_part(&hash, point_span(&channel->seal));
    hash_part(&hash, point_span(secret));
    hash_end32(&hash, pad);
    for (int i = 0; i < SCALAR_BYTES; i++) {
        out[i] = in[i] ^ pad[i];
    }
    sodium_memzero(pad, sizeof pad);
}

void ceremony_seal(const struct ceremony_channel *channel, const struct scalar *e,
                   const struct ceremony_secret *secret, uint8_t out_share[static SCALAR_BYTES])
{
    struct point shared = point_mul(e, &channel->seal);
    struct scalar share =
        threshold_evaluate(secret->coefficients, channel->ceremony->k, channel->to);
    apply_pad(channel, &shared, share.bytes, out_share);
    sodium_memzero(&shared, sizeof shared);
    sodium_memzero(&share, sizeof share);
}

static bool share_is_right(const struct ceremony_channel *channel, const struct scalar *share,
                           const struct point *commitments)
{
    if (!scalar_is_canonical(share)) {
        return false;
    }
    struct point left = point_mul_base(share);
    struct point right =
        threshold_evaluate_commitments(commitments, channel->ceremony->k, channel->to);
    return point_equal(&left, &right);
}

enum outcome ceremony_open(const struct ceremony_channel *channel, const struct scalar *seal_secret,
                           const uint8_t share[static SCALAR_BYTES],
                           const struct point *commitments, struct scalar *out_share,
                           struct fail *fail)
{
    struct point shared = point_mul(seal_secret, &channel->ephemeral);
    struct scalar opened;
    apply_pad(channel, &shared, share, opened.bytes);
    bool right = share_is_right(channel, &opened, commitments);
    if (right) {
        *out_share = opened;
    }
    sodium_memzero(&shared, sizeof shared);
    sodium_memzero(&opened, sizeof opened);
    return right ? OK
                 : fail_set(fail, BAD_PROOF, "ceremony.share",
                            "the share from trustee %u to trustee %u is not on the polynomial "
                            "that its sender published: complain",
                            channel->from, channel->to);
}

struct scalar ceremony_key_share(const struct scalar *shares, unsigned participants)
{
    struct scalar sum = {0};
    for (unsigned i = 0; i < participants; i++) {
        sum = scalar_add(&sum, &shares[i]);
    }
    return sum;
}

static struct hash complaint_statement(const struct ceremony_channel *channel,
                                       const struct point *secret)
{
    struct hash hash;
    start(&hash, LABEL_COMPLAINT_PROOF, channel->ceremony);
    hash_integer(&hash, channel->from);
    hash_integer(&hash, channel->to);
    hash_part(&hash, point_span(&channel->ephemeral));
    hash_part(&hash, point_span(&channel->seal));
    hash_part(&hash, point_span(secret));
    return hash;
}

struct ceremony_complaint ceremony_complain(const struct ceremony_channel *channel,
                                            const struct scalar *seal_secret)
{
    struct ceremony_complaint complaint = {.secret = point_mul(seal_secret, &channel->ephemeral)};
    struct hash statement = complaint_statement(channel, &complaint.secret);
    complaint.proof = equality_prove(&statement, &channel->ephemeral, seal_secret);
    return complaint;
}

bool ceremony_complaint_check(const struct ceremony_channel *channel,
                              const struct ceremony_complaint *complaint)
{
    if (!point_is_proper(&complaint->secret)) {
        return false;
    }
    struct hash statement = complaint_statement(channel, &complaint->secret);
    return equality_check(&statement, &channel->ephemeral, &channel->seal, &complaint->secret,
                          &complaint->proof);
}

enum ceremony_culprit ceremony_judge(const struct ceremony_channel *channel,
                                     const struct ceremony_complaint *complaint,
                                     const uint8_t share[static SCALAR_BYTES],
                                     const struct point *commitments)
{
    struct scalar opened;
    apply_pad(channel, &complaint->secret, share, opened.bytes);
    return share_is_right(channel, &opened, commitments) ? CEREMONY_COMPLAINANT : CEREMONY_SENDER;
}

void ceremony_transcript(const struct ceremony *ceremony, const uint8_t (*leaves)[HASH_BYTES],
                         size_t count, uint8_t out_transcript[static HASH_BYTES])
{
    struct hash hash;
    start(&hash, LABEL_CEREMONY_TRANSCRIPT, ceremony);
    hash_count(&hash, count);
    for (size_t i = 0; i < count; i++) {
        hash_part(&hash, SPAN_ARRAY(leaves[i]));
    }
    hash_end32(&hash, out_transcript);
}
