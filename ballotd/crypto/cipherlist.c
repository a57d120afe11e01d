#include "crypto/cipherlist.h"

#include "limit.h"

_Static_assert(sizeof(struct ciphertext) == CIPHERTEXT_BYTES, "a ciphertext is its bytes");

enum outcome cipherlist_over(struct span bytes, size_t count, size_t width,
                             struct cipherlist *out_list, struct fail *fail)
{
    if (count < 1 || count > LIMIT_CREDENTIALS || width < 1 || width > LIMIT_CHUNKS) {
        return fail_set(fail, BAD_INPUT, "list.length",
                        "list: %zu entries of width %zu; there must be at least one entry, and 1 "
                        "to %d pairs in each",
                        count, width, LIMIT_CHUNKS);
    }
    if (bytes.len != count * width * CIPHERTEXT_BYTES) {
        return fail_set(fail, BAD_INPUT, "list.length",
                        "list: %zu bytes, but %zu entries of width %zu take %zu", bytes.len, count,
                        width, count * width * CIPHERTEXT_BYTES);
    }
    *out_list = (struct cipherlist){
        .at = (const struct ciphertext *)bytes.ptr, .count = count, .width = width};
    return OK;
}

struct search {
    const struct point *points;
    bool proper;
    size_t first_bad[PARALLEL_SLICES];
};

static void search_range(void *context, unsigned slice, size_t from, size_t to)
{
    struct search *search = context;
    for (size_t i = from; i < to && i < search->first_bad[slice]; i++) {
        const struct point *point = &search->points[i];
        if (!(search->proper ? point_is_proper(point) : point_is_valid(point))) {
            search->first_bad[slice] = i;
        }
    }
}

bool cipherlist_points_are_valid(const struct point *points, size_t count, bool proper,
                                 struct parallel_progress *progress, size_t *out_first_bad)
{
    struct search search = {.points = points, .proper = proper, .first_bad = {count, count}};
    parallel_run(search_range, &search, count, progress);
    size_t first =
        search.first_bad[0] < search.first_bad[1] ? search.first_bad[0] : search.first_bad[1];
    if (first < count) {
        *out_first_bad = first;
    }
    return first == count;
}

enum outcome cipherlist_check(const struct cipherlist *list, struct parallel_progress *progress,
                              struct fail *fail)
{
    size_t bad = 0;
    if (cipherlist_points_are_valid(&list->at->alpha, 2 * cipherlist_pairs(list), true, progress,
                                    &bad)) {
        return OK;
    }
    return fail_set(fail, BAD_INPUT, "list.point", "list: entry %zu (from 0) has no proper point",
                    bad / (2 * list->width));
}
