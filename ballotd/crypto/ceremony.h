/* The key ceremony as pure functions: what each participant computes, and what everyone checks
 * (docs/protocol.md section 6). Who must say what when is the election's business, not this file's.
 *
 * Commitments come before coefficients, so that nobody chooses theirs knowing the others'; each
 * coefficient has its proof, so that nobody cancels out another's; a bad share can be shown to
 * everyone without giving away the key that opens it. Trustees and participants are indices from 1.
 */
#ifndef CRYPTO_CEREMONY_H
#define CRYPTO_CEREMONY_H

#include "crypto/equality.h"
#include "crypto/knowledge.h"
#include "crypto/threshold.h"
#include "limit.h"

/* Which election and attempt. Borrowed. */
struct ceremony {
    const uint8_t *ctx0; /* HASH_BYTES */
    uint64_t attempt;
    unsigned k; /* threshold, 1 … LIMIT_TRUSTEES */
};

/* What a participant draws and must keep to itself until the ceremony is over. */
struct ceremony_secret {
    struct scalar coefficients[LIMIT_TRUSTEES]; /* the first k */
    uint8_t lots[HASH_BYTES];
};

/* In guarded memory. NULL when there is none left. */
struct ceremony_secret *ceremony_secret_new(unsigned k);
void ceremony_secret_free(struct ceremony_secret *secret);

/* Stage 1: the k commitments A_il, and the two hashes of trustee.commit. */
void ceremony_commitments(const struct ceremony *ceremony, const struct ceremony_secret *secret,
                          struct point *out_commitments);
void ceremony_commit(const struct ceremony *ceremony, unsigned trustee,
                     const struct point *commitments, uint8_t out_commit[static HASH_BYTES]);
void ceremony_commit_lots(const struct ceremony *ceremony, unsigned trustee,
                          const uint8_t lots[static HASH_BYTES],
                          uint8_t out_commit[static HASH_BYTES]);

/* Stage 2: k proofs, and everyone's check of trustee.coefficients against the commit. BAD_PROOF
 * ceremony.coefficient, ceremony.commit, ceremony.proof. */
void ceremony_prove(const struct ceremony *ceremony, unsigned trustee,
                    const struct ceremony_secret *secret, const struct point *commitments,
                    struct knowledge *out_proofs);
enum outcome ceremony_check(const struct ceremony *ceremony, unsigned trustee,
                            const uint8_t commit[static HASH_BYTES],
                            const struct point *commitments, const struct knowledge *proofs,
                            struct fail *fail) MUST_USE;

/* Stage 3: one share on its way. `ephemeral` is E, `seal` the recipient's key; both proper. */
struct ceremony_channel {
    const struct ceremony *ceremony;
    unsigned from;
    unsigned to;
    struct point ephemeral;
    struct point seal;
};

/* e is the sender's scalar with E = eB, the same for all recipients. */
void ceremony_seal(const struct ceremony_channel *channel, const struct scalar *e,
                   const struct ceremony_secret *secret, uint8_t out_share[static SCALAR_BYTES]);

/* Stage 4: the recipient, with the scalar of its sealing key, takes off the pad and checks the
 * share f_from(to) against the sender's commitments. BAD_PROOF ceremony.share: complain. */
enum outcome ceremony_open(const struct ceremony_channel *channel, const struct scalar *seal_secret,
                           const uint8_t share[static SCALAR_BYTES],
                           const struct point *commitments, struct scalar *out_share,
                           struct fail *fail) MUST_USE;

/* x_j: the sum of all shares, the trustee's own included. */
struct scalar ceremony_key_share(const struct scalar *shares, unsigned participants);

struct ceremony_complaint {
    struct point secret; /* S */
    struct equality proof;
};

struct ceremony_complaint ceremony_complain(const struct ceremony_channel *channel,
                                            const struct scalar *seal_secret);

/* Stage 5: a complaint that is not proved never stands; one that is has a culprit, whoever it is.
 */
bool ceremony_complaint_check(const struct ceremony_channel *channel,
                              const struct ceremony_complaint *complaint) MUST_USE;
enum ceremony_culprit { CEREMONY_SENDER, CEREMONY_COMPLAINANT };
enum ceremony_culprit ceremony_judge(const struct ceremony_channel *channel,
                                     const struct ceremony_complaint *complaint,
                                     const uint8_t share[static SCALAR_BYTES],
                                     const struct point *commitments);

/* Leaf hashes of the commits by trustee, then of the coefficients, then of the shares. */
void ceremony_transcript(const struct ceremony *ceremony, const uint8_t (*leaves)[HASH_BYTES],
                         size_t count, uint8_t out_transcript[static HASH_BYTES]);

#endif
