/*
 * encoding: a snapshot's bytes as UTF-8 text.
 *
 * Three encodings are read, each strictly: a byte or unit that has no meaning in it is refused
 * with its line, never replaced. UTF-8 is not copied. Source: docs/roll.md section 1.
 */
#ifndef VERIFY_ROLL_ENCODING_H
#define VERIFY_ROLL_ENCODING_H

#include "base/fail.h"
#include "base/span.h"

enum encoding { ENCODING_UTF8, ENCODING_UTF16, ENCODING_WINDOWS_1252 };

struct decoded {
    struct span span; /* without a byte order mark */
    uint8_t *own;     /* NULL where the span is the file's */
};

bool encoding_named(struct span name, enum encoding *out_encoding);

/* The file must outlive what came of it. */
enum outcome encoding_decode(enum encoding encoding, struct span file, struct decoded *out_decoded,
                             struct fail *fail) __attribute__((warn_unused_result));
void encoding_done(struct decoded *decoded); /* accepts NULL */

#endif
