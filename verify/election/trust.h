/*
 * trust: what the verifier was given from elsewhere, against the bundle.
 *
 * TRUST.key and LOG.checkpoint (the key that must have signed the log), LOG.consistency (a
 * checkpoint that somebody kept), RECEIPT.proof and RECEIPT.counted (what a voter was given).
 */
#ifndef VERIFY_ELECTION_TRUST_H
#define VERIFY_ELECTION_TRUST_H

#include "election/election.h"

/* `vkey` is empty if none was given: then the key of the definition is taken. */
void trust_check(const struct election *election, struct span vkey);

/* The bytes of a checkpoint of an earlier time; `bytes` is empty if none was given. */
void older_check(const struct election *election, struct span bytes);

struct receipt {
    const char *name; /* to stand in the report */
    struct span bytes;
};

/* After election_check(). */
void receipts_check(const struct election *election, const struct receipt *receipts, size_t count);

#endif
