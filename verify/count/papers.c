#include "count/papers.h"

#include "count/set.h"
#include "limit.h"

#include <inttypes.h>
#include <stdlib.h>

enum { FIRST_SLOTS = 1024, FIRST_LISTS = 256, FIRST_PREFERENCES = 4096 };

void papers_init(struct papers *papers, unsigned candidates)
{
    *papers = (struct papers){.candidates = candidates};
}

void papers_done(struct papers *papers)
{
    if (papers == NULL)
        return;
    free(papers->list);
    free(papers->preferences);
    free(papers->slots);
    *papers = (struct papers){0};
}

struct span papers_preferences(const struct papers *papers, const struct paper *paper)
{
    return span_of(papers->preferences + paper->start, paper->len);
}

static enum outcome check_list(const struct papers *papers, struct span preferences,
                               struct fail *fail)
{
    struct set seen = {0};
    for (size_t i = 0; i < preferences.len; i++) {
        unsigned number = preferences.ptr[i];
        if (number == 0 || number > papers->candidates)
            return fail_bad(fail, "candidate %u is not one of 1 to %u", number, papers->candidates);
        if (set_has(&seen, number))
            return fail_bad(fail, "candidate %u stands twice on one paper", number);
        set_add(&seen, number);
    }
    return GOOD;
}

/* FNV-1a. Lists that collide cost time and nothing else. */
static size_t hash_list_bytes(struct span preferences)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < preferences.len; i++)
        hash = (hash ^ preferences.ptr[i]) * UINT64_C(1099511628211);
    return (size_t)(hash ^ hash >> 32);
}

/* The slot where the list stands, or the free one where it would. */
static uint32_t *find_slot(const struct papers *papers, struct span preferences)
{
    size_t mask = papers->slot_count - 1, at = hash_list_bytes(preferences) & mask;
    while (papers->slots[at] != 0) {
        const struct paper *paper = &papers->list[papers->slots[at] - 1];
        if (span_equal(papers_preferences(papers, paper), preferences))
            break;
        at = (at + 1) & mask;
    }
    return &papers->slots[at];
}

/* Twice the slots, so that at most half of them are taken. */
static bool grow_slots(struct papers *papers)
{
    size_t wanted = papers->slot_count == 0 ? FIRST_SLOTS : papers->slot_count * 2;
    uint32_t *slots = calloc(wanted, sizeof *slots);
    if (slots == NULL)
        return false;
    free(papers->slots);
    papers->slots = slots;
    papers->slot_count = wanted;
    for (size_t i = 0; i < papers->count; i++)
        *find_slot(papers, papers_preferences(papers, &papers->list[i])) = (uint32_t)(i + 1);
    return true;
}

/* Room for one more list of `len` bytes in all three blocks. */
static bool make_room(struct papers *papers, size_t len)
{
    if (papers->count == papers->room) {
        size_t room = papers->room == 0 ? FIRST_LISTS : papers->room * 2;
        struct paper *list = realloc(papers->list, room * sizeof *list);
        if (list == NULL)
            return false;
        papers->list = list;
        papers->room = room;
    }
    if (papers->preferences_room - papers->used < len || papers->preferences == NULL) {
        size_t room =
            papers->preferences == NULL ? FIRST_PREFERENCES : papers->preferences_room * 2;
        uint8_t *preferences = realloc(papers->preferences, room);
        if (preferences == NULL)
            return false;
        papers->preferences = preferences;
        papers->preferences_room = room;
    }
    return papers->count * 2 < papers->slot_count || grow_slots(papers);
}

static void append_list(struct papers *papers, struct span preferences, uint64_t weight)
{
    struct paper *paper = &papers->list[papers->count];
    *paper = (struct paper){weight, papers->used, (uint8_t)preferences.len};
    *find_slot(papers, preferences) = (uint32_t)(papers->count + 1);
    if (preferences.len > 0)
        memcpy(papers->preferences + papers->used, preferences.ptr, preferences.len);
    papers->used += preferences.len;
    papers->count++;
}

enum outcome papers_add(struct papers *papers, struct span preferences, uint64_t weight,
                        struct fail *fail)
{
    if (check_list(papers, preferences, fail) != GOOD)
        return BAD;
    if (weight == 0)
        return fail_bad(fail, "no paper has this list");
    if (weight > PAPERS_MOST - papers->total)
        return fail_bad(fail, "more than %" PRIu64 " papers", PAPERS_MOST);
    if (!make_room(papers, preferences.len))
        return fail_unable(fail, "no memory for the papers");
    uint32_t *slot = find_slot(papers, preferences);
    if (*slot != 0)
        papers->list[*slot - 1].weight += weight;
    else
        append_list(papers, preferences, weight);
    papers->total += weight;
    return GOOD;
}

static int compare_papers(const void *a, const void *b, void *context)
{
    const struct papers *papers = context;
    return span_compare(papers_preferences(papers, a), papers_preferences(papers, b));
}

void papers_sort(struct papers *papers)
{
    free(papers->slots); /* they name places in the old order */
    papers->slots = NULL;
    papers->slot_count = 0;
    if (papers->count > 1)
        qsort_r(papers->list, papers->count, sizeof *papers->list, compare_papers, papers);
}
