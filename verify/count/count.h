/*
 * count: the verifier's own count, a pure function of what stands in `struct count_task`.
 *
 * Whole numbers only, no clock, nothing drawn: the same task gives the same sheet, byte for byte.
 * A rule is one file with a `count_rule` in it and one line in the table of count.c. Nothing here
 * was taken from the counter whose sheets it checks. Source: docs/counting.md and the rule texts
 * that it names.
 */
#ifndef VERIFY_COUNT_COUNT_H
#define VERIFY_COUNT_COUNT_H

#include "count/papers.h"
#include "count/set.h"
#include "count/sheet.h"

/* Borrows everything; candidates are numbered from 1, so names[0] is that of number 1. */
struct count_task {
    const struct papers *papers; /* their `candidates` says how many there are */
    const struct span *names;    /* UTF-8, different, not empty */
    struct span title;
    struct set withdrawn;
    unsigned seats;
    const uint8_t *lots; /* all candidate numbers, the one chosen first before others; or NULL */
};

struct tally;

/* What the sheets of a rule have beyond those of the others. */
enum { SHOWS_SUB = 1, SHOWS_KEEP = 2, SHOWS_TOO_MANY = 4 };

struct count_rule {
    const char *name;
    unsigned decimals;   /* of a vote on the sheet */
    unsigned seats_most; /* 1 to this many */
    bool contests;       /* a contest of an election may have it */
    bool from_earliest;  /* history begins with the first stage, otherwise with the latest */
    unsigned shows;      /* SHOWS_... */
    unsigned (*crosses)(const struct count_task *task); /* most on a paper; NULL: preferences */
    enum outcome (*run)(struct tally *tally, struct fail *fail);
};

/* NULL if there is no such rule. */
const struct count_rule *count_rule_named(struct span name);

/* The rule at `index` of the table, NULL past its end. */
const struct count_rule *count_rule_at(size_t index);

/*
 * Counts, and makes *out_sheet (release with sheet_done), which borrows from `rule` and `task`.
 * BAD when the rule cannot count this task: seats out of range, lots that are no permutation,
 * nobody to elect, names that are not different, or a tie that needs a lot where none are given
 * ("count.lot-needed", with the stage and the candidates tied).
 */
enum outcome count_run(const struct count_rule *rule, const struct count_task *task,
                       struct sheet *out_sheet, struct fail *fail)
    __attribute__((warn_unused_result));

#endif
