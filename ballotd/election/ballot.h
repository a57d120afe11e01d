/* A ballot as an entry (docs/protocol.md section 8). */
#ifndef ELECTION_BALLOT_H
#define ELECTION_BALLOT_H

#include "election/state.h"

struct ballot {
    unsigned roll;
    struct span style;
    uint8_t paper[HASH_BYTES];
    uint8_t credential[KEY_BYTES];
    uint32_t sequence;
    uint8_t previous[HASH_BYTES];
    struct buf body; /* owned */
};

/* Form only. The caller calls ballot_done whatever the outcome. BAD_INPUT ballot.… */
enum outcome ballot_read(const struct statement *statement, struct ballot *out_ballot,
                         struct fail *fail) MUST_USE;
void ballot_done(struct ballot *ballot);

/* Appends the text of a ballot's statement, to be signed by the credential. */
struct ballot_place {
    struct span origin;
    const uint8_t *ctx2, *open; /* HASH_BYTES each; open: leaf of the `open` entry */
};
void ballot_print(const struct ballot_place *place, const struct ballot *ballot,
                  struct buf *out_text);

#endif
