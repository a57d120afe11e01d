/*
 * KEY.*: the trustees' key ceremony, docs/protocol.md section 6, attempt by attempt.
 *
 * A walk over the ceremony's entries keeps what the present attempt has so far. When every
 * participant has accepted, the keys of the election are worked out from the coefficients and must
 * be those accepted; a later restart takes them back.
 */
#include "crypto/hash.h"
#include "election/election.h"

#include <inttypes.h>

struct attempt {
    uint64_t number;
    bool takes_part[LIMIT_TRUSTEES + 1];
    uint64_t said[TRUSTEE_ACCEPT + 1][LIMIT_TRUSTEES + 1]; /* the entry of each stage */
    bool over;                                             /* by a complaint */
    enum restart_reason reason;                            /* of the restart that must follow */
};

struct walk {
    struct election *election;
    struct attempt attempt;
    bool culprit[LIMIT_TRUSTEES + 1]; /* of any attempt */
};

static void attempt_start(struct attempt *attempt, uint64_t number)
{
    *attempt = (struct attempt){.number = number};
    for (unsigned stage = 0; stage <= TRUSTEE_ACCEPT; stage++)
        for (unsigned i = 0; i <= LIMIT_TRUSTEES; i++)
            attempt->said[stage][i] = NO_ENTRY;
}

/* Has every participant made this stage's statement? */
static bool stage_complete(const struct attempt *attempt, enum kind stage)
{
    for (unsigned i = 1; i <= LIMIT_TRUSTEES; i++)
        if (attempt->takes_part[i] && attempt->said[stage][i] == NO_ENTRY)
            return false;
    return true;
}

static const struct ceremony *said(const struct walk *walk, enum kind stage, unsigned trustee)
{
    const struct statement *says =
        election_says(walk->election, walk->attempt.said[stage][trustee]);
    return says == NULL ? NULL : says->ceremony;
}

/* -- commitments and coefficients ---------------------------------------------------------------
 */

static void hash_coefficients(struct hash *hash, const struct ceremony *ceremony)
{
    hash_list(hash, ceremony->commitment_count);
    for (size_t l = 0; l < ceremony->commitment_count; l++)
        hash_bytes(hash, ceremony->commitments[l], POINT_BYTES);
}

static void hash_sender(const struct walk *walk, struct hash *hash, const char *label,
                        unsigned trustee)
{
    hash_start(hash, label);
    hash_bytes(hash, walk->election->contexts[0], HASH_BYTES);
    hash_number(hash, walk->attempt.number);
    hash_number(hash, trustee);
}

static bool proof_holds(const struct walk *walk, const struct ceremony *ceremony, size_t l)
{
    struct hash hash;
    struct point key, commitment, right, left;
    struct scalar z, c, zero = scalar_from_number(0);
    const uint8_t *proof = ceremony->proofs[l];
    if (!point_decode(ceremony->commitments[l], &key) || !point_decode_any(proof, &commitment) ||
        !scalar_decode(proof + POINT_BYTES, &z))
        return false;
    hash_sender(walk, &hash, LABEL_CEREMONY_PROOF, ceremony->trustee);
    hash_number(&hash, l);
    hash_coefficients(&hash, ceremony);
    hash_bytes(&hash, proof, POINT_BYTES);
    hash_end_scalar(&hash, &c);
    scalar_subtract(&zero, &c, &c);
    point_combine(&z, &c, &key, &left); /* zB - cA = T */
    right = commitment;
    return point_equal(&left, &right);
}

static void check_coefficients(const struct walk *walk, uint64_t entry,
                               const struct ceremony *ceremony)
{
    struct report *report = walk->election->report;
    const struct ceremony *commit = said(walk, TRUSTEE_COMMIT, ceremony->trustee);
    unsigned threshold = walk->election->definition->threshold;
    uint8_t committed[HASH_BYTES];
    struct hash hash;
    hash_sender(walk, &hash, LABEL_CEREMONY_COMMIT, ceremony->trustee);
    hash_coefficients(&hash, ceremony);
    hash_end(&hash, committed);
    if (commit == NULL || memcmp(committed, commit->coefficients, HASH_BYTES) != 0)
        report_fail(report, KEY_COMMIT, entry, "the coefficients are not those committed to");
    if (ceremony->commitment_count != threshold || ceremony->proof_count != threshold) {
        report_fail(report, KEY_COMMIT, entry, "there must be %u coefficients and proofs",
                    threshold);
        return;
    }
    for (size_t l = 0; l < threshold; l++)
        if (!proof_holds(walk, ceremony, l))
            report_fail(report, KEY_PROOF, entry, "the proof of coefficient %zu does not hold", l);
}

