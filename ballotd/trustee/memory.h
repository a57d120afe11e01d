/* What a trustee's program must never forget: kept, encrypted, in the key file's state.
 *
 * The secrets of the ceremony's present attempt, with the three statements made from them, stand in
 * the file before the first of them leaves, so that a program which is started again says the same
 * bytes. With them stand the definition, the size and root of the log as last acted upon, and the
 * one freeze that this trustee will ever work on. A key file serves one election.
 */
#ifndef TRUSTEE_MEMORY_H
#define TRUSTEE_MEMORY_H

#include "crypto/ceremony.h"
#include "crypto/keyfile.h"

/* The statements of an attempt, in their order. */
enum said { SAID_COMMIT, SAID_COEFFICIENTS, SAID_SHARES, SAID_COUNT };

struct memory {
    uint8_t definition[HASH_BYTES]; /* leaf of `election`; zeros: of no election yet */
    uint64_t seen_size;             /* the log as last acted upon */
    uint8_t seen_root[HASH_BYTES];
    uint8_t freeze[HASH_BYTES]; /* leaf; zeros: none yet */
    uint64_t attempt;           /* 0: none yet */
    struct ceremony_secret secret;
    struct buf said[SAID_COUNT]; /* whole notes */
};

/* In guarded memory, from the key file's state (which may be empty). BAD_INPUT trustee.memory,
 * BROKEN memory. */
enum outcome memory_new(const struct keyfile *keyfile, struct memory **out_memory,
                        struct fail *fail) MUST_USE;
void memory_free(struct memory *memory);

/* Puts it into the key file's state; writing the file is the caller's. */
enum outcome memory_keep(const struct memory *memory, struct keyfile *keyfile,
                         struct fail *fail) MUST_USE;

#endif
