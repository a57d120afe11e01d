/* The branch of a rehearsal: who is who, and what happens to them on which day. Alterations name
 * people and cases by these. */
#ifndef TESTS_REHEARSAL_BRANCH_H
#define TESTS_REHEARSAL_BRANCH_H

#include "lib/rehearsal.h"

/* 10:00 UTC, so many days after Monday, 1 June 2026. */
#define BRANCH_DAY(n) ((int64_t)1780308000 + (n) * (int64_t)86400)

/* Membership numbers: 1001 to 1042 in `members`, L1 to L6 in `local`, 1050 added. */
enum {
    BRANCH_BULK_LAST = 1012, /* 1001 to 1012 had paid, as the bulk case says */
    BRANCH_ADMITTED = 1013,  /* undetermined; voted, and was admitted after the close */
    BRANCH_KEPT_OUT = 1014,  /* undetermined; voted, and was refused after the close */
    BRANCH_HELD = 1020,      /* held; voted, and was let in again after the close */
    BRANCH_TWICE = 1030,     /* has two rows */
    BRANCH_LAPSED = 1031,    /* set active by a case */
    BRANCH_CONTACT = 1032,   /* asked for another email */
    BRANCH_SURVIVOR = 1033,  /* is L5 as well */
    BRANCH_REMOVED = 1034,   /* removed by version 2 */
    BRANCH_APPELLANT = 1035, /* let in by version 2 */
    BRANCH_DELEGATE = 1036,  /* has three votes */
    BRANCH_WITHDRAWN = 1038, /* lapsed; the case was withdrawn */
    BRANCH_LATE = 1039,      /* lapsed; decided by the deputy after the deadline */
    BRANCH_GONE = 1040,      /* lapsed */
    BRANCH_SILENT = 1041,    /* undetermined to the end; did not vote */
    BRANCH_ADDED = 1050,
    BRANCH_ASSISTANT_UNTIL = 10, /* day */
};

enum branch_case {
    ABOUT_NOTHING,
    ABOUT_ARREARS, /* a bulk case */
    ABOUT_STATUS,
    ABOUT_ROWS,
    ABOUT_MERGE,
    ABOUT_HOLD,
    ABOUT_APPELLANT,
    ABOUT_WITHDRAWN,
    ABOUT_CONTACT, /* raised by the member */
    ABOUT_ADDED,
    ABOUT_LATE,
    ABOUT_REMOVED,
    ABOUT_ADMITTED,
    ABOUT_KEPT_OUT,
    ABOUT_RELEASED,
    BRANCH_CASES,
};

struct branch {
    struct rehearsal *rehearsal;
    int64_t shifted_s;                        /* the clock */
    uint8_t latest[BRANCH_CASES][HASH_BYTES]; /* leaf hash of each case's latest statement */
};

/* Turns the clock to that day. */
void branch_day(struct branch *branch, int day);
void branch_raise_first(struct branch *branch);
void branch_decide_first(struct branch *branch);
void branch_after_seal(struct branch *branch);
void branch_while_voting(struct branch *branch);
void branch_after_close(struct branch *branch);

/* The pseudonym of a number of `members`, or of `local` where it begins with L, in hex. */
void branch_pseudonym(const struct rehearsal *rehearsal, const char *number,
                      char out_hex[static 2 * HASH_BYTES + 1]);

#endif
