/* The encodings in which exports come, turned into UTF-8 once (docs/roll.md section 1).
 *
 * It never guesses and never replaces: a byte or unit that the encoding named does not assign is
 * refused with its line.
 */
#ifndef ROLL_ENCODING_H
#define ROLL_ENCODING_H

#include "base/buf.h"

enum encoding { ENCODING_UTF8, ENCODING_UTF16, ENCODING_WINDOWS_1252 };

/* "utf-8", "utf-16" or "windows-1252". */
bool encoding_named(struct span name, enum encoding *out_encoding);

struct encoding_flaw {
    uint32_t line;
    const char *why;
};

/* The file's text without a byte order mark. UTF-8 is the file itself and is not looked at: its
 * reader refuses what is ill-formed. All else is written to `room`, which must allow three bytes
 * for two and for one. BAD_INPUT roll.encoding "line L: …", TOO_LARGE. */
enum outcome encoding_read(enum encoding encoding, struct span file, struct buf *room,
                           struct span *out_text, struct encoding_flaw *out_flaw,
                           struct fail *fail) MUST_USE;

#endif
