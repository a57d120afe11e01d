/* A ballot paper: what an elector of one style is asked, in order; and the body of a ballot cast on
 * it, an array of envelopes (docs/protocol.md section 8). The paper of a style is a note signed by
 * the authority.
 */
#ifndef ELECTION_BALLOT_PAPER_H
#define ELECTION_BALLOT_PAPER_H

#include "crypto/envelope.h"
#include "election/contest.h"

struct ballot_paper {
    char style[LIMIT_ID_BYTES + 1];
    unsigned roll;
    unsigned count;
    const struct contest *contests[LIMIT_CONTESTS]; /* borrowed, in log order */
    uint8_t sha256[HASH_BYTES];                     /* of the signed note */
};

/* The contests of a style among all contests. */
void ballot_paper_make(const struct contest *contests, size_t count, struct span style,
                       unsigned roll, struct ballot_paper *out_paper);
/* Appends the text of the paper's statement; `election` is the leaf hash of the definition. */
void ballot_paper_print(const struct ballot_paper *paper, struct span origin, const uint8_t *ctx2,
                        const uint8_t *election, struct buf *out_text);

size_t ballot_paper_chunks(const struct ballot_paper *paper);
/* Where a contest's chunks begin in the body; false when it is not on the paper. */
bool ballot_paper_find(const struct ballot_paper *paper, const char *contest,
                       size_t *out_chunk) MUST_USE;

_Static_assert(sizeof(struct envelope) == CHUNK_BALLOT_BYTES, "a body is an array of envelopes");

/* What every envelope of a ballot is bound to. */
struct ballot_binding {
    const uint8_t *ctx2;
    const uint8_t *credential;
    const struct point *key; /* Y */
};

/* Encrypts the choices (one per contest, padded bytes as choice_write gives them) into out_body,
 * ballot_paper_chunks long; the randomness of each chunk goes to out_randomness (secret). */
void ballot_paper_seal(const struct ballot_paper *paper, const struct ballot_binding *binding,
                       const uint8_t (*choices)[CHOICE_BYTES_MAX], struct envelope *out_body,
                       struct scalar *out_randomness);
/* Length, encodings, proofs, no alpha twice. BAD_INPUT ballot.length; BAD_PROOF ballot.proof;
 * CONFLICT ballot.alpha-repeated. Thread-safe. */
enum outcome ballot_paper_check(const struct ballot_paper *paper,
                                const struct ballot_binding *binding, struct span body,
                                struct fail *fail) MUST_USE;

#endif
