/*
 * evidence: what the files given in evidence may be, told by their bytes and by nothing else.
 *
 * Four types are taken; markup that a viewer might run is none of them. Source: docs/roll.md
 * section 7.
 */
#ifndef VERIFY_ROLL_EVIDENCE_H
#define VERIFY_ROLL_EVIDENCE_H

#include "base/span.h"

enum evidence_type { EVIDENCE_PDF, EVIDENCE_PNG, EVIDENCE_JPEG, EVIDENCE_TEXT, EVIDENCE_TYPES };

/* As statements name them, by enum evidence_type. */
extern const char *const evidence_type_names[EVIDENCE_TYPES];

/* False if the bytes are of no type that is taken. */
bool evidence_inspect(struct span bytes, enum evidence_type *out_type);

#endif
