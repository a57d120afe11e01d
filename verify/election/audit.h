/*
 * audit: a ballot that a voter's program opened instead of casting.
 *
 * The file shows the body, the choices and the randomness: the body must be exactly the encryption
 * of the choices. It proves that the program was honest about this body; that body is never cast.
 * Source: docs/protocol.md section 8, "Cast or audit".
 */
#ifndef VERIFY_ELECTION_AUDIT_H
#define VERIFY_ELECTION_AUDIT_H

#include "base/buffer.h"
#include "election/election.h"

/* GOOD if the body holds the choices; `out_text` then says them in words, for people. */
enum outcome audit_check(const struct election *election, struct span file, struct buffer *out_text,
                         struct fail *fail) __attribute__((warn_unused_result));

#endif
