/* H(label, parts…): the one hash of the protocol (docs/protocol.md section 2), and plain SHA-256.
 *
 * H is SHA-512 over LP("ballotd/v1"), LP(label) and LP(part) for each part, where LP puts a part's
 * length before it as 8 bytes, little-endian. So no two lists of parts give the same input. Labels
 * come from include/labels.h. A hash is started, given its parts in order, and ended once; ending
 * wipes its state, since parts may be secret. A copy of the struct forks the hash.
 */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include <sodium.h>

#include "base/span.h"
#include "protocol.h"

struct hash {
    crypto_hash_sha512_state state;
};

void hash_start(struct hash *hash, const char *label);
void hash_part(struct hash *hash, struct span part);
void hash_text(struct hash *hash, const char *text);      /* a part: its UTF-8 bytes */
void hash_integer(struct hash *hash, uint64_t value);     /* a part: 8 bytes, little-endian */
void hash_count(struct hash *hash, uint64_t count);       /* begins a list; hash_part follows */
void hash_large_begin(struct hash *hash, uint64_t bytes); /* a part that comes in pieces: */
void hash_raw(struct hash *hash, struct span piece);      /* exactly `bytes` in all */

void hash_end(struct hash *hash, uint8_t out_wide[static HASH_WIDE_BYTES]);
void hash_end32(struct hash *hash, uint8_t out_half[static HASH_BYTES]);          /* H32 */
void hash_end_scalar(struct hash *hash, uint8_t out_scalar[static SCALAR_BYTES]); /* Hs */
void hash_end_point(struct hash *hash, uint8_t out_point[static POINT_BYTES]);    /* Hp */

/* SHA-256: Merkle tree and blob names. */
struct sha256 {
    crypto_hash_sha256_state state;
};

void sha256(struct span bytes, uint8_t out_hash[static HASH_BYTES]);
void sha256_start(struct sha256 *hash);
void sha256_add(struct sha256 *hash, struct span piece);
void sha256_end(struct sha256 *hash, uint8_t out_hash[static HASH_BYTES]);

#endif
