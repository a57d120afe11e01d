/* Files encrypted to one recipient, between our own programs: the leaves for the registrar. (What
 * people open themselves is an age file, crypto/age.h.)
 *
 * The recipient is known by an Ed25519 key, from which the X25519 key follows. A fresh stream key
 * is boxed to it with an ephemeral key (crypto_box_seal); the content follows as a secretstream in
 * pieces of 64 KiB, the last one marked, so that reordering, cutting off and appending are noticed.
 * Nobody is named as the sender: what must be signed is signed inside.
 * Layout: 16 bytes "ballotd-sealed-1", 80 bytes box, 24 bytes stream header, pieces (each 17 bytes
 * longer than its plain text).
 */
#ifndef CRYPTO_SEALED_H
#define CRYPTO_SEALED_H

#include <stdio.h>

#include "base/buf.h"
#include "crypto/ed25519.h"

/* Reads `plain` to its end. BAD_INPUT sealed.key, BROKEN sealed.file. */
enum outcome sealed_seal(const uint8_t recipient[static KEY_BYTES], FILE *plain, FILE *out_sealed,
                         struct fail *fail) MUST_USE;

/* `secret` as ed25519_pair gives it. What was written to out_plain must be thrown away unless OK:
 * that the file was cut short is known only at its end. NOT_ALLOWED sealed.recipient, BAD_INPUT
 * sealed.form or sealed.altered, BROKEN sealed.file. */
enum outcome sealed_open(const uint8_t secret[static ED25519_SECRET_BYTES], FILE *sealed,
                         FILE *out_plain, struct fail *fail) MUST_USE;

/* The same in memory, appended to a buffer; nothing is appended unless OK. */
enum outcome sealed_seal_bytes(const uint8_t recipient[static KEY_BYTES], struct span plain,
                               struct buf *out_sealed, struct fail *fail) MUST_USE;
enum outcome sealed_open_bytes(const uint8_t secret[static ED25519_SECRET_BYTES],
                               struct span sealed, struct buf *out_plain,
                               struct fail *fail) MUST_USE;

#endif
