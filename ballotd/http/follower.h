/* A follower: somebody's own copy of an election's state, read from the public board over HTTP and
 * checked entry by entry. It asks the daemon for nothing but the static tree, and believes none of
 * it: every entry goes through state_check, the tree's root must be that of a checkpoint which the
 * log key has signed, and every blob must have its hash.
 *
 * The log key is the caller's, or, without one, that of the definition itself: then whoever serves
 * the board decides which election this is, and only a receipt compared with a trusted copy tells.
 */
#ifndef HTTP_FOLLOWER_H
#define HTTP_FOLLOWER_H

#include "election/state.h"
#include "http/client.h"

struct follower;

/* Starts with nothing read. log_key (KEY_BYTES) may be NULL. Borrows the client. */
enum outcome follower_new(struct client *client, struct span origin, const uint8_t *log_key,
                          struct follower **out_follower, struct fail *fail) MUST_USE;
void follower_free(struct follower *follower);

enum follow_how {
    FOLLOW_TO_OPEN, /* stop after `open`; what is left is proved to be a prefix of the log */
    FOLLOW_ALL,     /* to the end; ballots are read for their place, their proofs not checked */
};

/* Reads on from where it stands, to the log's present end at most. CONFLICT follower.fork when the
 * entries are not those of the signed tree; otherwise errors of state_check ("entry N: …"), of the
 * client, and of checkpoint_open. After an error the follower must not be used. */
enum outcome follower_read(struct follower *follower, enum follow_how how,
                           struct fail *fail) MUST_USE;

/* The state that results. Owned by the follower. */
const struct state *follower_state(const struct follower *follower);
const struct sources *follower_sources(const struct follower *follower);
/* The log's key, once anything was read. */
enum outcome follower_log_key(const struct follower *follower, struct note_key *out_key,
                              struct fail *fail) MUST_USE;

#endif
