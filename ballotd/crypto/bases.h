/* The bases H_0 … H_N of the mix proofs, H_i = Hp("base", i) (docs/protocol.md section 9).
 *
 * Nobody knows a logarithm between any two of them, or to B: that is what a mix proof rests on.
 * They depend on the index alone, so one derivation serves every mix of every election, and a
 * longer array serves a shorter list.
 */
#ifndef CRYPTO_BASES_H
#define CRYPTO_BASES_H

#include "base/fail.h"
#include "crypto/group.h"
#include "crypto/parallel.h"

struct bases {
    struct point *at;
    size_t count; /* N + 1 */
};

/* H_0 … H_n. BROKEN memory. */
enum outcome bases_init(struct bases *bases, size_t n, struct parallel_progress *progress,
                        struct fail *fail) MUST_USE;
void bases_done(struct bases *bases);

#endif