static void check_shares(const struct walk *walk, uint64_t entry, const struct ceremony *ceremony)
{
    struct point ephemeral;
    size_t place = 0;
    bool right = point_decode(ceremony->ephemeral, &ephemeral);
    for (unsigned to = 1; to <= LIMIT_TRUSTEES && right; to++)
        if (walk->attempt.takes_part[to] && to != ceremony->trustee)
            right = place < ceremony->share_count && ceremony->to[place++] == to;
    if (!right || place != ceremony->share_count)
        report_fail(walk->election->report, KEY_COMMIT, entry,
                    "the shares are not for exactly the other participants");
}

/* -- complaints ---------------------------------------------------------------------------------
 */

/* T1 || T2 || z shows that log_B R = log_E S. */
static bool complaint_proved(const struct walk *walk, const struct ceremony *complaint,
                             const uint8_t ephemeral[POINT_BYTES], const uint8_t seal[POINT_BYTES])
{
    struct hash hash;
    struct point e, r, s, t1, t2, left, part;
    struct scalar z, c, zero = scalar_from_number(0);
    const uint8_t *proof = complaint->proof;
    if (!point_decode(ephemeral, &e) || !point_decode(seal, &r) ||
        !point_decode(complaint->secret, &s) || !point_decode_any(proof, &t1) ||
        !point_decode_any(proof + POINT_BYTES, &t2) || !scalar_decode(proof + 2 * POINT_BYTES, &z))
        return false;
    hash_sender(walk, &hash, LABEL_COMPLAINT_PROOF, complaint->against);
    hash_number(&hash, complaint->trustee);
    hash_bytes(&hash, ephemeral, POINT_BYTES);
    hash_bytes(&hash, seal, POINT_BYTES);
    hash_bytes(&hash, complaint->secret, POINT_BYTES);
    hash_bytes(&hash, proof, POINT_BYTES);
    hash_bytes(&hash, proof + POINT_BYTES, POINT_BYTES);
    hash_end_scalar(&hash, &c);
    scalar_subtract(&zero, &c, &c);
    point_combine(&z, &c, &r, &left); /* zB - cR = T1 */
    if (!point_equal(&left, &t1))
        return false;
    point_scale(&e, &z, &left);
    point_scale(&s, &c, &part);
    point_add(&left, &part, &left); /* zE - cS = T2 */
    return point_equal(&left, &t2);
}

/* Σ_l j^l A_l */
static bool evaluate(const struct ceremony *coefficients, unsigned j, struct point *out_point)
{
    struct scalar x = scalar_from_number(j);
    struct point sum = point_identity(), term;
    for (size_t l = coefficients->commitment_count; l-- > 0;) {
        if (!point_decode(coefficients->commitments[l], &term))
            return false;
        point_scale(&sum, &x, &sum);
        point_add(&sum, &term, &sum);
    }
    *out_point = sum;
    return true;
}

/* Takes off the pad that the complaint reveals: is the share what the coefficients promise? */
static bool share_good(const struct walk *walk, const struct ceremony *complaint,
                       const struct ceremony *shares, const uint8_t seal[POINT_BYTES],
                       const uint8_t sealed[SCALAR_BYTES])
{
    const struct ceremony *coefficients = said(walk, TRUSTEE_COEFFICIENTS, complaint->against);
    struct hash hash;
    uint8_t share[SCALAR_BYTES];
    struct scalar s, zero = scalar_from_number(0);
    struct point left, right, base = point_base();
    hash_sender(walk, &hash, LABEL_SHARE_PAD, complaint->against);
    hash_number(&hash, complaint->trustee);
    hash_bytes(&hash, shares->ephemeral, POINT_BYTES);
    hash_bytes(&hash, seal, POINT_BYTES);
    hash_bytes(&hash, complaint->secret, POINT_BYTES);
    hash_end(&hash, share);
    for (size_t i = 0; i < SCALAR_BYTES; i++)
        share[i] ^= sealed[i];
    if (!scalar_decode(share, &s) || coefficients == NULL ||
        !evaluate(coefficients, complaint->trustee, &right))
        return false;
    point_combine(&s, &zero, &base, &left);
    return point_equal(&left, &right);
}

