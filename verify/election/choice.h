/*
 * choice: what a voter put on the paper of one contest, in bytes and in points of the group.
 *
 * A choice has one encoding; whatever else comes out of a decryption is a spoilt paper, never an
 * error. Source: docs/protocol.md section 8.
 */
#ifndef VERIFY_ELECTION_CHOICE_H
#define VERIFY_ELECTION_CHOICE_H

#include "statement/statement.h"

enum { CHOICE_BYTES_MOST = LIMIT_CHUNKS * CHUNK_BYTES };

/* What a paper says: its form, and if it is marked the candidates, the most preferred first. */
struct choice {
    enum choice_form form;
    uint8_t candidates[LIMIT_CANDIDATES];
    size_t count;
};

/* The bytes of a choice of this contest, the form byte among them; and how many chunks that is. */
size_t choice_bytes(const struct contest *contest);
unsigned choice_width(const struct contest *contest);

/* From choice_width() chunks, padding and all. */
void choice_read(const struct contest *contest, const uint8_t *bytes, struct choice *out_choice);

/* The 30 bytes of a point; false if it is not the encoding that a voter's program makes. */
bool chunk_read(const uint8_t point[POINT_BYTES], uint8_t out_bytes[CHUNK_BYTES]);

/* From choice_width() points. */
void choice_open(const struct contest *contest, const uint8_t *points, struct choice *out_choice);

#endif
