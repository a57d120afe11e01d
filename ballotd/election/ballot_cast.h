/* Casting, as the voter's program does it (docs/protocol.md section 8): a code opens a paper,
 * choices are sealed into a body with its tracker, and only then is decided whether the ballot is
 * cast or opened for audit. Never both: signing destroys the randomness, opening destroys the key.
 *
 * Everything comes from a state that the voter's program replayed itself: the paper, its contests,
 * and the key Y, which is the trustees' and not the paper's. Secrets live in guarded memory.
 */
#ifndef ELECTION_BALLOT_CAST_H
#define ELECTION_BALLOT_CAST_H

#include "crypto/credential.h"
#include "election/state.h"

struct ballot_cast {
    const struct state *state; /* borrowed */
    const struct ballot_paper *paper;
    uint8_t credential[KEY_BYTES];
    struct ballot_secret *secret; /* the signing key, choices and randomness */
    struct buf body;
    char tracker[TRACKER_TEXT_BYTES];
};

/* Finds the credential that the code gives, and its paper. NOT_ALLOWED cast.closed, cast.code (the
 * code is of nobody in this election), cast.killed; CONFLICT cast.used. */
enum outcome ballot_cast_begin(const struct state *state, const struct credential_code *code,
                               struct ballot_cast *out_cast, struct fail *fail) MUST_USE;
void ballot_cast_done(struct ballot_cast *cast); /* takes what was zeroed */

/* Seals one choice for each contest of the paper, in its order; body and tracker are then there.
 * BAD_INPUT choice.… */
enum outcome ballot_cast_seal(struct ballot_cast *cast, const struct choice *choices,
                              struct fail *fail) MUST_USE;

/* Appends the signed ballot; the randomness is gone. */
enum outcome ballot_cast_sign(struct ballot_cast *cast, struct buf *out_note,
                              struct fail *fail) MUST_USE;
/* Appends the audit file, one line; the key is gone. */
enum outcome ballot_cast_open(struct ballot_cast *cast, struct buf *out_line,
                              struct fail *fail) MUST_USE;

#endif
