#include "crypto/chunk.h"

#include <assert.h>

static struct point point_of_try(const uint8_t chunk[static CHUNK_BYTES], unsigned k)
{
    struct point point;
    point.bytes[0] = (uint8_t)(2 * (k % 128));
    memcpy(point.bytes + 1, chunk, CHUNK_BYTES);
    point.bytes[POINT_BYTES - 1] = (uint8_t)(k / 128);
    return point;
}

/* The smallest k below `end` that gives a proper point, or `end`. */
static unsigned smallest_try(const uint8_t chunk[static CHUNK_BYTES], unsigned end)
{
    for (unsigned k = 0; k < end; k++) {
        struct point point = point_of_try(chunk, k);
        if (point_is_proper(&point)) {
            return k;
        }
    }
    return end;
}

struct point chunk_point(const uint8_t chunk[static CHUNK_BYTES])
{
    unsigned k = smallest_try(chunk, POINT_TRIES);
    assert(k < POINT_TRIES);
    return point_of_try(chunk, k);
}

bool chunk_open(const struct point *point, uint8_t out_chunk[static CHUNK_BYTES])
{
    unsigned k = point->bytes[0] / 2u + 128u * point->bytes[POINT_BYTES - 1];
    if (k >= POINT_TRIES || !point_is_proper(point) || smallest_try(point->bytes + 1, k) < k) {
        return false;
    }
    memcpy(out_chunk, point->bytes + 1, CHUNK_BYTES);
    return true;
}
