/* What a file given in evidence is, by looking at its bytes (docs/roll.md section 7).
 *
 * Four types are taken, which are shown without being run: PDF, PNG, JPEG, and plain text. Names
 * and stated types are not asked for, since they would be believed. Nothing is opened, decoded or
 * rendered, here or elsewhere in the daemon.
 */
#ifndef ROLL_FILETYPE_H
#define ROLL_FILETYPE_H

#include "base/fail.h"
#include "base/span.h"

enum filetype { FILETYPE_PDF, FILETYPE_PNG, FILETYPE_JPEG, FILETYPE_TEXT };

/* Text is well-formed UTF-8 with no control character but tab, line feed and carriage return, not
 * empty, which does not begin with what makes a program take it for a page or a rich text: "<" or
 * "{\rtf", a byte order mark and white space before it passed over. BAD_INPUT evidence.type for
 * everything else, with what to do. */
enum outcome filetype_of(struct span bytes, enum filetype *out_type, struct fail *fail) MUST_USE;

const char *filetype_name(enum filetype type);   /* as statements say: "pdf" "png" "jpeg" "text" */
const char *filetype_ending(enum filetype type); /* of a file's name: "pdf" "png" "jpg" "txt" */

#endif
