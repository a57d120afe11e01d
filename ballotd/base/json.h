/* JSON as this project writes it: one line, integers only, no duplicate keys, fixed key order.
 *
 * A text is accepted only if printing what was parsed gives the same bytes again. So two texts
 * never mean one value, and hashing the bytes is hashing the value. Jansson does the parsing and
 * printing.
 *
 * Canonical form: no white space; keys in the order given; strings in raw UTF-8 with only '"', '\'
 * and U+0000..U+001F escaped (\b \f \n \r \t, otherwise \u00XX upper case); no NUL character;
 * integers in -(2^63)..2^63-1; true and false; no null, no reals.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>

#include "buf.h"

enum { JSON_DEPTH_MAX = 16 };

/* Parses canonical JSON whose root is an object. `what` names it in messages. The caller owns the
 * value (json_decref). Errors: BAD_INPUT json.malformed, json.not-canonical. */
enum outcome json_read_canonical(struct span text, const char *what, json_t **out_value,
                                 struct fail *fail) MUST_USE;

/* Parses JSON that a person wrote (any white space and key order), otherwise as strict: no
 * duplicate keys, no reals, no null. For mappings and rule files on their way in. */
enum outcome json_read_loose(struct span text, const char *what, json_t **out_value,
                             struct fail *fail) MUST_USE;

/* Appends the canonical text, without a line feed. */
void json_print(const json_t *value, struct buf *out);

/* A reader that walks an object's members in their fixed order; the first mismatch sticks in
 * `fail`, and every later take returns a harmless empty value, so a caller may take all and test
 * once with json_take_end(). Spans and values are borrowed from the object. */
struct json_take {
    const json_t *object;
    void *at; /* jansson's iterator */
    const char *what;
    struct fail *fail;
    bool failed;
};

struct json_take json_take_from(const json_t *object, const char *what, struct fail *fail);
struct span json_take_string(struct json_take *take, const char *key);
int64_t json_take_integer(struct json_take *take, const char *key, int64_t min, int64_t max);
bool json_take_bool(struct json_take *take, const char *key);
const json_t *json_take_array(struct json_take *take, const char *key);
const json_t *json_take_object(struct json_take *take, const char *key);
/* Lowercase hex of exactly len bytes. */
void json_take_hex(struct json_take *take, const char *key, uint8_t *out_bytes, size_t len);
/* True when the next member is `key`: for optional members. */
bool json_take_peek(const struct json_take *take, const char *key);
/* Refuses members left over. BAD_INPUT json.member on any mismatch, quoting `what` and the key. */
enum outcome json_take_end(struct json_take *take) MUST_USE;

struct span json_span(const json_t *string);

/* Setters that keep insertion order and assert on failure (out of memory). */
void json_put_string(json_t *object, const char *key, struct span value);
void json_put_integer(json_t *object, const char *key, int64_t value);
void json_put_bool(json_t *object, const char *key, bool value);
void json_put_hex(json_t *object, const char *key, struct span bytes);
void json_put(json_t *object, const char *key, json_t *value); /* takes the reference */

#endif
