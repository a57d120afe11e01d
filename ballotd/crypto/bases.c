#include "crypto/bases.h"

#include <stdlib.h>

#include "labels.h"

static void derive_range(void *context, unsigned slice, size_t from, size_t to)
{
    struct bases *bases = context;
    (void)slice;
    for (size_t i = from; i < to; i++) {
        struct hash hash;
        hash_start(&hash, LABEL_BASE);
        hash_integer(&hash, i);
        bases->at[i] = point_from_hash(&hash);
    }
}

enum outcome bases_init(struct bases *bases, size_t n, struct parallel_progress *progress,
                        struct fail *fail)
{
    struct bases made = {.at = calloc(n + 1, sizeof *made.at), .count = n + 1};
    if (!made.at) {
        return fail_set(fail, BROKEN, "memory", "mix: no memory for %zu bases", n + 1);
    }
    parallel_run(derive_range, &made, made.count, progress);
    *bases = made;
    return OK;
}

void bases_done(struct bases *bases)
{
    if (bases) {
        free(bases->at);
        *bases = (struct bases){0};
    }
}
