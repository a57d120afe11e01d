/* Bytes as text: lowercase hex and standard base64 (RFC 4648 section 4, padded).
 *
 * Decoding is strict: exactly one text stands for given bytes; anything else is refused.
 */
#ifndef BASE_CODE_H
#define BASE_CODE_H

#include "buf.h"

void hex_add(struct buf *out, struct span bytes);
/* Writes 2 * bytes.len characters and a NUL. */
void hex_print(struct span bytes, char *out_text);
/* text must be exactly 2 * len lowercase hex digits. */
bool hex_read(struct span text, uint8_t *out_bytes, size_t len) MUST_USE;

void base64_add(struct buf *out, struct span bytes);
/* Appends the decoded bytes; false (and out as before) on anything but canonical padded base64. */
bool base64_read(struct span text, struct buf *out) MUST_USE;
/* The decoded form must be exactly len bytes. */
bool base64_read_exact(struct span text, uint8_t *out_bytes, size_t len) MUST_USE;

#endif
