/*
 * blobs: the bulk data that entries name, and whatever else lies in the bundle.
 *
 * Makes the checks LOG.blobs (every named blob is there, with its size and hash) and LOG.extra
 * (every other file of the bundle is a tile that the board has already asked for). Run it after
 * board_parse(). Files are hashed where they lie, on all threads.
 */
#ifndef VERIFY_BOARD_BLOBS_H
#define VERIFY_BOARD_BLOBS_H

#include "board/board.h"

void blobs_check(struct board *board, struct report *report);

/* Called for each blob that an entry names, in order; not for references to nothing. */
typedef void blob_fn(void *context, uint64_t entry, const struct blob *blob);

void blobs_each(const struct board *board, blob_fn *take, void *context);

#endif
