/* The leaves of one version of the roll, read back from the annex (roll/<version>.jsonl,
 * docs/roll.md section 13): what the next version keeps byte for byte, and what a member's own
 * entry is proved by.
 */
#ifndef ROLL_LEAVES_H
#define ROLL_LEAVES_H

#include "roll/casebook.h"

struct leaf_record {
    struct hash32 hash; /* SHA-256(00 || salt || record) */
    uint8_t salt[ROLL_SALT_BYTES];
    uint8_t pseudonym[HASH_BYTES];
    struct span record; /* points into the file */
    uint16_t style;     /* of the rules */
    uint16_t votes;
    uint8_t channel; /* enum roll_channel */
    bool provisional;
};

struct leaf_list {
    struct leaf_record *leaves; /* sorted by hash, as in the file; owned */
    uint32_t count;
};

/* Borrows the file. BROKEN roll.leaves names the line that is not what this program writes, or
 * that is out of order. Release with leaves_done. */
enum outcome leaves_read(struct span jsonl, const struct rules *rules, struct leaf_list *out_list,
                         struct fail *fail) MUST_USE;
void leaves_done(struct leaf_list *list);

/* The place of a leaf, or -1. */
int64_t leaves_find(const struct leaf_list *list, const uint8_t hash[static HASH_BYTES]);

void leaf_hash(const uint8_t salt[static ROLL_SALT_BYTES], struct span record,
               struct hash32 *out_hash);

#endif
