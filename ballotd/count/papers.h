/* The anonymous papers of one contest: preference lists with the number of equal papers, and what
 * a count must know besides: the candidates' names, who has withdrawn, the seats, the title.
 *
 * Equal papers are merged as they are added, so memory goes with the distinct papers. The order in
 * which papers were added never shows in a result. Papers are kept as they were cast, with
 * withdrawn candidates on them: the count passes over these. Blank papers are only counted.
 * Refuses a candidate out of range or named twice, names that cannot be told apart, and more
 * papers than LIMIT_PAPERS.
 */
#ifndef COUNT_PAPERS_H
#define COUNT_PAPERS_H

#include "base/fail.h"
#include "limit.h"

/* Candidates are numbered from 1: arrays by candidate leave element 0 unused. */
enum { CANDIDATE_ARRAY = LIMIT_CANDIDATES + 1 };

/* Which candidates: small, so that it is cheap to clear for every paper. */
struct candidate_set {
    uint64_t bits[4];
};

/* False if the candidate was in the set already. */
static inline bool set_add(struct candidate_set *set, uint8_t candidate)
{
    uint64_t bit = UINT64_C(1) << (candidate % 64);
    bool is_new = (set->bits[candidate / 64] & bit) == 0;
    set->bits[candidate / 64] |= bit;
    return is_new;
}

/* One distinct paper. The preferences are borrowed until the next papers_add. */
struct paper {
    const uint8_t *prefs; /* candidate numbers, all different, most preferred first */
    size_t length;        /* 1..LIMIT_CANDIDATES */
    uint64_t weight;      /* number of equal papers, at least 1 */
};

struct papers;

/* An empty set of papers; the names are "" until they are set. The caller frees it.
 * BAD_INPUT count.candidates, count.seats; BROKEN count.memory. */
enum outcome papers_new(size_t candidates, size_t seats, struct papers **out_papers,
                        struct fail *fail) MUST_USE;
void papers_free(struct papers *papers);

/* The name of a candidate (1..n): 1 to LIMIT_NAME_BYTES bytes of UTF-8 without control
 * characters, not the name of another candidate. Copied. BAD_INPUT count.name. */
enum outcome papers_set_name(struct papers *papers, size_t candidate, struct span name,
                             struct fail *fail) MUST_USE;

/* At most LIMIT_TEXT_BYTES bytes of UTF-8 without control characters; may be empty. Copied.
 * BAD_INPUT count.title. */
enum outcome papers_set_title(struct papers *papers, struct span title, struct fail *fail) MUST_USE;

/* BAD_INPUT count.candidate when there is no such candidate. */
enum outcome papers_withdraw(struct papers *papers, size_t candidate, struct fail *fail) MUST_USE;

/* Adds `weight` equal papers. No preferences: blank papers. Nothing is added on failure.
 * BAD_INPUT count.candidate, count.repeated, count.weight; TOO_LARGE count.papers. */
enum outcome papers_add(struct papers *papers, const uint8_t *prefs, size_t length, uint64_t weight,
                        struct fail *fail) MUST_USE;

size_t papers_candidates(const struct papers *papers);
size_t papers_seats(const struct papers *papers);
const char *papers_name(const struct papers *papers, size_t candidate);
const char *papers_title(const struct papers *papers);
bool papers_withdrawn(const struct papers *papers, size_t candidate);
uint64_t papers_blank(const struct papers *papers);

/* Distinct papers that name anybody, and the one at `index` in order of first appearance. */
size_t papers_distinct(const struct papers *papers);
struct paper papers_at(const struct papers *papers, size_t index);

/* Order of two papers by their candidate numbers, a prefix first, as memcmp. */
int paper_compare(struct paper a, struct paper b);

#endif
