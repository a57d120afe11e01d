/* A span: bytes that somebody else owns. The form in which all input travels.
 *
 * A span never owns, never ends in a hidden NUL, and may be empty (ptr may then be NULL).
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const uint8_t *ptr;
    size_t len;
};

#define SPAN_LIT(text)    ((struct span){(const uint8_t *)("" text), sizeof(text) - 1})
#define SPAN_ARRAY(array) ((struct span){(const uint8_t *)(array), sizeof(array)})

static inline struct span span_of(const void *ptr, size_t len)
{
    return (struct span){ptr, len};
}

static inline struct span span_str(const char *text)
{
    return (struct span){(const uint8_t *)text, text ? strlen(text) : 0};
}

static inline bool span_equal(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool span_is(struct span a, const char *text)
{
    return span_equal(a, span_str(text));
}

/* Order by bytes, a prefix first; as memcmp: negative, zero or positive. */
int span_compare(struct span a, struct span b);

/* Cuts the next line off *rest (without its LF). False when *rest is empty. A last line without LF
 * counts. */
bool span_line(struct span *rest, struct span *out_line);

/* Cuts *rest at the first separator: what stands before it goes to out_head, what follows stays in
 * *rest. False, and nothing changed, when the separator does not occur. */
bool span_cut(struct span *rest, uint8_t separator, struct span *out_head);

bool span_starts(struct span a, struct span prefix);
bool span_ends(struct span a, struct span suffix);

/* Canonical unsigned decimal: digits only, no sign, no leading zero, at most UINT64_MAX. */
bool span_decimal(struct span text, uint64_t *out_value);

/* Well-formed UTF-8 by Unicode's table 3-7 (no overlong form, no surrogate). */
bool span_is_utf8(struct span text);
/* Bytes of the character that a text of at least one byte begins with; 0 when it is ill-formed. */
size_t span_utf8_char(struct span text);

#endif
