/*
 * annexed: the checks of the roll that need the confidential annex, ROLL.manifest to
 * ROLL.bindings; roll/ makes them, this file tells it what stands on the board.
 */
#ifndef VERIFY_ELECTION_ANNEXED_H
#define VERIFY_ELECTION_ANNEXED_H

#include "election/election.h"

/* After election_check(). The annex stays the caller's. */
void annexed_check(const struct election *election, const struct bundle *annex);

#endif
