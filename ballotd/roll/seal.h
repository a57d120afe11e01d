/* The sealed roll: entries as salted leaves, sorted, under one root (docs/roll.md section 7).
 *
 * Sealing is refused unless the draft allows it. What a leaf says of a member is exactly its
 * record; salts come from the caller, fresh for every leaf and version.
 */
#ifndef ROLL_SEAL_H
#define ROLL_SEAL_H

#include "roll/draft.h"

struct leaf {
    struct hash32 hash;
    uint8_t salt[SALT_BYTES];
    size_t record_at; /* in sealed.records */
    uint32_t record_len;
    uint32_t member; /* in draft.members */
    uint16_t style;
    uint8_t channel; /* enum roll_channel */
    uint8_t provisional;
};

struct sealed {
    struct leaf *leaves; /* sorted by hash */
    uint32_t count;
    struct buf records;
    struct hash32 root;
};

/* Fills bytes with randomness; libsodium's randombytes_buf. */
typedef void (*seal_random)(void *bytes, size_t len);

/* Errors: those of draft_check_seal, BROKEN. Borrows nothing. Release with seal_done. */
enum outcome seal_roll(const struct draft *draft, seal_random random, struct sealed *out_sealed,
                       struct fail *fail) MUST_USE;
void seal_done(struct sealed *sealed);

struct span seal_record(const struct sealed *sealed, const struct leaf *leaf);

/* roll/<version>.jsonl of the annex. out->max must allow some 500 bytes a leaf. */
void seal_print_jsonl(const struct sealed *sealed, struct buf *out);
/* The `styles` of the `roll` entry: [{"style":…,"credentials":…,"provisional":…},…]. */
void seal_print_styles(const struct sealed *sealed, const struct rules *rules, struct buf *out);

/* The address that a code may be mailed to (docs/roll.md section 7). */
bool seal_is_email(struct span text);

#endif
