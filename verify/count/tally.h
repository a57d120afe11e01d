/*
 * tally: the table on which papers are moved from pile to pile during a count.
 *
 * Equal papers travel together all through a count, so a bundle is one distinct list with its
 * weight and its present value. Each candidate has a pile of bundles; what can go nowhere leaves
 * the table as non-transferable. The tally knows moving, electing and ties; which stage comes next
 * is the rule's business. Sums stay below 2^64: at most 10^9 papers of at most 10^5 units, and a
 * surplus times a value at most 10^14 * 10^5. Source: docs/counting.md.
 */
#ifndef VERIFY_COUNT_TALLY_H
#define VERIFY_COUNT_TALLY_H

#include "count/count.h"

struct bundle {
    size_t start, end; /* of the preferences left, in tally.preferences; the first holds it */
    uint64_t weight;
    uint64_t value; /* of each paper, in units */
    uint32_t next;  /* on the same pile: index plus 1, or 0 */
    uint32_t point; /* of the count at which it came there, see tally_point() */
};

struct tally {
    const struct count_task *task;
    struct sheet *sheet;
    uint64_t unit; /* units in one vote */
    struct bundle *bundles;
    uint8_t *preferences; /* without those of withdrawn candidates */
    uint32_t piles[LIMIT_CANDIDATES + 1];
    uint64_t votes[LIMIT_CANDIDATES + 1];
    uint64_t non_transferable, loss;
    struct set continuing, elected;
    uint64_t keep[LIMIT_CANDIDATES + 1];       /* keep values in units, for the Meek rules */
    uint32_t last_point[LIMIT_CANDIDATES + 1]; /* at which papers last came to the pile */
    struct set elected_now, excluded_now;      /* since the last stage was recorded */
    unsigned batches; /* of the stage under way that were recorded before this one */
};

/* Strikes the withdrawn, lays every valid paper on its first preference. */
enum outcome tally_init(struct tally *tally, const struct count_task *task, struct sheet *sheet,
                        unsigned decimals, struct fail *fail) __attribute__((warn_unused_result));
void tally_done(struct tally *tally); /* accepts NULL */

unsigned tally_seats_left(const struct tally *tally);

/* True when every seat is filled or nobody is left to fill one. */
bool tally_over(const struct tally *tally);

/* The number, from 1, of the stage under way, and of the element of the sheet to come. */
unsigned tally_stage(const struct tally *tally);
uint32_t tally_point(const struct tally *tally);

/* From continuing to elected. */
void tally_elect(struct tally *tally, unsigned candidate);

/* Every continuing candidate with at least `quota` units. */
void tally_elect_at(struct tally *tally, uint64_t quota);

void tally_elect_all(struct tally *tally);

/* From continuing to excluded; the papers stay where they are. */
void tally_drop(struct tally *tally, struct set candidates);

/* Of the candidates in `of` those with the fewest votes in `votes` (with the most, if `most`). */
struct set tally_furthest(struct set of, const uint64_t *votes, bool most);

/*
 * Narrows a tie by the stages written down, as the rule has them looked through, until one is left
 * or they end, and records the steps for the next stage; false without memory.
 */
bool tally_narrow(struct tally *tally, bool most, struct set *tied);

/* Of those tied the first in the lots, recorded as a step for the next stage. BAD without lots. */
enum outcome tally_draw(struct tally *tally, struct set tied, unsigned *out_candidate,
                        struct fail *fail) __attribute__((warn_unused_result));

/*
 * Of the candidates in `of` the one with the fewest votes (with the most, if `most`); ties are
 * broken by history and then by lot, and how is recorded for the next stage.
 */
enum outcome tally_choose(struct tally *tally, struct set of, bool most, unsigned *out_candidate,
                          struct fail *fail) __attribute__((warn_unused_result));

/* Takes the candidate out of the count and moves all papers on, each at its present value. */
void tally_exclude(struct tally *tally, unsigned candidate);

/* The first continuing candidate after the one who holds the bundle; 0 if there is none. */
unsigned tally_next(const struct tally *tally, const struct bundle *bundle);

/* Moves a bundle that is on no pile at its present value. */
void tally_move(struct tally *tally, uint32_t index);

/* Moves all the candidate's papers at floor(surplus * value / votes), so that `quota` stays. */
void tally_transfer(struct tally *tally, unsigned candidate, uint64_t quota);

/* Writes the stage down as the table lies. */
enum outcome tally_record(struct tally *tally, enum stage_action action, struct set who,
                          uint64_t quota, struct fail *fail) __attribute__((warn_unused_result));

#endif
