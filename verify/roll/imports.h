/*
 * imports: the snapshots of the board, opened, read by their mappings, and compared.
 *
 * Every snapshot is read once, in the order of the board: its commitments, its rows, and its
 * difference to the one before it of the same source. Kept are the tables that people are made
 * of, and those that say what a contact was when the election was announced.
 * Source: docs/roll.md sections 1, 2, 4 and 11.
 */
#ifndef VERIFY_ROLL_IMPORTS_H
#define VERIFY_ROLL_IMPORTS_H

#include "roll/annex.h"
#include "roll/difference.h"
#include "roll/people.h"

struct import {
    const struct roll_entry *entry;
    unsigned number, source;
    struct mapping *mapping;
    struct table table;
    struct numbers numbers;
    bool open;               /* table and numbers are there */
    bool kept;               /* they stay */
    int before;              /* the source's snapshot before it in `list`, or -1 */
    struct difference found; /* to that one */
};

struct imports {
    struct import *list; /* in the order of the board */
    size_t count;
    struct snapshot *snapshots;      /* of those before the first roll: what people are made of */
    size_t counting;                 /* how many these are */
    int baselines[ROLL_SOURCES_MAX]; /* by source: in `list`, or -1 (section 9) */
    struct difference_history histories[ROLL_SOURCES_MAX];
    const struct rules *rules;
    struct arena *arena;
};

/* Which snapshots there are, and which are kept; none is read yet. BAD where one is of no source;
 * *out_entry is then it. */
enum outcome imports_init(struct imports *imports, const struct roll_board *board,
                          const struct rules *rules, struct arena *arena,
                          const struct roll_entry **out_entry, struct fail *fail)
    __attribute__((warn_unused_result));
void imports_done(struct imports *imports); /* accepts one of zeros */

/* Reads the next one, `index` ascending from 0. `out_path` is the file at fault. */
enum outcome imports_read(struct imports *imports, const struct annex *annex, size_t index,
                          char out_path[ANNEX_PATH_BYTES + 1], struct fail *fail)
    __attribute__((warn_unused_result));

/* A `difference` entry against what was found; all snapshots before it have been read. */
enum outcome imports_check_difference(const struct imports *imports, const struct roll_entry *entry,
                                      struct fail *fail) __attribute__((warn_unused_result));

#endif
