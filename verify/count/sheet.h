/*
 * sheet: what a count gives back: every stage with every candidate's votes.
 *
 * Votes are whole numbers of the rule's smallest unit (a vote is 10^decimals of them). The JSON
 * is the normative text of docs/counting.md, compared byte for byte with what the board shows;
 * the text form is for people and nobody compares it.
 */
#ifndef VERIFY_COUNT_SHEET_H
#define VERIFY_COUNT_SHEET_H

#include "base/buffer.h"
#include "count/set.h"
#include "limit.h"

#include <stddef.h>

struct count_rule;
struct count_task;

enum stage_action { STAGE_FIRST, STAGE_SURPLUS, STAGE_EXCLUDE, STAGE_ITERATE };

/* One step by which a tie for a stage's `who` became smaller. */
struct tie_step {
    bool lot;       /* otherwise history */
    unsigned stage; /* the stage looked at, from 1; for a lot the present one */
    unsigned sub;   /* of that stage, from 1; for a lot 1 */
    struct set of, left;
};

struct stage {
    unsigned n, sub; /* both from 1; a stage of several batches is several elements */
    enum stage_action action;
    struct set who; /* whose papers moved; empty for STAGE_FIRST and STAGE_ITERATE */
    uint64_t votes[LIMIT_CANDIDATES + 1];
    uint64_t keep[LIMIT_CANDIDATES + 1]; /* in units, as votes; only with SHOWS_KEEP */
    uint64_t non_transferable, loss, quota;
    struct set elected, excluded;
    size_t first_step, step_count; /* in sheet.steps */
};

struct sheet {
    const struct count_rule *rule;
    const struct count_task *task;
    uint64_t valid, blank, withdrawn_only, too_many; /* papers */
    struct stage *stages;
    size_t stage_count, stage_room;
    struct tie_step *steps;
    size_t step_count, step_room;
};

void sheet_done(struct sheet *sheet); /* accepts NULL */

/* A new stage at the end, all zero but for the steps recorded since the last one; NULL without
 * memory. The pointer is good until the next call. */
struct stage *sheet_add_stage(struct sheet *sheet);

/* A step of the tie for the stage to come; false without memory. */
bool sheet_add_step(struct sheet *sheet, struct tie_step step);

/* The names elected at one stage: by votes from the most, equal votes by number. Returns how many.
 */
unsigned sheet_elected(const struct stage *stage, uint8_t out_numbers[LIMIT_CANDIDATES]);

/* `out` must be empty, and is full afterwards if it was too small. */
void sheet_write_json(const struct sheet *sheet, struct buffer *out);
void sheet_write_text(const struct sheet *sheet, struct buffer *out);

enum { VOTES_TEXT_BYTES = 32 };

/* "12.00000": `units` with the rule's decimals, terminated. */
void sheet_votes_text(const struct sheet *sheet, uint64_t units, char out_text[VOTES_TEXT_BYTES]);

#endif