static void check_complaint(struct walk *walk, uint64_t entry, const struct ceremony *complaint)
{
    const struct definition *definition = walk->election->definition;
    const struct ceremony *shares = said(walk, TRUSTEE_SHARES, complaint->against);
    const uint8_t *seal = definition->trustees[complaint->trustee - 1].seal, *sealed = NULL;
    for (size_t i = 0; shares != NULL && i < shares->share_count; i++)
        if (shares->to[i] == complaint->trustee)
            sealed = shares->shares[i];
    if (sealed == NULL) {
        report_fail(walk->election->report, KEY_COMPLAINT, entry,
                    "complains of a share that was never sent");
        return;
    }
    if (!complaint_proved(walk, complaint, shares->ephemeral, seal))
        report_fail(walk->election->report, KEY_COMPLAINT, entry, "the complaint is not proved");
    bool good = share_good(walk, complaint, shares, seal, sealed);
    walk->attempt.over = true;
    walk->attempt.reason = good ? RESTART_FALSE_COMPLAINT : RESTART_PROVED;
    walk->culprit[good ? complaint->trustee : complaint->against] = true;
}

static void check_restart(struct walk *walk, uint64_t entry, const struct restart *restart)
{
    struct report *report = walk->election->report;
    const struct definition *definition = walk->election->definition;
    enum restart_reason reason = walk->attempt.over ? walk->attempt.reason : RESTART_ABSENT;
    if (restart->attempt != walk->attempt.number + 1)
        report_fail(report, KEY_COMMIT, entry, "the attempt must be number %" PRIu64,
                    walk->attempt.number + 1);
    if (restart->reason != reason)
        report_fail(report, KEY_COMPLAINT, entry, "the reason is not what happened");
    if (restart->trustee_count < definition->threshold)
        report_fail(report, KEY_COMMIT, entry, "fewer trustees than the threshold take part");
    attempt_start(&walk->attempt, restart->attempt);
    walk->election->keys.known = false;
    for (size_t i = 0; i < restart->trustee_count; i++) {
        unsigned trustee = restart->trustees[i];
        if (trustee > definition->trustee_count)
            report_fail(report, KEY_COMMIT, entry, "there is no trustee %u", trustee);
        else
            walk->attempt.takes_part[trustee] = true;
        if (walk->culprit[trustee])
            report_fail(report, KEY_COMPLAINT, entry,
                        "trustee %u takes part again, who was at fault before", trustee);
    }
}

/* -- acceptance ---------------------------------------------------------------------------------
 */

static void hash_transcript(const struct walk *walk, uint8_t out_transcript[HASH_BYTES])
{
    static const enum kind stages[] = {TRUSTEE_COMMIT, TRUSTEE_COEFFICIENTS, TRUSTEE_SHARES};
    const struct attempt *attempt = &walk->attempt;
    struct hash hash;
    uint64_t participants = 0;
    for (unsigned i = 1; i <= LIMIT_TRUSTEES; i++)
        participants += attempt->takes_part[i];
    hash_start(&hash, LABEL_CEREMONY_TRANSCRIPT);
    hash_bytes(&hash, walk->election->contexts[0], HASH_BYTES);
    hash_number(&hash, attempt->number);
    hash_list(&hash, 3 * participants);
    for (size_t stage = 0; stage < 3; stage++)
        for (unsigned i = 1; i <= LIMIT_TRUSTEES; i++)
            if (attempt->takes_part[i])
                hash_bytes(
                    &hash,
                    walk->election->board->entries[attempt->said[stages[stage]][i]].leaf.bytes,
                    HASH_BYTES);
    hash_end(&hash, out_transcript);
}

/* Y and every X_j; false if one of them is improper. */
static bool derive_keys(const struct walk *walk, struct keys *keys)
{
    keys->public = point_identity();
    for (unsigned j = 0; j <= walk->election->definition->trustee_count; j++) {
        struct point sum = point_identity(), part;
        for (unsigned i = 1; i <= LIMIT_TRUSTEES; i++) {
            const struct ceremony *sent = said(walk, TRUSTEE_COEFFICIENTS, i);
            if (!walk->attempt.takes_part[i])
                continue;
            if (!evaluate(sent, j, &part))
                return false;
            point_add(&sum, &part, &sum);
        }
        if (point_is_identity(&sum))
            return false;
        keys->share[j] = sum;
        point_encode(&sum, keys->share_bytes[j]);
    }
    keys->public = keys->share[0]; /* the value at 0 */
    memcpy(keys->public_bytes, keys->share_bytes[0], POINT_BYTES);
    return true;
}

static void check_accepts(const struct walk *walk, const struct keys *keys)
{
    for (unsigned i = 1; i <= LIMIT_TRUSTEES; i++) {
        const struct ceremony *accept = said(walk, TRUSTEE_ACCEPT, i);
        if (!walk->attempt.takes_part[i] || accept == NULL)
            continue;
        if (memcmp(accept->transcript, keys->transcript, HASH_BYTES) != 0 ||
            memcmp(accept->public, keys->public_bytes, POINT_BYTES) != 0)
            report_fail(walk->election->report, KEY_ACCEPT, walk->attempt.said[TRUSTEE_ACCEPT][i],
                        "accepts another transcript or another key");
    }
}

