/*
 * proof: a receipt that can be checked offline: C2SP tlog-proof.
 *
 * Holds the index of an entry, the path from it to the root, and the whole checkpoint. Parsing
 * checks the form only. A proof holds if proof_includes() says so AND the note's signatures verify
 * under a trusted key: one without the other means nothing.
 */
#ifndef VERIFY_LOG_PROOF_H
#define VERIFY_LOG_PROOF_H

#include "log/checkpoint.h"

enum { PROOF_PATH = 63, PROOF_EXTRA_BYTES = 4096 };

struct proof {
    struct span extra; /* still base64; empty if absent. Authenticated by nothing */
    uint64_t index;
    size_t path_len;
    struct merkle_hash path[PROOF_PATH];
    struct note note;
    struct checkpoint checkpoint;
};

/* The spans point into `bytes`. */
enum outcome proof_parse(struct span bytes, struct proof *out_proof, struct fail *fail)
    __attribute__((warn_unused_result));

/* Is this entry at the proof's index under the root of its checkpoint? */
enum outcome proof_includes(const struct proof *proof, struct span entry, struct fail *fail)
    __attribute__((warn_unused_result));

#endif
