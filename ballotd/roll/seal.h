/* A version of the sealed roll: entries as salted leaves, sorted, under one root (docs/roll.md
 * section 9).
 *
 * Sealing is refused unless the draft allows it. Version 1 has a leaf for everyone who is eligible
 * or provisional; a later one keeps leaves of the one before byte for byte, nobody who has cast is
 * dropped, and fresh salts are drawn for the new leaves alone.
 */
#ifndef ROLL_SEAL_H
#define ROLL_SEAL_H

#include "roll/account.h"
#include "roll/draft.h"
#include "roll/leaves.h"

enum { SEAL_STRANGER = UINT32_MAX };

struct leaf {
    struct hash32 hash;
    uint8_t salt[SALT_BYTES];
    uint32_t member; /* in draft.members; SEAL_STRANGER: kept for somebody the draft doesn't know */
    uint32_t kept;   /* 1 + its place in the version before; 0: this version adds it */
    uint16_t style;
    uint16_t votes;
    uint8_t channel; /* enum roll_channel */
    uint8_t provisional;
};

/* Fills bytes with randomness; libsodium's randombytes_buf. */
typedef void (*seal_random)(void *bytes, size_t len);

/* What a version is made from. All is borrowed for as long as what was sealed lives. */
struct seal_terms {
    const struct draft *draft;
    seal_random random;
    int64_t not_before_s;           /* when codes may go to changed contacts: section 9 */
    const struct leaf_list *before; /* the version before; NULL for version 1 */
    /* Whether some credential of this leaf of the version before has cast; not asked for version
     * 1. */
    bool (*has_cast)(const void *ctx, const uint8_t leaf[static HASH_BYTES]);
    const void *ctx;
};

struct sealed {
    struct seal_terms terms;
    struct leaf *leaves; /* sorted by hash */
    uint32_t count;
    struct hash32 *dropped; /* leaves of the version before that this one has no more */
    uint32_t dropped_count;
    uint8_t *standings; /* enum leaf_standing of each of the draft's members */
    uint32_t strangers_eligible, strangers_provisional;
    struct hash32 root;
};

/* Errors: those of draft_check_seal, BROKEN. Release with seal_done. */
enum outcome seal_roll(const struct seal_terms *terms, struct sealed *out_sealed,
                       struct fail *fail) MUST_USE;
void seal_done(struct sealed *sealed);

/* For the account; borrowed. */
struct account_leaves seal_account_leaves(const struct sealed *sealed);

/* The record of a leaf. */
void seal_print_record(const struct sealed *sealed, const struct leaf *leaf, struct buf *out);
/* roll/<version>.jsonl of the annex. out->max must allow some 500 bytes a leaf. */
void seal_print_jsonl(const struct sealed *sealed, struct buf *out);
/* The `styles` of the `roll` entry, of what this version adds:
 * [{"style":…,"credentials":…,"provisional":…},…]. */
void seal_print_styles(const struct sealed *sealed, struct buf *out);

#endif
