/*
 * span: bytes that someone else owns.
 *
 * Every parser of the verifier reads spans: a pointer and a length, never a terminated string.
 * A span owns nothing; whoever makes it says how long its bytes live. An empty span may have a
 * null pointer, so all helpers below accept one.
 */
#ifndef VERIFY_BASE_SPAN_H
#define VERIFY_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const uint8_t *ptr;
    size_t len;
};

/* A span over a terminated string, without the terminator. */
static inline struct span span_text(const char *text)
{
    return (struct span){(const uint8_t *)text, strlen(text)};
}

static inline struct span span_of(const void *at, size_t len)
{
    return (struct span){at, len};
}

static inline bool span_equal(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Order by bytes, as unsigned; a prefix comes before what it begins. */
static inline int span_compare(struct span a, struct span b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common == 0 ? 0 : memcmp(a.ptr, b.ptr, common);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static inline bool span_starts(struct span whole, struct span start)
{
    return whole.len >= start.len && span_equal(span_of(whole.ptr, start.len), start);
}

/* What follows the first `skip` bytes; `skip` must not exceed the length. */
static inline struct span span_after(struct span whole, size_t skip)
{
    return skip == 0 ? whole : span_of(whole.ptr + skip, whole.len - skip);
}

/*
 * Takes everything before the first `stop` byte off the front of *rest, and the stop byte too.
 * False, and nothing taken, if there is no such byte.
 */
static inline bool span_cut(struct span *rest, uint8_t stop, struct span *out_head)
{
    const uint8_t *found = rest->len == 0 ? NULL : memchr(rest->ptr, stop, rest->len);
    if (found == NULL)
        return false;
    size_t head = (size_t)(found - rest->ptr);
    *out_head = span_of(rest->ptr, head);
    *rest = span_after(*rest, head + 1);
    return true;
}

#endif