/* All have accepted: what they accepted must be what the coefficients give. */
static void complete(struct walk *walk, uint64_t entry)
{
    struct keys *keys = &walk->election->keys;
    *keys = (struct keys){.attempt = walk->attempt.number, .since = entry};
    hash_transcript(walk, keys->transcript);
    if (!derive_keys(walk, keys)) {
        report_fail(walk->election->report, KEY_PUBLIC, entry,
                    "the coefficients do not give proper keys");
        return;
    }
    for (unsigned i = 1; i <= LIMIT_TRUSTEES; i++) {
        const struct ceremony *commit = said(walk, TRUSTEE_COMMIT, i);
        keys->takes_part[i] = walk->attempt.takes_part[i];
        if (keys->takes_part[i])
            memcpy(keys->lots[i], commit->lots, HASH_BYTES);
    }
    check_accepts(walk, keys);
    keys->known = true;
}

/* -- the walk -----------------------------------------------------------------------------------
 */

/* May this trustee say this now? */
static bool expect(const struct walk *walk, uint64_t entry, enum kind kind,
                   const struct ceremony *ceremony)
{
    struct report *report = walk->election->report;
    const struct attempt *attempt = &walk->attempt;
    if (attempt->over)
        report_fail(report, KEY_COMMIT, entry, "the attempt was over");
    else if (ceremony->attempt != attempt->number)
        report_fail(report, KEY_COMMIT, entry, "the attempt is number %" PRIu64, attempt->number);
    else if (!attempt->takes_part[ceremony->trustee])
        report_fail(report, KEY_COMMIT, entry, "trustee %u takes no part", ceremony->trustee);
    else if (kind != TRUSTEE_COMPLAINT && attempt->said[kind][ceremony->trustee] != NO_ENTRY)
        report_fail(report, KEY_COMMIT, entry, "trustee %u has done this stage", ceremony->trustee);
    else if (kind > TRUSTEE_COMMIT && kind <= TRUSTEE_ACCEPT && !stage_complete(attempt, kind - 1))
        report_fail(report, KEY_COMMIT, entry, "the stage before was not complete");
    else
        return true;
    return false;
}

static void walk_on(struct walk *walk, uint64_t entry, const struct statement *says)
{
    if (says->kind == TRUSTEE_RESTART) {
        check_restart(walk, entry, says->restart);
        return;
    }
    if (!expect(walk, entry, says->kind, says->ceremony))
        return;
    if (says->kind == TRUSTEE_COMPLAINT) {
        check_complaint(walk, entry, says->ceremony);
        return;
    }
    walk->attempt.said[says->kind][says->ceremony->trustee] = entry;
    if (says->kind == TRUSTEE_COEFFICIENTS)
        check_coefficients(walk, entry, says->ceremony);
    if (says->kind == TRUSTEE_SHARES)
        check_shares(walk, entry, says->ceremony);
    if (says->kind == TRUSTEE_ACCEPT && stage_complete(&walk->attempt, TRUSTEE_ACCEPT))
        complete(walk, entry);
}

static void check_opened_key(const struct election *election)
{
    uint64_t open = election_first(election, OPEN);
    if (open == NO_ENTRY)
        return;
    if (election->keys.since > open)
        report_fail(election->report, KEY_ACCEPT, open, "opened before the key was accepted");
    if (memcmp(election_says(election, open)->open->public, election->keys.public_bytes,
               POINT_BYTES) != 0)
        report_fail(election->report, KEY_PUBLIC, open,
                    "`open` does not name the key that the trustees accepted");
}

void ceremony_check(struct election *election)
{
    static const enum check checks[] = {KEY_COMMIT, KEY_PROOF, KEY_COMPLAINT, KEY_ACCEPT,
                                        KEY_PUBLIC};
    struct walk walk = {.election = election};
    attempt_start(&walk.attempt, 1);
    for (size_t i = 1; i <= election->definition->trustee_count; i++)
        walk.attempt.takes_part[i] = true;
    for (uint64_t entry = 0; entry < election->board->count; entry++) {
        const struct statement *says = election_says(election, entry);
        if (says != NULL && says->kind >= TRUSTEE_COMMIT && says->kind <= TRUSTEE_RESTART)
            walk_on(&walk, entry, says);
    }
    if (election->keys.known) {
        check_opened_key(election);
        for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
            report_pass(election->report, checks[i]);
        return;
    }
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
        report_not_run(election->report, checks[i], "the ceremony is not complete");
}
