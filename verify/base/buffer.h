/*
 * buffer: bytes that grow up to a limit given at birth.
 *
 * A buffer that would exceed its limit, or finds no memory, becomes `full` and stays so: further
 * appends do nothing, and whoever uses the result asks buffer_full() once at the end.
 */
#ifndef VERIFY_BASE_BUFFER_H
#define VERIFY_BASE_BUFFER_H

#include "base/span.h"

struct buffer {
    uint8_t *at;
    size_t len, room, limit;
    bool full;
};

void buffer_init(struct buffer *buffer, size_t limit_bytes);
void buffer_done(struct buffer *buffer); /* accepts NULL */
void buffer_clear(struct buffer *buffer);

void buffer_append(struct buffer *buffer, struct span bytes);
void buffer_append_text(struct buffer *buffer, const char *text);
void buffer_append_byte(struct buffer *buffer, uint8_t byte);
void buffer_append_decimal(struct buffer *buffer, int64_t number);

bool buffer_full(const struct buffer *buffer);

/* Valid until the next append. */
struct span buffer_span(const struct buffer *buffer);

#endif
