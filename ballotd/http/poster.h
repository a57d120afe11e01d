/* The poster: a thread that takes new checkpoints to the witnesses of the definition's policy and
 * brings their cosignatures home (c2sp.org/tlog-witness, add-checkpoint).
 *
 * At most one request a second to each witness; after a failure it waits longer each time, up to a
 * minute. A witness that does not answer costs the election nothing but its cosignature.
 */
#ifndef HTTP_POSTER_H
#define HTTP_POSTER_H

#include "election/election.h"

struct poster;

/* The election outlives the poster. */
enum outcome poster_start(struct election *election, struct poster **out_poster,
                          struct fail *fail) MUST_USE;
void poster_stop(struct poster *poster);

#endif
