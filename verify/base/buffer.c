#include "base/buffer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_ROOM_BYTES = 256 };

void buffer_init(struct buffer *buffer, size_t limit_bytes)
{
    *buffer = (struct buffer){.limit = limit_bytes};
}

void buffer_done(struct buffer *buffer)
{
    if (buffer == NULL)
        return;
    free(buffer->at);
    *buffer = (struct buffer){.full = true};
}

void buffer_clear(struct buffer *buffer)
{
    buffer->len = 0;
    buffer->full = false;
}

static bool make_room(struct buffer *buffer, size_t more)
{
    if (buffer->full || more > buffer->limit - buffer->len)
        return false;
    size_t wanted = buffer->len + more;
    if (wanted <= buffer->room)
        return true;
    size_t room = buffer->room == 0 ? FIRST_ROOM_BYTES : buffer->room;
    while (room < wanted)
        room = room > buffer->limit / 2 ? buffer->limit : room * 2;
    uint8_t *at = realloc(buffer->at, room);
    if (at == NULL)
        return false;
    buffer->at = at;
    buffer->room = room;
    return true;
}

void buffer_append(struct buffer *buffer, struct span bytes)
{
    if (bytes.len == 0)
        return;
    if (!make_room(buffer, bytes.len)) {
        buffer->full = true;
        return;
    }
    memcpy(buffer->at + buffer->len, bytes.ptr, bytes.len);
    buffer->len += bytes.len;
}

void buffer_append_text(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, span_text(text));
}

void buffer_append_byte(struct buffer *buffer, uint8_t byte)
{
    buffer_append(buffer, span_of(&byte, 1));
}

void buffer_append_decimal(struct buffer *buffer, int64_t number)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%" PRId64, number);
    buffer_append_text(buffer, digits);
}

bool buffer_full(const struct buffer *buffer)
{
    return buffer->full;
}

struct span buffer_span(const struct buffer *buffer)
{
    return span_of(buffer->at, buffer->len);
}
