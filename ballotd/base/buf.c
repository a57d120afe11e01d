#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

enum { FIRST_CAP_BYTES = 256 };

void buf_init(struct buf *buf, size_t max_bytes)
{
    *buf = (struct buf){.max = max_bytes};
}

void buf_done(struct buf *buf)
{
    if (!buf)
        return;
    free(buf->bytes);
    buf_init(buf, buf->max);
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->spoilt = false;
    if (buf->bytes)
        buf->bytes[0] = 0;
}

/* Doubling, but never beyond max; one byte more is allocated for the NUL behind the content. */
static bool buf_grow(struct buf *buf, size_t wanted)
{
    size_t cap = buf->cap < FIRST_CAP_BYTES ? FIRST_CAP_BYTES : buf->cap;

    while (cap < wanted && cap <= buf->max / 2)
        cap *= 2;
    if (cap < wanted || cap > buf->max)
        cap = buf->max;
    if (cap == SIZE_MAX)
        return false;
    uint8_t *bytes = realloc(buf->bytes, cap + 1);
    if (!bytes)
        return false;
    buf->bytes = bytes;
    buf->cap = cap;
    return true;
}

uint8_t *buf_extend(struct buf *buf, size_t len)
{
    if (buf->spoilt)
        return NULL;
    if (len > buf->max - buf->len ||
        ((!buf->bytes || len > buf->cap - buf->len) && !buf_grow(buf, buf->len + len))) {
        buf->spoilt = true;
        return NULL;
    }
    uint8_t *room = buf->bytes + buf->len;
    memset(room, 0, len + 1);
    buf->len += len;
    return room;
}

void buf_add(struct buf *buf, struct span bytes)
{
    uint8_t *room = buf_extend(buf, bytes.len);

    if (room && bytes.len)
        memcpy(room, bytes.ptr, bytes.len);
}

void buf_add_byte(struct buf *buf, uint8_t byte)
{
    buf_add(buf, span_of(&byte, 1));
}

void buf_add_str(struct buf *buf, const char *text)
{
    buf_add(buf, span_str(text));
}

__attribute__((format(printf, 1, 0))) static int format_len(const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    return len;
}

void buf_add_format(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = format_len(format, args);
    uint8_t *room = len < 0 ? NULL : buf_extend(buf, (size_t)len);

    if (room)
        vsnprintf((char *)room, (size_t)len + 1, format, args);
    else
        buf->spoilt = true;
    va_end(args);
}

static void buf_add_le(struct buf *buf, uint64_t value, size_t len)
{
    uint8_t *room = buf_extend(buf, len);

    for (size_t i = 0; room && i < len; i++)
        room[i] = (uint8_t)(value >> (8 * i));
}

void buf_add_u16le(struct buf *buf, uint16_t value)
{
    buf_add_le(buf, value, sizeof(value));
}

void buf_add_u32le(struct buf *buf, uint32_t value)
{
    buf_add_le(buf, value, sizeof(value));
}

void buf_add_u64le(struct buf *buf, uint64_t value)
{
    buf_add_le(buf, value, sizeof(value));
}

void buf_add_u64(struct buf *buf, uint64_t value)
{
    buf_add_format(buf, "%llu", (unsigned long long)value);
}

const char *buf_text(const struct buf *buf)
{
    return buf->bytes ? (const char *)buf->bytes : "";
}

enum outcome buf_check(const struct buf *buf, const char *what, struct fail *fail)
{
    if (buf_ok(buf))
        return OK;
    return fail_set(fail, TOO_LARGE, "buf.too-large", "%s: over %zu bytes", what, buf->max);
}
