/*
 * board: the whole public log of an election, read from a bundle.
 *
 * Owns the entries, in order, with their leaf hashes and, once board_parse() has run, what they
 * say. Reading makes the checks LOG.entries, LOG.root and LOG.tiles; parsing makes STATE.form.
 * The board remembers which files it was asked for, so that LOG.extra can name one that belongs to
 * nothing. After parsing it is read-only but for board_blob(), which one thread may call.
 */
#ifndef VERIFY_BOARD_BOARD_H
#define VERIFY_BOARD_BOARD_H

#include "base/arena.h"
#include "base/parallel.h"
#include "bundle/bundle.h"
#include "log/checkpoint.h"
#include "report/report.h"
#include "statement/statement.h"

struct entry {
    struct span bytes, text;
    struct merkle_hash leaf;
    bool readable; /* it is a note whose statement has its kind's form */
    struct statement statement;
    const struct note_signature *signatures;
    size_t signature_count;
};

struct board {
    struct bundle *bundle;
    bool *seen; /* of each file of the bundle */
    unsigned threads;
    struct entry *entries;
    size_t count;
    struct bundle_file checkpoint_file;
    struct note checkpoint_note;
    struct checkpoint checkpoint;
    struct bundle_file *files; /* entry bundles and blobs that are open */
    size_t file_count, file_room;
    struct arena arenas[PARALLEL_THREADS_MOST];
};

/* Takes over the bundle, also when it fails. False: nothing further can be checked. */
bool board_open(struct bundle *bundle, unsigned threads, struct report *report,
                struct board *out_board);
void board_done(struct board *board); /* accepts NULL; releases the bundle */

/* Reads every entry's statement. False if even the first one is not readable. */
bool board_parse(struct board *board, struct report *report);

/* The root of the log when it had `size` entries, at most board->count. */
void board_root_at(const struct board *board, uint64_t size, struct merkle_hash *out_root);

/* The bytes of a blob that an entry names, with the size that it names; their hash is checked by
 * blobs_check(). They stay until the board is done. */
enum outcome board_blob(struct board *board, const struct blob *blob, struct span *out_bytes,
                        struct fail *fail) __attribute__((warn_unused_result));

/* Does a reference name nothing: zeros and size 0? */
bool blob_is_none(const struct blob *blob);

#endif
