/* The tally: from the decryption shares to papers, counts, account and the text of `result`
 * (docs/protocol.md sections 10 and 11). A pure function of the log and its blobs. */
#ifndef ELECTION_TALLY_H
#define ELECTION_TALLY_H

#include "election/state.h"

/* Takes the blobs that the result names; NULL where only the text matters. */
struct tally_sink {
    void *ctx;
    enum outcome (*blob)(void *ctx, struct span bytes, struct fail *fail);
};

/* The trustees whose decryptions of every box with ballots stand in the log, ascending; the number
 * is 0 where there is nothing to decrypt. */
unsigned tally_trustees(const struct state *state, unsigned out_indices[static LIMIT_TRUSTEES]);

/* Appends the text of the `result` statement. NOT_ALLOWED result.early when decryptions are
 * missing. The trustees' bytes give the lots. */
enum outcome tally_make(const struct state *state, const struct sources *sources,
                        const struct tally_sink *sink, struct buf *out_text,
                        struct fail *fail) MUST_USE;

/* Counts no papers, before anybody votes: what the rule, the seats or a name make impossible must
 * come out now. The contest need not stand yet. */
enum outcome tally_try(const struct state *state, const struct contest *contest,
                       struct fail *fail) MUST_USE;

#endif
