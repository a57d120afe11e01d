/*
 * papers: what the voters wrote, without order and without names: each distinct list of
 * preferences once, with the number of papers that carry it.
 *
 * A list is one byte for each candidate number, the most preferred first; the empty list is a
 * blank paper. Memory grows with the distinct lists. Refused are numbers out of range, a number
 * twice on one paper, and more than PAPERS_MOST papers. Source: docs/counting.md, "Papers".
 */
#ifndef VERIFY_COUNT_PAPERS_H
#define VERIFY_COUNT_PAPERS_H

#include "base/fail.h"
#include "base/span.h"

#define PAPERS_MOST UINT64_C(1000000000)

struct paper {
    uint64_t weight; /* how many papers carry this list, 1 and more */
    size_t start;    /* of its bytes in papers.preferences */
    uint8_t len;
};

struct papers {
    unsigned candidates;
    uint64_t total; /* sum of all weights */
    struct paper *list;
    size_t count, room;
    uint8_t *preferences;
    size_t used, preferences_room;
    uint32_t *slots; /* open addressing by the list's bytes: index in list, plus 1 */
    size_t slot_count;
};

/* `candidates` is 1 to LIMIT_CANDIDATES. */
void papers_init(struct papers *papers, unsigned candidates);
void papers_done(struct papers *papers); /* accepts NULL */

/* Adds `weight` (1 and more) papers with one list. BAD names what is wrong with the list. */
enum outcome papers_add(struct papers *papers, struct span preferences, uint64_t weight,
                        struct fail *fail) __attribute__((warn_unused_result));

/* The list's bytes; valid until the next papers_add(). */
struct span papers_preferences(const struct papers *papers, const struct paper *paper);

/* Puts the lists in the order of their bytes, a prefix first; nothing can be added afterwards. */
void papers_sort(struct papers *papers);

#endif
