/*
 * json: a strict reader for statements, which have one spelling each.
 *
 * The reader walks the text once, in the order in which the caller names the members, and refuses
 * everything that a canonical printer would not have written: spaces, other escapes than
 * \" \\ \b \f \n \r \t and \u00XX (upper-case hex, for the remaining control characters), numbers
 * that are not the shortest form of a 64-bit integer, reals, null, a NUL, text that is not UTF-8,
 * a member out of order, left over, or twice. So what is accepted is what would be printed.
 *
 * Errors are sticky: after the first one every take does nothing but zero its result, loops end,
 * and json_finish() reports. Recursion ends at JSON_DEPTH.
 *
 *     json_open(&json, text);
 *     json_object(&json, NULL);
 *     json_string(&json, "origin", 100, &origin);
 *     json_array(&json, "units");
 *     while (json_more(&json))
 *         json_integer(&json, NULL, 0, 99, &unit[n++]);
 *     json_end(&json);
 *     json_end(&json);
 *     return json_finish(&json, fail);
 *
 * `name` is the member's name inside an object and NULL inside an array or at the top.
 */
#ifndef VERIFY_BASE_JSON_H
#define VERIFY_BASE_JSON_H

#include "base/fail.h"
#include "base/span.h"

enum { JSON_DEPTH = 16, JSON_MEMBERS = 64 };

struct json {
    struct span text;
    size_t at;      /* next byte to read */
    unsigned depth; /* open arrays and objects */
    char closer[JSON_DEPTH];
    bool begun[JSON_DEPTH]; /* something was read at this depth: a comma must follow */
    bool broken;
    uint8_t *unescaped; /* strings that had escapes: one block as long as the text */
    size_t unescaped_len;
    struct fail fail;
};

/* The text must outlive the reader, and the reader every string taken from it. */
void json_open(struct json *json, struct span text);
void json_done(struct json *json); /* accepts NULL */

void json_object(struct json *json, const char *name);
void json_array(struct json *json, const char *name);

/* Closes the innermost array or object; a member or element left over is an error. */
void json_end(struct json *json);

/* Is there another element or member before the closing bracket? False once broken. */
bool json_more(struct json *json);

/* Does the next member have this name? For members that may be absent. */
bool json_at(struct json *json, const char *name);

/* At most `limit_bytes` after unescaping. */
void json_string(struct json *json, const char *name, size_t limit_bytes, struct span *out_text);

/* A string that must equal `wanted`. */
void json_literal(struct json *json, const char *name, const char *wanted);

/* Lower-case hex of exactly `len` bytes. */
void json_hex(struct json *json, const char *name, uint8_t *out_bytes, size_t len);

void json_integer(struct json *json, const char *name, int64_t least, int64_t most,
                  int64_t *out_number);
void json_boolean(struct json *json, const char *name, bool *out_value);

/* Any one value, checked like everything else but not interpreted: its bytes as they stand.
 * An object inside may have at most JSON_MEMBERS members. */
void json_any(struct json *json, const char *name, struct span *out_text);

/* The name of the next member, which the following take then passes as NULL. For objects whose
 * names are data; the caller refuses repetitions. */
void json_name(struct json *json, size_t limit_bytes, struct span *out_name);

/* For the caller's own refusals, with the place put in front. */
void json_refuse(struct json *json, const char *name, const char *why);

/* GOOD if nothing was wrong and nothing is left over. */
enum outcome json_finish(struct json *json, struct fail *fail) __attribute__((warn_unused_result));

#endif
