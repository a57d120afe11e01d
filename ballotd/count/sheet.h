/* The stage sheet: what a count gives back, figure by figure.
 *
 * For every stage: what was done and to whom, the votes of every candidate, what became
 * non-transferable or was lost by cutting, the quota, who was elected or excluded, and how a tie
 * was broken. Votes are whole numbers of units; one vote is 10^decimals units. The sheet copies
 * what it shows of the papers, so it outlives them. Its JSON (docs/counting.md, "The sheet as
 * JSON") is the same bytes for the same count, whoever counts.
 */
#ifndef COUNT_SHEET_H
#define COUNT_SHEET_H

#include "base/buf.h"
#include "count/papers.h"

/* Some candidates, in an order that the user of the group states. */
struct group {
    size_t size;
    uint8_t who[LIMIT_CANDIDATES];
};

void group_add(struct group *group, size_t candidate);
bool group_has(const struct group *group, size_t candidate);

/* One step of breaking a tie: of those tied, who is left. */
struct tie_step {
    bool by_lot;  /* otherwise by history */
    size_t stage; /* the earlier stage looked at; for a lot the present one */
    size_t sub;   /* and its batch */
    struct group of;
    struct group left;
};

enum stage_action { STAGE_FIRST, STAGE_SURPLUS, STAGE_EXCLUDE, STAGE_ITERATE };

/* "first", "surplus", "exclude", "iterate" */
const char *stage_action_name(enum stage_action action);

struct stage {
    size_t n;   /* from 1 */
    size_t sub; /* the batch, from 1 */
    enum stage_action action;
    struct group who;                /* whose papers moved */
    uint64_t votes[CANDIDATE_ARRAY]; /* at the end of the stage, in units */
    uint64_t keep[CANDIDATE_ARRAY];  /* keep values of this distribution, in units (Meek) */
    uint64_t non_transferable;       /* so far, in units */
    uint64_t loss;                   /* so far, in units */
    uint64_t quota;                  /* at the end of the stage, in units */
    struct group elected;            /* by votes from the most, equal votes by number */
    struct group excluded;
    size_t first_step; /* of sheet.steps: how a tie for `who` was broken */
    size_t steps;
};

/* What only some rules show. */
enum { SHEET_BATCHES = 1, SHEET_KEEP = 2, SHEET_CROSSES = 4 };

struct sheet {
    const char *rule; /* a name that lives as long as the program */
    unsigned decimals;
    unsigned shows; /* SHEET_… */
    size_t candidates;
    size_t seats;
    uint64_t valid;
    uint64_t blank;
    uint64_t withdrawn_only;
    uint64_t too_many;      /* papers with more crosses than the rule allows */
    struct group withdrawn; /* by number */
    struct group lots;      /* the order given, or empty */
    char names[CANDIDATE_ARRAY][LIMIT_NAME_BYTES + 1];
    char title[LIMIT_TEXT_BYTES + 1];

    struct stage *stages; /* in order; one each for the batches of a stage */
    size_t stage_count;
    struct tie_step *steps;
    size_t step_count;
};

/* A sheet without stages, with names and title of the papers. BROKEN count.memory. */
enum outcome sheet_new(const struct papers *papers, struct sheet **out_sheet,
                       struct fail *fail) MUST_USE;
void sheet_free(struct sheet *sheet);

/* Append a copy. BROKEN count.memory. */
enum outcome sheet_add_stage(struct sheet *sheet, const struct stage *stage,
                             struct fail *fail) MUST_USE;
enum outcome sheet_add_step(struct sheet *sheet, const struct tie_step *step,
                            struct fail *fail) MUST_USE;

/* Everybody elected, stage by stage. */
struct group sheet_elected(const struct sheet *sheet);

/* Units as a decimal number of votes with exactly the sheet's decimals. */
void sheet_add_votes(const struct sheet *sheet, uint64_t units, struct buf *out);

/* The sheet as canonical JSON, as text for people, and as CSV with one row per stage (RFC 4180,
 * LF). `out` may end spoilt: see buf_check. */
void sheet_print_json(const struct sheet *sheet, struct buf *out);
void sheet_print_text(const struct sheet *sheet, struct buf *out);
void sheet_print_csv(const struct sheet *sheet, struct buf *out);

#endif
