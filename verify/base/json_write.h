/*
 * json_write: the canonical printer, for reports and for texts that are hashed.
 *
 * It writes what the reader in base/json.h accepts: no spaces, the shortest integers, the fewest
 * escapes. Commas are its own business; the caller opens, names and closes. `name` is NULL inside
 * an array and at the top. A text that is not UTF-8, or holds a NUL, marks the buffer as full.
 */
#ifndef VERIFY_BASE_JSON_WRITE_H
#define VERIFY_BASE_JSON_WRITE_H

#include "base/buffer.h"

void json_write_open(struct buffer *out, const char *name, char bracket); /* '{' or '[' */
void json_write_close(struct buffer *out, char bracket);                  /* '}' or ']' */
void json_write_text(struct buffer *out, const char *name, struct span text);
void json_write_integer(struct buffer *out, const char *name, int64_t number);
void json_write_boolean(struct buffer *out, const char *name, bool value);
void json_write_hex(struct buffer *out, const char *name, struct span bytes);

#endif
