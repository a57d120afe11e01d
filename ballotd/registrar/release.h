/* Codes that wait because a contact was changed (docs/roll.md section 9): which of them may go out
 * now. Works on the file that issuing wrote; nothing is asked of anybody. */
#ifndef REGISTRAR_RELEASE_H
#define REGISTRAR_RELEASE_H

#include "base/buf.h"

struct release {
    size_t due, waiting;
    int64_t next_s; /* when the next one may go out; 0: none waits */
};

/* Appends the delivery header and the rows whose time has come, without their time. BAD_INPUT
 * release.file names the line. out holds codes: the caller wipes it. */
enum outcome release_due(struct span file, int64_t now_s, struct buf *out,
                         struct release *out_release, struct fail *fail) MUST_USE;

#endif
