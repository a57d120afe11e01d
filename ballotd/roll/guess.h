/* In which encoding an export was written, and its text, to propose a mapping from.
 *
 * A guess for a person to confirm: a byte order mark is believed, a file that is well-formed UTF-8
 * is taken for it, and everything else for Windows-1252.
 */
#ifndef ROLL_GUESS_H
#define ROLL_GUESS_H

#include "roll/encoding.h"

/* The file's text as encoding_read gives it, which says what `room` is; and the encoding's name in
 * a mapping. BAD_INPUT suggest.encoding: in none of these encodings; TOO_LARGE. */
enum outcome guess_text(struct span file, struct buf *room, struct span *out_text,
                        const char **out_encoding, struct fail *fail) MUST_USE;

#endif
