/* Texts of the roll: normalised text, tokens, ids and decimal numbers (docs/roll.md sections 1, 2).
 *
 * Normalising only joins white space and trims; it never folds case or recomposes Unicode, so that
 * two programs cannot disagree about it.
 */
#ifndef ROLL_TEXT_H
#define ROLL_TEXT_H

#include "base/buf.h"

/* Appends the normalised form of raw (at most raw.len bytes). */
void text_normalise(struct span raw, struct buf *out);
bool text_is_normal(struct span text); /* not empty, and normalising it changes nothing */
bool text_is_token(struct span text);  /* 1 to 32 of a-z 0-9 _ - */
bool text_is_id(struct span text);     /* a token without _ */

/* A decimal text with up to `decimals` digits after the point, times 10^decimals. */
bool text_number(struct span text, uint32_t decimals, int64_t *out_value) MUST_USE;
/* Canonical integer as an attribute holds it: optional minus, no leading zero, at most 18 digits.
 */
bool text_integer(struct span text, int64_t *out_value) MUST_USE;

/* Appends text as a JSON string with its quotes. The text must be UTF-8. */
void text_print_json(struct span text, struct buf *out);

/* "member_no"-like name and value as a JSON member, preceded by a comma unless first. */
void text_print_member(const char *name, struct span value, bool first, struct buf *out);

#endif
