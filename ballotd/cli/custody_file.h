/* A confidential file on its way into the daemon's custody: salted, committed to, sent. */
#ifndef CLI_CUSTODY_FILE_H
#define CLI_CUSTODY_FILE_H

#include "cli/desk.h"

/* Draws a salt, sends the bytes as private/<label>/<commitment> (LABEL_SNAPSHOT, LABEL_MAPPING,
 * LABEL_EVIDENCE) and gives the commitment that a statement then names. */
enum outcome custody_file_send(struct desk *desk, const char *label, struct span bytes,
                               uint8_t out_commitment[static HASH_BYTES],
                               struct fail *fail) MUST_USE;

#endif
