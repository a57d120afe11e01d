/* Witnesses' cosignatures of checkpoints, version 1 (c2sp.org/tlog-cosignature, Ed25519 form).
 *
 * A line of type 0x04 holds a time and a signature over "cosignature/v1", the time and the text:
 * "at this time this was the largest consistent tree that I had seen of this log".
 */
#ifndef LOG_COSIGNATURE_H
#define LOG_COSIGNATURE_H

#include "log/note.h"

/* Appends the signature line over a checkpoint's text. The signer's key is of NOTE_COSIGNATURE. */
enum outcome cosignature_add(struct span text, int64_t time_s, const struct note_signer *signer,
                             struct buf *out, struct fail *fail) MUST_USE;

/* OK; NOT_FOUND note.unsigned; BAD_PROOF note.signature. The caller judges the time. */
enum outcome cosignature_verify(const struct note *note, const struct note_key *key,
                                int64_t *out_time_s, struct fail *fail) MUST_USE;

#endif
