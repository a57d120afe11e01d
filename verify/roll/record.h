/*
 * record: what a leaf says of a person, and where their credentials go.
 *
 * The record is a function of the draft and of what the snapshots said when the election was
 * announced: a contact that changed since then waits. Source: docs/roll.md section 9.
 */
#ifndef VERIFY_ROLL_RECORD_H
#define VERIFY_ROLL_RECORD_H

#include "roll/draft.h"
#include "roll/imports.h"

/* What all records of one version are made from. */
struct record_maker {
    const struct draft *draft;
    const struct imports *imports;
    uint64_t not_before; /* when credentials may go to changed contacts */
};

/* More than any record takes, every byte of every value escaped. */
enum { RECORD_BYTES_MOST = 6 * 10 * ROLL_VALUE_BYTES_MAX };

/* The record of somebody on the roll; `out` is cleared first. */
enum roll_channel record_write(const struct record_maker *maker, uint32_t person,
                               struct buffer *out);

#endif
