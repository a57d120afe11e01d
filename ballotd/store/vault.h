/* Inside the store only: sealing values and hashing names under the election's data key. */
#ifndef STORE_VAULT_H
#define STORE_VAULT_H

#include "store/people.h"

#include "protocol.h"

enum { VAULT_OVERHEAD_BYTES = 24 + 16 }; /* nonce before, tag after */

/* The keyed hash under which a row stands, and that of a field's value. */
void vault_row(const struct vault *vault, const char *kind, struct span name,
               uint8_t out_row[static HASH_BYTES]);
void vault_mark(const struct vault *vault, const char *kind, const char *field, struct span value,
                uint8_t out_mark[static HASH_BYTES]);

/* Appends nonce and sealed value; opening appends the value. Both bind kind and row. */
enum outcome vault_seal(const struct vault *vault, const char *kind,
                        const uint8_t row[static HASH_BYTES], struct span value, struct buf *out,
                        struct fail *fail) MUST_USE;
enum outcome vault_unseal(const struct vault *vault, const char *kind,
                          const uint8_t row[static HASH_BYTES], struct span sealed, struct buf *out,
                          struct fail *fail) MUST_USE;

#endif
