/*
 * text: the textual forms of bytes and numbers, each with one spelling only.
 *
 * Hex is lower-case; base64 is RFC 4648 section 4 with padding and zero spare bits; decimals have
 * no sign, no spaces and no leading zero; UTF-8 is RFC 3629 (no surrogates, no overlong forms).
 * Whatever has a second spelling is refused, so that what was parsed prints back unchanged.
 * All functions return false on refusal and then have written nothing that may be used.
 */
#ifndef VERIFY_BASE_TEXT_H
#define VERIFY_BASE_TEXT_H

#include "base/span.h"

/* Exactly `len` bytes from exactly 2*len lower-case digits. */
bool hex_decode(struct span text, uint8_t *out_bytes, size_t len);

/* Writes 2*bytes.len digits and a terminator. */
void hex_encode(struct span bytes, char *out_text);

/* Bytes that `text` stands for, at most `room`. */
bool base64_decode(struct span text, uint8_t *out_bytes, size_t room, size_t *out_len);

/* Exactly `len` bytes. */
bool base64_decode_exact(struct span text, uint8_t *out_bytes, size_t len);

/* Writes 4*ceil(len/3) characters and a terminator. */
void base64_encode(struct span bytes, char *out_text);

/* 0 to 2^63-1, as everything that the protocol counts. */
bool decimal_decode(struct span text, uint64_t *out_number);

bool utf8_valid(struct span text);

#endif
