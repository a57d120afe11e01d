/* A growing byte buffer that is told its maximum when it is made.
 *
 * Invariants: len <= cap <= max; bytes[len] is always readable and NUL, so that a text can be
 * passed on as a C string. Once an append fails (over max, or out of memory) the buffer is
 * `spoilt`: every later append fails too, and buf_ok() says so. So a writer may append freely and
 * test once.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>

#include "fail.h"
#include "span.h"

struct buf {
    uint8_t *bytes;
    size_t len;
    size_t cap;
    size_t max;
    bool spoilt;
};

void buf_init(struct buf *buf, size_t max_bytes);
void buf_done(struct buf *buf);  /* frees; leaves the buffer as after buf_init */
void buf_clear(struct buf *buf); /* keeps the memory, forgets content and `spoilt` */

void buf_add(struct buf *buf, struct span bytes);
void buf_add_byte(struct buf *buf, uint8_t byte);
void buf_add_str(struct buf *buf, const char *text);
void buf_add_format(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_add_u16le(struct buf *buf, uint16_t value);
void buf_add_u32le(struct buf *buf, uint32_t value);
void buf_add_u64le(struct buf *buf, uint64_t value);
void buf_add_u64(struct buf *buf, uint64_t value); /* decimal */

/* Room for `len` more bytes, already counted in buf->len and zeroed; NULL when there is none. */
uint8_t *buf_extend(struct buf *buf, size_t len);

static inline bool buf_ok(const struct buf *buf)
{
    return !buf->spoilt;
}

static inline struct span buf_span(const struct buf *buf)
{
    return span_of(buf->bytes, buf->len);
}

/* The content as a C string ("" when empty). Owned by the buffer, valid until the next change. */
const char *buf_text(const struct buf *buf);

/* OK, or TOO_LARGE "what: over N bytes". */
enum outcome buf_check(const struct buf *buf, const char *what, struct fail *fail) MUST_USE;

#endif
