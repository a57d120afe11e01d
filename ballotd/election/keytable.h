/* A table from 32-byte keys to 32-bit values: credentials, ciphertexts seen.
 *
 * Open addressing under a keyed hash drawn at random, because whoever casts a ballot chooses the
 * bytes. Grows by doubling, never forgets. About 72 bytes a key at worst.
 */
#ifndef ELECTION_KEYTABLE_H
#define ELECTION_KEYTABLE_H

#include "base/fail.h"
#include "protocol.h"

struct keytable {
    struct keytable_slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
    uint8_t secret[16];
};

void keytable_init(struct keytable *table);
void keytable_done(struct keytable *table);

bool keytable_find(const struct keytable *table, const uint8_t key[static KEY_BYTES],
                   uint32_t *out_value);
/* CONFLICT keytable.repeated when the key is there; BROKEN when memory is out. */
enum outcome keytable_add(struct keytable *table, const uint8_t key[static KEY_BYTES],
                          uint32_t value, struct fail *fail) MUST_USE;

#endif
