/*
 * shuffle: the proofs that mixes only permuted and re-encrypted, docs/protocol.md section 9.
 *
 * All mixes of a box are checked as one chain: the output of one is the input of the next, so each
 * list is decoded once and the factors of its points are added up. One sum over everything; a sum
 * that does not vanish says only that some mix of the chain is wrong.
 */
#ifndef VERIFY_ELECTION_SHUFFLE_H
#define VERIFY_ELECTION_SHUFFLE_H

#include "crypto/fold.h"
#include "crypto/hash.h"
#include "election/election.h"

/* One mix as published. The spans have the lengths that N and w call for. */
struct shuffle {
    uint64_t entry, step;
    unsigned mixer;
    struct span input, output, proof;
    bool malformed; /* set when a point or scalar is improper */
    /* from shuffle_prepare() */
    struct scalar x;
    struct scalar *u, *responses, *weights; /* u_i; s'_i; sigma_i: from 1 to N, 0 unused */
    struct scalar rho[3], rho_alpha[LIMIT_CHUNKS], rho_beta[LIMIT_CHUNKS];
    struct scalar product; /* of all u_i */
};

/* What all mixes of a chain share, and where they are summed. */
struct chain {
    const struct election *election;
    const struct box *box;
    struct shuffle *shuffles; /* each takes the output of the one before as its input */
    size_t count;
    struct fold *const *folds; /* one for each thread, with CHAIN_SLOTS slots */
};

enum { CHAIN_SLOTS = 2 }; /* B, Y */

/* Bytes of a proof for n entries of width w. */
size_t shuffle_proof_bytes(size_t n, unsigned w);

/* Works out challenges and draws the weights. BAD: malformed. The arena keeps the scalars. */
enum outcome shuffle_prepare(const struct election *election, const struct box *box,
                             struct arena *arena, struct shuffle *shuffle, struct fail *fail)
    __attribute__((warn_unused_result));

/* Appends all terms of prepared shuffles to the folds; sets `malformed` where it finds it. */
void chain_fold(const struct chain *chain);

/* Ends all folds: GOOD if their sums together vanish. (A row alone does not: Ĉ links it to the
 * next.) */
enum outcome chain_end(const struct election *election, struct fold *const *folds)
    __attribute__((warn_unused_result));

#endif
