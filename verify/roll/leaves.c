#include "roll/leaves.h"

struct leaf *leaves_find(const struct leaves *leaves, const uint8_t hash[HASH_BYTES])
{
    size_t low = 0, high = leaves->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(leaves->list[middle].hash, hash, HASH_BYTES);
        if (order == 0)
            return &leaves->list[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
