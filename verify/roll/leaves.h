/*
 * leaves: the sealed roll as its file states it, against the roll that was derived.
 *
 * The file's records and the derived ones must be the same texts, each once; leaf hashes must
 * stand in order, and their tree's root is recomputed. Nothing in the file is interpreted: a record
 * that no derivation gives cannot match. Source: docs/roll.md sections 7 and 9.
 */
#ifndef VERIFY_ROLL_LEAVES_H
#define VERIFY_ROLL_LEAVES_H

#include "roll/draft.h"

struct leaf {
    uint8_t hash[HASH_BYTES];
    uint32_t member; /* index in the draft */
    uint16_t style;
    uint8_t channel; /* enum roll_channel */
};

struct leaves {
    struct leaf *list; /* sorted by hash */
    size_t count;
    uint8_t root[HASH_BYTES];
};

/* NULL if there is none. */
struct leaf *leaves_find(const struct leaves *leaves, const uint8_t hash[HASH_BYTES]);

#endif
