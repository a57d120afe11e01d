/* The table on which a count goes on: where each paper lies, at which value, and what each
 * candidate has. What the rules share; a rule decides who is next, the tally moves the papers.
 *
 * At the end of every stage: votes + non-transferable + loss = valid papers, in units.
 *
 * Overflow cannot happen: at most LIMIT_PAPERS = 10^9 papers of at most 10^9 units (9 decimals)
 * make every sum at most 10^18, below 2^64 = 1.8 * 10^19. A weighted surplus (at most 10^14 units
 * with 5 decimals) times the value of one paper (at most 10^5) is at most 10^19; a rule with more
 * decimals needs wider products.
 */
#ifndef COUNT_TALLY_H
#define COUNT_TALLY_H

#include "count/sheet.h"

enum { TALLY_DECIMALS_MAX = 9, TALLY_SURPLUS_DECIMALS_MAX = 5 };

enum standing { CONTINUING, ELECTED, EXCLUDED, WITHDRAWN };

/* A distinct paper on the table; `next` is the paper under it in the same pile. */
struct lying {
    uint32_t next;  /* index + 1, or 0 */
    uint32_t value; /* of each of these equal papers, in units */
    uint32_t rank;  /* of the candidate it lies with, from 0 */
};

struct pile {
    uint32_t first; /* index + 1, or 0 */
    uint32_t last;
    uint32_t batch; /* the first of those laid here last: index + 1, or 0 */
    size_t point;   /* and when: elements then on the sheet, and one */
};

struct tally {
    const struct papers *papers;
    struct sheet *sheet; /* the stages that are over */
    struct stage stage;  /* the present one: its votes are the present votes */
    uint64_t unit;       /* 10^decimals: the value of a paper at first */
    enum standing standing[CANDIDATE_ARRAY];
    size_t continuing;
    size_t unfilled;
    struct lying *lying;
    struct pile piles[CANDIDATE_ARRAY];
};

/* `sheet` has its head (decimals, seats); papers and sheet are borrowed. BROKEN count.memory. */
enum outcome tally_init(struct tally *tally, const struct papers *papers, struct sheet *sheet,
                        struct fail *fail) MUST_USE;
void tally_done(struct tally *tally);

/* Stage 1: every paper to its first preference. Fills in sheet->valid and withdrawn_only. */
void tally_first(struct tally *tally);

/* A stage: the papers of an elected candidate move on at surplus / votes of their value, each cut
 * to a unit; the candidate keeps `quota` units. */
void tally_surplus(struct tally *tally, size_t candidate, uint64_t quota);

/* A stage: the candidate is excluded, the papers move on at their value. */
void tally_exclude(struct tally *tally, size_t candidate);

/* Excludes a continuing candidate at the present stage; the papers stay where they lie. */
void tally_strike(struct tally *tally, size_t candidate);

/* The next available preference of a paper: the first rank from `rank` on that names a continuing
 * candidate; paper.length if there is none. */
uint32_t tally_available(const struct tally *tally, struct paper paper, uint32_t rank);

/* Gives the paper, at the value it has, to its next available preference from `rank` on, or makes
 * it non-transferable. True if somebody got it. Whoever had it must have let go of it. */
bool tally_give(struct tally *tally, uint32_t index, uint32_t rank);

/* Lays a paper at the foot of a pile. */
void tally_lay(struct tally *tally, uint32_t index, struct pile *pile);

/* Elects a continuing candidate at the end of the present stage. Elect those with the most votes
 * first. */
void tally_elect(struct tally *tally, size_t candidate);

/* Elects all continuing candidates with at least `units`, from the most, equal votes by number. */
void tally_elect_from(struct tally *tally, uint64_t units);

/* The continuing candidate with the most votes, the first of equals; 0 if there is none. */
size_t tally_highest(const struct tally *tally);

/* Continuing candidates with the fewest votes, by number. */
struct group tally_lowest(const struct tally *tally);

/* Elected candidates with the most votes, if these exceed the quota, by number; or nobody. */
struct group tally_largest_surplus(const struct tally *tally, uint64_t quota);

/* Ends the present stage: onto the sheet it goes. A batch after the first of a stage says so by
 * stage.sub beforehand. BROKEN count.memory. */
enum outcome tally_end_stage(struct tally *tally, uint64_t quota, struct fail *fail) MUST_USE;

#endif
