/*
 * leaves: the sealed roll, version by version, as its files state it and as it is derived.
 *
 * A version keeps leaves byte for byte, drops others and adds some; which, follows from the draft
 * and from who has cast. The file must hold exactly the leaves kept and the records derived, each
 * once, in the order of the leaf hashes. Nothing in it is interpreted: a record that no derivation
 * gives cannot match. Source: docs/roll.md section 9.
 */
#ifndef VERIFY_ROLL_LEAVES_H
#define VERIFY_ROLL_LEAVES_H

#include "roll/case_statement.h"
#include "roll/record.h"

enum { NO_LEAF = UINT32_MAX, NO_CREDENTIAL = UINT32_MAX };

/* A leaf that stands or stood. */
struct leaf {
    uint8_t hash[HASH_BYTES];
    uint8_t pseudonym[HASH_BYTES];
    uint64_t version;     /* that added it */
    uint32_t credentials; /* the first of its credentials: bindings.h, or NO_CREDENTIAL */
    uint16_t style;
    uint8_t channel; /* enum roll_channel */
    uint8_t votes;
    uint8_t issued; /* credentials by the issue list */
    bool provisional;
    bool standing; /* in the latest version */
    bool cast;     /* somebody voted with a credential of it; bindings_mark_cast() */
};

/* A hash table from 32 bytes to an index in `list`. */
struct leaf_index {
    uint32_t *slots; /* index plus 1 */
    size_t mask;
};

struct leaves {
    struct leaf *list; /* in the order in which they came */
    uint32_t count, room;
    struct leaf_index by_hash, by_person; /* of a person: the latest */
};

/* What a version turned out to be. */
struct leaves_version {
    uint64_t version, size;
    uint8_t root[HASH_BYTES];
    uint32_t first_added; /* leaves.list from here on */
    uint32_t *dropped;    /* indices in leaves.list; in the arena */
    size_t dropped_count;
};

void leaves_done(struct leaves *leaves); /* accepts one of zeros */

/* `file` is roll/<version>.jsonl; versions in their order. BAD names the line of the file, or that
 * of the snapshot. On GOOD `leaves` holds the version. */
enum outcome leaves_read(struct leaves *leaves, const struct record_maker *maker, uint64_t version,
                         struct span file, struct arena *arena, struct leaves_version *out_version,
                         struct fail *fail) __attribute__((warn_unused_result));

/* The leaf, or NO_LEAF. */
uint32_t leaves_find(const struct leaves *leaves, const uint8_t hash[HASH_BYTES]);

/* The standing leaf of somebody, or NO_LEAF. */
uint32_t leaves_of(const struct leaves *leaves, const uint8_t pseudonym[HASH_BYTES]);

#endif
