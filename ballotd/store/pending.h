/* Inside the store only: the entries that wait for the end of a commit, in the order of their jobs.
 */
#ifndef STORE_PENDING_H
#define STORE_PENDING_H

#include <stdlib.h>

#include "base/fail.h"
#include "protocol.h"

struct pending_entry {
    uint8_t leaf[HASH_BYTES];
    uint8_t *bytes; /* owned */
    size_t len;
    bool shuffled; /* may change places with its neighbours that may too */
    uint64_t index;
    uint64_t *out_index; /* the appender's, or NULL */
};

struct pending {
    struct pending_entry *entries;
    size_t count;
    size_t cap;
};

enum outcome pending_add(struct pending *pending, struct span bytes,
                         const uint8_t leaf[static HASH_BYTES], bool shuffled, uint64_t *out_index,
                         struct fail *fail) MUST_USE;
bool pending_has(const struct pending *pending, const uint8_t leaf[static HASH_BYTES]);
/* Forgets all from `count` on. */
void pending_cut(struct pending *pending, size_t count);
/* Permutes every run of neighbours that are `shuffled`, uniformly; the others stay where they are.
 */
void pending_shuffle(struct pending *pending);
void pending_done(struct pending *pending);

#endif
