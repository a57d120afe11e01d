/*
 * casebook: every case from its first statement to its decision, with the guards that hold it.
 *
 * Statements are taken in the order of the board's `case` entries. A statement that opens to
 * something else than was committed to, is signed by the wrong person, or may not stand where it
 * stands is refused, and the case book with it. Source: docs/roll.md section 5.
 */
#ifndef VERIFY_ROLL_CASEBOOK_H
#define VERIFY_ROLL_CASEBOOK_H

#include "roll/annex.h"
#include "roll/board.h"
#include "roll/case_statement.h"

/* A decision that upholds: from `entry` on, the effect of its variance counts. */
struct override {
    uint64_t entry;
    int64_t case_number;
    const struct case_statement *variance;
};

/* A piece of evidence given as a file. */
struct proof_file {
    uint64_t entry;
    const struct case_statement *statement;
};

/* A statement `exclusions`. */
struct confirmation {
    uint64_t entry;
    const struct case_statement *statement;
};

struct open_case;

struct casebook {
    struct override *overrides; /* in the order of the decisions */
    size_t override_count;
    struct proof_file *files;
    size_t file_count;
    struct confirmation *confirmations;
    size_t confirmation_count;
    struct open_case *cases; /* sorted by nothing: in the order in which they were raised */
    size_t case_count;
};

/*
 * Reads the notes behind all `case` entries; the manifest has been read. At the first refusal
 * *out_entry is the board's entry and *out_path the note's file. What stands before it is in
 * *out_book even then. Everything lives in the arena.
 */
enum outcome casebook_read(const struct annex *annex, const struct roll_board *board,
                           struct arena *arena, struct casebook *out_book, uint64_t *out_entry,
                           char out_path[ANNEX_PATH_BYTES + 1], struct fail *fail)
    __attribute__((warn_unused_result));

#endif
