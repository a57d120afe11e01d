/* A ballot paper: what an elector of one style is asked, in order; and the body of a ballot cast on
 * it (docs/protocol.md section 8). The paper of a style is a note signed by the authority.
 */
#ifndef ELECTION_PAPER_H
#define ELECTION_PAPER_H

#include "crypto/elgamal.h"
#include "crypto/knowledge.h"
#include "election/contest.h"

struct paper {
    char style[LIMIT_ID_BYTES + 1];
    unsigned roll;
    unsigned count;
    const struct contest *contests[LIMIT_CONTESTS]; /* borrowed, in log order */
    uint8_t sha256[HASH_BYTES];                     /* of the signed note */
};

/* The contests of a style among all contests. */
void paper_make(const struct contest *contests, size_t count, struct span style, unsigned roll,
                struct paper *out_paper);
/* Appends the text of the paper's statement; `election` is the leaf hash of the definition. */
void paper_print(const struct paper *paper, struct span origin, const uint8_t *ctx2,
                 const uint8_t *election, struct buf *out_text);

size_t paper_chunks(const struct paper *paper);
static inline size_t paper_body_bytes(const struct paper *paper)
{
    return paper_chunks(paper) * CHUNK_BALLOT_BYTES;
}
/* Where a contest's chunks begin in the body, in chunks; false when it is not on the paper. */
bool paper_find(const struct paper *paper, const char *contest, size_t *out_chunk) MUST_USE;

/* One chunk of a body, as its bytes lie there. */
struct sealed_chunk {
    struct ciphertext ciphertext;
    struct knowledge proof;
};
_Static_assert(sizeof(struct sealed_chunk) == CHUNK_BALLOT_BYTES, "a body is an array of these");

/* What every proof in a ballot is bound to. */
struct ballot_binding {
    const uint8_t *ctx2;
    const uint8_t *credential;
    const struct point *public;
};

/* Encrypts the choices (one per contest, padded bytes as choice_write gives them) into out_body,
 * paper_chunks(paper) long; the randomness of each chunk goes to out_randomness (secret). */
void paper_seal(const struct paper *paper, const struct ballot_binding *binding,
                const uint8_t (*choices)[CHOICE_BYTES_MAX], struct sealed_chunk *out_body,
                struct scalar *out_randomness);
/* As paper_seal with randomness given: for audits and vectors. */
void paper_seal_with(const struct paper *paper, const struct ballot_binding *binding,
                     const uint8_t (*choices)[CHOICE_BYTES_MAX], const struct scalar *randomness,
                     struct sealed_chunk *out_body);
/* Length, encodings, proofs, no alpha twice. BAD_INPUT ballot.length, ballot.encoding;
 * BAD_PROOF ballot.proof; CONFLICT ballot.alpha-repeated. Thread-safe. */
enum outcome paper_check_body(const struct paper *paper, const struct ballot_binding *binding,
                              struct span body, struct fail *fail) MUST_USE;

#endif
