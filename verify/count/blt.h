/*
 * blt: an election as a .blt file: read strictly, written in one way only.
 *
 * Reading refuses with line and column (both from 1, the column in bytes) whatever would have to
 * be guessed. Writing gives the canonical text that stands on the board as `papers`, so that it
 * can be compared byte for byte. Source: docs/counting.md, "`.blt` files".
 */
#ifndef VERIFY_COUNT_BLT_H
#define VERIFY_COUNT_BLT_H

#include "base/buffer.h"
#include "count/count.h"

/* Owns all its bytes; `task` borrows from it. */
struct blt {
    struct papers papers;
    unsigned seats;
    struct set withdrawn;
    struct span names[LIMIT_CANDIDATES]; /* number 1 first */
    struct span title;                   /* empty if there is none */
    uint8_t *texts;                      /* what names and title point into */
};

enum outcome blt_read(struct span text, struct blt *out_blt, struct fail *fail)
    __attribute__((warn_unused_result));
void blt_done(struct blt *blt); /* accepts NULL */

/* The task as the file states it, without lots; valid as long as `blt` is. */
struct count_task blt_task(const struct blt *blt);

/* Appends the canonical file. The papers must be sorted (papers_sort). */
void blt_write(const struct count_task *task, struct buffer *out);

#endif
