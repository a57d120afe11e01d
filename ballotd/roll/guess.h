/* In which encoding an export was written, and its text as UTF-8, to propose a mapping from.
 *
 * A guess for a person to confirm: a file that is well-formed UTF-8 is taken for it, a byte order
 * mark is believed, and everything else is taken for Windows-1252.
 */
#ifndef ROLL_GUESS_H
#define ROLL_GUESS_H

#include "base/buf.h"

/* Appends the file's text as UTF-8 without a byte order mark, and names the encoding as a mapping
 * does: "utf-8", "utf-16", "windows-1252". *out_text is the file's own bytes, or those of `room`.
 * BAD_INPUT suggest.encoding: UTF-16 cut short or without a mark, half a surrogate pair. */
enum outcome guess_text(struct span file, struct buf *room, struct span *out_text,
                        const char **out_encoding, struct fail *fail) MUST_USE;

#endif
