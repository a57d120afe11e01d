/*
 * hash: SHA-256, SHA-512 and the protocol's H, docs/protocol.md section 2.
 *
 * H(label, x1 .. xn) is SHA-512 over "ballotd/v1", the label, then the parts, each preceded by its
 * length as 8 bytes little-endian; a list goes in as its count, 8 bytes little-endian, and then
 * its elements like parts. State lives in the caller's frame and can be copied by assignment, to
 * hash many texts that begin alike. Nothing here allocates or fails. OpenSSL's EVP interface
 * would allocate each state and is a third slower on texts as short as ours, hence the plain one.
 */
#ifndef VERIFY_CRYPTO_HASH_H
#define VERIFY_CRYPTO_HASH_H

#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif
#include "base/span.h"
#include "crypto/group.h"
#include "protocol.h"

#include <openssl/sha.h>

struct hash {
    SHA512_CTX state;
};

void hash_start(struct hash *hash, const char *label);
void hash_part(struct hash *hash, struct span part);
void hash_text(struct hash *hash, const char *part);
void hash_bytes(struct hash *hash, const void *at, size_t len); /* one part */

/* A number as a part of 8 bytes, little-endian. */
void hash_number(struct hash *hash, uint64_t number);

/* The count of a list whose elements follow as parts. */
void hash_list(struct hash *hash, uint64_t count);

/* Each ends the state. */
void hash_end_wide(struct hash *hash, uint8_t out_bytes[HASH_WIDE_BYTES]);
void hash_end(struct hash *hash, uint8_t out_bytes[HASH_BYTES]); /* the first 32 bytes */
void hash_end_scalar(struct hash *hash, struct scalar *out_scalar);
void hash_end_point(struct hash *hash, struct point *out_point);

/* The plain functions. */
void hash_sha512(struct span text, uint8_t out_bytes[HASH_WIDE_BYTES]);
void hash_sha256(struct span text, uint8_t out_bytes[HASH_BYTES]);

#endif
