/*
 * casebook: every case from its first statement to its last, with the guards that hold it.
 *
 * Statements are taken in the order of the board's `case` entries. A statement that opens to
 * something else than was committed to, is signed by the wrong person, or may not stand where it
 * stands is refused, and the case book with it. How the cases stood at an entry of the log is a
 * view of the book. Source: docs/roll.md sections 6 and 7.
 */
#ifndef VERIFY_ROLL_CASEBOOK_H
#define VERIFY_ROLL_CASEBOOK_H

#include "roll/annex.h"
#include "roll/board.h"
#include "roll/case_statement.h"
#include "roll/rules.h"

enum case_state {
    CASE_RAISED,
    CASE_EVIDENCED,
    CASE_PROPOSED,
    CASE_WITHDRAWN,
    CASE_UPHELD,
    CASE_REFUSED,
    CASE_APPEALED
};

/* How a case stood. All pointers are the book's. */
struct roll_case {
    int64_t number;
    enum case_by by;
    enum case_state state;
    const struct digest *subjects; /* sorted, distinct */
    size_t subject_count;
    const struct effect *effect; /* of the proposal that stands; without one, of the variance */
    bool has_proposal;
    bool notified;        /* of the proposal that stands */
    bool reply_over;      /* at the latest decision, of a notification: the time to reply to it */
    bool open;            /* as section 8 means it: not in force, and not at its end either */
    uint64_t force_order; /* ascends as cases come into force, from 1; 0: not in force */
    uint64_t force_at;    /* the `at` of the entry with which it did */
    bool late;            /* raised after the first `roll` */
    bool decided;         /* at least once */
    uint64_t took;        /* from raised to the latest decision, in seconds, when decided */
};

/* A statement `exclusions`. */
struct confirmation {
    uint64_t entry;
    const struct case_statement *statement;
};

/* The cases as they stood before an entry. */
struct casebook_view {
    const struct roll_case *cases; /* in the order in which they were raised */
    size_t case_count;
    const struct roll_case **in_force; /* by force_order */
    size_t in_force_count;
    const struct confirmation *confirmations; /* in the order of the board */
    size_t confirmation_count;
};

/* A piece of evidence given as a file. */
struct proof_file {
    uint64_t entry;
    const struct case_statement *statement;
};

struct case_step;

struct casebook {
    struct case_step *steps; /* what each statement made of its case, in the order of the board */
    size_t step_count;
    size_t case_count;
    struct proof_file *files;
    size_t file_count;
    struct confirmation *confirmations;
    size_t confirmation_count;
};

/*
 * Reads the notes behind all `case` entries; the manifest has been read, and so have the rules. At
 * the first refusal *out_entry is the board's entry and *out_path the note's file. What stands
 * before it is in *out_book even then. Everything lives in the arena.
 */
enum outcome casebook_read(const struct annex *annex, const struct roll_board *board,
                           const struct rules *rules, struct arena *arena,
                           struct casebook *out_book, uint64_t *out_entry,
                           char out_path[ANNEX_PATH_BYTES + 1], struct fail *fail)
    __attribute__((warn_unused_result));

/* The statements before the entry with this index in the log. */
enum outcome casebook_view(const struct casebook *book, uint64_t entry, struct arena *arena,
                           struct casebook_view *out_view, struct fail *fail)
    __attribute__((warn_unused_result));

#endif
