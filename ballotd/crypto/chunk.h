/* 30 bytes of a choice as one point, and back (docs/protocol.md section 8).
 *
 * A chunk m is the point encoded [2 (k mod 128)] || m || [k div 128] for the smallest k in
 * 0 … 8191 that makes these bytes a proper point. Opening refuses every other k, so a point opens
 * to at most one chunk and a chunk has exactly one point. About one k in four will do; that none of
 * 8192 does has a chance of about 2^-3400. Not constant time: the voter's own machine alone makes
 * points, and opened ones are public.
 */
#ifndef CRYPTO_CHUNK_H
#define CRYPTO_CHUNK_H

#include "base/fail.h"
#include "crypto/group.h"

struct point chunk_point(const uint8_t chunk[static CHUNK_BYTES]);

/* False: no chunk, so the paper is spoilt. */
bool chunk_open(const struct point *point, uint8_t out_chunk[static CHUNK_BYTES]) MUST_USE;

#endif
