/*
 * own: a member's own entry of the roll.
 *
 * The file that a member is given holds the record, its salt and the path from its leaf to the root
 * that the `roll` entry names. If the path holds, this is what the roll says of the member, byte
 * for byte, and nobody can have shown somebody else another one at this place. It says nothing of
 * other versions: each has an entry of its own. Source: docs/roll.md sections 9 and 15.
 */
#ifndef VERIFY_ELECTION_OWN_H
#define VERIFY_ELECTION_OWN_H

#include "base/buffer.h"
#include "election/election.h"

/* GOOD if the record stands in the roll; `out_text` then says in words what it says, for people. */
enum outcome own_check(const struct election *election, struct span file, struct buffer *out_text,
                       struct fail *fail) __attribute__((warn_unused_result));

#endif
